using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>The shares of a cohort's learners who are not nudged, by plan; none unless its lead has turned it on.</summary>
public sealed record GetHoldOut(Guid CohortId) : IQuery<HoldOutShares>;

/// <summary>
/// A lead leaves a share of learners without nudges, to learn whether nudging helps; it holds for units completed from now on, and 0 ends
/// it.
/// </summary>
/// <param name="Anchor" example="0">Percent of learners, 0 to 50; 0 when not sent.</param>
/// <param name="Standard" example="20">Percent of learners, drawn anew for each plan and the same for all units of it.</param>
/// <param name="Light" example="20">Those held out are asked only what closes a window, as everybody is.</param>
public sealed record SetHoldOut(int? Anchor, int? Standard, int? Light) : ICommand<HoldOutShares>
{
    [JsonIgnore]
    public Guid CohortId { get; init; }
}

/// <summary>Percent of learners by plan.</summary>
/// <param name="Anchor">Of units with an anchor plan, in percent.</param>
/// <param name="Standard">Of units with a standard plan, in percent.</param>
/// <param name="Light">Of units with a light plan, in percent.</param>
public sealed record HoldOutShares(int Anchor, int Standard, int Light)
{
    internal static HoldOutShares Of(HoldOut h) => new(h.Anchor, h.Standard, h.Light);
}

internal sealed class SetHoldOutValidator : AbstractValidator<SetHoldOut>
{
    public SetHoldOutValidator()
    {
        RuleFor(x => x.Anchor).InclusiveBetween(0, HoldOut.MostPercent);
        RuleFor(x => x.Standard).InclusiveBetween(0, HoldOut.MostPercent);
        RuleFor(x => x.Light).InclusiveBetween(0, HoldOut.MostPercent);
    }
}

internal sealed class HoldOutHandler(LearningDb db, Caller caller)
    : IRequestHandler<GetHoldOut, HoldOutShares>, IRequestHandler<SetHoldOut, HoldOutShares>
{
    public async Task<HoldOutShares> Handle(GetHoldOut request, CancellationToken cancellationToken)
    {
        var cohort = await db.Cohorts.AsNoTracking().TaughtBy(caller).SingleOrDefaultAsync(c => c.Id == request.CohortId, cancellationToken)
            ?? throw new NotFoundException("cohort");
        return HoldOutShares.Of(cohort.HoldOut);
    }

    public async Task<HoldOutShares> Handle(SetHoldOut request, CancellationToken cancellationToken)
    {
        (await db.AccessTo(request.CohortId, caller, cancellationToken)).MustLead();
        var cohort = await db.Cohorts.SingleAsync(c => c.Id == request.CohortId, cancellationToken);
        cohort.HoldOutFromNow(new(request.Anchor ?? 0, request.Standard ?? 0, request.Light ?? 0));
        await db.SaveChangesAsync(cancellationToken);
        return HoldOutShares.Of(cohort.HoldOut);
    }
}
