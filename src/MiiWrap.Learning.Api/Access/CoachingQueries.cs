using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Access;

/// <summary>Who coaches whom, and who may see that they do.</summary>
internal static class CoachingQueries
{
    /// <summary>
    /// Enrolments whose learner the caller coaches: by a relationship, or by teaching their cohort. Whoever supervises or administers the
    /// learner's agency needs the relationship, since only that asks for the learner's consent.
    /// </summary>
    public static IQueryable<Enrolment> CoachedBy(this IQueryable<Enrolment> enrolments, Caller caller, LearningDb db) =>
        enrolments.CoachedBy(caller.AsStaff, db);

    /// <inheritdoc cref="CoachedBy(IQueryable{Enrolment}, Caller, LearningDb)"/>
    public static IQueryable<Enrolment> CoachedBy(this IQueryable<Enrolment> enrolments, Guid coachId, LearningDb db)
    {
        var (own, taught) = (db.LearnersOfAgenciesOf(coachId), CohortsOf(coachId, db));
        var coached = db.CoachingRelationships.Where(r => r.CoachId == coachId).Active(db).WithEnrolments(db)
            .Select(c => c.EnrolmentId);
        // By lists of ids, each an index range: the database would go through all enrolments to ask of each who coaches there.
        return enrolments.OfPresent(db).Where(e => e.PersonId != coachId
            && (coached.Contains(e.Id) || (taught.Contains(e.CohortId) && !own.Contains(e.PersonId))));
    }

    /// <summary>
    /// Whether the caller knows of a learner: by following them, or by having coached them. Then what is not theirs to do is refused, and
    /// not hidden.
    /// </summary>
    public static async Task<bool> KnowsOf(this LearningDb db, Caller caller, Guid learnerId, CancellationToken ct) =>
        (caller.ActsAsProgramAdmin && await db.Users.AnyAsync(p => p.Id == learnerId, ct))
        || await db.Enrolments.FollowedBy(caller, db).AnyAsync(e => e.PersonId == learnerId, ct)
        || await db.CoachingRelationships.AnyAsync(r => r.CoachId == caller.AsStaff && r.CoacheeId == learnerId, ct);

    /// <summary>
    /// Enrolments whose learner lets somebody who coaches them by a relationship see their answers and plans. Nobody who supervises or
    /// administers the learner's agency is let, whatever was shared before they did.
    /// </summary>
    public static IQueryable<Enrolment> TellingAnswersTo(this IQueryable<Enrolment> enrolments, Guid coachId, LearningDb db) =>
        enrolments.OfOthersAgencies(db.CoachingRelationships.Where(r => r.CoachId == coachId && r.Shares.Answers), coachId, db);

    /// <summary>Enrolments whose learner lets such a coach see what others have seen and rated; likewise.</summary>
    public static IQueryable<Enrolment> TellingRatingsTo(this IQueryable<Enrolment> enrolments, Guid coachId, LearningDb db) =>
        enrolments.OfOthersAgencies(db.CoachingRelationships.Where(r => r.CoachId == coachId && r.Shares.Fidelity), coachId, db);

    /// <summary>
    /// Enrolments whose learner somebody coaches by a relationship, and so sees to them when they need a person; nobody who supervises or
    /// administers the learner's agency does.
    /// </summary>
    public static IQueryable<Enrolment> SeenToBy(this IQueryable<Enrolment> enrolments, Guid coachId, LearningDb db) =>
        enrolments.OfOthersAgencies(db.CoachingRelationships.Where(r => r.CoachId == coachId), coachId, db);

    /// <summary>Who sees to the learner of an enrolment by coaching them.</summary>
    public static IQueryable<Guid> CoachesOf(this LearningDb db, Guid enrolmentId) =>
        db.CoachingRelationships.Active(db).WithEnrolments(db).Where(c => c.EnrolmentId == enrolmentId)
            .Select(c => c.Relationship).Where(r => !db.CoachingRelationships.Supervised(db).Any(s => s.Id == r.Id))
            .Select(r => r.CoachId);

