using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Calendar;

internal static class CalendarRoutes
{
    public static void MapCalendar(this IEndpointRouteBuilder app)
    {
        var mine = app.MapGroup("/v1/me/calendar").WithTags("Calendar").NotForFrontEnds();

        mine.MapPost("/", async (IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(new RenewCalendarFeed(), ct)))
            .Named<RenewCalendarFeed>().Retryable().ShowsSecret("url");

        mine.MapDelete("/", async (IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(new RevokeCalendarFeed(), ct);
                return TypedResults.NoContent();
            })
            .Named<RevokeCalendarFeed>();

        app.MapGet(
                "/calendar/{token}.ics",
                async (
                    [AsParameters]
                        GetCalendarFeed request, IMediator mediator, RateLimits limits, HttpContext http, CancellationToken ct) =>
                {
                    limits.CheckOneTap(http, request.Token);
                    var text = (await mediator.Send(request, ct)).Text;
                    return http.Tagged(ETags.Of(text), () => TypedResults.Content(text, $"{CalendarWriter.MediaType}; charset=utf-8"));
                })
            .WithTags("Calendar").Named<GetCalendarFeed>().TaggedFile<string>(CalendarWriter.MediaType).NotFound("calendar.notFound")
            .Gone("calendar.ended").AllowAnonymous();
    }
}
