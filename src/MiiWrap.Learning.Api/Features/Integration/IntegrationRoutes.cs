using MediatR;
using Microsoft.AspNetCore.Mvc;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Integration;

internal static class IntegrationRoutes
{
    public static IServiceCollection AddIntegration(this IServiceCollection services) => services.AddScoped<EventLog>();

    public static void MapIntegration(this IEndpointRouteBuilder app)
    {
        var events = app.MapGroup("/v1/events").WithTags("Integration");

        events.MapGet("/", async ([AsParameters] ReadEvents request, [FromHeader(Name = "Last-Event-ID")] string? lastEventId, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                if (!http.Wants(EventStream.MediaType)) return (IResult)TypedResults.Ok(await mediator.Send(request, ct));
                var after = string.IsNullOrEmpty(lastEventId) ? request.After : lastEventId;
                return new EventStream(await mediator.Send(request with { After = after }, ct), after);
            })
            .Named<ReadEvents>().Produces<Page<EventItem>>().AlsoAs(EventStream.MediaType).AddEndpointFilter(new LinkToNext<EventItem>("after")).Forbidden().Conflict().ProducesValidationProblem(422);
    }
}
