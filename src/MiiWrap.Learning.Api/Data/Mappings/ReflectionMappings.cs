using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Data.Mappings;

internal sealed class ReflectionMapping : IEntityTypeConfiguration<Reflection>
{
    public void Configure(EntityTypeBuilder<Reflection> reflection)
    {
        reflection.ToTable("Reflections");
        reflection.HasKey(r => r.Id);
        reflection.Ignore(r => r.IsEditable);
        reflection.Ignore(r => r.IsForTalk);
        reflection.IsGuarded();
        reflection.Ignore(r => r.IsAccepted);
        reflection.Ignore(r => r.DraftTag);
        reflection.Property(r => r.Assignment).HasMaxLength(80);
        reflection.Property(r => r.Rubric).HasMaxLength(80);
        reflection.Property(r => r.Draft).HasAnswers();
        reflection.HasIndex(r => new { r.EnrolmentId, r.Assignment }).IsUnique();
        reflection.HasIndex(r => new { r.CohortId, r.Status, r.SubmittedAt });
        reflection.HasIndex(r => new { r.PersonId, r.FeedbackWaitingSince });
        reflection.HasIndex(r => new { r.Status, r.SubmittedAt });
        reflection.HasOne<Enrolment>().WithMany().HasForeignKey(r => r.EnrolmentId).OnDelete(DeleteBehavior.Restrict);
        reflection.HasMany(r => r.Revisions).WithOne().HasForeignKey(r => r.ReflectionId).OnDelete(DeleteBehavior.Restrict);
        reflection.HasMany(r => r.Reviews).WithOne().HasForeignKey(r => r.ReflectionId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class ReflectionRevisionMapping : IEntityTypeConfiguration<ReflectionRevision>
{
    public void Configure(EntityTypeBuilder<ReflectionRevision> revision)
    {
        revision.ToTable("ReflectionRevisions");
        revision.HasKey(r => r.Id);
        revision.Property(r => r.Hash).HasMaxLength(64);
        revision.Property(r => r.Answers).HasAnswers();
        revision.HasIndex(r => new { r.ReflectionId, r.Number }).IsUnique();
    }
}

internal sealed class ReviewMapping : IEntityTypeConfiguration<Review>
{
    private const int WordsLength = 2000;

    public void Configure(EntityTypeBuilder<Review> review)
    {
        review.ToTable("Reviews");
        review.HasKey(r => r.Id);
        review.Property(r => r.Scores).HasJson(2000);
        review.Property(r => r.BlindScores).HasJson(2000);
        review.Property(r => r.Comments).HasJson(Stored.TextLength);
        review.Property(r => r.ReviseFor).HasJson(2000);
        review.Property(r => r.Affirmation).HasMaxLength(WordsLength);
        review.Property(r => r.Question).HasMaxLength(WordsLength);
        review.Property(r => r.NextStep).HasMaxLength(WordsLength);
        review.Property(r => r.OverrideReason).HasMaxLength(WordsLength);
        review.HasIndex(r => new { r.RevisionId, r.ReviewerId }).IsUnique();
        review.HasOne<ReflectionRevision>().WithMany().HasForeignKey(r => r.RevisionId).OnDelete(DeleteBehavior.Restrict);
        review.HasOne<Person>().WithMany().HasForeignKey(r => r.ReviewerId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class AccessLogMapping : IEntityTypeConfiguration<AccessLogEntry>
{
    public void Configure(EntityTypeBuilder<AccessLogEntry> entry)
    {
        // The table keeps the name of the first release.
        entry.BelongsToOneText("ReflectionAccess");
        entry.HasKey(a => a.Id);
        entry.Property(a => a.Name).HasMaxLength(200);
        entry.HasIndex(a => new { a.ReflectionId, a.At, a.Id });
        entry.HasIndex(a => new { a.SessionId, a.At, a.Id });
    }
}

internal sealed class NoteAccessMapping : IEntityTypeConfiguration<NoteAccess>
{
    public void Configure(EntityTypeBuilder<NoteAccess> access)
    {
        access.ToTable("NoteAccess");
        access.HasKey(a => a.Id);
        access.Property(a => a.Unit).HasMaxLength(80);
        access.Property(a => a.Name).HasMaxLength(200);
        access.HasIndex(a => new { a.EnrolmentId, a.Unit, a.At, a.Id });
        access.HasIndex(a => new { a.PersonId, a.At });
        access.HasOne<Enrolment>().WithMany().HasForeignKey(a => a.EnrolmentId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class ReaderAppointmentMapping : IEntityTypeConfiguration<ReaderAppointment>
{
    public void Configure(EntityTypeBuilder<ReaderAppointment> appointment)
    {
        appointment.ToTable("ReaderAppointments");
        appointment.HasKey(a => a.Id);
        appointment.Property(a => a.Name).HasMaxLength(200);
        appointment.Property(a => a.By).HasMaxLength(200);
        appointment.HasIndex(a => new { a.CohortId, a.At, a.Id });
        appointment.HasOne<Cohort>().WithMany().HasForeignKey(a => a.CohortId).OnDelete(DeleteBehavior.Restrict);
        appointment.HasOne<Person>().WithMany().HasForeignKey(a => a.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class LearnerMoveMapping : IEntityTypeConfiguration<LearnerMove>
{
    public void Configure(EntityTypeBuilder<LearnerMove> move)
    {
        move.ToTable("LearnerMoves");
        move.HasKey(m => m.Id);
        move.Property(m => m.Name).HasMaxLength(200);
        move.HasIndex(m => new { m.EnrolmentId, m.At, m.Id });
        move.HasOne<Enrolment>().WithMany().HasForeignKey(m => m.EnrolmentId).OnDelete(DeleteBehavior.Restrict);
        move.HasOne<Cohort>().WithMany().HasForeignKey(m => m.FromCohortId).OnDelete(DeleteBehavior.Restrict);
        move.HasOne<Cohort>().WithMany().HasForeignKey(m => m.ToCohortId).OnDelete(DeleteBehavior.Restrict);
        move.HasOne<Person>().WithMany().HasForeignKey(m => m.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class ReflectionMessageMapping : IEntityTypeConfiguration<ReflectionMessage>
{
    public void Configure(EntityTypeBuilder<ReflectionMessage> message)
    {
        message.ToTable("ReflectionMessages");
        message.HasKey(m => m.Id);
        message.Property(m => m.Text).HasMaxLength(ReflectionMessage.MostCharacters);
        message.HasIndex(m => new { m.ReflectionId, m.At, m.Id });
        message.HasOne<Reflection>().WithMany().HasForeignKey(m => m.ReflectionId).OnDelete(DeleteBehavior.Restrict);
        message.HasOne<Person>().WithMany().HasForeignKey(m => m.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class RedactionMapping : IEntityTypeConfiguration<Redaction>
{
    public void Configure(EntityTypeBuilder<Redaction> redaction)
    {
        redaction.BelongsToOneText("Redactions");
        redaction.HasKey(r => r.Id);
        redaction.Property(r => r.Prompt).HasMaxLength(80);
        redaction.HasIndex(r => new { r.ReflectionId, r.At, r.Id });
        redaction.HasIndex(r => new { r.SessionId, r.At, r.Id });
        redaction.HasOne<Person>().WithMany().HasForeignKey(r => r.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class RetentionRecordMapping : IEntityTypeConfiguration<RetentionRecord>
{
    public void Configure(EntityTypeBuilder<RetentionRecord> record)
    {
        record.ToTable("RetentionRecords");
        record.HasKey(r => r.Id);
        record.Property(r => r.Name).HasMaxLength(200);
        record.HasIndex(r => new { r.AgencyId, r.At, r.Id });
        record.HasIndex(r => new { r.At, r.Id });
        record.HasOne<Agency>().WithMany().HasForeignKey(r => r.AgencyId).OnDelete(DeleteBehavior.Restrict);
        record.HasOne<Cohort>().WithMany().HasForeignKey(r => r.CohortId).OnDelete(DeleteBehavior.Restrict);
        record.HasOne<Person>().WithMany().HasForeignKey(r => r.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class BreakGlassMapping : IEntityTypeConfiguration<BreakGlass>
{
    public void Configure(EntityTypeBuilder<BreakGlass> glass)
    {
        glass.BelongsToOneText("BrokenGlass");
        glass.HasKey(g => g.Id);
        glass.HasIndex(g => new { g.ReflectionId, g.PersonId });
        glass.HasIndex(g => new { g.SessionId, g.PersonId });
        glass.HasOne<Person>().WithMany().HasForeignKey(g => g.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>Rows that belong to one reflection or to one coaching session, and to nothing else.</summary>
internal static class OfGuardedText
{
    public static void BelongsToOneText<T>(this EntityTypeBuilder<T> row, string table)
        where T : class, IOfGuardedText
    {
        row.ToTable(table, t => t.HasCheckConstraint(
            $"CK_{table}_OneText",
            "([ReflectionId] IS NOT NULL AND [SessionId] IS NULL) OR ([ReflectionId] IS NULL AND [SessionId] IS NOT NULL)"));
        row.HasOne<Reflection>().WithMany().HasForeignKey(nameof(IOfGuardedText.ReflectionId)).OnDelete(DeleteBehavior.Restrict);
        row.HasOne<CoachingSession>().WithMany().HasForeignKey(nameof(IOfGuardedText.SessionId)).OnDelete(DeleteBehavior.Restrict);
    }

    /// <summary>What a guarded text says of itself, and no column has.</summary>
    public static void IsGuarded<T>(this EntityTypeBuilder<T> text)
        where T : GuardedText
    {
        text.Ignore(t => t.IsOnHold);
        text.Ignore(t => t.Key);
        text.Ignore(t => t.Kind);
    }
}

/// <summary>Small structures that are read and written whole: one bounded JSON column each, never searched.</summary>
internal static class Stored
{
    /// <summary>A dozen prompts' worth of the longest answers.</summary>
    public const int TextLength = 200_000;

    private static readonly JsonSerializerOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static PropertyBuilder<Answers> HasAnswers(this PropertyBuilder<Answers> property) =>
        property.HasMaxLength(TextLength).HasConversion(
            new ValueConverter<Answers, string>(v => Text(v.ByPrompt), v => new Answers(Value<Dictionary<string, string>>(v))),
            new ValueComparer<Answers>((a, b) => Equals(a, b), v => v.GetHashCode(), v => v));

    /// <summary>The value is compared by its JSON, and replaced rather than changed.</summary>
    public static PropertyBuilder<T> HasJson<T>(this PropertyBuilder<T> property, int length) =>
        property.HasMaxLength(length).HasConversion(
            new ValueConverter<T, string>(v => Text(v), v => Value<T>(v)),
            new ValueComparer<T>((a, b) => ReferenceEquals(a, b) || Text(a) == Text(b), v => Text(v)
                .GetHashCode(StringComparison.Ordinal), v => v));

    internal static string Text<T>(T value) => JsonSerializer.Serialize(value, Plainly);

    internal static T Value<T>(string text) => JsonSerializer.Deserialize<T>(text)!;
}
