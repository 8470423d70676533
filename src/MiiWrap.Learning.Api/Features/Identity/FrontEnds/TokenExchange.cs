using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Common;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace MiiWrap.Learning.Api.Features.Identity.FrontEnds;

/// <summary>The token endpoint, once OpenIddict has judged the request, its client and its code or refresh token.</summary>
internal static class TokenExchange
{
    public static async Task<IResult> Answer(
        HttpContext http, LearningDb db, FrontEndSignIns signIns, SecurityLog log, TimeProvider clock, CancellationToken ct)
    {
        var request = http.GetOpenIddictServerRequest()!;
        var (now, clientId) = (clock.UtcNow(), Guid.Parse(request.ClientId!));
        if (request.IsClientCredentialsGrantType()) return await ForServer(request, clientId, db, log, now, ct);
        var principal = (await http.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal!;
        if (await signIns.Continue(principal, clientId, request.IsAuthorizationCodeGrantType(), now, ct)) return SignIn(principal);
        log.ClientRefused(clientId, Errors.InvalidGrant);
        return TypedResults.Forbid(
            new()
            {
                Items =
                {
                    [OpenIddictServerAspNetCoreConstants.Properties.Error] = Errors.InvalidGrant,
                    [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = "This sign-in has ended; begin a new one.",
                },
            },
            [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
    }

    private static async Task<IResult> ForServer(
        OpenIddictRequest request, Guid clientId, LearningDb db, SecurityLog log, DateTime now, CancellationToken ct)
    {
        var own = await db.Clients.Where(c => c.Id == clientId).Select(c => c.Scopes).SingleAsync(ct);
        var asked = request.GetScopes();
        var identity = new ClaimsIdentity(TokenValidationParameters.DefaultAuthenticationType, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, clientId.ToString());
        identity.SetScopes(asked.IsEmpty ? own.Split(' ') : asked);
        identity.SetDestinations(_ => [Destinations.AccessToken]);
        await db.Clients.Where(c => c.Id == clientId).ExecuteUpdateAsync(c => c.SetProperty(x => x.LastUsedAt, now), ct);
        log.ClientSignedIn(clientId, string.Join(' ', identity.GetScopes()));
        return SignIn(new(identity));
    }

    private static SignInHttpResult SignIn(ClaimsPrincipal principal) =>
        TypedResults.SignIn(principal, authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
}
