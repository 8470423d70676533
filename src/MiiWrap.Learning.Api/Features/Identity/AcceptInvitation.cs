using System.Text.Json.Serialization;
using MediatR;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>An invited person chooses a password and can sign in from then on; the invitation works once, and for 14 days.</summary>
/// <param name="Token" example="q7l0yR0d5p1o3Zs9vB2mWc8xK4nT6uJ-hEfGiLaPbQk">The token of the link in the invitation.</param>
/// <param name="Password" example="three quiet herons">
/// 12 to 128 characters of any kind; not one's own address, and none of the commonest passwords.
/// </param>
public sealed record AcceptInvitation(string Token, [property: JsonConverter(typeof(TextAsSent))] string Password)
    : ICommand<Unit>, IPasswordByToken;

internal sealed class AcceptInvitationValidator : PasswordByTokenValidator<AcceptInvitation>;

internal sealed class AcceptInvitationHandler(PasswordSetter passwords) : IRequestHandler<AcceptInvitation, Unit>
{
    public Task<Unit> Handle(AcceptInvitation request, CancellationToken cancellationToken) =>
        passwords.Set(request, MailKind.Invitation, "invitation.invalid", cancellationToken);
}
