using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.FollowUps;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// A coach's desk: what waits for a record, for feedback, for an outcome or for a word, how each of those whom they coach stands, and whose
/// practice seems to slip; longest wait first.
/// </summary>
public sealed record GetCoachingDesk : IQuery<CoachingDesk>;

/// <summary>What a coach sees first.</summary>
/// <param name="Caseload">Active relationships with people who learn.</param>
/// <param name="Next">The next planned session; null for none.</param>
/// <param name="Unrecorded">Sessions of the last 60 days that began and have no record, oldest first.</param>
/// <param name="FeedbackOwed">Observations of the last half year that were not talked over, oldest first.</param>
/// <param name="AwaitingClose">Steps of coachees that are due or done and have no outcome, the first due first.</param>
/// <param name="FollowUps">
/// What needs a human of those whom the caller coaches by a relationship, the first due first; it is closed among the cohort's follow-ups.
/// </param>
/// <param name="Coachees">Everybody whom the caller coaches by a relationship, who is behind first.</param>
/// <param name="Fidelity">
/// Those of them whose fidelity the caller may see, where its trend falls or is below the line. Talk about it with them: it is told nowhere
/// else but on their own trend.
/// </param>
public sealed record CoachingDesk(
    int Caseload, DeskSession? Next, IReadOnlyList<DeskSession> Unrecorded, IReadOnlyList<OwedFeedback> FeedbackOwed,
    IReadOnlyList<DeskItem> AwaitingClose, IReadOnlyList<DeskFollowUp> FollowUps, IReadOnlyList<DeskCoachee> Coachees,
    IReadOnlyList<DeskFidelity> Fidelity);

/// <summary>A coachee's trend on one instrument that is worth a talk.</summary>
/// <param name="Instrument" example="tpo-1">The instrument's code.</param>
/// <param name="Falling">Whether their totals fall, more than chance alone would have it.</param>
/// <param name="BelowLine">Whether the newest two are under the line and an earlier one was not.</param>
public sealed record DeskFidelity(CoachingPerson Coachee, string Instrument, bool Falling, bool BelowLine);

/// <summary>A coachee who would be helped by a word with their coach.</summary>
/// <param name="CohortId">The cohort among whose follow-ups it stands.</param>
/// <param name="Reasons">Codes, each once.</param>
/// <param name="DueOn">Three working days after it came up.</param>
public sealed record DeskFollowUp(
    Guid Id, Guid CohortId, CoachingPerson Learner, IReadOnlyList<FollowUpReason> Reasons, DateTime OpenedAt, DateOnly DueOn);

/// <summary>A coachee's step that waits for its outcome.</summary>
/// <param name="DueOn">The day by which it was to be done.</param>
/// <param name="IsDone">Whether anybody has said that it is done.</param>
public sealed record DeskItem(Guid Id, CoachingPerson Owner, DateOnly DueOn, bool IsDone);

/// <summary>A session on a desk.</summary>
/// <param name="StartsAt">When it begins, or began.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="RecordBy">Until when it can be recorded.</param>
/// <param name="Participants">Who takes part, by name.</param>
public sealed record DeskSession(
    Guid Id, SessionMode Mode, DateTime StartsAt, SessionStatus Status, DateTime RecordBy, IReadOnlyList<CoachingPerson> Participants);

/// <summary>Somebody whom the caller coaches.</summary>
/// <param name="RelationshipId">The relationship by which they do.</param>
/// <param name="Dosage">How much coaching they have had; null where that is not counted.</param>
/// <param name="NextSession">When their next session begins, with whomever; null for none.</param>
/// <param name="OpenItems">How many steps they have agreed that the caller may read.</param>
public sealed record DeskCoachee(
    Guid RelationshipId, Guid PersonId, string Name, Guid EnrolmentId, DosageView? Dosage, DateTime? NextSession, int OpenItems);

