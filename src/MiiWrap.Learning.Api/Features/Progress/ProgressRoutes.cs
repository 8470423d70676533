using MediatR;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Progress;

internal static class ProgressRoutes
{
    public static void MapProgress(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/cohorts/{cohortId:guid}/progress", async ([AsParameters] GetCohortProgress request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .WithTags("Progress").Named<GetCohortProgress>().NotFound().Invalid();
}
