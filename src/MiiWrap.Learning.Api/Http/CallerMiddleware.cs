using System.Security.Claims;
using System.Security.Principal;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Http;

internal static class CallerMiddleware
{
    /// <summary>A token is good only while its person exists and, if it is a local one, has not signed out since.</summary>
    public static void UseCaller(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.User.Identity is { IsAuthenticated: true } identity)
        {
            var caller = context.RequestServices.GetRequiredService<Caller>();
            try
            {
                if (identity.AuthenticationType == ClientTokens.AuthenticationType && await OfClient(context) is { } client)
                    caller.Is(client);
                else if (await PersonOf(context, identity) is { } person) caller.Is(person);
                else context.User = new ClaimsPrincipal(new ClaimsIdentity());
            }
            catch (RuleException refusal)
            {
                caller.Refusal = refusal;
            }
        }

        await next(context);
    });

    /// <summary>Whoever has a good token and no place here is told so, except where nobody is asked who they are.</summary>
    public static void UseRefusals(this WebApplication app) => app.Use((context, next) =>
        context.RequestServices.GetRequiredService<Caller>().Refusal is { } refusal
        && context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null
            ? throw refusal
            : next(context));

    private static ValueTask<CallingClient?> OfClient(HttpContext context) =>
        context.RequestServices.GetRequiredService<ApiClientCache>()
            .Find(context.RequestServices.GetRequiredService<LearningDb>(), context.User, context.RequestAborted);

    private static ValueTask<CachedPerson?> PersonOf(HttpContext context, IIdentity identity) => identity.AuthenticationType switch
    {
        ClientTokens.AuthenticationType => default,
        OidcAuthentication.AuthenticationType => OfProvider(context),
        _ => OfOurs(context),
    };

    private static async ValueTask<CachedPerson?> OfProvider(HttpContext context) =>
        await context.RequestServices.GetRequiredService<ExternalLogins>().Find(context.User, context.RequestAborted);

    private static async ValueTask<CachedPerson?> OfOurs(HttpContext context)
    {
        var services = context.RequestServices;
        if (!Guid.TryParse(context.User.FindFirstValue(ClaimTypes.NameIdentifier), out var id)) return null;
        var person = await services.GetRequiredService<CallerCache>()
            .Find(services.GetRequiredService<LearningDb>(), id, context.RequestAborted);
        return person?.SecurityStamp == context.User.FindFirstValue(new ClaimsIdentityOptions().SecurityStampClaimType) ? person : null;
    }
}
