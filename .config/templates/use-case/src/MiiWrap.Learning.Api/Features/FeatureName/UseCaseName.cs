using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.FeatureName;

/// <summary>Replace this by one sentence that says what somebody does and what follows.</summary>
/// <param name="Reason" example="Back from leave; works ahead with the coach">One line, at most 280 characters.</param>
public sealed record UseCaseName(string Reason) : ICommand<UseCaseNameResult>
{
    [JsonIgnore]
    public Guid CohortId { get; init; }
}

/// <summary>Replace this, and name the record as what it is, such as SubmissionReceipt.</summary>
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
        // Here a method of the domain does it, and holds the rule.
        await db.SaveChangesAsync(cancellationToken);
        return new(cohort.Id, request.Reason.NormalizeNfc());
    }
}
