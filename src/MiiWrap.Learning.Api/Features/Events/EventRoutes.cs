using MediatR;
using Microsoft.AspNetCore.Mvc;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MiiWrap.Learning.Api.Features.Events;

internal static class EventRoutes
{
    public static IServiceCollection AddEvents(this IServiceCollection services) =>
        services.AddScoped<EventLog>().AddSingleton<WebhookSecrets>().AddSingleton<WebhookSender>()
            .AddSingleton(WebhookMailTemplates.Stopped).Configure<SwaggerGenOptions>(o => o.DocumentFilter<DescribeEvents>());

    public static void MapEvents(this IEndpointRouteBuilder app)
    {
        var events = app.MapGroup("/v1/events").WithTags("Integration").NotForFrontEnds();

        events.MapGet("/", async ([AsParameters] ListEvents request, [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
            IMediator mediator, HttpContext http, RateLimits limits, Caller caller, CancellationToken ct) =>
            {
                if (!http.Wants(EventStream.MediaType)) return (IResult)TypedResults.Ok(await mediator.Send(request, ct));
                limits.CheckStreams(http, caller);
                var after = string.IsNullOrEmpty(lastEventId) ? request.After : lastEventId;
                return new EventStream(await mediator.Send(request with { After = after }, ct), after);
            })
            .Named<ListEvents>().OpenTo(Scopes.EventsRead).Produces<Page<EventItem>>().AlsoAs(EventStream.MediaType)
            .Listed("after").Forbidden().Conflict("events.cursor.expired")
            .Codes("events.cursor.unknown", "stream.limit").DisableRequestTimeout();

        app.MapGet("/v1/me/stream",
            async (
                [AsParameters] FollowMe request, IMediator mediator, HttpContext http, RateLimits limits, Caller caller,
                CancellationToken ct) =>
            {
                if (!http.Wants(FollowingStream.MediaType))
                {
                    var parts = await mediator.Send(request, ct);
                    return http.Tagged(parts, ETags.Of([.. parts.Parts]));
                }

                limits.CheckStreams(http, caller, isPersonal: true);
                return new PersonalStream();
            })
            .WithTags("Me").Named<FollowMe>().ForEveryFrontEnd()
            .Tagged<FollowedParts>().AlsoAs(FollowingStream.MediaType).Codes("stream.limit")
            .DisableRequestTimeout();

        var webhooks = app.MapGroup("/v1/webhooks").WithTags("Integration").NotForFrontEnds();

        webhooks.MapPost("/", async (RegisterWebhook request, IMediator mediator, CancellationToken ct) =>
            {
                var webhook = await mediator.Send(request, ct);
                return TypedResults.Created($"/v1/webhooks/{webhook.Id}", webhook);
            })
            .Named<RegisterWebhook>().Retryable().ShowsSecret("secret").Forbidden().Conflict("webhook.limit").Invalid();

        webhooks.MapGet("/", async ([AsParameters] ListWebhooks request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListWebhooks>().Listed().Forbidden();

        webhooks.MapGet("/{webhookId:guid}", async (
            [AsParameters] GetWebhook request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var webhook = await mediator.Send(request, ct);
                return http.Tagged(webhook, webhook.ETag);
            })
            .Named<GetWebhook>().Tagged<WebhookItem>().NotFound("webhook.notFound").Forbidden();

        webhooks.MapDelete("/{webhookId:guid}", async ([AsParameters] DeleteWebhook request, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(request, ct);
                return TypedResults.NoContent();
            })
            .Named<DeleteWebhook>().NotFound("webhook.notFound").Forbidden();

        webhooks.MapPost("/{webhookId:guid}/rotate",
            async ([AsParameters] RotateWebhook request, IMediator mediator, CancellationToken ct) => TypedResults
                .Ok(await mediator.Send(request, ct)))
            .Named<RotateWebhook>().Retryable().ShowsSecret("secret").NotFound("webhook.notFound").Forbidden();

        webhooks.MapGet("/{webhookId:guid}/deliveries",
            async ([AsParameters] ListDeliveries request, IMediator mediator, CancellationToken ct) => TypedResults
                .Ok(await mediator.Send(request, ct)))
            .Named<ListDeliveries>().Listed().NotFound("webhook.notFound").Forbidden();

        webhooks.MapPost("/{webhookId:guid}/deliveries/{deliveryId:guid}/redeliver",
            async ([AsParameters] Redeliver request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<Redeliver>().Retryable().NotFound("delivery.notFound").Forbidden().Conflict("webhook.inactive");
    }
}
