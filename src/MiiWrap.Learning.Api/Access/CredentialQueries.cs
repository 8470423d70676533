using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Credentials;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Access;

/// <summary>Who may know of whose credentials, and who may see what they rest on.</summary>
internal static class CredentialQueries
{
    /// <summary>
    /// Credentials that the caller may know to be held: their own, those of learners whom they coach or teach, and those of their agencies;
    /// a client by its scope those of its agency, or all.
    /// </summary>
    public static IQueryable<Credential> SeenBy(this IQueryable<Credential> credentials, Caller caller, LearningDb db)
    {
        if (caller.Client is { } client)
            return client.AgencyId is { } agency ? credentials.Where(c => c.AgencyId == agency) : credentials;
        if (caller.ActsAsProgramAdmin) return credentials;
        var (me, coached, cohorts) = (
            caller.AsLearner, db.Enrolments.CoachedBy(caller, db), CoachingQueries.CohortsOf(caller.AsStaff, db));
        var agencies = db.AgencyMembers.Where(m => m.PersonId == caller.AsOrganizer).Select(m => (Guid?)m.AgencyId);
        return credentials.Where(c => c.PersonId == me || coached.Any(e => e.Id == c.EnrolmentId)
            || db.Enrolments.Any(e => e.Id == c.EnrolmentId && cohorts.Contains(e.CohortId)) || agencies.Contains(c.AgencyId));
    }

    /// <summary>
    /// Enrolments of whose learner the caller sees what a credential rests on: their own, and those of cohorts that they teach. Whoever
    /// supervises or administers at the learner's agency sees none of it, since it tells of named scores.
    /// </summary>
    public static IQueryable<Enrolment> WithTrailSeenBy(this IQueryable<Enrolment> enrolments, Caller caller, LearningDb db)
    {
        var (me, own) = (caller.AsLearner, db.LearnersOfOwnAgencies(caller));
        if (caller.ActsAsProgramAdmin) return enrolments.Where(e => e.PersonId == me || !own.Contains(e.PersonId));
        var cohorts = CoachingQueries.CohortsOf(caller.AsStaff, db);
        return enrolments.Where(e => e.PersonId == me || (cohorts.Contains(e.CohortId) && !own.Contains(e.PersonId)));
    }
}
