using MediatR;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.People;

internal static class PeopleRoutes
{
    public static IServiceCollection AddPeople(this IServiceCollection services) => services.AddSingleton(UndeliveredInvitations.Template);

    public static void MapPeople(this IEndpointRouteBuilder app)
    {
        var v1 = app.MapGroup("/v1").WithTags("People");

        v1.MapPost("/people", async (InvitePerson request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Created((string?)null, await mediator.Send(request, ct)))
            .Named<InvitePerson>().Retryable().Forbidden().Conflict().Invalid();
    }
}
