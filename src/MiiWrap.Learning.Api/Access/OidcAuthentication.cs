using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Identity;
using Microsoft.IdentityModel.Tokens;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using OpenIddict.Validation.AspNetCore;

namespace MiiWrap.Learning.Api.Access;

/// <summary>Access tokens of the operator's OpenID provider, beside local ones.</summary>
internal static class OidcAuthentication
{
    /// <summary>What an identity of the provider calls itself.</summary>
    public const string AuthenticationType = "OpenID";

    private const string ByForm = "ByForm";
    private const string OfFrontEnds = "OfFrontEnds";
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    /// <summary>The scheme that requests are judged by: the one that the token's form asks for.</summary>
    public const string DefaultScheme = ByForm;

    public static AuthenticationBuilder AddSchemesByToken(this AuthenticationBuilder authentication, AuthSettings? provider)
    {
        authentication.AddPolicyScheme(ByForm, null, o => o.ForwardDefaultSelector = http => SchemeOf(http, provider))
            // OpenIddict would answer by itself, and in a form of its own.
            .AddPolicyScheme(OfFrontEnds, null, o => (o.ForwardAuthenticate, o.ForwardDefault) =
                (OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme, IdentityConstants.BearerScheme));
        if (provider is null) return authentication;
        authentication.Services.AddSingleton(provider).AddHolder<ExternalLoginCache>().AddScoped<ExternalLogins>();
        return authentication.AddJwtBearer(o => Trust(o, provider)).ForgetOldKeys();
    }

    private static string SchemeOf(HttpContext http, AuthSettings? provider)
    {
        if (AuthorizationServerSchemes.HasItsToken(http)) return OfFrontEnds;
        // Two dots make three parts: a JWT.
        return provider is not null && http.Request.Headers.Authorization.ToString().AsSpan().Count('.') == 2
            ? JwtBearerDefaults.AuthenticationScheme
            : IdentityConstants.BearerScheme;
    }

    /// <summary>
    /// A key that the provider has taken away is good for nothing as soon as its new ones are read, and those are read every hour.
    /// </summary>
    private static AuthenticationBuilder ForgetOldKeys(this AuthenticationBuilder authentication)
    {
        authentication.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).PostConfigure(o =>
        {
            if (o.ConfigurationManager is not BaseConfigurationManager keys) return;
            keys.UseLastKnownGoodConfiguration = false;
            keys.AutomaticRefreshInterval = TimeSpan.FromHours(1);
        });
        return authentication;
    }

    private static void Trust(JwtBearerOptions options, AuthSettings provider)
    {
        options.Authority = provider.Authority.AbsoluteUri.TrimEnd('/');
        options.RequireHttpsMetadata = provider.RequiresHttps;
        options.MapInboundClaims = false;
        options.BackchannelTimeout = LongestLook;
        options.RefreshInterval = provider.KeyRefresh;
        options.TokenValidationParameters = new()
        {
            AuthenticationType = AuthenticationType,
            ValidAudience = provider.Audience,
            ClockSkew = provider.ClockSkew,
            // Public keys alone: with a shared secret among them, the provider's public key would be taken for one.
            ValidAlgorithms =
            [
                SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
                SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
                SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
            ],
            // Not every provider marks its access tokens, but one that is marked as something else is something else.
            TypeValidator = (type, _, _) => type?.ToUpperInvariant() is null or "JWT" or "AT+JWT" or "APPLICATION/AT+JWT"
                ? type
                : throw new SecurityTokenInvalidTypeException("The token is no access token."),
        };
        options.Events = new()
        {
            OnTokenValidated = context =>
            {
                // RFC 9449: such a token is good only together with a proof of its key, which nobody has checked.
                if (context.Principal!.HasClaim(c => c.Type == "cnf"))
                    Refuse(context, "This token is bound to a key of its client; send a bearer token.");
                else if (context.Principal.FindFirstValue("sub") is not { Length: > 0 and <= ExternalLogin.LongestSubject })
                    Refuse(context, "The token names no subject.");
                return Task.CompletedTask;

                static void Refuse(TokenValidatedContext context, string why)
                {
                    TokenRefusal.Remember(context.HttpContext, new(401, "auth.token.invalid", why));
                    context.Fail(why);
                }
            },
            OnAuthenticationFailed = async context => TokenRefusal.Remember(context.HttpContext, await Explain(context)),
            OnChallenge = context =>
            {
                if (TokenRefusal.Of(context.HttpContext) is not { Status: 503 }) return Task.CompletedTask;
                context.HandleResponse();
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                context.Response.Headers.RetryAfter = ((int)LongestLook.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                return Task.CompletedTask;
            },
        };
    }

    private static async Task<TokenRefusal> Explain(AuthenticationFailedContext context)
    {
        try
        {
            // What was read last, however long ago; it fails only while nothing was read yet.
            if (context.Options.ConfigurationManager is { } provider)
                await provider.GetConfigurationAsync(context.HttpContext.RequestAborted);
        }
        catch (InvalidOperationException)
        {
            return new(
                503, "auth.provider.unavailable", "The OpenID provider does not answer, so its tokens cannot be checked; try again later.");
        }

        return context.Exception switch
        {
            SecurityTokenExpiredException => new(
                401, "auth.token.expired", "The access token has expired; get a new one from the OpenID provider."),
            SecurityTokenNotYetValidException => new(401, "auth.token.invalid", "The access token is not good yet."),
            SecurityTokenInvalidAudienceException =>
                new(401, "auth.token.invalid", "The access token is meant for another program: its audience is not this one's."),
            SecurityTokenInvalidIssuerException => new(
                401, "auth.token.invalid", "The access token comes from another issuer than the OpenID provider of this program."),
            SecurityTokenInvalidTypeException => new(401, "auth.token.invalid", "The token is no access token."),
            _ => new(401, "auth.token.invalid", "The access token is not signed by the OpenID provider of this program."),
        };
    }
}

/// <summary>Why a token was not taken, kept until the answer is written.</summary>
internal sealed record TokenRefusal(int Status, string Code, string Detail)
{
    public static void Remember(HttpContext context, TokenRefusal refusal) => context.Items[typeof(TokenRefusal)] = refusal;

    public static TokenRefusal? Of(HttpContext context) =>
        context.Items.TryGetValue(typeof(TokenRefusal), out var refusal) ? (TokenRefusal)refusal! : null;
}
