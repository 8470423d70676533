using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Cohorts;

internal static class CohortRoutes
{
    public static IServiceCollection AddCohorts(this IServiceCollection services) => services.AddEnrolmentMails();

    public static void MapCohorts(this IEndpointRouteBuilder app)
    {
        var cohorts = app.MapGroup("/v1/cohorts").WithTags("Cohorts").ForFrontEnds(FrontEndScopes.Program);

        cohorts.MapPost("/", async (CreateCohort request, IMediator mediator, CancellationToken ct) =>
            {
                var cohort = await mediator.Send(request, ct);
                return TypedResults.Created($"/v1/cohorts/{cohort.Id}", cohort);
            })
            .Named<CreateCohort>().Retryable().Forbidden().Conflict("person.suspended").Invalid("curriculum.unknown", "person.unknown");

        cohorts.MapGet("/", async ([AsParameters] ListCohorts request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListCohorts>().ForEveryFrontEnd().OpenTo(Scopes.ProgressRead, Scopes.EnrolmentsWrite).Listed().Invalid();

        cohorts.MapPost("/{cohortId:guid}/clone", async (Guid cohortId, CloneCohort request, IMediator mediator, CancellationToken ct) =>
            {
                var cohort = await mediator.Send(request with { CohortId = cohortId }, ct);
                return TypedResults.Created($"/v1/cohorts/{cohort.Id}", cohort);
            })
            .Named<CloneCohort>().Codes("row.unreadable").Retryable().NotFound("cohort.notFound").Forbidden().Invalid();

        cohorts.MapPost(
            "/{cohortId:guid}/upgrade",
            async (Guid cohortId, bool? dryRun, UpgradeCohort request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { CohortId = cohortId, DryRun = dryRun }, ct)))
            .Named<UpgradeCohort>().Codes("row.unreadable").Retryable().NotFound("cohort.notFound").Forbidden().Conflict("cohort.closed")
            .Invalid("cohort.version.older", "curriculum.unknown");

        cohorts.MapPost("/{cohortId:guid}/close", async ([AsParameters] CloseCohort request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<CloseCohort>().Codes("row.unreadable").Retryable().NotFound("cohort.notFound").Forbidden();

        cohorts.MapPost("/{cohortId:guid}/reopen", async ([AsParameters] ReopenCohort request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ReopenCohort>().Codes("row.unreadable").Retryable().NotFound("cohort.notFound").Forbidden();

        cohorts.MapPost(
            "/{cohortId:guid}/reschedule", async (Guid cohortId, RescheduleCohort request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { CohortId = cohortId }, ct)))
            .Named<RescheduleCohort>().Codes("row.unreadable").Retryable().NotFound("cohort.notFound").Forbidden().Invalid();

        cohorts.MapGet("/{cohortId:guid}", async (
            [AsParameters] GetCohort request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var cohort = await mediator.Send(request, ct);
                return http.Tagged(cohort, cohort.ETag);
            })
            .Named<GetCohort>().ForEveryFrontEnd()
            .OpenTo(Scopes.ProgressRead, Scopes.EnrolmentsWrite).Tagged<CohortView>().NotFound("cohort.notFound");

        cohorts.MapPatch("/{cohortId:guid}", async (
            Guid cohortId, ChangeCohort request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var cohort = await mediator.Send(request with { CohortId = cohortId }, ct);
                http.Response.Headers.ETag = cohort.ETag;
                return TypedResults.Ok(cohort);
            })
            .Named<ChangeCohort>().Codes("row.unreadable").AlsoMergePatch<ChangeCohort>().NotFound("cohort.notFound")
            .Forbidden("role.required", "cohort.staff.self").Conflict("person.suspended")
            .Invalid("cohort.leads.required", "person.unknown");

        cohorts.MapPost(
            "/{cohortId:guid}/enrolments",
            async (Guid cohortId, bool? resume, bool? dryRun, EnrolLearners request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { CohortId = cohortId, Resume = resume, DryRun = dryRun }, ct)))
            .Named<EnrolLearners>().OpenTo(Scopes.EnrolmentsWrite).Retryable().NotFound("cohort.notFound").Forbidden()
            .Invalid("csv.encoding", "csv.header")
            .WithMetadata(new TakesAlsoCsv("email,name,timeZone,agencyId\r\nana@example.org,\"Reyes, Ana\",America/Denver,\r\n"))
            .Codes("invitation.limit", "row.unreadable");

        // The same operation from a file; the document shows both kinds of body under one name.
        cohorts.MapPost("/{cohortId:guid}/enrolments",
            async (Guid cohortId, bool? resume, bool? dryRun, HttpRequest http, IMediator mediator, CancellationToken ct) =>
            {
                var request = await LearnerFile.Read(http, ct) with { CohortId = cohortId, Resume = resume, DryRun = dryRun };
                return TypedResults.Ok(await mediator.Send(request with { IsFile = true }, ct));
            })
            .Accepts<string>(Csv.MediaType, Csv.ExcelMediaType).WithMetadata(new TakesAnyCharset())
            .OpenTo(Scopes.EnrolmentsWrite).Retryable().ExcludeFromDescription().AfterJson();

        cohorts.MapPost(
            "/{cohortId:guid}/withdrawals", async (Guid cohortId, WithdrawEnrolments request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { CohortId = cohortId }, ct)))
            .Named<WithdrawEnrolments>().OpenTo(Scopes.EnrolmentsWrite).Retryable().NotFound("cohort.notFound").Forbidden().Invalid();

        var enrolments = app.MapGroup("/v1/enrolments/{enrolmentId:guid}").WithTags("Cohorts").ForFrontEnds(FrontEndScopes.Program);

        enrolments.MapPost("/withdraw", async ([AsParameters] WithdrawEnrolment request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<WithdrawEnrolment>().OpenTo(Scopes.EnrolmentsWrite).Retryable().NotFound("enrolment.notFound").Forbidden()
            .Conflict("enrolment.completed");

        enrolments.MapPost("/move", async (Guid enrolmentId, MoveEnrolment request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { EnrolmentId = enrolmentId }, ct)))
            .Named<MoveEnrolment>().Codes("row.unreadable").Retryable().NotFound("enrolment.notFound")
            .Forbidden("role.required", "enrolment.move.self", "enrolment.own")
            .Conflict("enrolment.exists", "enrolment.withdrawn", "enrolment.completed", "cohort.closed", "enrolment.move.curriculum",
                "enrolment.move.version", "enrolment.move.conversation", "person.suspended")
            .Invalid("cohort.unknown");

        enrolments.MapPut("/agency", async (Guid enrolmentId, ChangeAgency request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { EnrolmentId = enrolmentId }, ct)))
            .Named<ChangeAgency>().NotFound("enrolment.notFound").Forbidden("role.required", "enrolment.agency.own", "enrolment.own")
            .Conflict("legalHold.on").Invalid("agency.unknown");

        var offers = app.MapGroup("/v1/me/enrolment-offers").WithTags("Cohorts").ForFrontEnds(FrontEndScopes.Learning);

        offers.MapGet("/", async ([AsParameters] ListEnrolmentOffers request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListEnrolmentOffers>().Listed();

        offers.MapPost("/{enrolmentId:guid}/accept",
            async ([AsParameters] AcceptEnrolment request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<AcceptEnrolment>().Codes("row.unreadable").Retryable().NotFound("enrolment.notFound")
            .Conflict("enrolment.withdrawn", "enrolment.agency.other", "cohort.closed");

        enrolments.MapPost("/modules/{module}/open",
            async (Guid enrolmentId, string module, OpenModule request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { EnrolmentId = enrolmentId, Module = module }, ct)))
            .Named<OpenModule>().Retryable().NotFound("enrolment.notFound", "module.notFound").Forbidden("role.required", "enrolment.own")
            .Conflict("cohort.closed", "enrolment.withdrawn").Invalid().Gated();

        var holdOut = app.MapGroup("/v1/cohorts/{cohortId:guid}/hold-out").WithTags("Nudges").ForFrontEnds(FrontEndScopes.Program);

        holdOut.MapGet("/", async ([AsParameters] GetHoldOut request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<GetHoldOut>().TaggedByContent<HoldOutShares>().NotFound("cohort.notFound");

        holdOut.MapPut("/", async (Guid cohortId, SetHoldOut request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { CohortId = cohortId }, ct)))
            .Named<SetHoldOut>().NotFound("cohort.notFound").Forbidden().Invalid();
    }
}
