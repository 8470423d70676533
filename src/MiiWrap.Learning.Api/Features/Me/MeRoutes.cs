using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Me;

internal static class MeRoutes
{
    public static void MapMe(this IEndpointRouteBuilder app)
    {
        var me = app.MapGroup("/v1/me").WithTags("Me").ForEveryFrontEnd();

        me.MapGet("/", async (IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new GetMe(), ct)))
            .Named<GetMe>().TaggedByContent<MyProfile>().WithoutSecondFactor();

        me.MapGet("/next", async (IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new GetNext(), ct)))
            .Named<GetNext>().TaggedByContent<WhatIsNext>();

        me.MapGet("/preferences", async (IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var read = await mediator.Send(new GetPreferences(), ct);
                return http.Tagged(read.Preferences, read.ETag);
            })
            .Named<GetPreferences>().Tagged<Preferences>();

        me.MapPatch("/preferences", async (ChangePreferences request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                // A merge patch keeps the parts of an object that it does not name (RFC 7396, 2).
                if (http.Request.IsMergePatch() && request.QuietHours is { } quiet) request = request with
                {
                    QuietHours = quiet.Over(
                        (await mediator.Send(new GetPreferences(), ct)).Preferences.QuietHours, http.Clears("quietHours.days")),
                };
                var changed = await mediator.Send(request with { Precondition = http.Request.Precondition() }, ct);
                http.Response.Headers.ETag = changed.ETag;
                return TypedResults.Ok(changed.Preferences);
            })
            .Named<ChangePreferences>().AlsoMergePatch<ChangePreferences>("quietHours.days").NeedsPrecondition("preferences.stale")
            .Invalid();

        me.MapGet("/leave", async (IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new GetLeave(), ct)))
            .Named<GetLeave>().TaggedByContent<Leave>();

        me.MapPut("/leave", async (SetLeave request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<SetLeave>().Invalid();
    }
}
