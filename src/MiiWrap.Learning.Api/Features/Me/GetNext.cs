using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Me;

/// <summary>The one thing to do next, the open check-ins, and the feedback not yet opened.</summary>
public sealed record GetNext : IQuery<WhatIsNext>;

/// <summary>What a learner sees first.</summary>
public sealed record WhatIsNext(NextStep? Next, IReadOnlyList<NudgeItem> CheckIns, IReadOnlyList<WaitingFeedback> Feedback);

/// <summary>One thing to do.</summary>
/// <param name="Href">The address of it in this API.</param>
public sealed record NextStep(NextStepKind Kind, string Title, string Href);

/// <summary>What kind of thing is to be done.</summary>
public enum NextStepKind
{
    Unit,
    Reflection,
}

/// <summary>Feedback that the learner has not opened.</summary>
public sealed record WaitingFeedback(Guid EnrolmentId, string Assignment, DateTime PublishedAt);

internal sealed class GetNextHandler(LearningDb db, Caller caller, CurriculumLibrary library, TimeProvider clock)
    : IRequestHandler<GetNext, WhatIsNext>
{
    public async Task<WhatIsNext> Handle(GetNext request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var checkIns = await db.Nudges.AsNoTracking()
            .Where(n => n.PersonId == caller.PersonId && n.Status == NudgeStatus.Sent && n.Response == null && n.ExpiresAt > now)
            .OrderBy(n => n.ExpiresAt).ThenBy(n => n.Id).Take(Paging.MostLimit).ToListAsync(cancellationToken);
        var reflections = await db.Reflections.Where(r => r.PersonId == caller.PersonId).OrderBy(r => r.FeedbackWaitingSince)
            .ThenBy(r => r.Id)
            .Select(r => new Written(
                r.EnrolmentId, r.Assignment, r.StatusBeforeHold ?? r.Status, r.StatusBeforeHold == null
                    && r.PurgedAt == null, r.FeedbackWaitingSince))
            .ToListAsync(cancellationToken);
        var feedback = reflections.Where(r => r.FeedbackWaitingSince is not null).Take(Paging.MostLimit)
            .Select(r => new WaitingFeedback(r.EnrolmentId, r.Assignment, r.FeedbackWaitingSince!.Value));
        return new(await Next(reflections.ToLookup(r => r.EnrolmentId), now, cancellationToken), [.. checkIns.Select(NudgeItem.Of)],
            [.. feedback]);
    }

    /// <summary>
    /// What someone waits for goes first: a reflection that came back, then the next unit, then a reflection not handed in yet.
    /// </summary>
    private async Task<NextStep?> Next(ILookup<Guid, Written> reflections, DateTime now, CancellationToken ct)
    {
        var enrolments = await db.Enrolments.OwnedBy(caller).Where(e => e.Status != EnrolmentStatus.Withdrawn).Include(e => e.Units)
            .OrderBy(e => e.EnrolledAt).ThenBy(e => e.Id)
            .Join(db.Cohorts, e => e.CohortId, c => c.Id, (e, c) => new
            {
                Enrolment = e,
                Cohort = c,
                Opened = db.ModuleOpenings.Where(o => o.EnrolmentId == e.Id).Select(o => o.Module).ToList(),
            }).AsNoTracking().AsSingleQuery().ToListAsync(ct);
        NextStep? later = null;
        foreach (var studied in enrolments)
        {
            var (enrolment, cohort) = (studied.Enrolment, studied.Cohort);
            var written = reflections[enrolment.Id].ToDictionary(r => r.Assignment);
            var curriculum = await library.Of(db, cohort, ct);
            NextStep Reflection(TrainingUnit unit) =>
                new(NextStepKind.Reflection, unit.Title, $"/v1/enrolments/{enrolment.Id}/reflections/{unit.Assignment.Slug}");
            if (curriculum.Units
                .FirstOrDefault(u => written.GetValueOrDefault(u.Slug) is { Status: ReflectionStatus.Revise, IsShown: true }) is { } back)
                return Reflection(back);

            var accepted = written.Values.Where(r => r.Status == ReflectionStatus.Accepted).Select(r => r.Assignment).ToHashSet();
            var access = Journey.Access(curriculum, cohort, cohort.Today(now), accepted, studied.Opened.ToHashSet());
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
        Guid EnrolmentId, string Assignment, ReflectionStatus Status, bool IsShown, DateTime? FeedbackWaitingSince);
}
