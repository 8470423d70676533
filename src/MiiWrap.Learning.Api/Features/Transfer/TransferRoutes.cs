using MediatR;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Transfer;

internal static class TransferRoutes
{
    public static IServiceCollection AddTransfer(this IServiceCollection services) => services.AddScoped<TransferReaders>();

    public static void MapTransfer(this IEndpointRouteBuilder app)
    {
        var transfer = app.MapGroup("/v1").WithTags("Transfer");

        transfer.MapGet("/cohorts/{cohortId:guid}/transfer", (Guid cohortId, IMediator mediator, HttpContext http, CancellationToken ct) =>
                http.WantsCsv() ? Csv(mediator.Send(new ListCohortTransferRows(cohortId), ct)) : Json(mediator.Send(new GetCohortTransfer(cohortId), ct)))
            .Named<GetCohortTransfer>().Produces<TransferReport>().AlsoCsv().NotFound().Forbidden();

        transfer.MapGet("/agencies/{agencyId:guid}/transfer", ([AsParameters] GetAgencyTransfer request, IMediator mediator, CancellationToken ct) =>
                Json(mediator.Send(request, ct)))
            .Named<GetAgencyTransfer>().Produces<TransferReport>().NotFound();

        transfer.MapGet("/enrolments/{enrolmentId:guid}/transfer", (Guid enrolmentId, IMediator mediator, HttpContext http, CancellationToken ct) =>
                http.WantsCsv() ? Csv(mediator.Send(new ListEnrolmentTransferRows(enrolmentId), ct)) : Json(mediator.Send(new GetEnrolmentTransfer(enrolmentId), ct)))
            .Named<GetEnrolmentTransfer>().Produces<TransferReport>().AlsoCsv().NotFound().Forbidden();

        transfer.MapPost("/enrolments/{enrolmentId:guid}/units/{unit}/verifications", async (Guid enrolmentId, string unit, VerifyTransfer request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Created((string?)null, await mediator.Send(request with { EnrolmentId = enrolmentId, Unit = unit }, ct)))
            .Named<VerifyTransfer>().Retryable().NotFound().Forbidden().Invalid();

        transfer.MapPut("/enrolments/{enrolmentId:guid}/units/{unit}/exemption", async (Guid enrolmentId, string unit, ExemptUnit request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { EnrolmentId = enrolmentId, Unit = unit }, ct)))
            .Named<ExemptUnit>().NotFound().Forbidden().Invalid();

        transfer.MapDelete("/enrolments/{enrolmentId:guid}/units/{unit}/exemption", async (Guid enrolmentId, string unit, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(new LiftExemption(enrolmentId, unit), ct);
                return TypedResults.NoContent();
            })
            .Named<LiftExemption>().NotFound().Forbidden();
    }

    private static async Task<IResult> Json(Task<TransferReport> report) => TypedResults.Ok(await report);

    private static async Task<IResult> Csv(Task<string> rows) => TypedResults.Text(await rows, "text/csv", System.Text.Encoding.UTF8);
}
