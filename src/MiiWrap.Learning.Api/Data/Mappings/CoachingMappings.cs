using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Data.Mappings;

internal sealed class CoachingRelationshipMapping : IEntityTypeConfiguration<CoachingRelationship>
{
    public void Configure(EntityTypeBuilder<CoachingRelationship> relationship)
    {
        relationship.ToTable("CoachingRelationships");
        relationship.HasKey(r => r.Id);
        relationship.OwnsOne(r => r.Shares);
        relationship.Navigation(r => r.Shares).IsRequired();
        relationship.HasIndex(r => new { r.CoachId, r.CoacheeId, r.AgencyId }).IsUnique().HasFilter("[EndedAt] IS NULL AND [AgencyId] IS NOT NULL")
            .HasDatabaseName("IX_CoachingRelationships_OneInAgency");
        relationship.HasIndex(r => new { r.CoachId, r.CoacheeId, r.CohortId }).IsUnique().HasFilter("[EndedAt] IS NULL AND [CohortId] IS NOT NULL")
            .HasDatabaseName("IX_CoachingRelationships_OneInCohort");
        relationship.HasIndex(r => new { r.CoachId, r.CreatedAt, r.Id });
        relationship.HasIndex(r => new { r.CoacheeId, r.CreatedAt, r.Id });
        relationship.HasIndex(r => new { r.CreatedAt, r.Id });
        relationship.HasOne<Person>().WithMany().HasForeignKey(r => r.CoachId).OnDelete(DeleteBehavior.Restrict);
        relationship.HasOne<Person>().WithMany().HasForeignKey(r => r.CoacheeId).OnDelete(DeleteBehavior.Restrict);
        relationship.HasOne<Agency>().WithMany().HasForeignKey(r => r.AgencyId).OnDelete(DeleteBehavior.Restrict);
        relationship.HasOne<Cohort>().WithMany().HasForeignKey(r => r.CohortId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class CoachingSessionMapping : IEntityTypeConfiguration<CoachingSession>
{
    public void Configure(EntityTypeBuilder<CoachingSession> session)
    {
        session.ToTable("CoachingSessions");
        session.HasKey(s => s.Id);
        session.IsGuarded();
        session.Ignore(s => s.HasNotes);
        session.Property(s => s.Competency).HasMaxLength(120);
        session.HasIndex(s => new { s.CoachId, s.StartsAt, s.Id });
        session.HasIndex(s => new { s.StartsAt, s.Id });
        // What waits for its record, and nothing else.
        session.HasIndex(s => s.StartsAt).HasFilter("[Status] = 'Planned'").HasDatabaseName("IX_CoachingSessions_Planned");
        session.HasOne<Person>().WithMany().HasForeignKey(s => s.CoachId).OnDelete(DeleteBehavior.Restrict);
        session.HasOne<Cohort>().WithMany().HasForeignKey(s => s.CohortId).OnDelete(DeleteBehavior.Restrict);
        session.HasIndex(s => s.CohortId);
        // Whose words may be due to go.
        session.HasIndex(s => new { s.CohortId, s.WordsAt }).HasFilter("[PurgedAt] IS NULL AND [WordsAt] IS NOT NULL")
            .HasDatabaseName("IX_CoachingSessions_WithWords");
        session.HasMany(s => s.Participants).WithOne().HasForeignKey(p => p.SessionId).OnDelete(DeleteBehavior.Cascade);
        session.HasMany(s => s.Texts).WithOne().HasForeignKey(t => t.SessionId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class SessionParticipantMapping : IEntityTypeConfiguration<SessionParticipant>
{
    public void Configure(EntityTypeBuilder<SessionParticipant> participant)
    {
        participant.ToTable("SessionParticipants");
        participant.HasKey(p => p.Id);
        participant.Property(p => p.Name).HasMaxLength(200);
        participant.OwnsOne(p => p.Observation);
        participant.HasIndex(p => new { p.SessionId, p.PersonId }).IsUnique();
        participant.HasIndex(p => p.PersonId);
        participant.HasIndex(p => p.EnrolmentId);
        participant.HasOne<Person>().WithMany().HasForeignKey(p => p.PersonId).OnDelete(DeleteBehavior.Restrict);
        participant.HasOne<Enrolment>().WithMany().HasForeignKey(p => p.EnrolmentId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class SessionTextMapping : IEntityTypeConfiguration<SessionText>
{
    public void Configure(EntityTypeBuilder<SessionText> text)
    {
        text.ToTable("SessionTexts");
        text.HasKey(t => t.Id);
        text.Property(t => t.Text).HasMaxLength(SessionText.MostNote);
        text.HasIndex(t => new { t.SessionId, t.Kind });
        text.HasIndex(t => new { t.SessionId, t.Kind, t.ParticipantId }).IsUnique().HasFilter("[ParticipantId] IS NOT NULL");
        text.HasIndex(t => t.SessionId).IsUnique().HasFilter("[ParticipantId] IS NULL").HasDatabaseName("IX_SessionTexts_OneNote");
        text.HasOne<SessionParticipant>().WithMany().HasForeignKey(t => t.ParticipantId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class SessionRecordVersionMapping : IEntityTypeConfiguration<SessionRecordVersion>
{
    public void Configure(EntityTypeBuilder<SessionRecordVersion> version)
    {
        version.ToTable("SessionRecordVersions");
        version.HasKey(v => v.Id);
        version.Property(v => v.Content).HasMaxLength(12_000);
        version.HasIndex(v => new { v.SessionId, v.Number }).IsUnique();
        version.HasOne<CoachingSession>().WithMany().HasForeignKey(v => v.SessionId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class ActionItemMapping : IEntityTypeConfiguration<ActionItem>
{
    public void Configure(EntityTypeBuilder<ActionItem> item)
    {
        item.ToTable("ActionItems");
        item.HasKey(i => i.Id);
        item.Ignore(i => i.IsDone);
        item.Property(i => i.Unit).HasMaxLength(80);
        item.Property(i => i.Sign).HasMaxLength(ActionItem.MostCharacters);
        item.Property(i => i.Competency).HasMaxLength(120);
        item.OwnsOne(i => i.IfThen, IfThenMapping.Configure);
        item.Navigation(i => i.IfThen).IsRequired();
        item.HasIndex(i => new { i.OwnerId, i.CreatedAt, i.Id });
        item.HasIndex(i => new { i.CoachId, i.CreatedAt, i.Id });
        item.HasIndex(i => new { i.CreatedAt, i.Id });
        item.HasIndex(i => i.EnrolmentId);
        item.HasIndex(i => i.SessionId).HasFilter("[SessionId] IS NOT NULL");
        item.HasIndex(i => i.ReviewId).HasFilter("[ReviewId] IS NOT NULL");
        // What waits for its owner, and nothing else.
        item.HasIndex(i => i.CreatedAt).HasFilter("[State] = 'Proposed'").HasDatabaseName("IX_ActionItems_Proposed");
        item.HasOne<Person>().WithMany().HasForeignKey(i => i.OwnerId).OnDelete(DeleteBehavior.Restrict);
        item.HasOne<Person>().WithMany().HasForeignKey(i => i.CoachId).OnDelete(DeleteBehavior.Restrict);
        item.HasOne<Enrolment>().WithMany().HasForeignKey(i => i.EnrolmentId).OnDelete(DeleteBehavior.Restrict);
        item.HasOne<CoachingSession>().WithMany().HasForeignKey(i => i.SessionId).OnDelete(DeleteBehavior.Restrict);
        item.HasOne<FidelityReview>().WithMany().HasForeignKey(i => i.ReviewId).OnDelete(DeleteBehavior.Restrict);
        item.HasMany(i => i.Evidence).WithOne().HasForeignKey(e => e.ActionItemId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ActionEvidenceMapping : IEntityTypeConfiguration<ActionEvidence>
{
    public void Configure(EntityTypeBuilder<ActionEvidence> evidence)
    {
        evidence.ToTable("ActionEvidence");
        evidence.HasKey(e => e.Id);
        evidence.Property(e => e.Note).HasMaxLength(ActionItem.MostCharacters);
    }
}
