using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Domain.Cohorts;

namespace MiiWrap.Learning.Api.Data;

/// <summary>
/// Parts in cohorts and agencies whose role this release can read. One that a later release has written, or that is damaged, is the matter
/// of one person, and keeps no cohort and no list from anybody else.
/// </summary>
internal static class KnownRoles
{
    private static readonly CohortRole[] InCohorts = Enum.GetValues<CohortRole>();
    private static readonly AgencyRole[] InAgencies = Enum.GetValues<AgencyRole>();

    public static Expression<Func<CohortMember, bool>> IsInCohort { get; } = m => InCohorts.Contains(m.Role);

    public static Expression<Func<AgencyMember, bool>> IsInAgency { get; } = m => InAgencies.Contains(m.Role);

    public static Expression<Func<AgencyMember, bool>> IsUnknownInAgency { get; } = m => !InAgencies.Contains(m.Role);

    public static IQueryable<Cohort> WithStaff(this IQueryable<Cohort> cohorts) =>
        cohorts.Include(c => c.Staff.Where(m => InCohorts.Contains(m.Role)));
}
