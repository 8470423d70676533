using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Common;
using OpenIddict.Abstractions;

namespace MiiWrap.Learning.Api.Http;

internal static class CallerMiddleware
{
    /// <summary>
    /// A token is good only while its person has access and, if it is a local one, has not signed out since, nor ended its sign-in.
    /// </summary>
    public static void UseCaller(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.User.Identity is { IsAuthenticated: true })
        {
            try
            {
                if (!await Recognise(context.RequestServices, context.User, context.RequestAborted))
                {
                    context.User = new ClaimsPrincipal(new ClaimsIdentity());
                    Refused(context, "ended");
                }
            }
            catch (RuleException refusal)
            {
                context.RequestServices.GetRequiredService<Caller>().Refusal = refusal;
                Refused(context, refusal.Code);
            }
        }
        else if (context.Request.Headers.Authorization.Count > 0 && await WhyNot(context) is { } reason) Refused(context, reason);

        await next(context);
    });

    /// <summary>
    /// Asks the database, past the caches, whether a token that was good when a long answer began still is, and makes its caller known to
    /// the new scope.
    /// </summary>
    public static async Task<bool> IsStillCaller(
        this IServiceProvider scope, ClaimsPrincipal token, Guid callerId, CancellationToken ct)
    {
        scope.GetRequiredService<CallerCache>().Forget(callerId);
        scope.GetRequiredService<ApiClientCache>().Forget(callerId);
        if (SignInCache.Of(token) is { } session) scope.GetRequiredService<SignInCache>().Forget(session);
        try
        {
            return await Recognise(scope, token, ct) && !scope.GetRequiredService<Caller>().LacksSecondFactor;
        }
        catch (RuleException)
        {
            return false;
        }
    }

    private static void Refused(HttpContext context, string reason) =>
        context.RequestServices.GetRequiredService<SecurityLog>().TokenRefused(reason);

    /// <summary>Why the token that was sent is none; null when none was sent that anybody here reads.</summary>
    private static async Task<string?> WhyNot(HttpContext context)
    {
        // Asked before, and answered from memory.
        var result = await context.AuthenticateAsync();
        return result.Failure is not { } failure ? null : TokenRefusal.Of(context)?.Code ?? failure.Message;
    }

    /// <summary>Whoever has a good token and no place here is told so, except where nobody is asked who they are.</summary>
    public static void UseRefusals(this WebApplication app) => app.Use((context, next) =>
        context.RequestServices.GetRequiredService<Caller>().Refusal is { } refusal
        && context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null
            ? throw refusal
            : next(context));

    /// <summary>Refuses an admin who must turn on a second factor first, except where that is done.</summary>
    public static void UseSecondFactor(this WebApplication app) => app.Use((context, next) =>
        context.RequestServices.GetRequiredService<Caller>().LacksSecondFactor
        && context.GetEndpoint() is RouteEndpoint { Metadata: var metadata }
        && metadata.GetMetadata<IAllowAnonymous>() is null && metadata.GetMetadata<OpenWithoutSecondFactor>() is null
            ? throw SecondFactorRule.Refused()
            : next(context));

    /// <summary>Makes known to the scope whom a token stands for; false when that is nobody any more.</summary>
    private static async ValueTask<bool> Recognise(IServiceProvider scope, ClaimsPrincipal token, CancellationToken ct)
    {
        var caller = scope.GetRequiredService<Caller>();
        if (ClientTokens.IsOfClient(token))
        {
            var client = await scope.GetRequiredService<ApiClientCache>().Find(scope.GetRequiredService<LearningDb>(), token, ct);
            if (client is null) return false;
            caller.Is(client);
            return true;
        }

        var isByProvider = token.Identity?.AuthenticationType == OidcAuthentication.AuthenticationType;
        var person = isByProvider
            ? await scope.GetRequiredService<ExternalLogins>().Find(token, ct)
            : await scope.GetRequiredService<IssuedAccess>().FindPersonAsync(token, ct);
        if (person is null) return false;
        caller.Is(person);
        // What a provider asks at its own sign-in is its own business, and so is what it calls one.
        if (isByProvider) return true;
        caller.SessionId = SignInCache.Of(token);
        if (token.GetClaim(OpenIddictConstants.Claims.ClientId) is not null) caller.FrontEndScopes = [.. token.GetScopes()];
        caller.LacksSecondFactor = scope.GetRequiredService<Settings>().LacksSecondFactor(person);
        return true;
    }
}
