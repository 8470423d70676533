using MediatR;
using Microsoft.AspNetCore.Mvc;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Identity;

internal static class SecondFactorRoutes
{
    private const string Path = "/second-factor";

    public static void MapSecondFactor(this RouteGroupBuilder me)
    {
        me.MapGet(Path, async (IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(new GetSecondFactor(), ct)))
            .Named<GetSecondFactor>().TaggedByContent<SecondFactorStatus>().WithoutSecondFactor();

        // Takes no Idempotency-Key: what is kept for one holds a hash of the body, and this one has the password in it.
        me.MapPost(Path, async (
            BeginSecondFactor request, IMediator mediator, RateLimits limits, Caller caller, HttpContext http, CancellationToken ct) =>
            {
                limits.CheckSignIn(http, caller.PersonId.ToString());
                return TypedResults.Ok(await mediator.Send(request, ct));
            })
            .Named<BeginSecondFactor>().Forbidden().Conflict("password.none", "secondFactor.on").Invalid("password.current.wrong")
            .Codes("auth.throttled").WithoutSecondFactor();

        me.MapPost($"{Path}/confirm", async (
            ConfirmSecondFactor request, IMediator mediator, RateLimits limits, Caller caller, HttpContext http, CancellationToken ct) =>
            {
                limits.CheckSignIn(http, caller.PersonId.ToString());
                return TypedResults.Ok(await mediator.Send(request, ct));
            })
            .Named<ConfirmSecondFactor>().Retryable().ShowsSecret("recoveryCodes").Forbidden()
            .Conflict("secondFactor.on", "secondFactor.notPending").Invalid("secondFactor.code.wrong").Codes("auth.throttled")
            .WithoutSecondFactor();

        me.MapPost($"{Path}/recovery-codes", async (
            RenewRecoveryCodes request, IMediator mediator, RateLimits limits, Caller caller, HttpContext http, CancellationToken ct) =>
            {
                limits.CheckSignIn(http, caller.PersonId.ToString());
                return TypedResults.Ok(await mediator.Send(request, ct));
            })
            .Named<RenewRecoveryCodes>().Retryable().ShowsSecret("recoveryCodes").Conflict("secondFactor.off")
            .Invalid("secondFactor.code.wrong").Codes("auth.throttled").WithoutSecondFactor();

        me.MapDelete(Path, async (
            [FromBody] EndSecondFactor request, IMediator mediator, RateLimits limits, Caller caller, HttpContext http,
            CancellationToken ct) =>
            {
                limits.CheckSignIn(http, caller.PersonId.ToString());
                await mediator.Send(request, ct);
                return TypedResults.NoContent();
            })
            .Named<EndSecondFactor>().Conflict("password.none", "secondFactor.off")
            .Invalid("password.current.wrong", "secondFactor.code.wrong").Codes("auth.throttled").WithoutSecondFactor();
    }

    public static void MapSecondFactorReset(this IEndpointRouteBuilder app) =>
        app.MapDelete($"/v1/people/{{personId:guid}}{Path}", async (
            Guid personId, [FromBody] ResetSecondFactor request, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(request with { PersonId = personId }, ct);
                return TypedResults.NoContent();
            })
            .WithTags("People").Named<ResetSecondFactor>().NotForFrontEnds().NotFound("person.notFound").Forbidden("role.required", "secondFactor.self")
            .Conflict("secondFactor.off").Invalid();
}
