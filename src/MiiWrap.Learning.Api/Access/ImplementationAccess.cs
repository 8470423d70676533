using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Implementation;

namespace MiiWrap.Learning.Api.Access;

/// <summary>Finds an agency of which the caller may read figures.</summary>
internal sealed class ImplementationAccess(LearningDb db, Caller caller)
{
    public async Task<FollowedAgency> Find(Guid agencyId, CancellationToken ct) =>
        await Read(db.Agencies.FollowedBy(caller, db).Where(a => a.Id == agencyId)).SingleOrDefaultAsync(ct)
            ?? throw new NotFoundException("agency");

    /// <summary>All agencies for who sees all, as one looks for names.</summary>
    /// <exception cref="RuleException">The caller is bound to an agency or a cohort.</exception>
    public async Task<List<FollowedAgency>> FindAll(CancellationToken ct)
    {
        if (!caller.SeesAll)
            throw new RuleException(
                "role.required", "Only programme admins and clients of the programme may read its figures.", RuleKind.Forbidden);
        return [.. (await Read(db.Agencies).ToListAsync(ct)).OrderByName(a => a.Name).ThenBy(a => a.Id)];
    }

    private IQueryable<FollowedAgency> Read(IQueryable<Agency> agencies) => agencies.AsNoTracking()
        .Select(a => new FollowedAgency(
            a.Id, a.Name, a.CoachingStartsOn, a.CoachingStartReason, a.FacilitatorsPerCoach,
            db.Enrolments.Where(e => e.AgencyId == a.Id)
                .Join(db.SessionParticipants, e => e.Id, p => p.EnrolmentId, (_, p) => p.SessionId)
                .Join(db.CoachingSessions.Where(s => s.Status == SessionStatus.Held), p => p, s => s.Id, (_, s) => s)
                .Min(s => (DateTime?)s.StartsAt),
            db.IndicatorSets.Max(i => (int?)i.Number),
            db.Opportunities.Where(o => o.AgencyId == a.Id).OrderBy(o => o.StartsAt).ThenBy(o => o.Id).Select(o => o.Curriculum)
                .FirstOrDefault()
            ?? db.Enrolments.Where(e => e.AgencyId == a.Id).OrderBy(e => e.EnrolledAt).ThenBy(e => e.Id)
                .Join(db.Cohorts, e => e.CohortId, c => c.Id, (_, c) => c.Curriculum).FirstOrDefault()));
}

/// <summary>An agency with what its figures are read by.</summary>
/// <param name="FirstSessionAt">When the first session with one of its learners was held; null for none.</param>
/// <param name="IndicatorsVersion">The newest version of the indicators; null for none.</param>
/// <param name="Curriculum">The course that its figures are of unless another is named; null before anybody learns there.</param>
internal sealed record FollowedAgency(
    Guid Id, string Name, DateOnly? OwnStart, string? OwnStartReason, int? FacilitatorsPerCoach, DateTime? FirstSessionAt,
    int? IndicatorsVersion, string? Curriculum)
{
    /// <summary>The first day of the month in which coaching began; null before it has.</summary>
    public DateOnly? CoachingStart => OwnStart ?? (FirstSessionAt is { } at ? Months.Of(DateOnly.FromDateTime(at)) : null);
}

internal static class AgencyCourses
{
    /// <summary>
    /// In which courses somebody learns in an agency, the first one first: figures of the agency are of that one unless another is named,
    /// so that a second course changes none of them.
    /// </summary>
    /// <returns>Those in which a unit was completed; and all.</returns>
    public static (IQueryable<string> Begun, IQueryable<string> Enrolled) CoursesOf(this LearningDb db, Guid agencyId) => (
        db.Opportunities.Where(o => o.AgencyId == agencyId).OrderBy(o => o.StartsAt).ThenBy(o => o.Id).Select(o => o.Curriculum),
        db.Enrolments.Where(e => e.AgencyId == agencyId).OrderBy(e => e.EnrolledAt).ThenBy(e => e.Id)
            .Join(db.Cohorts, e => e.CohortId, c => c.Id, (_, c) => c.Curriculum));
}

internal static class IndicatorQueries
{
    /// <summary>Months whose place no later revision has taken.</summary>
    public static IQueryable<RecordedMonth> InForce(this IQueryable<RecordedMonth> months, LearningDb db) =>
        months.Where(m => !db.RecordedMonths.Any(later => later.AgencyId == m.AgencyId && later.Code == m.Code
            && later.IndicatorVersion == m.IndicatorVersion && later.Month == m.Month && later.Revision > m.Revision));
}
