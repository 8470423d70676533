using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.FollowUps;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Data.Mappings;

internal sealed class TransferOpportunityMapping : IEntityTypeConfiguration<TransferOpportunity>
{
    public void Configure(EntityTypeBuilder<TransferOpportunity> opportunity)
    {
        opportunity.ToTable("TransferOpportunities");
        opportunity.HasKey(o => o.Id);
        opportunity.Ignore(o => o.IsApplied);
        opportunity.Ignore(o => o.StartedOn);
        opportunity.Ignore(o => o.LastDay);
        opportunity.Property(o => o.Curriculum).HasMaxLength(80);
        opportunity.Property(o => o.Unit).HasMaxLength(80);
        opportunity.Property(o => o.TimeZone).HasMaxLength(64);
        opportunity.OwnsOne(o => o.IfThen, IfThenMapping.Configure);
        opportunity.HasIndex(o => new { o.EnrolmentId, o.Unit }).IsUnique();
        opportunity.HasIndex(o => new { o.CohortId, o.MaturesAt, o.Transferred30 });
        opportunity.HasIndex(o => o.AgencyId);
        opportunity.HasOne<Enrolment>().WithMany().HasForeignKey(o => o.EnrolmentId).OnDelete(DeleteBehavior.Restrict);
        opportunity.HasMany(o => o.Evidence).WithOne().HasForeignKey(e => e.OpportunityId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class TransferEvidenceMapping : IEntityTypeConfiguration<TransferEvidence>
{
    public void Configure(EntityTypeBuilder<TransferEvidence> evidence)
    {
        evidence.ToTable("TransferEvidence");
        evidence.HasKey(e => e.Id);
        evidence.HasIndex(e => e.RecordedAt).HasFilter("[Barrier] IS NOT NULL");
    }
}

internal sealed class NudgeMapping : IEntityTypeConfiguration<Nudge>
{
    public void Configure(EntityTypeBuilder<Nudge> nudge)
    {
        nudge.ToTable("Nudges", table => table.HasCheckConstraint("CK_Nudges_OneSubject",
            "([OpportunityId] IS NOT NULL AND [ActionItemId] IS NULL) OR ([OpportunityId] IS NULL AND [ActionItemId] IS NOT NULL)"));
        nudge.HasKey(n => n.Id);
        nudge.Ignore(n => n.PlannedKind);
        nudge.Ignore(n => n.RanksAs);
        nudge.Ignore(n => n.IsWaiting);
        nudge.Ignore(n => n.SubjectId);
        nudge.Property(n => n.Unit).HasMaxLength(80);
        nudge.Property(n => n.StatusReason).HasMaxLength(80);
        nudge.Property(n => n.NotBefore).HasColumnName("SnoozedUntil");
        nudge.OwnsOne(n => n.Response, response => response.Property(r => r.Note).HasMaxLength(280));
        nudge.HasIndex(n => new { n.OpportunityId, n.Step, n.PlanVersion }).IsUnique().HasFilter("[OpportunityId] IS NOT NULL");
        nudge.HasIndex(n => new { n.ActionItemId, n.Step }).IsUnique().HasFilter("[ActionItemId] IS NOT NULL");
        // What waits to be sent, in its order, and nothing else: an index by status alone draws SQLite into reading everything that is
        // planned.
        nudge.HasIndex(n => new { n.DueAt, n.Id }).HasFilter("[Status] = 'Planned' AND [MessageId] IS NULL");
        nudge.HasIndex(n => new { n.EnrolmentId, n.Unit });
        nudge.HasIndex(n => new { n.PersonId, n.DueAt, n.Id });
        nudge.HasIndex(n => new { n.CohortId, n.DueAt, n.Id });
        // Else SQLite takes it for whatever is in no message yet, which is nearly everything.
        nudge.HasIndex(n => n.MessageId).HasFilter("[MessageId] IS NOT NULL");
        nudge.HasOne<TransferOpportunity>().WithMany().HasForeignKey(n => n.OpportunityId).OnDelete(DeleteBehavior.Restrict);
        nudge.HasOne<ActionItem>().WithMany().HasForeignKey(n => n.ActionItemId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class NudgeMessageMapping : IEntityTypeConfiguration<NudgeMessage>
{
    public void Configure(EntityTypeBuilder<NudgeMessage> message)
    {
        message.ToTable("NudgeMessages");
        message.HasKey(m => m.Id);
        message.Ignore(m => m.IsPending);
        message.Property(m => m.HandedOffAt).HasColumnName("LeftAt");
        message.HasIndex(m => new { m.PersonId, m.LocalDay }).IsUnique();
        message.HasIndex(m => m.LeaseUntil).HasFilter("[SentAt] IS NULL AND [FailedAt] IS NULL");
        message.ListedByState();
        message.HasOne<Person>().WithMany().HasForeignKey(m => m.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class FollowUpMapping : IEntityTypeConfiguration<FollowUp>
{
    public void Configure(EntityTypeBuilder<FollowUp> followUp)
    {
        followUp.ToTable("FollowUps");
        followUp.HasKey(f => f.Id);
        followUp.Property(f => f.Note).HasMaxLength(280);
        followUp.HasIndex(f => f.EnrolmentId).IsUnique().HasFilter("[ClosedAt] IS NULL").HasDatabaseName("IX_FollowUps_OneOpen");
        followUp.HasIndex(f => new { f.EnrolmentId, f.ClosedAt });
        followUp.HasIndex(f => new { f.CohortId, f.OpenedAt, f.Id });
        followUp.HasOne<Enrolment>().WithMany().HasForeignKey(f => f.EnrolmentId).OnDelete(DeleteBehavior.Restrict);
        followUp.HasMany(f => f.Triggers).WithOne().HasForeignKey(t => t.FollowUpId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class FollowUpTriggerMapping : IEntityTypeConfiguration<FollowUpTrigger>
{
    public void Configure(EntityTypeBuilder<FollowUpTrigger> trigger)
    {
        trigger.ToTable("FollowUpTriggers");
        trigger.HasKey(t => t.Id);
        trigger.Property(t => t.Unit).HasMaxLength(80);
    }
}

internal sealed class IdempotencyRecordMapping : IEntityTypeConfiguration<IdempotencyRecord>
{
    public void Configure(EntityTypeBuilder<IdempotencyRecord> record)
    {
        record.ToTable("Receipts");
        record.HasKey(r => new { r.Scope, r.Key });
        record.Property(r => r.Scope).HasMaxLength(64);
        record.Property(r => r.Key).HasMaxLength(128);
        record.Property(r => r.RequestHash).HasMaxLength(64);
        record.Property(r => r.Headers).HasMaxLength(2000);
        record.HasIndex(r => r.CreatedAt);
    }
}