internal sealed class GetCoachingDeskHandler(
    LearningDb db, Caller caller, DosageQueries dosages, InstrumentLibrary instruments, Settings settings, TimeProvider clock,
    ILogger<GetCoachingDesk> log)
    : IRequestHandler<GetCoachingDesk, CoachingDesk>
{
    private const int UnrecordedDays = 60;
    private const int OwedDays = 183;

    public async Task<CoachingDesk> Handle(GetCoachingDesk request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var (unrecordedSince, owedSince) = (now.AddDays(-UnrecordedDays), now.AddDays(-OwedDays));
        var open = await db.CoachingSessions.AsNoTracking()
            .Where(s => s.CoachId == caller.PersonId && s.StartsAt > unrecordedSince
                && (s.Status == SessionStatus.Planned || s.Status == SessionStatus.Unrecorded))
            .LoadReadablePageAsync(s => s.Id, all => all.OrderBy(s => s.StartsAt).ThenBy(s => s.Id),
                some => some.Include(s => s.Participants).AsSingleQuery().ToListAsync(cancellationToken), log.LeavesOut("session"),
                cancellationToken);
        var seen = db.SessionParticipants.Where(p => p.Observation != null)
            .Join(db.CoachingSessions.Where(s => s.CoachId == caller.PersonId && s.StartsAt > owedSince), p => p.SessionId, s => s.Id,
                (p, _) => p.EnrolmentId);
        var active = db.CoachingRelationships.Where(r => r.CoachId == caller.PersonId).Active(db);
        var coachees = active.Select(r => r.CoacheeId);
        var agreed = db.ActionItems.CoachedBy(caller.PersonId, db).Where(i => i.State == ActionState.Agreed);
        var stepping = agreed.Select(i => i.EnrolmentId);
        var ofOwnAgency = db.LearnersOfOwnAgencies(caller);
        var (sharing, taught, today) = (db.CoacheesSharingWith(caller), db.LearnersTaughtBy(caller), DateOnly.FromDateTime(now));
        var since = Months.Of(today).AddMonths(-Trend.Months);
        var rated = db.FidelityReviews.Counted().Where(r => coachees.Contains(r.SubjectId) && r.Event.Month >= since
            && r.RaterRole != RaterRole.Self && (sharing.Contains(r.SubjectId) || taught.Contains(r.SubjectId)));
        var theirs = db.Enrolments.Where(e => coachees.Contains(e.PersonId)).Select(e => e.Id);
        // One list of ids: by one of three conditions, SQLite would go through all enrolments.
        var shown = theirs.Union(seen).Union(stepping);
        var coached = await db.Enrolments.AsNoTracking().CoachedBy(caller, db).Where(e => shown.Contains(e.Id))
            .LoadReadablePageAsync(e => e.Id, all => all, some => some.Join(db.Cohorts, e => e.CohortId, c => c.Id, (e, c) => new
            {
                Enrolment = e,
                Cohort = c,
                // Of sessions that others have held with them the caller knows nothing.
                IsOfOwnAgency = ofOwnAgency.Contains(e.PersonId),
                Relationships = active.Where(r => r.CoacheeId == e.PersonId).Select(r => new { r.Id, r.CohortId, r.AgencyId }).ToList(),
                Items = agreed.Where(i => i.EnrolmentId == e.Id)
                    .Select(i => new { i.Id, i.DueOn, IsDone = i.Evidence.Any(v => v.Level == TransferLevel.Applied) }).ToList(),
                Rated = rated.Where(r => r.SubjectId == e.PersonId).Select(FidelityQueries.ToHead).ToList(),
                FollowUps = db.FollowUps.Where(f => f.EnrolmentId == e.Id && theirs.Contains(f.EnrolmentId) && f.ClosedAt == null)
                    .SelectMany(f => f.Triggers, (f, t) => new { f.Id, f.OpenedAt, f.DueOn, t.Reason, t.At }).ToList(),
            }).AsSingleQuery().ToListAsync(cancellationToken), log.LeavesOut("coachee"), cancellationToken);
        var read = await dosages.ReadableSessionsOf(coached.Select(l => l.Enrolment.Id), cancellationToken);
        var (learners, sessions) = (coached.FindAll(l => !read.Damaged.Contains(l.Enrolment.Id)), read.Of);

        var owed = learners.SelectMany(l => ToldObservation
                .Of(new(l.Enrolment.PersonId, l.Enrolment.LearnerName), Zones.Find(l.Cohort.TimeZone), [.. sessions[l.Enrolment.Id]])
                .Where(o => o.CoachId == caller.PersonId && o.Observation.ToldOn is null
                    && o.Observation.ObservedOn >= l.Cohort.Today(owedSince))
                .Select(o => OwedFeedback.Of(o.Observation, l.Cohort.Today(now))))
            .OrderByDescending(o => o.Days).ThenBy(o => o.SessionId).ToList();
        var awaiting = learners.SelectMany(l => l.Items.Where(i => i.IsDone || i.DueOn <= l.Cohort.Today(now))
                .Select(i => new DeskItem(i.Id, new(l.Enrolment.PersonId, l.Enrolment.LearnerName), i.DueOn, i.IsDone)))
            .OrderBy(i => i.DueOn).ThenBy(i => i.Id).ToList();
        var related = learners.ConvertAll(l => (Learner: l, Relationships: l.Relationships.FindAll(
            r => r.CohortId == l.Cohort.Id || (r.AgencyId is not null && r.AgencyId == l.Enrolment.AgencyId))));
        // By a relationship, and nobody whose agency the caller supervises or administers.
        var seenTo = related.Where(l => l.Relationships.Count > 0 && !l.Learner.IsOfOwnAgency
            && l.Learner.Enrolment.Status != EnrolmentStatus.Withdrawn).Select(l => l.Learner);
        var followUps = seenTo.SelectMany(l => l.FollowUps.GroupBy(f => new { f.Id, f.OpenedAt, f.DueOn }).Select(f => new DeskFollowUp(
                f.Key.Id, l.Cohort.Id, new(l.Enrolment.PersonId, l.Enrolment.LearnerName),
                [.. f.OrderBy(t => t.At).ThenBy(t => t.Reason).Select(t => t.Reason).Distinct()], f.Key.OpenedAt, f.Key.DueOn)))
            .OrderBy(f => f.DueOn).ThenBy(f => f.OpenedAt).ThenBy(f => f.Id).ToList();
        var rows = related.SelectMany(one => one.Relationships.Select(r =>
            {
                var l = one.Learner;
                var own = sessions[l.Enrolment.Id].ToList();
                var dosage = l.Cohort.Coaching ? dosages.Of(l.Cohort, l.Enrolment.EnrolledAt, own) : null;
                return (Last: own.Where(s => s.Attendance == Attendance.Attended).Max(s => (DateTime?)s.StartsAt), View: new DeskCoachee(
                    r.Id, l.Enrolment.PersonId, l.Enrolment.LearnerName, l.Enrolment.Id,
                    dosage is null ? null : dosages.View(dosage, own, withAttendance: !l.IsOfOwnAgency), dosages.Next(own),
                    l.Items.Count));
            }))
            // Who is behind first, and of those whoever was longest without a session.
            .OrderByDescending(c => c.View.Dosage?.State == DosageState.Behind).ThenBy(c => c.Last ?? DateTime.MinValue)
            .ThenByName(c => c.View.Name).ThenBy(c => c.View.EnrolmentId).Select(c => c.View).ToList();
        var slipping = new List<DeskFidelity>();
        // Who learns in two cohorts has one practice.
        foreach (var learner in learners.DistinctBy(l => l.Enrolment.PersonId))
        {
            foreach (var series in TrendSeries.Of(learner.Rated, today))
            {
                var total = (await instruments.Find(db, series.Instrument, series.Version, cancellationToken))?.TotalScore;
                var trend = series.Trend(total?.Line, settings.DriftSlope);
                var falls = trend.Signal == TrendSignal.Falling;
                if (falls || trend.BelowLine)
                    slipping.Add(new(new(learner.Enrolment.PersonId, learner.Enrolment.LearnerName), series.Instrument, falls,
                        trend.BelowLine));
            }
        }

        return new(
            rows.DistinctBy(c => c.RelationshipId).Count(),
            open.Where(s => s.Status == SessionStatus.Planned && s.StartsAt > now).Select(Of).FirstOrDefault(),
            [.. open.Where(s => s.StartsAt <= now).Select(Of)], owed, awaiting, followUps, rows,
            [
                .. slipping.OrderByDescending(f => f.Falling).ThenByName(f => f.Coachee.Name)
                    .ThenBy(f => f.Coachee.Id).ThenBy(f => f.Instrument, StringComparer.Ordinal),
            ]);
    }

    private static DeskSession Of(CoachingSession session) => new(
        session.Id, session.Mode, session.StartsAt, session.Status, session.StartsAt.AddDays(CoachingSession.DaysToRecord),
        [.. session.Participants.OrderByName(p => p.Name).ThenBy(p => p.PersonId).Select(p => new CoachingPerson(p.PersonId, p.Name))]);
}
