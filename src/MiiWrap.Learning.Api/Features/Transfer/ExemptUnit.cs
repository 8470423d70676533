using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Transfer;

/// <summary>
/// A coach confirms that a completed unit has no place in a learner's work: it leaves the transfer rate, and asks no more.
/// </summary>
/// <param name="Reason">A code, so that no story about a person or a family is kept.</param>
public sealed record ExemptUnit(ExemptionReason? Reason) : ICommand<Exemption>
{
    [JsonIgnore]
    public Guid EnrolmentId { get; init; }

    [JsonIgnore]
    public string Unit { get; init; } = "";
}

/// <summary>A coach takes an exemption back: the unit counts again; asks for which there is time are planned again.</summary>
public sealed record LiftExemption(Guid EnrolmentId, string Unit) : ICommand<MediatR.Unit>;

/// <summary>Since when a unit is out of the count, and why.</summary>
/// <param name="ExemptAt">Since when it does not count.</param>
public sealed record Exemption(DateTime ExemptAt, ExemptionReason Reason);

internal sealed class ExemptUnitValidator : AbstractValidator<ExemptUnit>
{
    public ExemptUnitValidator() => RuleFor(x => x.Reason).NotNull();
}

internal sealed class ExemptUnitHandler(LearningDb db, Caller caller, TimeProvider clock)
    : IRequestHandler<ExemptUnit, Exemption>, IRequestHandler<LiftExemption, MediatR.Unit>
{
    public async Task<Exemption> Handle(ExemptUnit request, CancellationToken cancellationToken)
    {
        var opportunity = await db.Opportunities.TaughtOpportunity(db, caller, request.EnrolmentId, request.Unit, cancellationToken);
        opportunity.Exempt(request.Reason!.Value, clock.UtcNow());
        foreach (var nudge in await db.Nudges.Where(n => n.OpportunityId == opportunity.Id && n.Status == NudgeStatus.Planned)
            .ToListAsync(cancellationToken))
            nudge.Cancel(Nudge.Exempted);
        await db.SaveChangesAsync(cancellationToken);
        return new(opportunity.ExemptAt!.Value, request.Reason.Value);
    }

    public async Task<MediatR.Unit> Handle(LiftExemption request, CancellationToken cancellationToken)
    {
        var opportunity = await db.Opportunities.TaughtOpportunity(db, caller, request.EnrolmentId, request.Unit, cancellationToken);
        opportunity.LiftExemption(clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return MediatR.Unit.Value;
    }
}
