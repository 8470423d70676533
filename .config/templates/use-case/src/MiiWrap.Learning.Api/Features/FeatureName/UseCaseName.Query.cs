using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.FeatureName;

/// <summary>Replace this by one sentence that says what is read, and by whom.</summary>
public sealed record UseCaseName(Guid CohortId) : IQuery<UseCaseNameResult>;

/// <summary>Replace this, and name the record as what it is, such as ReviewQueueItem.</summary>
public sealed record UseCaseNameResult(Guid CohortId, string Name);

internal sealed class UseCaseNameHandler(LearningDb db, Caller caller) : IRequestHandler<UseCaseName, UseCaseNameResult>
{
    // One statement, and only the columns that are shown.
    public async Task<UseCaseNameResult> Handle(UseCaseName request, CancellationToken cancellationToken) =>
        await db.Cohorts.TaughtBy(caller).Where(c => c.Id == request.CohortId)
            .Select(c => new UseCaseNameResult(c.Id, c.Name)).SingleOrDefaultAsync(cancellationToken)
        ?? throw new NotFoundException("cohort");
}
