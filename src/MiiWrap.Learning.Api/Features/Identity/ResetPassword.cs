using System.Text.Json.Serialization;
using MediatR;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>A person who forgot their password chooses a new one; every sign-in of theirs ends, and so does a lock-out.</summary>
/// <param name="Token" example="q7l0yR0d5p1o3Zs9vB2mWc8xK4nT6uJ-hEfGiLaPbQk">
/// The token of the link in the mail; good for one hour, and once.
/// </param>
/// <param name="Password" example="three quiet herons">
/// 12 to 128 characters of any kind; not one's own address, and none of the commonest passwords.
/// </param>
public sealed record ResetPassword(string Token, [property: JsonConverter(typeof(TextAsSent))] string Password)
    : ICommand<Unit>, IPasswordByToken;

internal sealed class ResetPasswordValidator : PasswordByTokenValidator<ResetPassword>;

internal sealed class ResetPasswordHandler(PasswordSetter passwords) : IRequestHandler<ResetPassword, Unit>
{
    public Task<Unit> Handle(ResetPassword request, CancellationToken cancellationToken) =>
        passwords.Set(request, MailKind.PasswordReset, "passwordReset.invalid", cancellationToken);
}
