using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>
/// A lead closes a cohort: it takes no learners and no completed units any more, so nothing new is planned. Nobody is withdrawn, and
/// check-ins and reviews that are under way come to their end, since a skill about which nobody is asked would count as unused; who is to
/// be asked nothing more is withdrawn. Closing it again changes nothing.
/// </summary>
public sealed record CloseCohort(Guid CohortId) : ICommand<CohortView>;

/// <summary>A lead opens a closed cohort again, and it goes on as it was; opening it again changes nothing.</summary>
public sealed record ReopenCohort(Guid CohortId) : ICommand<CohortView>;

internal sealed class CloseCohortHandler(LearningDb db, Caller caller, TimeProvider clock)
    : IRequestHandler<CloseCohort, CohortView>, IRequestHandler<ReopenCohort, CohortView>
{
    public Task<CohortView> Handle(CloseCohort request, CancellationToken cancellationToken) =>
        Change(request.CohortId, (cohort, now) => cohort.Close(now), cancellationToken);

    public Task<CohortView> Handle(ReopenCohort request, CancellationToken cancellationToken) =>
        Change(request.CohortId, (cohort, now) => cohort.Reopen(now), cancellationToken);

    private async Task<CohortView> Change(Guid cohortId, Action<Cohort, DateTime> change, CancellationToken ct)
    {
        (await db.AccessTo(cohortId, caller, ct)).MustLead();
        change(await db.Cohorts.Where(c => c.Id == cohortId).SingleOrUnreadableAsync(cohortId, ct), clock.UtcNow());
        await db.SaveChangesAsync(ct);
        return await CohortView.Read(db, cohortId, ct);
    }
}
