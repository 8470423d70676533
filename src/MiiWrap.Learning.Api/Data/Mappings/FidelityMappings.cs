using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Data.Mappings;

internal sealed class FidelityReviewMapping : IEntityTypeConfiguration<FidelityReview>
{
    public void Configure(EntityTypeBuilder<FidelityReview> review)
    {
        review.ToTable("FidelityReviews");
        review.HasKey(r => r.Id);
        review.Ignore(r => r.Ratings);
        review.Property(r => r.Instrument).HasMaxLength(FidelityColumns.CodeLength);
        review.OwnsOne(r => r.Event);
        review.Navigation(r => r.Event).IsRequired();
        review.Property(r => r.Draft).HasJson(FidelityColumns.RatingsLength);
        review.Property(r => r.Notes).HasJson(Stored.TextLength);
        review.Property(r => r.Reply).HasMaxLength(FidelityReview.MostReply);
        review.HasIndex(r => new { r.RaterId, r.CreatedAt, r.Id });
        review.HasIndex(r => new { r.SubjectId, r.Instrument, r.CreatedAt, r.Id });
        review.HasIndex(r => new { r.CreatedAt, r.Id });
        review.HasIndex(r => r.EnrolmentId);
        review.HasIndex(r => new { r.AgencyId, r.Instrument, r.LockedAt }).HasFilter("[AgencyId] IS NOT NULL");
        review.HasIndex(r => r.SessionId).HasFilter("[SessionId] IS NOT NULL");
        review.HasIndex(r => r.PairId).HasFilter("[PairId] IS NOT NULL");
        // Of two who amend the same one at once, one loses.
        review.HasIndex(r => r.SupersedesId).IsUnique().HasFilter("[SupersedesId] IS NOT NULL");
        // Whose words may be due to go.
        review.HasIndex(r => r.WordsAt).HasFilter("[PurgedAt] IS NULL AND [WordsAt] IS NOT NULL")
            .HasDatabaseName("IX_FidelityReviews_WithWords");
        review.HasOne<Person>().WithMany().HasForeignKey(r => r.SubjectId).OnDelete(DeleteBehavior.Restrict);
        review.HasOne<Person>().WithMany().HasForeignKey(r => r.RaterId).OnDelete(DeleteBehavior.Restrict);
        review.HasOne<Enrolment>().WithMany().HasForeignKey(r => r.EnrolmentId).OnDelete(DeleteBehavior.Restrict);
        review.HasOne<Agency>().WithMany().HasForeignKey(r => r.AgencyId).OnDelete(DeleteBehavior.Restrict);
        review.HasOne<CoachingSession>().WithMany().HasForeignKey(r => r.SessionId).OnDelete(DeleteBehavior.Restrict);
        review.HasOne<InterRaterPair>().WithMany().HasForeignKey(r => r.PairId).OnDelete(DeleteBehavior.Restrict);
        review.HasOne<FidelityReview>().WithMany().HasForeignKey(r => r.SupersedesId).OnDelete(DeleteBehavior.Restrict);
        review.HasOne(r => r.Result).WithOne().HasForeignKey<FidelityResult>(r => r.ReviewId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class FidelityResultMapping : IEntityTypeConfiguration<FidelityResult>
{
    /// <summary>Sixty scores, each with its exact parts and the ground of its band.</summary>
    private const int ScoresLength = 100_000;

    /// <summary>One score, short enough for lists to read.</summary>
    private const int TotalLength = 4_000;

    public void Configure(EntityTypeBuilder<FidelityResult> result)
    {
        result.ToTable("FidelityResults");
        result.HasKey(r => r.Id);
        result.Property(r => r.Ratings).HasJson(FidelityColumns.RatingsLength);
        result.Property(r => r.Scores).HasJson(ScoresLength);
        result.Property(r => r.Flags).HasJson(FidelityColumns.FlagsLength);
        result.Property(r => r.Total).HasJson(TotalLength);
    }
}

internal sealed class InterRaterPairMapping : IEntityTypeConfiguration<InterRaterPair>
{
    public void Configure(EntityTypeBuilder<InterRaterPair> pair)
    {
        pair.ToTable("RaterPairs");
        pair.HasKey(p => p.Id);
        pair.Ignore(p => p.IsOpen);
        pair.Property(p => p.Instrument).HasMaxLength(FidelityColumns.CodeLength);
        pair.HasIndex(p => new { p.FirstRaterId, p.Instrument, p.LockedAt });
        pair.HasIndex(p => new { p.SecondRaterId, p.Instrument, p.LockedAt });
        pair.HasIndex(p => new { p.Instrument, p.LockedAt });
        // What waits for a half, and nothing else.
        pair.HasIndex(p => p.CreatedAt).HasFilter("[LockedAt] IS NULL AND [AbandonedAt] IS NULL").HasDatabaseName("IX_RaterPairs_Open");
        pair.HasOne<Person>().WithMany().HasForeignKey(p => p.FirstRaterId).OnDelete(DeleteBehavior.Restrict);
        pair.HasOne<Person>().WithMany().HasForeignKey(p => p.SecondRaterId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class AgencyRaterMapping : IEntityTypeConfiguration<AgencyRater>
{
    public void Configure(EntityTypeBuilder<AgencyRater> rater)
    {
        rater.ToTable("AgencyRaters");
        rater.HasKey(r => new { r.AgencyId, r.PersonId });
        rater.HasIndex(r => r.PersonId);
        rater.HasOne<Agency>().WithMany().HasForeignKey(r => r.AgencyId).OnDelete(DeleteBehavior.Restrict);
        rater.HasOne<Person>().WithMany().HasForeignKey(r => r.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class RaterAppointmentMapping : IEntityTypeConfiguration<RaterAppointment>
{
    public void Configure(EntityTypeBuilder<RaterAppointment> appointment)
    {
        appointment.ToTable("RaterAppointments");
        appointment.HasKey(a => a.Id);
        appointment.Property(a => a.Instrument).HasMaxLength(FidelityColumns.CodeLength);
        appointment.HasIndex(a => new { a.PersonId, a.Instrument, a.AppointedAt });
        appointment.HasOne<Person>().WithMany().HasForeignKey(a => a.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class RaterCalibrationMapping : IEntityTypeConfiguration<RaterCalibration>
{
    public void Configure(EntityTypeBuilder<RaterCalibration> calibration)
    {
        calibration.ToTable("RaterCalibrations");
        calibration.HasKey(c => c.Id);
        calibration.Property(c => c.Instrument).HasMaxLength(FidelityColumns.CodeLength);
        calibration.HasIndex(c => new { c.PersonId, c.Instrument }).IsUnique();
        calibration.HasIndex(c => c.Instrument);
        // What may end by itself, and nothing else.
        calibration.HasIndex(c => c.Until).HasFilter("[LapsedAt] IS NULL").HasDatabaseName("IX_RaterCalibrations_Holding");
        calibration.HasOne<Person>().WithMany().HasForeignKey(c => c.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class FidelityReadingMapping : IEntityTypeConfiguration<FidelityReading>
{
    public void Configure(EntityTypeBuilder<FidelityReading> reading)
    {
        reading.ToTable("FidelityReadings");
        reading.HasKey(r => r.Id);
        reading.Property(r => r.Name).HasMaxLength(200);
        reading.HasIndex(r => new { r.ReviewId, r.At, r.Id });
        reading.HasIndex(r => new { r.SubjectId, r.At, r.Id });
        reading.HasOne<Person>().WithMany().HasForeignKey(r => r.SubjectId).OnDelete(DeleteBehavior.Restrict);
        reading.HasOne<FidelityReview>().WithMany().HasForeignKey(r => r.ReviewId).OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>The bounds of columns that several of these tables have.</summary>
internal static class FidelityColumns
{
    public const int CodeLength = 80;

    /// <summary>Two hundred items of the longest code, each with the largest count.</summary>
    public const int RatingsLength = 12_000;

    /// <summary>Twenty flags, by their codes.</summary>
    public const int FlagsLength = 2_000;
}
