using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.FeatureName;

/// <summary>TODO: one sentence that says what somebody does and what follows; it becomes the operation's summary.</summary>
/// <param name="Reason" example="Back from leave; works ahead with the coach">One line, at most 280 characters.</param>
public sealed record UseCaseName(string Reason) : ICommand<UseCaseNameResult>
{
    [JsonIgnore]
    public Guid CohortId { get; init; }
}

/// <summary>TODO: name it as what it is, such as SubmissionReceipt.</summary>
public sealed record UseCaseNameResult(Guid CohortId, string Reason);

internal sealed class UseCaseNameValidator : AbstractValidator<UseCaseName>
{
    public UseCaseNameValidator() => RuleFor(x => x.Reason).MustBeLine(280);
}

internal sealed class UseCaseNameHandler(LearningDb db, Caller caller) : IRequestHandler<UseCaseName, UseCaseNameResult>
{
    public async Task<UseCaseNameResult> Handle(UseCaseName request, CancellationToken cancellationToken)
    {
        // Who may not see the cohort gets 404; who sees it and leads nobody there gets 403.
        (await db.AccessTo(request.CohortId, caller, cancellationToken)).MustLead();
        var cohort = await db.Cohorts.SingleAsync(c => c.Id == request.CohortId, cancellationToken);
        // TODO: the rule is a method of the domain: cohort.DoIt(request.Reason.NormalizeNfc(), clock.UtcNow()).
        await db.SaveChangesAsync(cancellationToken);
        return new(cohort.Id, request.Reason.NormalizeNfc());
    }
}

// TODO: in FeatureNameRoutes.cs:
// cohorts.MapPost("/{cohortId:guid}/TODO", async (Guid cohortId, UseCaseName request, IMediator mediator, CancellationToken ct) =>
//         TypedResults.Ok(await mediator.Send(request with { CohortId = cohortId }, ct)))
//     .Named<UseCaseName>().Retryable().NotFound().Forbidden().Conflict().Invalid();
