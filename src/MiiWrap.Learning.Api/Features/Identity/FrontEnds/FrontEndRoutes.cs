using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Identity.FrontEnds;

internal static class FrontEndRoutes
{
    public static void MapFrontEnds(this IEndpointRouteBuilder app)
    {
        // OpenIddict answers discovery, keys and revocation by itself; all of these are counted by address before it is asked.
        var connect = app.MapGroup("").AllowAnonymous().DisableAntiforgery().DisableRateLimiting().ExcludeFromDescription();
        connect.MapGet(AuthorizationServer.AuthorizePath, AuthorizePages.Show);
        connect.MapPost(AuthorizationServer.AuthorizePath, AuthorizePages.Decide);
        connect.MapPost(AuthorizePages.SignInPath, AuthorizePages.SignIn);
        connect.MapPost(AuthorizePages.SignOutPath, AuthorizePages.SignOut);
        connect.MapPost(AuthorizationServer.TokenPath, TokenExchange.Answer);

        var mine = app.MapGroup("/v1/me/authorizations").WithTags("Me").NotForFrontEnds();
        mine.MapGet("/", async ([AsParameters] ListAuthorizations request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListAuthorizations>().Listed().Invalid().WithoutSecondFactor();
        mine.MapDelete("/{clientId:guid}", async ([AsParameters] EndAuthorization request, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(request, ct);
                return TypedResults.NoContent();
            })
            .Named<EndAuthorization>().NotFound("authorization.notFound").WithoutSecondFactor();
    }
}
