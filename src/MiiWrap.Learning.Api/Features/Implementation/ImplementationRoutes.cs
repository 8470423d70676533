using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Implementation;

internal static class ImplementationRoutes
{
    public static IServiceCollection AddImplementation(this IServiceCollection services) =>
        services.AddScoped<ImplementationQueries>().AddScoped<ProgramFigures>();

    public static void MapImplementation(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/indicators", async ([AsParameters] GetIndicators request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .WithTags("Implementation").Named<GetIndicators>().ForEveryFrontEnd()
            .OpenTo(Scopes.IndicatorsWrite, Scopes.ImplementationRead).TaggedByContent<IndicatorList>();

        app.MapGet("/v1/implementation",
                async ([AsParameters] GetProgramImplementation request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                    http.Program(await mediator.Send(request, ct)))
            .WithTags("Implementation").Named<GetProgramImplementation>().ForFrontEnds(FrontEndScopes.Program)
            .OpenTo(Scopes.ImplementationRead).TaggedByContent<ProgramImplementation>().AlsoCsv().AlsoAs(FigurePage.MediaType).Forbidden()
            .ProducesValidationProblem(422).Codes(UnreadableRowException.Code);

        var agency = app.MapGroup("/v1/agencies/{agencyId:guid}").WithTags("Implementation").ForFrontEnds(FrontEndScopes.Program);

        agency.MapGet("/indicators",
                async ([AsParameters] ListIndicatorMonths request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                {
                    var months = await mediator.Send(request, ct);
                    return http.Wants(Csv.MediaType)
                        ? new CsvPages<IndicatorMonthItem>(months, cursor => mediator.Send(request with { Cursor = cursor }, ct))
                        : (IResult)TypedResults.Ok(months);
                })
            .Named<ListIndicatorMonths>().OpenTo(Scopes.IndicatorsWrite, Scopes.ImplementationRead)
            .Produces<Page<IndicatorMonthItem>>().Listed().AlsoCsv().NotFound("agency.notFound").Invalid();

        agency.MapPost("/indicators", async (Guid agencyId, RecordIndicators request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { AgencyId = agencyId }, ct)))
            .Named<RecordIndicators>().OpenTo(Scopes.IndicatorsWrite).Retryable().NotFound("agency.notFound").Forbidden()
            .Invalid("csv.encoding", "csv.header").WithMetadata(new TakesAlsoCsv(IndicatorFile.Example));

        // The same operation from a file; the document shows both kinds of body under one name.
        agency.MapPost("/indicators", async (Guid agencyId, HttpRequest http, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(await IndicatorFile.Read(http, ct) with { AgencyId = agencyId }, ct)))
            .Accepts<string>(Csv.MediaType, Csv.ExcelMediaType).WithMetadata(new TakesAnyCharset())
            .OpenTo(Scopes.IndicatorsWrite).Retryable().ExcludeFromDescription().AfterJson();

        agency.MapPut("/coaching-start", async (Guid agencyId, SetCoachingStart request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { AgencyId = agencyId }, ct)))
            .Named<SetCoachingStart>().NotFound("agency.notFound").Forbidden().Invalid("coachingStart.beforeFirstMonth").GatedReason();

        agency.MapPut("/facilitators-per-coach",
                async (Guid agencyId, SetFacilitatorsPerCoach request, IMediator mediator, CancellationToken ct) =>
                    TypedResults.Ok(await mediator.Send(request with { AgencyId = agencyId }, ct)))
            .Named<SetFacilitatorsPerCoach>().NotFound("agency.notFound").Forbidden().Invalid();

        agency.MapGet("/implementation",
                async ([AsParameters] GetImplementation request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                    http.Implementation(await mediator.Send(request, ct)))
            .Named<GetImplementation>().ForFrontEnds(FrontEndScopes.Teaching, FrontEndScopes.Program).OpenTo(Scopes.ImplementationRead)
            .TaggedByContent<ImplementationView>().AlsoCsv().AlsoChart().NotFound("agency.notFound").ProducesValidationProblem(422)
            .Codes(UnreadableRowException.Code);
    }

    /// <summary>The view in the form that the caller likes best.</summary>
    private static IResult Implementation(this HttpContext http, ImplementationView view) => http.Wants(Csv.MediaType)
        ? Csv.File(Csv.Of(ImplementationRow.Of(view)))
        : http.Figures(view, ImplementationChart.Draw, ImplementationPage.Of);

    private static IResult Program(this HttpContext http, ProgramImplementation view) => http.Wants(Csv.MediaType)
        ? Csv.File(Csv.Of(ProgramImplementationRow.Of(view)))
        : http.Figures(view, ProgramImplementationPage.Of);
}