    private static IQueryable<Enrolment> OfOthersAgencies(
        this IQueryable<Enrolment> enrolments, IQueryable<CoachingRelationship> relationships, Guid coachId, LearningDb db)
    {
        var (own, coached) = (
            db.LearnersOfAgenciesOf(coachId), relationships.Active(db).WithEnrolments(db).Select(c => c.EnrolmentId));
        return enrolments.OfPresent(db).Where(e => coached.Contains(e.Id) && !own.Contains(e.PersonId));
    }

    /// <summary>
    /// Enrolments of whose sessions the caller may know date, length and attendance: those of cohorts that they teach. Who supervises or
    /// administers an agency sees none of its learners' sessions but their own.
    /// </summary>
    public static IQueryable<Enrolment> WithSessionsSeenBy(this IQueryable<Enrolment> enrolments, Caller caller, LearningDb db)
    {
        if (caller.ActsAsProgramAdmin) return enrolments;
        var (own, taught) = (db.LearnersOfOwnAgencies(caller), CohortsOf(caller.AsStaff, db));
        return enrolments.Where(e => taught.Contains(e.CohortId) && !own.Contains(e.PersonId));
    }

    /// <summary>Sessions that the caller coaches or takes part in, and those of learners whose sessions they may know.</summary>
    public static IQueryable<CoachingSession> SeenBy(this IQueryable<CoachingSession> sessions, Caller caller, LearningDb db)
    {
        if (caller.ActsAsProgramAdmin) return sessions;
        var known = db.Enrolments.WithSessionsSeenBy(caller, db).Select(e => e.Id);
        var parts = db.SessionParticipants.Where(p => p.PersonId == caller.AsLearner || known.Contains(p.EnrolmentId))
            .Select(p => p.SessionId);
        return sessions.Where(s => s.CoachId == caller.AsStaff || parts.Contains(s.Id));
    }

    /// <summary>
    /// Parts in sessions of which the caller is shown whose they are: all of the sessions that they coach or take part in, and else those
    /// of learners whose sessions they may know.
    /// </summary>
    public static IQueryable<SessionParticipant> ShownTo(this IQueryable<SessionParticipant> parts, Caller caller, LearningDb db)
    {
        if (caller.ActsAsProgramAdmin) return parts;
        var (known, coached) = (db.Enrolments.WithSessionsSeenBy(caller, db).Select(e => e.Id), db.CoachingSessions.HeldBy(caller));
        var own = db.SessionParticipants.Where(p => p.PersonId == caller.AsLearner).Select(p => p.SessionId);
        return parts.Where(p => own.Contains(p.SessionId) || known.Contains(p.EnrolmentId) || coached.Contains(p.SessionId));
    }

    /// <summary>
    /// Likewise, without what a participant is told of the others: no more than their names, and so not where they learn.
    /// </summary>
    public static IQueryable<SessionParticipant> KnownTo(this IQueryable<SessionParticipant> parts, Caller caller, LearningDb db)
    {
        if (caller.ActsAsProgramAdmin) return parts;
        var (known, coached) = (db.Enrolments.WithSessionsSeenBy(caller, db).Select(e => e.Id), db.CoachingSessions.HeldBy(caller));
        return parts.Where(p => p.PersonId == caller.AsLearner || known.Contains(p.EnrolmentId) || coached.Contains(p.SessionId));
    }

    private static IQueryable<Guid> HeldBy(this IQueryable<CoachingSession> sessions, Caller caller) =>
        sessions.Where(s => s.CoachId == caller.AsStaff).Select(s => s.Id);

