using MediatR;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Retention;

internal static class RetentionRoutes
{
    public static IServiceCollection AddRetention(this IServiceCollection services) => services.AddScoped<RetentionLog>();

    public static void MapRetention(this IEndpointRouteBuilder app)
    {
        var agency = app.MapGroup("/v1/agencies/{agencyId:guid}").WithTags("Retention");

        agency.MapGet("/retention", async ([AsParameters] ReadRetention request, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ReadRetention>().TaggedByContent<RetentionView>().NotFound();

        agency.MapPut("/retention", async (Guid agencyId, ChangeRetention request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { AgencyId = agencyId }, ct)))
            .Named<ChangeRetention>().NotFound().Forbidden().Invalid();

        agency.MapPut("/legal-hold", async (Guid agencyId, SetLegalHold request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { AgencyId = agencyId }, ct)))
            .Named<SetLegalHold>().NotFound().Forbidden().Conflict().Invalid();

        agency.MapDelete("/legal-hold", async ([AsParameters] LiftLegalHold request, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<LiftLegalHold>().NotFound().Forbidden().Conflict();

        agency.MapGet("/retention-log", async ([AsParameters] ReadRetentionLog request, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ReadRetentionLog>().Listed<RetentionLogItem>().NotFound().Forbidden();

        app.MapGet("/v1/retention-log", async ([AsParameters] ReadProgramRetentionLog request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .WithTags("Retention").Named<ReadProgramRetentionLog>().Listed<RetentionLogItem>().Forbidden();
    }
}
