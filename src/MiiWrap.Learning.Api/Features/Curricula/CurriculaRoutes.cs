using MediatR;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Curricula;

internal static class CurriculaRoutes
{
    public static void MapCurricula(this IEndpointRouteBuilder app)
    {
        var curricula = app.MapGroup("/v1/curricula").WithTags("Curriculum");

        curricula.MapGet("/", async ([AsParameters] ListCurricula request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListCurricula>().Listed<CurriculumItem>();

        curricula.MapGet("/{slug}", async ([AsParameters] GetCurriculum request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var overview = await mediator.Send(request, ct);
                return http.Tagged(overview, ETags.Of(overview.Version, overview.ContentHash));
            })
            .Named<GetCurriculum>().Tagged<CurriculumOverview>().NotFound().Invalid();
    }
}
