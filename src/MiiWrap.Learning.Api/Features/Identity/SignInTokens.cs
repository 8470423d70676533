using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>The tokens of a sign-in.</summary>
/// <param name="TokenType">How the access token is sent: Bearer.</param>
/// <param name="AccessToken">Send it as Authorization with every other request.</param>
/// <param name="ExpiresIn" example="900">Seconds for which the access token is good.</param>
/// <param name="DeviceToken" example="CfDJ8...">
/// Keep it on the device, and send it with the next sign-in there; it opens nothing by itself.
/// </param>
public sealed record SignInTokens(string TokenType, string AccessToken, long ExpiresIn, string RefreshToken, string DeviceToken);

/// <summary>
/// Seals access and refresh tokens as the bearer-token handler reads them, and lets neither outlive its sign-in, which the handler's own
/// way of making them cannot.
/// </summary>
internal sealed class BearerTokens(IOptionsMonitor<BearerTokenOptions> options, TimeProvider clock)
{
    public AccessTokenResponse Make(SessionPrincipal session)
    {
        var (bearer, now) = (options.Get(IdentityConstants.BearerScheme), clock.GetUtcNow());
        var end = new DateTimeOffset(session.EndsAt);
        var (access, refresh) = (Min(now + bearer.BearerTokenExpiration, end), Min(now + bearer.RefreshTokenExpiration, end));
        return new()
        {
            AccessToken = bearer.BearerTokenProtector.Protect(Ticket(session.Claims, "AccessToken", access)),
            ExpiresIn = (long)(access - now).TotalSeconds,
            RefreshToken = bearer.RefreshTokenProtector.Protect(Ticket(session.Claims, "RefreshToken", refresh)),
        };
    }

    private static AuthenticationTicket Ticket(ClaimsPrincipal principal, string kind, DateTimeOffset expires) =>
        new(principal, new AuthenticationProperties { ExpiresUtc = expires }, $"{IdentityConstants.BearerScheme}:{kind}");

    private static DateTimeOffset Min(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
