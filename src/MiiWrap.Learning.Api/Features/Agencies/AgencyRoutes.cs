using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Agencies;

internal static class AgencyRoutes
{
    public static IServiceCollection AddAgencies(this IServiceCollection services) => services.AddScoped<RetentionLog>();

    public static void MapAgencies(this IEndpointRouteBuilder app)
    {
        var v1 = app.MapGroup("/v1").WithTags("People").ForFrontEnds(FrontEndScopes.Program);

        v1.MapPost("/agencies", async (CreateAgency request, IMediator mediator, CancellationToken ct) =>
            {
                var created = await mediator.Send(request, ct);
                return TypedResults.Created($"/v1/agencies/{created.Id}", created);
            })
            .Named<CreateAgency>().Retryable().Forbidden().Conflict("agency.name.taken").Invalid();

        v1.MapGet("/agencies", async ([AsParameters] ListAgencies request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListAgencies>().ForEveryFrontEnd().OpenTo(Scopes.PeopleRead).Listed();

        v1.MapGet("/agencies/{agencyId:guid}", async (
            [AsParameters] GetAgency request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var agency = await mediator.Send(request, ct);
                return http.Tagged(agency, agency.ETag);
            })
            .Named<GetAgency>().OpenTo(Scopes.PeopleRead).Tagged<AgencyItem>().NotFound("agency.notFound");

        v1.MapPatch("/agencies/{agencyId:guid}",
            async (Guid agencyId, RenameAgency request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var agency = await mediator.Send(
                    request with { AgencyId = agencyId, Precondition = http.Request.Precondition() }, ct);
                http.Response.Headers.ETag = agency.ETag;
                return TypedResults.Ok(agency);
            })
            .Named<RenameAgency>().AlsoMergePatch<RenameAgency>().NeedsPrecondition("agency.stale").NotFound("agency.notFound").Forbidden()
            .Conflict("agency.name.taken").Invalid();

        v1.MapPut("/agencies/{agencyId:guid}/people/{personId:guid}",
            async (Guid agencyId, Guid personId, AddAgencyMember request, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(request with { AgencyId = agencyId, PersonId = personId }, ct);
                return TypedResults.NoContent();
            })
            .Named<AddAgencyMember>().NotFound("agency.notFound", "person.notFound").Forbidden("role.required", "agency.member.self")
            .Conflict("person.suspended").Invalid();

        v1.MapDelete("/agencies/{agencyId:guid}/people/{personId:guid}",
            async ([AsParameters] RemoveAgencyMember request, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(request, ct);
                return TypedResults.NoContent();
            })
            .Named<RemoveAgencyMember>().NotFound("agency.notFound").Forbidden("role.required", "agency.member.self");

        app.MapPut("/v1/agencies/{agencyId:guid}/denied-words",
            async (Guid agencyId, SetDeniedWords request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { AgencyId = agencyId }, ct)))
            .WithTags("Reflections").Named<SetDeniedWords>().ForFrontEnds(FrontEndScopes.Program)
            .NotFound("agency.notFound").Forbidden().Invalid();

        var closedDays = app.MapGroup("/v1/agencies/{agencyId:guid}/closed-days").WithTags("Nudges").ForFrontEnds(FrontEndScopes.Program);

        closedDays
            .MapGet("/", async ([AsParameters] GetClosedDays request, IMediator mediator, CancellationToken ct) =>
                    TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<GetClosedDays>().TaggedByContent<ClosedDayList>().NotFound("agency.notFound");

        closedDays.MapPut("/", async (Guid agencyId, SetClosedDays request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { AgencyId = agencyId }, ct)))
            .Named<SetClosedDays>().NotFound("agency.notFound").Forbidden().Invalid();

        var agency = app.MapGroup("/v1/agencies/{agencyId:guid}").WithTags("Retention").ForFrontEnds(FrontEndScopes.Program);

        agency.MapGet("/retention", async ([AsParameters] GetRetention request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<GetRetention>().TaggedByContent<RetentionView>().NotFound("agency.notFound");

        agency.MapPut("/retention", async (Guid agencyId, SetRetention request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { AgencyId = agencyId }, ct)))
            .Named<SetRetention>().NotFound("agency.notFound").Forbidden().Invalid();

        agency.MapPut("/legal-hold", async (Guid agencyId, SetLegalHold request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { AgencyId = agencyId }, ct)))
            .Named<SetLegalHold>().NotFound("agency.notFound").Forbidden().Conflict("legalHold.on").Invalid().GatedReason();

        agency.MapDelete("/legal-hold", async ([AsParameters] LiftLegalHold request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<LiftLegalHold>().NotFound("agency.notFound").Forbidden().Conflict("legalHold.none");

        agency.MapGet("/retention-log", async ([AsParameters] ListRetentionRecords request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListRetentionRecords>().Listed().NotFound("agency.notFound").Forbidden();

        app.MapGet("/v1/retention-log", async (
            [AsParameters] ListProgramRetentionRecords request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .WithTags("Retention").Named<ListProgramRetentionRecords>().ForFrontEnds(FrontEndScopes.Program).Listed().Forbidden();
    }
}
