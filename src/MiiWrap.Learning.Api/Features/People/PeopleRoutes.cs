using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.People;

internal static class PeopleRoutes
{
    public static IServiceCollection AddPeople(this IServiceCollection services) => services.AddSingleton(UndeliveredInvitations.Template);

    public static void MapPeople(this IEndpointRouteBuilder app)
    {
        var v1 = app.MapGroup("/v1").WithTags("People");

        v1.MapPost("/people", async (InvitePerson request, IMediator mediator, CancellationToken ct) =>
            {
                var invited = await mediator.Send(request, ct);
                return TypedResults.Created($"/v1/people/{invited.Id}", invited);
            })
            .Named<InvitePerson>().Retryable().Forbidden().Conflict().Invalid();

        v1.MapGet("/people", async ([AsParameters] ListPeople request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListPeople>().OpenTo(Scopes.PeopleRead).Listed().Forbidden().Invalid();

        v1.MapGet("/people/{personId:guid}", async ([AsParameters] GetPerson request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<GetPerson>().OpenTo(Scopes.PeopleRead).TaggedByContent<PersonItem>().NotFound();

        v1.MapPost("/people/{personId:guid}/invitations",
            async ([AsParameters] InvitePersonAgain request, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(request, ct);
                return TypedResults.NoContent();
            })
            .Named<InvitePersonAgain>().Retryable().NotFound().Conflict();
    }
}
