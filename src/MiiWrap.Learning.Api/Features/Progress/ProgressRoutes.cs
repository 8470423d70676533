using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Progress;

internal static class ProgressRoutes
{
    public static IServiceCollection AddProgress(this IServiceCollection services) => services.AddHolder<ProgressSummaryCache>();

    public static void MapProgress(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/cohorts/{cohortId:guid}/progress",
            async ([AsParameters] GetCohortProgress request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                {
                    if (!http.Wants(Csv.MediaType)) return (IResult)TypedResults.Ok(await mediator.Send(request, ct));
                    async Task<Page<ProgressRow>> Rows(string? cursor)
                    {
                        var page = await mediator.Send(request with { Limit = Paging.AllAtOnce, Cursor = cursor }, ct);
                        return new([.. page.Items.Select(ProgressRow.Of)], page.Next);
                    }

                    return new CsvPages<ProgressRow>(await Rows(request.Cursor), Rows);
                })
            .WithTags("Progress").Named<GetCohortProgress>().ForFrontEnds(FrontEndScopes.Teaching)
            .OpenTo(Scopes.ProgressRead).Produces<CohortProgress>().AlsoCsv().Listed()
            .NotFound("cohort.notFound")
            .Invalid().Codes("row.unreadable");
}
