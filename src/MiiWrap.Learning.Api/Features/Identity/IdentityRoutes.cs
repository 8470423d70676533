using MediatR;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Identity;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Identity;

internal static class IdentityRoutes
{
    public static void MapIdentity(this IEndpointRouteBuilder app)
    {
        var identity = app.MapGroup("/v1/identity").WithTags("Identity");

        identity.MapPost("/login", async (SignIn request, IMediator mediator, RateLimits limits, HttpContext http, CancellationToken ct) =>
            {
                limits.CheckSignIn(http, request.Email ?? "");
                return TypedResults.SignIn(await mediator.Send(request, ct), authenticationScheme: IdentityConstants.BearerScheme);
            })
            .Named<SignIn>().AllowAnonymous().Produces<AccessTokenResponse>().ProducesProblem(401).Invalid();

        identity.MapPost("/refresh", async (RefreshSignIn request, IMediator mediator, CancellationToken ct) =>
                TypedResults.SignIn(await mediator.Send(request, ct), authenticationScheme: IdentityConstants.BearerScheme))
            .Named<RefreshSignIn>().AllowAnonymous().Produces<AccessTokenResponse>().ProducesProblem(401).Invalid();

        identity.MapPost("/logout", async (IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(new SignOut(), ct);
                return TypedResults.NoContent();
            })
            .Named<SignOut>();

        identity.MapPost("/invitations/accept", async (AcceptInvitation request, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(request, ct);
                return TypedResults.NoContent();
            })
            .Named<AcceptInvitation>().AllowAnonymous().Invalid();

        identity.MapPost("/password/forgot", async (ForgetPassword request, IMediator mediator, RateLimits limits, HttpContext http, CancellationToken ct) =>
            {
                limits.CheckSignIn(http, request.Email ?? "");
                await mediator.Send(request, ct);
                return TypedResults.Accepted((string?)null);
            })
            .Named<ForgetPassword>().AllowAnonymous().Invalid();

        identity.MapPost("/password/reset", async (ResetPassword request, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(request, ct);
                return TypedResults.NoContent();
            })
            .Named<ResetPassword>().AllowAnonymous().Invalid();
    }
}
