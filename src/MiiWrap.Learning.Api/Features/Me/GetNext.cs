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

internal sealed class GetNextHandler(LearningDb db, Caller caller, CurriculumLibrary library, TimeProvider clock)
    : IRequestHandler<GetNext, WhatIsNext>
{
    public async Task<WhatIsNext> Handle(GetNext request, CancellationToken cancellationToken)
    {
        var (now, me) = (clock.UtcNow(), caller.PersonId);
        var (recordable, today) = (now.AddDays(-CoachingSession.DaysToRecord), DateOnly.FromDateTime(now));
        var checkIns = await db.UnitNudges
            .Where(n => n.PersonId == caller.PersonId && n.Status == NudgeStatus.Sent && n.Response == null && n.ExpiresAt > now)
            .OrderBy(n => n.ExpiresAt).ThenBy(n => n.Id).Take(Paging.MostLimit).WithOpportunity(db)
            .OrderBy(n => n.Nudge.ExpiresAt).ThenBy(n => n.Nudge.Id).ToListAsync(cancellationToken);
        var own = await db.Users.Where(p => p.Id == caller.PersonId).SelectMany(_ => Sessions(now).Take(1).DefaultIfEmpty(), (p, s) => new
        {
            SessionId = (Guid?)s!.Id,
            StartsAt = (DateTime?)s.StartsAt,
            Minutes = (int?)s.Minutes,
            CoachId = (Guid?)s.CoachId,
            p.TimeZone,
            Commitments = db.ActionItems
                .Where(i => i.OwnerId == p.Id && (i.State == ActionState.Proposed || i.State == ActionState.Agreed))
                .OrderBy(i => i.DueOn).ThenBy(i => i.Id)
                .Select(i => new Step(i.Id, i.State, i.IfThen, i.Sign, i.DueOn, i.Evidence.Any(e => e.Level == TransferLevel.Applied)))
                .ToList(),
            ToRecord = db.CoachingSessions
                .Where(s => s.CoachId == p.Id && s.Status == SessionStatus.Planned && s.StartsAt <= now && s.StartsAt > recordable)
                .OrderBy(s => s.StartsAt).ThenBy(s => s.Id).Select(s => (Guid?)s.Id).FirstOrDefault(),
            ToClose = db.ActionItems.CoachedBy(me, db)
                .Where(i => i.CoachId == me && i.State == ActionState.Agreed
                    && (i.DueOn <= today || i.Evidence.Any(e => e.Level == TransferLevel.Applied)))
                .OrderBy(i => i.DueOn).ThenBy(i => i.Id).Select(i => (Guid?)i.Id).FirstOrDefault(),
            Reflections = db.Reflections.Where(r => r.PersonId == p.Id).OrderBy(r => r.FeedbackWaitingSince).ThenBy(r => r.Id)
                .Select(r => new Written(
                    r.EnrolmentId, r.Assignment, r.StatusBeforeHold ?? r.Status, r.StatusBeforeHold == null
                        && r.PurgedAt == null, r.DraftSavedAt, r.FeedbackWaitingSince))
                .ToList(),
        }).AsNoTracking().AsSingleQuery().SingleAsync(cancellationToken);
        var reflections = own.Reflections;
        var feedback = reflections.Where(r => r.FeedbackWaitingSince is not null).Take(Paging.MostLimit)
            .Select(r => new WaitingFeedback(r.EnrolmentId, r.Assignment, r.FeedbackWaitingSince!.Value));
        var studied = await Studied(reflections.ToLookup(r => r.EnrolmentId), cancellationToken);
        var session = own.SessionId is { } id
            ? new NextSession(id, own.StartsAt!.Value, own.Minutes!.Value, own.CoachId == caller.PersonId)
            : null;
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
            ?? (session is null ? null : new(NextStepKind.Session, "Coaching session", $"/v1/coaching-sessions/{session.Id}"));
        return new(next, await library.ItemsOf(db, checkIns, cancellationToken), Drafts(studied), [.. feedback], session,
            [.. own.Commitments.Select(c => new Commitment(
                c.Id, c.State, new(c.IfThen.Cue, c.IfThen.Action, c.IfThen.PlannedFor), c.Sign, c.DueOn, c.IsDone))]);
    }

    /// <summary>The next first.</summary>
    private IQueryable<CoachingSession> Sessions(DateTime now)
    {
        var parts = db.SessionParticipants.Where(p => p.PersonId == caller.PersonId && p.Attendance == null).Select(p => p.SessionId);
        return db.CoachingSessions
            .Where(s => s.Status == SessionStatus.Planned && s.StartsAt > now && (s.CoachId == caller.PersonId || parts.Contains(s.Id)))
            .OrderBy(s => s.StartsAt).ThenBy(s => s.Id);
    }

    private async Task<IReadOnlyList<Study>> Studied(ILookup<Guid, Written> reflections, CancellationToken ct)
    {
        var enrolments = await db.Enrolments.OwnedBy(caller).Where(e => e.Status != EnrolmentStatus.Withdrawn).Include(e => e.Units)
            .OrderBy(e => e.EnrolledAt).ThenBy(e => e.Id)
            .Join(db.Cohorts, e => e.CohortId, c => c.Id, (e, c) => new
            {
                Enrolment = e,
                Cohort = c,
                Opened = db.ModuleOpenings.Where(o => o.EnrolmentId == e.Id).Select(o => o.Module).ToList(),
            }).AsNoTracking().AsSingleQuery().ToListAsync(ct);
        var studied = new List<Study>(enrolments.Count);
        foreach (var one in enrolments)
            studied.Add(new(one.Enrolment, one.Cohort, await library.Of(db, one.Cohort, ct), one.Opened.ToHashSet(),
                reflections[one.Enrolment.Id].ToDictionary(r => r.Assignment)));
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

    private sealed record Written(
        Guid EnrolmentId, string Assignment, ReflectionStatus Status, bool IsShown, DateTime DraftSavedAt, DateTime? FeedbackWaitingSince);

    private sealed record Step(Guid Id, ActionState State, IfThenPlan IfThen, string Sign, DateOnly DueOn, bool IsDone);

    private sealed record Study(
        Enrolment Enrolment, Cohort Cohort, Curriculum Curriculum, IReadOnlySet<string> Opened,
        IReadOnlyDictionary<string, Written> Written);
}
