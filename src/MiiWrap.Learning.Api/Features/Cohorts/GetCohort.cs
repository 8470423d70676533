using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>One cohort, for those who teach, lead, learn or administer in it.</summary>
public sealed record GetCohort(Guid CohortId) : IQuery<CohortView>;

internal sealed class GetCohortHandler(LearningDb db, Caller caller) : IRequestHandler<GetCohort, CohortView>
{
    public async Task<CohortView> Handle(GetCohort request, CancellationToken cancellationToken)
    {
        await db.AccessTo(request.CohortId, caller, cancellationToken);
        return await CohortView.Read(db, request.CohortId, cancellationToken);
    }
}
