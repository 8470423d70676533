using Microsoft.AspNetCore;
using Microsoft.Extensions.Options;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using OpenIddict.Server;
using OpenIddict.Validation;
using Constants = OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace MiiWrap.Learning.Api.Features.Identity.FrontEnds;

/// <summary>
/// OAuth 2.1 with OpenID Connect by OpenIddict: authorization code with PKCE for front ends that others host, client credentials for
/// servers. What it gives out to a person hangs on a sign-in like any other, and ends with it.
/// </summary>
internal static class AuthorizationServer
{
    public const string AuthorizePath = "/connect/authorize";
    public const string TokenPath = "/connect/token";
    public const string RevokePath = "/connect/revoke";
    public const string KeysPath = "/connect/jwks";

    private static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(1);

    public static IServiceCollection AddAuthorizationServer(this IServiceCollection services, Settings settings)
    {
        services.AddScoped<FrontEndSignIns>().AddSingleton<AuthorizationKeys>()
            .AddSingleton<IConfigureOptions<OpenIddictServerOptions>>(sp => sp.GetRequiredService<AuthorizationKeys>())
            .AddSingleton<IOptionsChangeTokenSource<OpenIddictServerOptions>>(sp => sp.GetRequiredService<AuthorizationKeys>())
            .AddSingleton<IOptionsChangeTokenSource<OpenIddictValidationOptions>>(sp => sp.GetRequiredService<AuthorizationKeys>());
        services.AddOpenIddict()
            .AddCore(core =>
            {
                // Scopes are the program's own, so there is no table of them.
                core.UseEntityFrameworkCore().UseDbContext<LearningDb>()
                    .ReplaceDefaultEntities<ApiClient, FrontEndConsent, OpenIddictEntityFrameworkCoreScope<Guid>, IssuedToken, Guid>();
                core.ReplaceApplicationManager<ApiClient, ApplicationRegistry>();
            })
            .AddServer(server =>
            {
                server.SetIssuer(settings.PublicBaseUrl)
                    .SetAuthorizationEndpointUris(AuthorizePath[1..]).SetTokenEndpointUris(TokenPath[1..])
                    .SetRevocationEndpointUris(RevokePath[1..]).SetJsonWebKeySetEndpointUris(KeysPath[1..])
                    .AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange().AllowRefreshTokenFlow().AllowClientCredentialsFlow()
                    .RegisterScopes([Constants.Scopes.OfflineAccess, .. FrontEndScopes.All, .. Scopes.All])
                    // Each client has permissions for its own, and nobody may ask for another.
                    .DisableScopeValidation()
                    .SetAuthorizationCodeLifetime(CodeLifetime).SetAccessTokenLifetime(Sessions.AccessLifetime)
                    .SetRefreshTokenLifetime(Sessions.RefreshLifetime);
                server.Configure(o =>
                {
                    o.CodeChallengeMethods.Remove(Constants.CodeChallengeMethods.Plain);
                    // The others leave the code in a page or a fragment, where scripts see it.
                    o.ResponseModes.RemoveWhere(mode => mode != Constants.ResponseModes.Query);
                    o.ClientAuthenticationMethods.Remove(Constants.ClientAuthenticationMethods.PrivateKeyJwt);
                    o.ClientAuthenticationMethods.Add(Constants.ClientAuthenticationMethods.None);
                    o.PromptValues.Remove(Constants.PromptValues.SelectAccount);
                });
                server.UseAspNetCore().EnableAuthorizationEndpointPassthrough().EnableTokenEndpointPassthrough()
                    // Whoever ends TLS before this program speaks plainly to it.
                    .DisableTransportSecurityRequirement();
                server.AddEventHandler<ValidateAuthorizationRequestContext>(h => h.UseSingletonHandler<RequireState>()
                    .SetOrder(int.MinValue + 100_000));
                server.AddEventHandler<ValidateAuthorizationRequestContext>(h => h.UseSingletonHandler<RequireScope>()
                    .SetOrder(int.MaxValue - 100_000));
                server.AddEventHandler<ApplyAuthorizationResponseContext>(h => h.UseSingletonHandler<ShowFaultyRequest>()
                    .SetOrder(int.MinValue + 100_000));
                server.AddEventHandler<ApplyTokenResponseContext>(h => h.UseSingletonHandler<NameNoVendor>()
                    .SetOrder(int.MinValue + 100_000));
                server.AddEventHandler<ApplyRevocationResponseContext>(h => h.UseSingletonHandler<NameNoVendor>()
                    .SetOrder(int.MinValue + 100_000));
                server.AddEventHandler<ValidateTokenContext>(h => h.UseScopedHandler<EndReusedSignIn>()
                    .SetOrder(ValidateTokenEntry.Descriptor.Order - 1));
                server.AddEventHandler<HandleRevocationRequestContext>(h => h.UseScopedHandler<EndRevokedSignIn>()
                    .SetOrder(int.MinValue + 100_000));
            })
            .AddValidation(validation =>
            {
                validation.UseLocalServer();
                validation.UseAspNetCore();
            });
        return services;
    }

