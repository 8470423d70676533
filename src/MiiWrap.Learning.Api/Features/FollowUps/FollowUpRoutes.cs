using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.FollowUps;

internal static class FollowUpRoutes
{
    public static IServiceCollection AddFollowUps(this IServiceCollection services) => services.AddTalkMails();

    public static void MapFollowUps(this IEndpointRouteBuilder app)
    {
        var cohort = app.MapGroup("/v1/cohorts/{cohortId:guid}").WithTags("Follow-ups").ForFrontEnds(FrontEndScopes.Teaching);

        cohort.MapGet("/followups", async ([AsParameters] ListFollowUps request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListFollowUps>().Listed().NotFound("cohort.notFound");

        cohort.MapPost("/followups/{followUpId:guid}/close",
            async (Guid cohortId, Guid followUpId, CloseFollowUp request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { CohortId = cohortId, FollowUpId = followUpId }, ct)))
            .Named<CloseFollowUp>().Retryable().NotFound("cohort.notFound", "followUp.notFound").Forbidden("followUp.own")
            .Conflict("followUp.closed").Invalid().Gated();

        cohort.MapGet("/patterns", async ([AsParameters] ListPatterns request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListPatterns>().TaggedByContent<PatternList>().NotFound("cohort.notFound").Forbidden();
    }
}
