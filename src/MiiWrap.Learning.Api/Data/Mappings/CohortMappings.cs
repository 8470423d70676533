using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Data.Mappings;

internal sealed class CohortMapping : IEntityTypeConfiguration<Cohort>
{
    public void Configure(EntityTypeBuilder<Cohort> cohort)
    {
        cohort.ToTable("Cohorts");
        cohort.HasKey(c => c.Id);
        cohort.Property(c => c.Name).HasMaxLength(200);
        cohort.Property(c => c.SortName).HasMaxLength(SortKey.Length).HasDefaultValue("");
        cohort.Property(c => c.Curriculum).HasMaxLength(80);
        cohort.Property(c => c.TimeZone).HasMaxLength(64);
        cohort.HasIndex(c => new { c.SortName, c.Id });
        cohort.HasIndex(c => new { c.Curriculum, c.SortName, c.Id });
        cohort.OwnsOne(c => c.HoldOut);
        cohort.Navigation(c => c.HoldOut).IsRequired();
        cohort.HasMany(c => c.Staff).WithOne().HasForeignKey(m => m.CohortId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class CohortMemberMapping : IEntityTypeConfiguration<CohortMember>
{
    public void Configure(EntityTypeBuilder<CohortMember> member)
    {
        member.ToTable("CohortMembers");
        member.HasKey(m => new { m.CohortId, m.PersonId, m.Role });
        member.HasIndex(m => m.PersonId);
        member.HasOne<Person>().WithMany().HasForeignKey(m => m.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class EnrolmentMapping : IEntityTypeConfiguration<Enrolment>
{
    public void Configure(EntityTypeBuilder<Enrolment> enrolment)
    {
        enrolment.ToTable("Enrolments");
        enrolment.HasKey(e => e.Id);
        enrolment.Ignore(e => e.Percent);
        enrolment.Ignore(e => e.DrawnIn);
        enrolment.Property(e => e.LearnerName).HasMaxLength(200);
        enrolment.Property(e => e.LearnerSortName).HasMaxLength(SortKey.Length).HasDefaultValue("");
        enrolment.HasIndex(e => new { e.CohortId, e.PersonId }).IsUnique();
        enrolment.HasIndex(e => new { e.CohortId, e.LearnerSortName, e.Id });
        enrolment.HasIndex(e => new { e.CohortId, e.UpdatedAt, e.Id });
        enrolment.HasIndex(e => new { e.PersonId, e.UpdatedAt, e.Id });
        enrolment.HasIndex(e => new { e.AgencyId, e.UpdatedAt, e.Id });
        enrolment.HasOne<Cohort>().WithMany().HasForeignKey(e => e.CohortId).OnDelete(DeleteBehavior.Restrict);
        enrolment.HasOne<Person>().WithMany().HasForeignKey(e => e.PersonId).OnDelete(DeleteBehavior.Restrict);
        enrolment.HasOne<Agency>().WithMany().HasForeignKey(e => e.AgencyId).OnDelete(DeleteBehavior.Restrict);
        enrolment.HasMany(e => e.Units).WithOne().HasForeignKey(u => u.EnrolmentId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ModuleOpeningMapping : IEntityTypeConfiguration<ModuleOpening>
{
    public void Configure(EntityTypeBuilder<ModuleOpening> opening)
    {
        opening.ToTable("ModuleOpenings");
        opening.HasKey(o => new { o.EnrolmentId, o.Module });
        opening.Property(o => o.Module).HasMaxLength(80);
        opening.HasOne<Enrolment>().WithMany().HasForeignKey(o => o.EnrolmentId).OnDelete(DeleteBehavior.Restrict);
        opening.HasOne<Person>().WithMany().HasForeignKey(o => o.OpenedBy).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class UnitProgressMapping : IEntityTypeConfiguration<UnitProgress>
{
    public void Configure(EntityTypeBuilder<UnitProgress> unit)
    {
        unit.ToTable("UnitProgress");
        unit.HasKey(u => new { u.EnrolmentId, u.Unit });
        unit.Ignore(u => u.State);
        unit.Property(u => u.Unit).HasMaxLength(80);
        unit.OwnsOne(u => u.IfThen, plan =>
        {
            IfThenMapping.Configure(plan);
            // It shares the row and so the key, whose length the convention would otherwise take for its own.
            plan.Property<string>("UnitProgressUnit").HasMaxLength(80);
        });
    }
}

internal static class IfThenMapping
{
    public const int Length = 280;

    public static void Configure<T>(OwnedNavigationBuilder<T, IfThenPlan> plan)
        where T : class
    {
        plan.Property(p => p.Cue).HasMaxLength(Length);
        plan.Property(p => p.Action).HasMaxLength(Length);
    }
}

internal sealed class TransferReleaseMapping : IEntityTypeConfiguration<TransferRelease>
{
    public void Configure(EntityTypeBuilder<TransferRelease> release)
    {
        release.ToTable("TransferReleases");
        release.HasKey(r => new { r.ReaderId, r.UpTo });
    }
}
