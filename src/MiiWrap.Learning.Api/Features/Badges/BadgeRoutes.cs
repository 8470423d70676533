using MediatR;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Badges;

internal static class BadgeRoutes
{
    private const string Jws = "text/plain";

    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ForAnHour = TimeSpan.FromHours(1);

    public static IServiceCollection AddBadges(this IServiceCollection services) => services.AddScoped<BadgeKeys>();

    public static void MapBadges(this IEndpointRouteBuilder app)
    {
        // Others' programs ask for these, and some add a parameter against their caches.
        var badges = app.MapGroup("").WithTags("Badges").AllowAnonymous().WithMetadata(new IgnoresUnknownQuery());

        badges.MapGet(
                "/c/{token}/badge.jwt",
                async ([AsParameters] GetBadge request, IMediator mediator, RateLimits limits, HttpContext http, CancellationToken ct) =>
                {
                    limits.CheckOneTap(http, request.Token);
                    // Its address is the secret one of a page: no cache that others share keeps it once that page is hidden.
                    http.Response.Headers["Referrer-Policy"] = "no-referrer";
                    http.Response.Headers["X-Robots-Tag"] = "noindex";
                    return Text(http, await mediator.Send(request, ct));
                })
            .Named<GetBadge>().TaggedFile<string>(Jws).NotFound("badge.notFound");

        badges.MapGet("/v1/badges/issuer", async (IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(new GetBadgeIssuer(), ct)))
            .Named<GetBadgeIssuer>().AddEndpointFilter(new ForEverybody(ForAnHour)).TaggedByContent<BadgeIssuer>();

        badges.MapGet("/v1/badges/achievements/{code}/{version:int}",
                async ([AsParameters] GetBadgeAchievement request, IMediator mediator, CancellationToken ct) =>
                    TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<GetBadgeAchievement>().AddEndpointFilter(new ForEverybody(ForAnHour)).TaggedByContent<BadgeAchievement>()
            .NotFound("badgeAchievement.notFound");

        badges.MapGet("/v1/badges/keys/{thumbprint}",
                async ([AsParameters] GetBadgeKey request, IMediator mediator, CancellationToken ct) =>
                    TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<GetBadgeKey>().AddEndpointFilter(new ForEverybody(ForAnHour)).TaggedByContent<BadgeJwk>().NotFound("badgeKey.notFound");

        badges.MapGet("/.well-known/jwks.json", async (IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(new GetBadgeKeySet(), ct)))
            .Named<GetBadgeKeySet>().AddEndpointFilter(new ForEverybody(Lately)).TaggedByContent<BadgeJwks>();

        badges.MapGet("/v1/badges/status/{number:int}",
                async ([AsParameters] GetStatusList request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                    Text(http, await mediator.Send(request, ct)))
            .Named<GetStatusList>().AddEndpointFilter(new ForEverybody(Lately)).TaggedFile<string>(Jws).NotFound("statusList.notFound");
    }

    private static IResult Text(HttpContext http, string jws) => http.Tagged(ETags.Of(jws), () => TypedResults.Text(jws, Jws));

    /// <summary>What is the same for everybody may be kept by any cache for a while, and read by the page of any origin.</summary>
    private sealed class ForEverybody(TimeSpan maxAge) : IEndpointFilter
    {
        public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
        {
            var answer = await next(context);
            var headers = context.HttpContext.Response.Headers;
            headers.CacheControl = $"public, max-age={maxAge.TotalSeconds:0}";
            headers.AccessControlAllowOrigin = "*";
            return answer;
        }
    }
}