    /// <summary>Without it a front end cannot tell its own answer from one that somebody else brings to it.</summary>
    private sealed class RequireState : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
    {
        public ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
        {
            if (string.IsNullOrEmpty(context.Request.State))
                context.Reject(Constants.Errors.InvalidRequest, "The parameter state is missing.");
            return default;
        }
    }

    /// <summary>Without one there is nothing to ask anybody for (RFC 6749, 3.3).</summary>
    private sealed class RequireScope : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
    {
        public ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
        {
            if (!context.Request.GetScopes().Any(s => s == Constants.Scopes.OpenId || FrontEndScopes.All.Contains(s)))
                context.Reject(Constants.Errors.InvalidScope, "The parameter scope asks for nothing that a person can allow.");
            return default;
        }
    }

    /// <summary>
    /// A faulty request is shown to whoever sent it and goes nowhere: what is wrong is for the front end's authors to see, and a redirect
    /// with an error would let them send people anywhere. What somebody decided here is told by redirect.
    /// </summary>
    private sealed class ShowFaultyRequest : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
    {
        public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
        {
            context.Response.ErrorUri = null;
            if (context.Error is null or Constants.Errors.AccessDenied or Constants.Errors.LoginRequired
                or Constants.Errors.ConsentRequired) return;
            if (context.Transaction.GetHttpRequest()?.HttpContext is not { } http) return;
            await AuthorizePages.Faulty(http, context.Error, context.Response.ErrorDescription).ExecuteAsync(http);
            context.HandleRequest();
        }
    }

    private sealed class NameNoVendor
        : IOpenIddictServerHandler<ApplyTokenResponseContext>, IOpenIddictServerHandler<ApplyRevocationResponseContext>
    {
        public ValueTask HandleAsync(ApplyTokenResponseContext context)
        {
            context.Response.ErrorUri = null;
            return default;
        }

        public ValueTask HandleAsync(ApplyRevocationResponseContext context)
        {
            context.Response.ErrorUri = null;
            return default;
        }
    }

    /// <summary>
    /// A code, or a refresh token, that comes again ends the sign-in that it began: somebody else has it (RFC 6749, 4.1.2 and 10.4). A
    /// refresh token may come again for a moment, since its answer may have been lost.
    /// </summary>
    private sealed class EndReusedSignIn(FrontEndSignIns signIns, TimeProvider clock) : IOpenIddictServerHandler<ValidateTokenContext>
    {
        public async ValueTask HandleAsync(ValidateTokenContext context)
        {
            if (context.Principal is not { } principal || !Guid.TryParse(context.TokenId, out var id)) return;
            if (await signIns.FindToken(id, context.CancellationToken) is not { } token)
            {
                // Its entry is in no backup that was restored since.
                context.Reject(Constants.Errors.InvalidGrant, "This token is not known.");
                return;
            }

            var mayRepeat = principal.HasTokenType(Constants.TokenTypeIdentifiers.RefreshToken)
                && token.RedemptionDate + context.Options.RefreshTokenReuseLeeway >= clock.GetUtcNow().UtcDateTime;
            if (token.Status == Constants.Statuses.Redeemed && !mayRepeat) await signIns.EndReused(principal, context.CancellationToken);
        }
    }

    /// <summary>Whoever revokes one token of a sign-in ends it: the access token too, within seconds.</summary>
    private sealed class EndRevokedSignIn(FrontEndSignIns signIns) : IOpenIddictServerHandler<HandleRevocationRequestContext>
    {
        public async ValueTask HandleAsync(HandleRevocationRequestContext context) =>
            await signIns.End(context.GenericTokenPrincipal, context.CancellationToken);
    }
}
