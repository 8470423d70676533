using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>
/// An agency's admin says in which month coaching began there, where the first session that was recorded is not the beginning: months
/// before it are compared with those after it, and it is on neither side.
/// </summary>
/// <param name="Month" example="2026-04">A month that has begun; null for that of the first session.</param>
/// <param name="Reason" example="The first sessions were not recorded here.">10 to 400 characters, with a month.</param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record SetCoachingStart(
    string? Month, [property: JsonConverter(typeof(TextAsSent))] string? Reason, bool? PrivacyConfirmed) : ICommand<AgencyCoachingStart>
{
    [JsonIgnore]
    public Guid AgencyId { get; init; }
}

/// <summary>When coaching began in an agency.</summary>
/// <param name="Month" example="2026-04">null while nothing says it.</param>
/// <param name="IsSet">Whether the agency says so itself; otherwise it is the month of the first session that was held.</param>
/// <param name="Reason">Why it says so; null where it does not.</param>
public sealed record AgencyCoachingStart(string? Month, bool IsSet, string? Reason)
{
    internal static AgencyCoachingStart Of(FollowedAgency agency) => new(
        agency.CoachingStart is { } month ? Months.NameOf(month) : null, agency.OwnStart is not null, agency.OwnStartReason);
}

internal sealed class SetCoachingStartValidator : AbstractValidator<SetCoachingStart>
{
    public SetCoachingStartValidator(TimeProvider clock) => When(x => x.Month is not null, () =>
    {
        RuleFor(x => x.Month).Cascade(CascadeMode.Stop).MustBeMonth()
            .Must(m => Months.Parse(m!) is var month && month >= Months.Earliest && month <= DateOnly.FromDateTime(clock.UtcNow()))
            .WithMessage("This must be a month that has begun, from 2000 on.");
        RuleFor(x => x.Reason).MustBeReason();
    });
}

internal sealed class SetCoachingStartHandler(LearningDb db, AgencyAccess agencies, ImplementationAccess implementation, PrivacyGate gate)
    : IRequestHandler<SetCoachingStart, AgencyCoachingStart>
{
    public async Task<AgencyCoachingStart> Handle(SetCoachingStart request, CancellationToken cancellationToken)
    {
        var agency = await agencies.LoadForAdmin(request.AgencyId, cancellationToken);
        if (request.Month is null) agency.StartCoachingByRecord();
        else
        {
            gate.Pass(agency.DeniedWords, request.PrivacyConfirmed, ReasonRules.Blocked, new FreeText("reason", request.Reason));
            var month = Months.Parse(request.Month);
            var first = await db.RecordedMonths.Where(m => m.AgencyId == agency.Id).MinAsync(m => (DateOnly?)m.Month, cancellationToken);
            if (month < first)
                throw new RuleException("coachingStart.beforeFirstMonth",
                    "This month lies before the first that the agency has counted: nothing could be compared with what was before.",
                    RuleKind.Invalid).With("firstMonth", Months.NameOf(first.Value));
            agency.StartCoachingOn(month, request.Reason!.NormalizeNfc());
        }

        await db.SaveChangesAsync(cancellationToken);
        return AgencyCoachingStart.Of(await implementation.Find(agency.Id, cancellationToken));
    }
}
