using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>A programme admin takes a credential back, for good; its page says so, and so do its badges.</summary>
/// <param name="Reason" example="Two of the reviews were of somebody else's meetings.">10 to 400 characters, which the holder reads.</param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record RevokeCredential(
    [property: JsonConverter(typeof(TextAsSent))] string Reason, bool? PrivacyConfirmed) : ICommand<CredentialView>
{
    [JsonIgnore]
    public Guid CredentialId { get; init; }
}

internal sealed class RevokeCredentialValidator : AbstractValidator<RevokeCredential>
{
    public RevokeCredentialValidator() => RuleFor(x => x.Reason).MustBeReason();
}

internal sealed class RevokeCredentialHandler(
    LearningDb db, Caller caller, CredentialAccess credentials, PrivacyGate gate, CredentialViews views, TimeProvider clock)
    : IRequestHandler<RevokeCredential, CredentialView>
{
    public async Task<CredentialView> Handle(RevokeCredential request, CancellationToken cancellationToken)
    {
        var credential = await credentials.Load(request.CredentialId, cancellationToken);
        caller.MustBeProgramAdmin("revoke a credential");
        await gate.PassReasonAsync(credential.EnrolmentId, request.Reason, request.PrivacyConfirmed, cancellationToken);
        credential.Revoke(request.Reason.NormalizeNfc(), caller.PersonId, clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(credential, cancellationToken);
    }
}
