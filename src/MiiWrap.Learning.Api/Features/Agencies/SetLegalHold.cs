using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Agencies;

/// <summary>An agency's admin keeps every word of its learners' reflections, however old, until the hold is lifted.</summary>
/// <param name="Reason" example="A records request is pending.">10 to 400 characters.</param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record SetLegalHold(
    [property: JsonConverter(typeof(TextAsSent))] string Reason, bool? PrivacyConfirmed) : ICommand<RetentionView>
{
    [JsonIgnore]
    public Guid AgencyId { get; init; }
}

/// <summary>An agency's admin ends a legal hold: what is past its time goes at the next turn.</summary>
public sealed record LiftLegalHold(Guid AgencyId) : ICommand<RetentionView>;

internal sealed class SetLegalHoldValidator : AbstractValidator<SetLegalHold>
{
    public SetLegalHoldValidator() => RuleFor(x => x.Reason).MustBeReason();
}

internal sealed class SetLegalHoldHandler(
    LearningDb db, AgencyAccess agencies, RetentionLog log, Settings settings, PrivacyGate gate, TimeProvider clock)
    : IRequestHandler<SetLegalHold, RetentionView>, IRequestHandler<LiftLegalHold, RetentionView>
{
    public async Task<RetentionView> Handle(SetLegalHold request, CancellationToken cancellationToken)
    {
        var agency = await agencies.LoadForAdmin(request.AgencyId, cancellationToken);
        gate.Pass(agency.DeniedWords, request.PrivacyConfirmed, ReasonRules.Blocked, new FreeText("reason", request.Reason));
        agency.HoldForLaw(request.Reason.NormalizeNfc(), clock.UtcNow());
        return await Save(agency, RetentionAct.LegalHoldSet, agency.LegalHoldReason, cancellationToken);
    }

    public async Task<RetentionView> Handle(LiftLegalHold request, CancellationToken cancellationToken)
    {
        var agency = await agencies.LoadForAdmin(request.AgencyId, cancellationToken);
        agency.LiftLegalHold();
        return await Save(agency, RetentionAct.LegalHoldLifted, null, cancellationToken);
    }

    private async Task<RetentionView> Save(Agency agency, RetentionAct act, string? reason, CancellationToken ct)
    {
        await log.Add(agency, act, reason, null, ct);
        await db.SaveChangesAsync(ct);
        return GetRetentionHandler.Of(agency, settings.RetentionMonths);
    }
}
