using System.Linq.Expressions;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Reflections;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Me;

/// <summary>
/// The one thing to do next, the open check-ins, the drafts not handed in, the feedback not yet opened, the next coaching session, and the
/// steps that the caller has set out on.
/// </summary>
public sealed record GetNext : IQuery<WhatIsNext>;

/// <summary>What a learner or a coach sees first.</summary>
/// <param name="Next">
/// What somebody waits for goes first: a reflection that came back, a step that is due or proposed, a session to record, a coachee's step
/// to close; then the next unit, a reflection not handed in yet, and the next session.
/// </param>
/// <param name="CheckIns">The check-ins that wait for an answer.</param>
/// <param name="Drafts">Reflections that were begun, or taken back, and are not handed in; the last one written first.</param>
/// <param name="Feedback">The reviews that were not opened yet.</param>
/// <param name="Session">The next coaching session, as coach or coachee; null for none.</param>
/// <param name="Commitments">The caller's own action items that are agreed, or wait for their word; the first due first.</param>
public sealed record WhatIsNext(
    NextStep? Next, IReadOnlyList<OwnNudgeItem> CheckIns, IReadOnlyList<OpenDraft> Drafts, IReadOnlyList<WaitingFeedback> Feedback,
    NextSession? Session, IReadOnlyList<Commitment> Commitments);

/// <summary>A step that the caller has set out on, or that a coach has proposed.</summary>
/// <param name="State">Whether it is agreed, or waits for that.</param>
/// <param name="Sign">How both will know that it was done.</param>
/// <param name="DueOn">The day by which it is done.</param>
/// <param name="IsDone">Whether anybody has said that it is done; it waits to be closed then.</param>
public sealed record Commitment(Guid Id, ActionState State, PlanView IfThen, string Sign, DateOnly DueOn, bool IsDone);

/// <summary>A coaching session that is to come.</summary>
/// <param name="StartsAt">When it begins.</param>
/// <param name="IsCoach">Whether the caller holds it; else they take part.</param>
public sealed record NextSession(Guid Id, DateTime StartsAt, int Minutes, bool IsCoach);

/// <summary>One thing to do.</summary>
/// <param name="Href">The address of it in this API.</param>
public sealed record NextStep(NextStepKind Kind, string Title, string Href);

/// <summary>What kind of thing is to be done.</summary>
public enum NextStepKind
{
    Unit,
    Reflection,

    /// <summary>A step of one's own that is due, or a coach's proposal.</summary>
    Commitment,

    /// <summary>A session of one's own that has begun and has no record.</summary>
    Record,

    /// <summary>A coachee's step that is due or done, and has no outcome.</summary>
    Close,

    /// <summary>A coaching session that is to come.</summary>
    Session,
}

/// <summary>A reflection that was begun and not handed in.</summary>
public sealed record OpenDraft(Guid EnrolmentId, string Assignment, string UnitTitle, DateTime SavedAt);

/// <summary>Feedback that the learner has not opened.</summary>
public sealed record WaitingFeedback(Guid EnrolmentId, string Assignment, DateTime PublishedAt);

