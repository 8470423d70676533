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

namespace MiiWrap.Learning.Api.Features.Me;

/// <summary>
/// The one thing to do next, the open check-ins, the drafts not handed in, the feedback not yet opened, and the next coaching session.
/// </summary>
public sealed record GetNext : IQuery<WhatIsNext>;

/// <summary>What a learner sees first.</summary>
/// <param name="CheckIns">The check-ins that wait for an answer.</param>
/// <param name="Drafts">Reflections that were begun, or taken back, and are not handed in; the last one written first.</param>
/// <param name="Feedback">The reviews that were not opened yet.</param>
/// <param name="Session">The next coaching session, as coach or coachee; null for none.</param>
public sealed record WhatIsNext(
    NextStep? Next, IReadOnlyList<OwnNudgeItem> CheckIns, IReadOnlyList<OpenDraft> Drafts, IReadOnlyList<WaitingFeedback> Feedback,
    NextSession? Session);

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
        var now = clock.UtcNow();
        var checkIns = await db.Nudges
            .Where(n => n.PersonId == caller.PersonId && n.Status == NudgeStatus.Sent && n.Response == null && n.ExpiresAt > now)
            .OrderBy(n => n.ExpiresAt).ThenBy(n => n.Id).Take(Paging.MostLimit).WithOpportunity(db)
            .OrderBy(n => n.Nudge.ExpiresAt).ThenBy(n => n.Nudge.Id).ToListAsync(cancellationToken);
        var own = await db.Users.Where(p => p.Id == caller.PersonId).SelectMany(_ => Sessions(now).Take(1).DefaultIfEmpty(), (p, s) => new
        {
            SessionId = (Guid?)s!.Id,
            StartsAt = (DateTime?)s.StartsAt,
            Minutes = (int?)s.Minutes,
            CoachId = (Guid?)s.CoachId,
            Reflections = db.Reflections.Where(r => r.PersonId == p.Id).OrderBy(r => r.FeedbackWaitingSince).ThenBy(r => r.Id)
                .Select(r => new Written(
                    r.EnrolmentId, r.Assignment, r.StatusBeforeHold ?? r.Status, r.StatusBeforeHold == null
                        && r.PurgedAt == null, r.DraftSavedAt, r.FeedbackWaitingSince))
                .ToList(),
        }).AsSingleQuery().SingleAsync(cancellationToken);
        var reflections = own.Reflections;
        var feedback = reflections.Where(r => r.FeedbackWaitingSince is not null).Take(Paging.MostLimit)
            .Select(r => new WaitingFeedback(r.EnrolmentId, r.Assignment, r.FeedbackWaitingSince!.Value));
        var studied = await Studied(reflections.ToLookup(r => r.EnrolmentId), cancellationToken);
        return new(Next(studied, now), await library.ItemsOf(db, checkIns, cancellationToken), Drafts(studied), [.. feedback],
            own.SessionId is { } id ? new(id, own.StartsAt!.Value, own.Minutes!.Value, own.CoachId == caller.PersonId) : null);
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

    /// <summary>
    /// What someone waits for goes first: a reflection that came back, then the next unit, then a reflection not handed in yet.
    /// </summary>
    private static NextStep? Next(IReadOnlyList<Study> studies, DateTime now)
    {
        NextStep? later = null;
        foreach (var (enrolment, cohort, curriculum, opened, written) in studies)
        {
            NextStep Reflection(TrainingUnit unit) =>
                new(NextStepKind.Reflection, unit.Title, $"/v1/enrolments/{enrolment.Id}/reflections/{unit.Assignment.Slug}");
            if (curriculum.Units
                .FirstOrDefault(u => written.GetValueOrDefault(u.Slug) is { Status: ReflectionStatus.Revise, IsShown: true }) is { } back)
                return Reflection(back);

            var accepted = written.Values.Where(r => r.Status == ReflectionStatus.Accepted).Select(r => r.Assignment).ToHashSet();
            var access = Journey.Access(curriculum, cohort, cohort.Today(now), accepted, opened);
            var open = access.Where(a => a.IsOpen).SelectMany(a => a.Module.Units)
                .FirstOrDefault(u => enrolment.StateOf(u.Slug) != UnitState.Completed);
            if (open is not null && cohort.ClosedAt is null) return new(NextStepKind.Unit, open.Title, $"/v1/enrolments/{enrolment.Id}/units/{open.Slug}");
            var unwritten = curriculum.Units.FirstOrDefault(u => enrolment.StateOf(u.Slug) == UnitState.Completed
                && written.GetValueOrDefault(u.Slug) is null
                or { Status: ReflectionStatus.Draft or ReflectionStatus.Withdrawn, IsShown: true });
            if (unwritten is not null) later ??= Reflection(unwritten);
        }

        return later;
    }

    private sealed record Written(
        Guid EnrolmentId, string Assignment, ReflectionStatus Status, bool IsShown, DateTime DraftSavedAt, DateTime? FeedbackWaitingSince);

    private sealed record Study(
        Enrolment Enrolment, Cohort Cohort, Curriculum Curriculum, IReadOnlySet<string> Opened,
        IReadOnlyDictionary<string, Written> Written);
}