    /// <summary>Relationships that the caller is in, or could begin and end for others.</summary>
    public static IQueryable<CoachingRelationship> SeenBy(this IQueryable<CoachingRelationship> relationships, Caller caller, LearningDb db)
    {
        if (caller.ActsAsProgramAdmin) return relationships;
        var led = CohortsLedBy(caller.AsOrganizer, db).Select(id => (Guid?)id);
        var agencies = db.AgencyMembers.Where(m => m.PersonId == caller.AsOrganizer).Select(m => (Guid?)m.AgencyId);
        return relationships.Where(r => r.CoachId == caller.AsStaff || r.CoacheeId == caller.AsLearner || led.Contains(r.CohortId)
            || agencies.Contains(r.AgencyId));
    }

    /// <summary>
    /// Relationships that have begun and not ended. Whoever comes to supervise or administer the coachee's agency needs their consent from
    /// then on, so this is asked of the present and not of how it began.
    /// </summary>
    public static IQueryable<CoachingRelationship> Active(this IQueryable<CoachingRelationship> relationships, LearningDb db) =>
        relationships.Begun().Where(r => r.AgreedAt != null || !db.CoachingRelationships.Supervised(db).Any(s => s.Id == r.Id));

    /// <summary>Relationships that have begun and not ended, those among them that rest until the coachee agrees.</summary>
    public static IQueryable<CoachingRelationship> Begun(this IQueryable<CoachingRelationship> relationships) =>
        relationships.Where(r => r.BeganAt != null && r.EndedAt == null);

    /// <summary>Relationships that wait for the coachee's consent.</summary>
    public static IQueryable<CoachingRelationship> Proposed(this IQueryable<CoachingRelationship> relationships, LearningDb db) =>
        relationships.Where(r => r.EndedAt == null && r.AgreedAt == null
            && (r.BeganAt == null || db.CoachingRelationships.Supervised(db).Any(s => s.Id == r.Id)));

    /// <summary>Whether somebody supervises or administers an agency under which the other one learns.</summary>
    public static Task<bool> IsSupervised(this LearningDb db, Guid coachId, Guid coacheeId, CancellationToken ct) =>
        db.LearnersOfAgenciesOf(coachId).AnyAsync(id => id == coacheeId, ct);

    /// <summary>Relationships whose coach supervises or administers an agency under which the coachee learns.</summary>
    public static IQueryable<CoachingRelationship> Supervised(this IQueryable<CoachingRelationship> relationships, LearningDb db) =>
        relationships.Where(r => db.AgencyMembers.Any(m => m.PersonId == r.CoachId
            && db.Enrolments.Any(e => e.PersonId == r.CoacheeId && e.AgencyId == m.AgencyId)));

    /// <summary>
    /// Relationships with the enrolments of their coachee for which they hold: those in their cohort, or under their agency.
    /// </summary>
    public static IQueryable<CoachedEnrolment> WithEnrolments(this IQueryable<CoachingRelationship> relationships, LearningDb db) =>
        relationships.Join(db.Enrolments, r => r.CoacheeId, e => e.PersonId, (r, e) => new { Relationship = r, Enrolment = e })
            // Who has no agency shares none with a relationship in a cohort.
            .Where(c => c.Relationship.CohortId == c.Enrolment.CohortId
                || (c.Relationship.AgencyId != null && c.Relationship.AgencyId == c.Enrolment.AgencyId))
            .Select(c => new CoachedEnrolment { Relationship = c.Relationship, EnrolmentId = c.Enrolment.Id });

    /// <summary>Cohorts in which somebody teaches or leads.</summary>
    public static IQueryable<Guid> CohortsOf(Guid personId, LearningDb db) =>
        db.CohortMembers.Where(m => m.PersonId == personId).Select(m => m.CohortId);

    /// <summary>Cohorts that somebody leads.</summary>
    public static IQueryable<Guid> CohortsLedBy(Guid personId, LearningDb db) =>
        db.CohortMembers.Where(m => m.PersonId == personId && m.Role == CohortRole.Lead).Select(m => m.CohortId);
}

/// <summary>A relationship, and an enrolment for which it holds.</summary>
internal sealed class CoachedEnrolment
{
    public required CoachingRelationship Relationship { get; init; }

    public required Guid EnrolmentId { get; init; }
}
