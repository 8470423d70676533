using MediatR;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.People;

internal static class PeopleRoutes
{
    public static void MapPeople(this IEndpointRouteBuilder app)
    {
        var v1 = app.MapGroup("/v1").WithTags("People");

        v1.MapPost("/people", async (InvitePerson request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Created((string?)null, await mediator.Send(request, ct)))
            .Named<InvitePerson>().Retryable().Forbidden().Conflict().Invalid();

        v1.MapPost("/agencies", async (CreateAgency request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Created((string?)null, await mediator.Send(request, ct)))
            .Named<CreateAgency>().Retryable().Forbidden().Invalid();

        v1.MapPut("/agencies/{agencyId:guid}/people/{personId:guid}", async (Guid agencyId, Guid personId, AppointInAgency request, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(request with { AgencyId = agencyId, PersonId = personId }, ct);
                return TypedResults.NoContent();
            })
            .Named<AppointInAgency>().NotFound().Forbidden().Invalid();

        v1.MapDelete("/agencies/{agencyId:guid}/people/{personId:guid}", async ([AsParameters] DismissFromAgency request, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(request, ct);
                return TypedResults.NoContent();
            })
            .Named<DismissFromAgency>().NotFound().Forbidden();
    }
}
