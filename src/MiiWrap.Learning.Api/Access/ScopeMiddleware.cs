using Microsoft.AspNetCore.Authorization;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Access;

internal static class ScopeMiddleware
{
    /// <summary>Routes are closed to clients, and to front ends that others host, unless they say otherwise.</summary>
    public static void UseScopes(this WebApplication app) => app.Use((context, next) =>
    {
        var caller = context.RequestServices.GetRequiredService<Caller>();
        if ((caller.Client?.Scopes ?? caller.FrontEndScopes) is { } scopes
            && context.GetEndpoint() is RouteEndpoint { Metadata: var metadata } && metadata.GetMetadata<IAllowAnonymous>() is null)
        {
            var open = caller.Client is not null
                ? metadata.GetMetadata<OpenToClients>()?.Scopes : metadata.GetMetadata<OpenToFrontEnds>()?.Scopes;
            if (open is not { Count: > 0 }) throw NotAllowed(caller);
            if (!open.Any(scopes.Contains))
                throw new RuleException("scope.required", $"This needs the scope {string.Join(" or ", open)}.", RuleKind.Forbidden)
                    .With("scopes", open);
        }

        return next(context);
    });

    private static RuleException NotAllowed(Caller caller) => caller.Client is not null
        ? new("client.notAllowed", "No client may do this, whatever its scopes: it is for people.", RuleKind.Forbidden)
        : new("frontEnd.notAllowed",
            "No front end that others host may do this, whatever its scopes: it needs the program's own sign-in.", RuleKind.Forbidden);
}
