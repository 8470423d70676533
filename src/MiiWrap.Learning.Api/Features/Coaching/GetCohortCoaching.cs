using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// The coaching in a cohort, coach by coach, for its leads: how many they coach, how soon they tell, and who does not come.
/// </summary>
public sealed record GetCohortCoaching(Guid CohortId) : IQuery<CohortCoaching>;

/// <summary>The coaching in a cohort.</summary>
/// <param name="Coaches">Everybody who coaches in it or has held a session, by name.</param>
/// <param name="Dosage">How many learners stand where.</param>
public sealed record CohortCoaching(IReadOnlyList<CoachFigures> Coaches, DosageCounts Dosage);

/// <summary>One coach in figures, of this cohort alone.</summary>
/// <param name="Caseload">Learners of the cohort whom they coach by a relationship.</param>
/// <param name="Sessions">Sessions that were held.</param>
/// <param name="Minutes">How long these took together.</param>
/// <param name="NoShows">How often somebody did not come.</param>
/// <param name="LoopClosure">How many of the steps that they agreed got an outcome in time.</param>
public sealed record CoachFigures(
    CoachingPerson Coach, int Caseload, int Sessions, int Minutes, int NoShows, TurnaroundView Turnaround, LoopClosureView LoopClosure);

/// <summary>Of the steps that were due 14 days ago or earlier, how many got an outcome within 14 days of that.</summary>
/// <param name="Due">How many were due.</param>
/// <param name="Closed">How many of these were closed in time.</param>
/// <param name="Rate">Their share; null of nothing.</param>
/// <param name="CiLow">The lower end of Wilson's 95 % interval.</param>
/// <param name="CiHigh">The upper end of Wilson's 95 % interval.</param>
/// <param name="Kept">How many of those that were due were kept.</param>
/// <param name="KeptRate">Their share; null of nothing.</param>
public sealed record LoopClosureView(int Due, int Closed, double? Rate, double? CiLow, double? CiHigh, int Kept, double? KeptRate)
{
    internal static LoopClosureView Of(LoopClosure loops)
    {
        var (closed, kept) = (loops.InTime, loops.Kept);
        return new(closed.Denominator, closed.Numerator, closed.Rate, closed.Interval?.Low, closed.Interval?.High, kept.Numerator,
            kept.Rate);
    }
}

/// <summary>How long it took from an observation until it was talked over, in working days.</summary>
/// <param name="Told">How many observations were talked over.</param>
/// <param name="P50">The days within which half of them were; null for none.</param>
/// <param name="P95">The days within which 95 of a hundred were; null for none.</param>
/// <param name="Late">Those that took five to nine days.</param>
/// <param name="Overdue">Those that took ten days or more.</param>
/// <param name="Waiting">Observations that are still to be talked over, oldest first.</param>
public sealed record TurnaroundView(int Told, int? P50, int? P95, int Late, int Overdue, IReadOnlyList<OwedFeedback> Waiting)
{
    internal static TurnaroundView Of(IReadOnlyCollection<ToldObservation> observations, DateOnly today)
    {
        var days = observations.Where(o => o.ToldOn is not null).Select(o => Turnaround.Of(o.ObservedOn, o.ToldOn!.Value)).ToList();
        return new(
            days.Count, Turnaround.Percentile(days, 50), Turnaround.Percentile(days, 95),
            days.Count(d => Turnaround.WaitOf(d) == ReviewWait.Late), days.Count(d => Turnaround.WaitOf(d) == ReviewWait.Overdue),
            [.. observations.Where(o => o.ToldOn is null).OrderBy(o => o.ObservedOn).ThenBy(o => o.SessionId)
                .Select(o => OwedFeedback.Of(o, today))]);
    }
}

/// <summary>An observation that is still to be talked over.</summary>
/// <param name="SessionId">The session in which it was.</param>
/// <param name="Days">Working days since then.</param>
/// <param name="Wait">How that compares with what is meant.</param>
public sealed record OwedFeedback(Guid SessionId, CoachingPerson Learner, int Days, ReviewWait Wait)
{
    internal static OwedFeedback Of(ToldObservation one, DateOnly today)
    {
        var days = Turnaround.Of(one.ObservedOn, today);
        return new(one.SessionId, one.Learner, days, Turnaround.WaitOf(days));
    }
}

/// <summary>One observation, and the day on which it was talked over; null where that is still owed.</summary>
internal sealed record ToldObservation(Guid SessionId, CoachingPerson Learner, DateOnly ObservedOn, DateOnly? ToldOn)
{
    /// <summary>Those of one learner, in which each coach tells what they themselves have seen.</summary>
    public static IEnumerable<(Guid CoachId, ToldObservation Observation)> Of(
        CoachingPerson learner, TimeZoneInfo zone, IReadOnlyCollection<CountedSession> sessions)
    {
        // Somebody may have had two stand-ins in one session.
        var coaches = sessions.ToLookup(s => s.SessionId, s => s.CoachId);
        return Dosage.FeedbackOn(DosageQueries.AttendedIn(zone, sessions))
            .Select(f => (coaches[f.Observed.SessionId].First(),
                new ToldObservation(f.Observed.SessionId, learner, f.Observed.Day, f.Feedback?.Day)));
    }
}

