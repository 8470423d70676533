using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Transfer;

internal static class TransferRoutes
{
    public static IServiceCollection AddTransfer(this IServiceCollection services) => services.AddScoped<TransferReaders>();

    public static void MapTransfer(this IEndpointRouteBuilder app)
    {
        var transfer = app.MapGroup("/v1").WithTags("Transfer").ForFrontEnds(FrontEndScopes.Teaching);

        transfer.MapGet("/cohorts/{cohortId:guid}/transfer", (Guid cohortId, IMediator mediator, HttpContext http, CancellationToken ct) =>
                http.Wants(Csv.MediaType)
                ? Rows(mediator.Send(new ListCohortTransferRows(cohortId), ct))
                : Report(mediator.Send(new GetCohortTransfer(cohortId), ct), http))
            .Named<GetCohortTransfer>().OpenTo(Scopes.ProgressRead).TaggedByContent<TransferReport>().AlsoCsv().AlsoChart()
            .NotFound("cohort.notFound")
            .Forbidden("transfer.rows.hidden").Codes("row.unreadable");

        transfer.MapGet("/agencies/{agencyId:guid}/transfer",
            ([AsParameters] GetAgencyTransfer request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                Report(mediator.Send(request, ct), http))
            .Named<GetAgencyTransfer>().OpenTo(Scopes.ProgressRead).TaggedByContent<TransferReport>().AlsoChart()
            .NotFound("agency.notFound")
            .ProducesValidationProblem(422).Codes("row.unreadable");

        transfer.MapGet(
            "/enrolments/{enrolmentId:guid}/transfer", (Guid enrolmentId, IMediator mediator, HttpContext http, CancellationToken ct) =>
                http.Wants(Csv.MediaType)
                ? Rows(mediator.Send(new ListEnrolmentTransferRows(enrolmentId), ct))
                : Report(mediator.Send(new GetEnrolmentTransfer(enrolmentId), ct), http))
            .Named<GetEnrolmentTransfer>().ForFrontEnds(FrontEndScopes.Learning, FrontEndScopes.Teaching)
            .TaggedByContent<TransferReport>().AlsoCsv().AlsoChart().NotFound("enrolment.notFound")
            .Forbidden("transfer.rows.hidden").Codes("row.unreadable");

        transfer.MapPost("/enrolments/{enrolmentId:guid}/units/{unit}/verifications",
            async (Guid enrolmentId, string unit, VerifyTransfer request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Created(
                    $"/v1/enrolments/{enrolmentId}/transfer",
                    await mediator.Send(request with { EnrolmentId = enrolmentId, Unit = unit }, ct)))
            .Named<VerifyTransfer>().Retryable().NotFound("enrolment.notFound", "opportunity.notFound")
            .Forbidden("role.required", "transfer.own")
            .Invalid("transfer.occurredOn.outside");

        transfer.MapPut("/enrolments/{enrolmentId:guid}/units/{unit}/exemption",
            async (Guid enrolmentId, string unit, ExemptUnit request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { EnrolmentId = enrolmentId, Unit = unit }, ct)))
            .Named<ExemptUnit>().NotFound("enrolment.notFound", "opportunity.notFound")
            .Forbidden("role.required", "transfer.own").Invalid();

        transfer.MapDelete("/enrolments/{enrolmentId:guid}/units/{unit}/exemption",
            async (Guid enrolmentId, string unit, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(new LiftExemption(enrolmentId, unit), ct);
                return TypedResults.NoContent();
            })
            .Named<LiftExemption>().NotFound("enrolment.notFound", "opportunity.notFound").Forbidden("role.required", "transfer.own");
    }

    private static async Task<IResult> Report(Task<TransferReport> report, HttpContext http) =>
        http.Figures(await report, TransferChart.Draw, TransferPage.Of);

    private static async Task<IResult> Rows(Task<string> rows) => Csv.File(await rows);
}
