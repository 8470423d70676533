using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Me;

/// <summary>The one thing to do next, the open check-ins, and the feedback not yet opened.</summary>
public sealed record GetNext : IQuery<WhatIsNext>;

/// <summary>What a learner sees first.</summary>
public sealed record WhatIsNext(NextStep? Next, IReadOnlyList<NudgeItem> CheckIns, IReadOnlyList<WaitingFeedback> Feedback);

/// <summary>One thing to do.</summary>
/// <param name="Kind">unit, or wait when nothing is open yet.</param>
/// <param name="Href">The address of it in this API.</param>
public sealed record NextStep(string Kind, string Title, string Href);

/// <summary>Feedback that the learner has not opened.</summary>
public sealed record WaitingFeedback(Guid EnrolmentId, string Assignment, DateTime PublishedAt);

internal sealed class GetNextHandler(LearningDb db, Caller caller, CurriculumLibrary library, TimeProvider clock) : IRequestHandler<GetNext, WhatIsNext>
{
    public async Task<WhatIsNext> Handle(GetNext request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var checkIns = await db.Nudges.AsNoTracking()
            .Where(n => n.PersonId == caller.PersonId && n.Status == NudgeStatus.Sent && n.Response == null && n.ExpiresAt > now)
            .OrderBy(n => n.ExpiresAt).ThenBy(n => n.Id).Take(Paging.MostLimit).ToListAsync(cancellationToken);
        return new(await NextUnit(now, cancellationToken), [.. checkIns.Select(NudgeItem.Of)], []);
    }

    private async Task<NextStep?> NextUnit(DateTime now, CancellationToken ct)
    {
        var enrolments = await db.Enrolments.AsNoTracking().OwnedBy(caller).Where(e => e.Status == EnrolmentStatus.Active)
            .Include(e => e.Units).OrderBy(e => e.EnrolledAt).ThenBy(e => e.Id).ToListAsync(ct);
        var cohortIds = enrolments.Select(e => e.CohortId).ToList();
        var cohorts = await db.Cohorts.AsNoTracking().Where(c => cohortIds.Contains(c.Id)).ToDictionaryAsync(c => c.Id, ct);
        foreach (var enrolment in enrolments)
        {
            var cohort = cohorts[enrolment.CohortId];
            var curriculum = await library.Of(db, cohort, ct);
            var access = Journey.Access(curriculum, cohort, cohort.Today(now), new HashSet<string>(), new HashSet<string>());
            var open = access.Where(a => a.IsOpen).SelectMany(a => a.Module.Units).FirstOrDefault(u => enrolment.StateOf(u.Slug) != UnitState.Completed);
            if (open is not null) return new("unit", open.Title, $"/v1/enrolments/{enrolment.Id}/units/{open.Slug}");
        }

        return null;
    }
}
