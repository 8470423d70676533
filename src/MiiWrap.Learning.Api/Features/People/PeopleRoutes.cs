using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.People;

internal static class PeopleRoutes
{
    public static IServiceCollection AddPeople(this IServiceCollection services) => UndeliveredInvitations.AddTo(services);

    public static void MapPeople(this IEndpointRouteBuilder app)
    {
        var v1 = app.MapGroup("/v1").WithTags("People").ForFrontEnds(FrontEndScopes.Program);

        v1.MapPost("/people", async (InvitePerson request, IMediator mediator, CancellationToken ct) =>
            {
                var invited = await mediator.Send(request, ct);
                return TypedResults.Created($"/v1/people/{invited.Id}", invited);
            })
            .Named<InvitePerson>().Retryable().Forbidden().Conflict("person.exists").Invalid().Codes("invitation.limit");

        v1.MapGet("/people", async ([AsParameters] ListPeople request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListPeople>().OpenTo(Scopes.PeopleRead).Listed().Forbidden().Invalid();

        v1.MapGet("/agencies/{agencyId:guid}/people",
            async ([AsParameters] ListAgencyPeople request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListAgencyPeople>().OpenTo(Scopes.PeopleRead).Listed().NotFound("agency.notFound").Forbidden();

        v1.MapGet("/people/{personId:guid}", async (
            [AsParameters] GetPerson request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var person = await mediator.Send(request, ct);
                return http.Tagged(person, person.ETag);
            })
            .Named<GetPerson>().OpenTo(Scopes.PeopleRead).Tagged<PersonItem>().NotFound("person.notFound");

        v1.MapPatch("/people/{personId:guid}",
            async (Guid personId, ChangePerson request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var person = await mediator.Send(request with
                {
                    PersonId = personId,
                    ClearsLocale = http.Clears("locale"),
                    Precondition = http.Request.Precondition(),
                }, ct);
                http.Response.Headers.ETag = person.ETag;
                return TypedResults.Ok(person);
            })
            .Named<ChangePerson>().AlsoMergePatch<ChangePerson>("locale").NeedsPrecondition("person.stale").NotFound("person.notFound")
            .Forbidden("person.notYours")
            .Conflict("person.exists").Invalid().Codes("invitation.limit");

        v1.MapPost("/people/{personId:guid}/suspend",
            async (Guid personId, SuspendPerson request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { PersonId = personId }, ct)))
            .Named<SuspendPerson>().Retryable().NotFound("person.notFound").Forbidden("person.notYours", "person.self")
            .Conflict("person.isAdmin").Invalid();

        v1.MapPost("/people/{personId:guid}/dismiss",
            async (Guid personId, DismissPerson request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { PersonId = personId }, ct)))
            .Named<DismissPerson>().Retryable().NotFound("person.notFound").Forbidden("person.notYours", "person.self")
            .Conflict("person.isAdmin").Invalid();

        v1.MapPost("/people/{personId:guid}/resume", async ([AsParameters] RestorePerson request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<RestorePerson>().Retryable().NotFound("person.notFound").Forbidden("person.notYours");

        v1.MapPut("/people/{personId:guid}/program-admin",
            async ([AsParameters] AppointAdmin request, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(request, ct);
                return TypedResults.NoContent();
            })
            .Named<AppointAdmin>().NotForFrontEnds().NotFound("person.notFound").Forbidden().Conflict("person.suspended");

        v1.MapDelete("/people/{personId:guid}/program-admin",
            async ([AsParameters] RemoveAdmin request, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(request, ct);
                return TypedResults.NoContent();
            })
            .Named<RemoveAdmin>().NotForFrontEnds().NotFound("person.notFound").Forbidden("role.required", "admin.self");

        v1.MapPost("/people/{personId:guid}/invitations",
            async ([AsParameters] InvitePersonAgain request, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(request, ct);
                return TypedResults.NoContent();
            })
            .Named<InvitePersonAgain>().Retryable().NotFound("person.notFound")
            .Conflict("invitation.accepted", "person.suspended").Codes("invitation.limit");
    }
}