internal sealed class GetNextHandler(LearningDb db, Caller caller, CurriculumLibrary library, TimeProvider clock, ILogger<GetNext> log)
    : IRequestHandler<GetNext, WhatIsNext>
{
    public async Task<WhatIsNext> Handle(GetNext request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var today = DateOnly.FromDateTime(now);
        var checkIns = await db.UnitNudges
            .Where(n => n.PersonId == caller.AsLearner && n.Status == NudgeStatus.Sent && n.Response == null && n.ExpiresAt > now)
            .LoadReadablePageAsync(n => n.Id, some => some.OrderBy(n => n.ExpiresAt).ThenBy(n => n.Id).Take(Paging.MostLimit),
                some => some.WithOpportunity(db).OrderBy(n => n.Nudge.ExpiresAt).ThenBy(n => n.Nudge.Id).ToListAsync(cancellationToken),
                log.LeavesOut("nudge"), cancellationToken);
        var own = await ReadOwn(now, today, cancellationToken);
        var reflections = own.Reflections;
        var feedback = reflections.Where(r => r.FeedbackWaitingSince is not null).Take(Paging.MostLimit)
            .Select(r => new WaitingFeedback(r.EnrolmentId, r.Assignment, r.FeedbackWaitingSince!.Value));
        var studied = await Studied(reflections.ToLookup(r => r.EnrolmentId), cancellationToken);
        var (back, later) = Next(studied, now);
        var ownToday = Zones.TryFind(own.TimeZone, out var zone) ? Zones.LocalDate(now, zone) : today;
        var next = back
            ?? own.Commitments.Where(c => c.State == ActionState.Proposed || (c.DueOn <= ownToday && !c.IsDone))
                .Select(c => new NextStep(NextStepKind.Commitment, IfThenText.Of(c.IfThen), $"/v1/action-items/{c.Id}")).FirstOrDefault()
            ?? (own.ToRecord is { } toRecord
                ? new NextStep(NextStepKind.Record, "Say how your coaching session went", $"/v1/coaching-sessions/{toRecord}") : null)
            ?? (own.ToClose is { } toClose
                ? new NextStep(NextStepKind.Close, "Say what became of a step of somebody you coach", $"/v1/action-items/{toClose}") : null)
            ?? later
            ?? (own.Session is { } session ? new(NextStepKind.Session, "Coaching session", $"/v1/coaching-sessions/{session.Id}") : null);
        return new(next, await library.ItemsOf(db, checkIns, cancellationToken), Drafts(studied), [.. feedback], own.Session,
            [.. own.Commitments.Select(c => new Commitment(
                c.Id, c.State, new(c.IfThen.Cue, c.IfThen.Action, c.IfThen.PlannedFor), c.Sign, c.DueOn, c.IsDone))]);
    }

    /// <summary>What is the caller's own: in one statement, and part by part without what is damaged where anything of it is.</summary>
    private async Task<Own> ReadOwn(DateTime now, DateOnly today, CancellationToken ct)
    {
        var (learner, staff, recordable) = (caller.AsLearner, caller.AsStaff, now.AddDays(-CoachingSession.DaysToRecord));
        var taken = db.SessionParticipants.Where(p => p.PersonId == learner && p.Attendance == null).Select(p => p.SessionId);
        var planned = db.CoachingSessions.Where(s => s.Status == SessionStatus.Planned);
        var coming = planned.Where(s => s.StartsAt > now && (s.CoachId == staff || taken.Contains(s.Id)));
        var toRecord = planned.Where(s => s.CoachId == staff && s.StartsAt <= now && s.StartsAt > recordable);
        var agreed = db.ActionItems.Where(i => i.OwnerId == learner && (i.State == ActionState.Proposed || i.State == ActionState.Agreed)
            && db.Enrolments.Any(e => e.Id == i.EnrolmentId && e.Status != EnrolmentStatus.Withdrawn));
        var written = db.Reflections.Where(r => r.PersonId == learner);
        // What was due yesterday is due in every zone; what is due today or tomorrow, as the cohort counts its days.
        var coached = db.ActionItems.CoachedBy(staff, db).Where(i => i.CoachId == staff && i.State == ActionState.Agreed);
        var toClose = coached.Where(i => i.DueOn < today || i.Evidence.Any(e => e.Level == TransferLevel.Applied));
        var tomorrow = today.AddDays(1);
        var almostDue = coached.Where(i => i.DueOn == today || i.DueOn == tomorrow).Join(db.Enrolments, i => i.EnrolmentId, e => e.Id,
            (i, e) => new { Item = i, e.CohortId }).Join(db.Cohorts, i => i.CohortId, c => c.Id, (i, c) => new { i.Item, c.TimeZone });
        var (session, begun, due) = (Earliest(coming), Earliest(toRecord), ByDay(toClose).Take(1));
        try
        {
            var own = await db.Users.Where(p => p.Id == caller.PersonId)
                .SelectMany(_ => session.DefaultIfEmpty(), (p, s) => new { Person = p, Session = s })
                .SelectMany(_ => begun.DefaultIfEmpty(), (o, s) => new { o.Person, o.Session, Begun = s })
                .SelectMany(_ => due.DefaultIfEmpty(), (o, i) => new
                {
                    o.Person.TimeZone,
                    SessionId = (Guid?)o.Session!.Id,
                    StartsAt = (DateTime?)o.Session.StartsAt,
                    Minutes = (int?)o.Session.Minutes,
                    CoachId = (Guid?)o.Session.CoachId,
                    ToRecord = (Guid?)o.Begun!.Id,
                    BegunAt = (DateTime?)o.Begun.StartsAt,
                    ToClose = (Guid?)i!.Id,
                    DueOn = (DateOnly?)i.DueOn,
                    AlmostDue = almostDue.Where(d => d.Item.CoachId == o.Person.Id).OrderBy(d => d.Item.DueOn).ThenBy(d => d.Item.Id)
                        .Select(d => new DueStep(d.Item.Id, d.Item.DueOn, d.TimeZone)).ToList(),
                    Commitments = agreed.Where(a => a.OwnerId == o.Person.Id).OrderBy(a => a.DueOn).ThenBy(a => a.Id)
                        .Select(AsStep).ToList(),
                    Reflections = written.Where(r => r.PersonId == o.Person.Id).OrderBy(r => r.FeedbackWaitingSince)
                        .ThenBy(r => r.Id).Select(AsWritten).ToList(),
                }).AsNoTracking().AsSingleQuery().SingleAsync(ct);
            return new(
                own.TimeZone, own.SessionId is { } id ? new(id, own.StartsAt!.Value, own.Minutes!.Value, own.CoachId == staff) : null,
                own.Commitments, own.ToRecord, FirstOf(own.ToClose, own.DueOn, own.AlmostDue), own.Reflections);
        }
        catch (Exception e) when (e.IsOfOneRow())
        {
            var damaged = new List<Guid>();
            var leftOut = log.LeavesOut("reflection");
            var readable = await written.LoadReadablePageAsync(
                r => r.Id, some => some.OrderBy(r => r.FeedbackWaitingSince).ThenBy(r => r.Id),
                some => some.Select(AsWritten).ToListAsync(ct), leftOut + ((id, _) => damaged.Add(id)), ct);
            // It was written: nobody is asked to write it, and nothing else is said of it.
            readable.AddRange(await db.Reflections.Where(r => damaged.Contains(r.Id))
                .Select(r => new Written(r.EnrolmentId, r.Assignment, ReflectionStatus.Draft, false, default, null)).ToListAsync(ct));
            var waiting = (await Steps(toClose, some => ByDay(some).Take(1))).FirstOrDefault();
            return new(
                await db.Users.Where(p => p.Id == caller.PersonId).Select(p => p.TimeZone).SingleAsync(ct),
                await First(coming), await Steps(agreed, ByDay), (await First(toRecord))?.Id,
                FirstOf(waiting?.Id, waiting?.DueOn, await almostDue.OrderBy(i => i.Item.DueOn).ThenBy(i => i.Item.Id)
                    .Select(i => new DueStep(i.Item.Id, i.Item.DueOn, i.TimeZone)).ToListAsync(ct)), readable);
        }

        Guid? FirstOf(Guid? id, DateOnly? dueOn, IEnumerable<DueStep> almost) =>
            almost.FirstOrDefault(i => i.DueOn <= Zones.LocalDate(now, Zones.Find(i.TimeZone))) is { } first && !(dueOn <= first.DueOn)
                ? first.Id
                : id;

        async Task<NextSession?> First(IQueryable<CoachingSession> sessions) => (await sessions.LoadReadablePageAsync(
            s => s.Id, Earliest, some => some.Select(s => new NextSession(s.Id, s.StartsAt, s.Minutes, s.CoachId == staff)).ToListAsync(ct),
            log.LeavesOut("session"), ct)).FirstOrDefault();

        Task<List<Step>> Steps(IQueryable<ActionItem> items, Func<IQueryable<ActionItem>, IQueryable<ActionItem>> page) =>
            items.LoadReadablePageAsync(
                i => i.Id, page, some => some.AsNoTracking().Select(AsStep).ToListAsync(ct), log.LeavesOut("action item"), ct);
    }

    private static IQueryable<CoachingSession> Earliest(IQueryable<CoachingSession> sessions) =>
        sessions.OrderBy(s => s.StartsAt).ThenBy(s => s.Id).Take(1);

    private static IQueryable<ActionItem> ByDay(IQueryable<ActionItem> items) => items.OrderBy(i => i.DueOn).ThenBy(i => i.Id);

    private async Task<IReadOnlyList<Study>> Studied(ILookup<Guid, Written> reflections, CancellationToken ct)
    {
        var own = db.Enrolments.Where(e => e.PersonId == caller.AsLearner && e.Status != EnrolmentStatus.Withdrawn);
        var enrolments = await own.LoadReadablePageAsync(
            e => e.Id, all => all,
            some => some.Include(e => e.Units).OrderBy(e => e.EnrolledAt).ThenBy(e => e.Id)
                .Join(db.Cohorts, e => e.CohortId, c => c.Id, (e, c) => new
                {
                    Enrolment = e,
                    Cohort = c,
                    Opened = db.ModuleOpenings.Where(o => o.EnrolmentId == e.Id).Select(o => o.Module).ToList(),
                }).AsNoTracking().AsSingleQuery().ToListAsync(ct),
            log.LeavesOut("enrolment"), ct);
        var studied = new List<Study>(enrolments.Count);
        foreach (var one in enrolments)
        {
            try
            {
                studied.Add(new(one.Enrolment, one.Cohort, await library.Of(db, one.Cohort, ct), one.Opened.ToHashSet(),
                    reflections[one.Enrolment.Id].ToDictionary(r => r.Assignment)));
            }
            catch (Exception e) when (e.IsOfOneRow())
            {
                log.LeavesOut("curriculum of enrolment")(one.Enrolment.Id, e);
            }
        }

        return studied;
    }

    private static IReadOnlyList<OpenDraft> Drafts(IReadOnlyList<Study> studied) =>
    [
        .. studied.SelectMany(s => s.Curriculum.Units.Select(u => (Unit: u, Written: s.Written.GetValueOrDefault(u.Slug))))
            .Where(d => d.Written is { Status: ReflectionStatus.Draft or ReflectionStatus.Withdrawn, IsShown: true })
            .OrderByDescending(d => d.Written!.DraftSavedAt)
            .Select(d => new OpenDraft(d.Written!.EnrolmentId, d.Unit.Slug, d.Unit.Title, d.Written.DraftSavedAt)).Take(Paging.MostLimit),
    ];

    /// <summary>A reflection that came back; and else the next unit, or a reflection not handed in yet.</summary>
    private static (NextStep? Back, NextStep? Later) Next(IReadOnlyList<Study> studies, DateTime now)
    {
        NextStep? unit = null, later = null;
        foreach (var (enrolment, cohort, curriculum, opened, written) in studies)
        {
            NextStep Reflection(TrainingUnit about) =>
                new(NextStepKind.Reflection, about.Title, $"/v1/enrolments/{enrolment.Id}/reflections/{about.Assignment.Slug}");
            if (curriculum.Units
                .FirstOrDefault(u => written.GetValueOrDefault(u.Slug) is { Status: ReflectionStatus.Revise, IsShown: true }) is { } back)
                return (Reflection(back), null);

            var accepted = written.Values.Where(r => r.Status == ReflectionStatus.Accepted).Select(r => r.Assignment).ToHashSet();
            var access = Journey.Access(curriculum, cohort, cohort.Today(now), accepted, opened);
            var open = access.Where(a => a.IsOpen).SelectMany(a => a.Module.Units)
                .FirstOrDefault(u => enrolment.StateOf(u.Slug) != UnitState.Completed);
            if (unit is null && open is not null && cohort.ClosedAt is null)
                unit = new(NextStepKind.Unit, open.Title, $"/v1/enrolments/{enrolment.Id}/units/{open.Slug}");
            var unwritten = curriculum.Units.FirstOrDefault(u => enrolment.StateOf(u.Slug) == UnitState.Completed
                && written.GetValueOrDefault(u.Slug) is null
                or { Status: ReflectionStatus.Draft or ReflectionStatus.Withdrawn, IsShown: true });
            if (unwritten is not null) later ??= Reflection(unwritten);
        }

        return (null, unit ?? later);
    }

    private static readonly Expression<Func<ActionItem, Step>> AsStep = i =>
        new(i.Id, i.State, i.IfThen, i.Sign, i.DueOn, i.Evidence.Any(e => e.Level == TransferLevel.Applied));

    private static readonly Expression<Func<Reflection, Written>> AsWritten = r => new(
        r.EnrolmentId, r.Assignment, r.StatusBeforeHold ?? r.Status, r.StatusBeforeHold == null && r.PurgedAt == null, r.DraftSavedAt,
        r.FeedbackWaitingSince);

    private sealed record Own(
        string TimeZone, NextSession? Session, IReadOnlyList<Step> Commitments, Guid? ToRecord, Guid? ToClose,
        IReadOnlyList<Written> Reflections);

    private sealed record Written(
        Guid EnrolmentId, string Assignment, ReflectionStatus Status, bool IsShown, DateTime DraftSavedAt, DateTime? FeedbackWaitingSince);

    /// <summary>A coachee's step that is due today or tomorrow, as the cohort counts its days.</summary>
    private sealed record DueStep(Guid Id, DateOnly DueOn, string TimeZone);

    private sealed record Step(Guid Id, ActionState State, IfThenPlan IfThen, string Sign, DateOnly DueOn, bool IsDone);

    private sealed record Study(
        Enrolment Enrolment, Cohort Cohort, Curriculum Curriculum, IReadOnlySet<string> Opened,
        IReadOnlyDictionary<string, Written> Written);
}