internal sealed class GetCohortCoachingHandler(LearningDb db, Caller caller, DosageQueries dosages, TimeProvider clock)
    : IRequestHandler<GetCohortCoaching, CohortCoaching>
{
    public async Task<CohortCoaching> Handle(GetCohortCoaching request, CancellationToken cancellationToken)
    {
        var found = await db.Cohorts.AsNoTracking().SeenBy(caller, db).Where(c => c.Id == request.CohortId)
            .Select(c => new { Cohort = c, IsLead = c.Staff.Any(m => m.PersonId == caller.PersonId && m.Role == CohortRole.Lead) })
            .SingleOrDefaultAsync(cancellationToken) ?? throw new NotFoundException("cohort");
        new CohortAccess(caller.IsProgramAdmin, caller.ActsAsProgramAdmin || found.IsLead, MayTeach: true).MustLead();
        var cohort = found.Cohort;
        if (!cohort.Coaching) throw new NotFoundException("dosage");
        // A lead reads nothing of the sessions of learners whose agency they supervise.
        var known = db.Enrolments.WithSessionsSeenBy(caller, db).Where(e => e.CohortId == cohort.Id);
        var (active, present) = (db.CoachingRelationships.Active(db), db.Enrolments.OfPresent(db));
        var learners = await known.AsNoTracking().LoadAllOrNoneAsync(e => e.Id, some => some.Select(e => new
        {
            e.Id,
            e.PersonId,
            e.LearnerName,
            e.AgencyId,
            e.EnrolledAt,
            e.Status,
            IsPresent = present.Any(x => x.Id == e.Id),
            Coaches = active.Where(r => r.CoacheeId == e.PersonId)
                .Select(r => new { r.CoachId, db.Users.First(p => p.Id == r.CoachId).Name, r.CohortId, r.AgencyId }).ToList(),
            Items = db.ActionItems.Where(i => i.EnrolmentId == e.Id && i.CoachId != null && i.AgreedOn != null)
                .Select(i => new { CoachId = i.CoachId!.Value, db.Users.First(p => p.Id == i.CoachId).Name, i.DueOn, i.ClosedOn,
                    i.Outcome })
                .ToList(),
        }).AsSingleQuery().ToListAsync(cancellationToken), cancellationToken);
        var sessions = await dosages.SessionsOf(known.Select(e => e.Id), cancellationToken);

        var (zone, today) = (Zones.Find(cohort.TimeZone), cohort.Today(clock.UtcNow()));
        // With who has left nothing can be talked over or closed any more.
        var observations = learners.SelectMany(e => ToldObservation.Of(new(e.PersonId, e.LearnerName), zone, [.. sessions[e.Id]])
            .Where(o => e.IsPresent || o.Observation.ToldOn is not null)).ToLookup(o => o.CoachId);
        var byCoach = sessions.SelectMany(s => s).Where(s => s.Status != SessionStatus.Planned).ToLookup(s => s.CoachId);
        var caseloads = learners
            .SelectMany(e => e.Coaches.Where(c => c.CohortId == cohort.Id || (c.AgencyId is not null && c.AgencyId == e.AgencyId))
                .DistinctBy(c => c.CoachId)).ToLookup(c => c.CoachId);
        var items = learners.SelectMany(e => e.Items.Where(i => e.IsPresent || i.ClosedOn is not null)).ToLookup(i => i.CoachId);
        var coaches = byCoach.Select(g => new CoachingPerson(g.Key, g.First().CoachName))
            .UnionBy(caseloads.Select(g => new CoachingPerson(g.Key, g.First().Name)), c => c.Id)
            .UnionBy(items.Select(g => new CoachingPerson(g.Key, g.First().Name)), c => c.Id);
        var figures = coaches.OrderByName(c => c.Name).ThenBy(c => c.Id).Select(coach =>
        {
            var held = byCoach[coach.Id].Where(s => s.Status == SessionStatus.Held).DistinctBy(s => s.SessionId).ToList();
            return new CoachFigures(
                coach, caseloads[coach.Id].Count(), held.Count, held.Sum(s => s.Minutes),
                byCoach[coach.Id].Count(s => s.Attendance == Attendance.NoShow),
                TurnaroundView.Of([.. observations[coach.Id].Select(o => o.Observation)], today),
                LoopClosureView.Of(LoopClosure.Of([.. items[coach.Id].Select(i => new AgreedStep(i.DueOn, i.ClosedOn, i.Outcome))],
                    today)));
        }).ToList();
        return new(figures, DosageCounts.Of([.. learners.Where(e => e.Status != EnrolmentStatus.Withdrawn)
            .Select(e => dosages.Of(cohort, e.EnrolledAt, sessions[e.Id]).State)]));
    }
}
