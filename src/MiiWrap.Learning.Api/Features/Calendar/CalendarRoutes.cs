using MediatR;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Calendar;

internal static class CalendarRoutes
{
    public static void MapCalendar(this IEndpointRouteBuilder app)
    {
        var mine = app.MapGroup("/v1/me/calendar").WithTags("Calendar");

        mine.MapPost("/", async (IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new RenewCalendar(), ct)))
            .Named<RenewCalendar>().Retryable().ShowsSecret("url");

        mine.MapDelete("/", async (IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(new EndCalendar(), ct);
                return TypedResults.NoContent();
            })
            .Named<EndCalendar>();

        app.MapGet(
                "/calendar/{token}.ics",
                async (
                    [AsParameters] ReadCalendar request, IMediator mediator, RateLimits limits, HttpContext http, CancellationToken ct) =>
                {
                    limits.CheckOneTap(http, request.Token);
                    var text = (await mediator.Send(request, ct)).Text;
                    return http.Tagged(ETags.Of(text), () => TypedResults.Content(text, $"{CalendarWriter.MediaType}; charset=utf-8"));
                })
            .WithTags("Calendar").Named<ReadCalendar>().TaggedFile<string>(CalendarWriter.MediaType).NotFound().AllowAnonymous();
    }
}
