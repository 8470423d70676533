using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>A refresh token is exchanged for new tokens; one that is used a second time later on ends its sign-in.</summary>
/// <param name="RefreshToken" example="CfDJ8...">The newest refresh token of this sign-in.</param>
public sealed record RefreshSignIn(string RefreshToken) : ICommand<SessionPrincipal>;

internal sealed class RefreshSignInValidator : AbstractValidator<RefreshSignIn>
{
    public RefreshSignInValidator() => RuleFor(x => x.RefreshToken).NotEmpty().MaximumLength(4096);
}

internal sealed class RefreshSignInHandler(
    SignInManager<Person> signIn, Sessions sessions, IOptionsMonitor<BearerTokenOptions> options, SecurityLog log, TimeProvider clock)
    : IRequestHandler<RefreshSignIn, SessionPrincipal>
{
    public async Task<SessionPrincipal> Handle(RefreshSignIn request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var ticket = options.Get(IdentityConstants.BearerScheme).RefreshTokenProtector.Unprotect(request.RefreshToken);
        if (ticket?.Properties.ExpiresUtc is not { } expires || expires.UtcDateTime <= now
            || await signIn.ValidateSecurityStampAsync(ticket.Principal) is not { } person
            || await sessions.Continue(person, ticket.Principal, now, cancellationToken) is not { } session)
        {
            log.TokenRefused("auth.refresh.invalid");
            throw new NotSignedInException("auth.refresh.invalid", "This refresh token is not good any more; sign in again.");
        }

        return session;
    }
}
