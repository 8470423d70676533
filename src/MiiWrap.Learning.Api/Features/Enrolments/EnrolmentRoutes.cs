using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Enrolments;

internal static class EnrolmentRoutes
{
    public static IServiceCollection AddEnrolments(this IServiceCollection services) => services.AddSingleton<UnitPages>();

    public static void MapEnrolments(this IEndpointRouteBuilder app)
    {
        var enrolment = app.MapGroup("/v1/enrolments/{enrolmentId:guid}").WithTags("Learning").ForFrontEnds(FrontEndScopes.Learning);

        app.MapGet("/v1/enrolments", async ([AsParameters] ListEnrolments request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .WithTags("Cohorts").Named<ListEnrolments>().ForEveryFrontEnd().OpenTo(Scopes.ProgressRead, Scopes.EnrolmentsWrite).Listed()
            .Invalid("filter.required");

        enrolment.MapGet("/", async ([AsParameters] GetJourney request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var journey = await mediator.Send(request, ct);
                return http.Tagged(journey, ETags.Of(System.Text.Json.JsonSerializer.Serialize(journey)));
            })
            .Named<GetJourney>().ForFrontEnds(FrontEndScopes.Learning, FrontEndScopes.Teaching)
            .OpenTo(Scopes.ProgressRead).Tagged<LearnerJourney>().NotFound("enrolment.notFound");

        enrolment
            .MapGet("/units/{unit}", async ([AsParameters] GetUnit request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var read = await mediator.Send(request, ct);
                return http.Tagged(read.ETag, read.Page);
            })
            .Named<GetUnit>().Tagged<UnitPage>().NotFound("enrolment.notFound", "unit.notFound").Forbidden("unit.locked");

        enrolment.MapPost("/units/{unit}/start", async ([AsParameters] StartUnit request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<StartUnit>().Retryable().NotFound("enrolment.notFound", "unit.notFound").Forbidden("unit.locked")
            .Conflict("cohort.closed", "enrolment.withdrawn");

        enrolment.MapPost("/units/{unit}/complete",
            async (Guid enrolmentId, string unit, CompleteUnit request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { EnrolmentId = enrolmentId, Unit = unit }, ct)))
            .Named<CompleteUnit>().Retryable().NotFound("enrolment.notFound", "unit.notFound").Forbidden("unit.locked")
            .Conflict("cohort.closed", "enrolment.withdrawn").Invalid("unit.ifThen.required").Gated();
    }
}
