using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Identity;

internal static class IdentityRoutes
{
    public static void MapIdentity(this IEndpointRouteBuilder app)
    {
        app.MapFrontPage();
        var identity = app.MapGroup("/v1/identity").WithTags("Identity");

        identity.MapPost("/login", async (
            SignIn request, IMediator mediator, RateLimits limits, AccountDevices devices, BearerTokens bearer, HttpContext http,
            CancellationToken ct) =>
            {
                limits.CheckSignIn(http, request.Email, (await devices.Find(request.Email, request.DeviceToken, ct))?.Id);
                var signedIn = await mediator.Send(request, ct);
                var tokens = bearer.Make(new(signedIn.Principal, signedIn.EndsAt));
                return TypedResults.Ok(new SignInTokens(
                    tokens.TokenType, tokens.AccessToken, tokens.ExpiresIn, tokens.RefreshToken, signedIn.DeviceToken));
            })
            .Named<SignIn>().AllowAnonymous().ProducesProblem(401).Invalid().Codes("auth.failed", "auth.throttled");

        identity.MapPost("/refresh", async (RefreshSignIn request, IMediator mediator, BearerTokens bearer, CancellationToken ct) =>
                TypedResults.Ok(bearer.Make(await mediator.Send(request, ct))))
            .Named<RefreshSignIn>().AllowAnonymous().ProducesProblem(401).Invalid().Codes("auth.refresh.invalid");

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
            .Named<AcceptInvitation>().AllowAnonymous().Invalid("invitation.invalid", "password.common", "password.ownAddress");

        identity.MapPage("/invitations/accept", "ShowInvitation", "The page behind an invitation's link: a form that asks for a password.",
            (mediator, token, password, ct) => mediator.Send(new AcceptInvitation(token, password), ct));

        identity.MapPost("/password/forgot", async (
            RequestPasswordReset request, IMediator mediator, RateLimits limits, HttpContext http, CancellationToken ct) =>
            {
                limits.CheckSignIn(http, request.Email);
                await mediator.Send(request, ct);
                return TypedResults.Accepted((string?)null);
            })
            .Named<RequestPasswordReset>().AllowAnonymous().Invalid();

        identity.MapPost("/password/reset", async (ResetPassword request, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(request, ct);
                return TypedResults.NoContent();
            })
            .Named<ResetPassword>().AllowAnonymous().Invalid("passwordReset.invalid", "password.common", "password.ownAddress");

        identity.MapPage("/password/reset", "ShowPasswordReset", "The page behind the link to a new password: a form that asks for it.",
            (mediator, token, password, ct) => mediator.Send(new ResetPassword(token, password), ct));

        identity.MapPost("/address/confirm", async (
            ConfirmAddress request, IMediator mediator, RateLimits limits, HttpContext http, CancellationToken ct) =>
            {
                limits.CheckSignIn(http, request.Token);
                await mediator.Send(request, ct);
                return TypedResults.NoContent();
            })
            .Named<ConfirmAddress>().AllowAnonymous().ProducesProblem(401)
            .Invalid("address.invalid", "address.taken", "address.unproven").Codes("auth.failed", "auth.throttled");

        identity.MapGet("/address/confirm", (string? token, HttpContext http, IMediator mediator) =>
                AddressPage.Show(http, mediator, token))
            .WithName("ShowAddress")
            .WithSummary("The page behind the link to a new address: a form that asks for the account's password.")
            .AllowAnonymous().Produces<string>(200, "text/html").WithMetadata(new IgnoresUnknownQuery());

        identity.MapPost("/address/confirm", (HttpContext http, IMediator mediator, RateLimits limits) =>
                AddressPage.Answer(http, mediator, limits))
            .Accepts<AddressForm>("application/x-www-form-urlencoded").DisableAntiforgery().AllowAnonymous().ExcludeFromDescription()
            .AfterJson().WithMetadata(new IgnoresUnknownQuery());

        var me = app.MapGroup("/v1/me").WithTags("Me");

        me.MapPost("/password", async (
            ChangePassword request, IMediator mediator, RateLimits limits, Caller caller, HttpContext http, CancellationToken ct) =>
            {
                limits.CheckSignIn(http, caller.PersonId.ToString());
                await mediator.Send(request, ct);
                return TypedResults.NoContent();
            })
            .Named<ChangePassword>().Conflict("password.none")
            .Invalid("password.current.wrong", "password.common", "password.ownAddress").Codes("auth.throttled");

        me.MapGet("/sign-ins", async ([AsParameters] ListSignIns request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListSignIns>().Listed().Invalid();

        me.MapDelete("/sign-ins/{signInId:guid}", async ([AsParameters] EndSignIn request, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(request, ct);
                return TypedResults.NoContent();
            })
            .Named<EndSignIn>().NotFound("signIn.notFound");
    }

    /// <summary>A page for people whose front end has none of its own; its form sends to the same address as a front end would.</summary>
    private static void MapPage(
        this RouteGroupBuilder identity, string path, string name, string summary,
        Func<IMediator, string, string, CancellationToken, Task> choose)
    {
        identity.MapGet(path, (string? token, HttpContext http) => PasswordPage.Show(http, token))
            .WithName(name).WithSummary(summary).AllowAnonymous().Produces<string>(200, "text/html")
            .WithMetadata(new IgnoresUnknownQuery());

        identity.MapPost(path, (HttpContext http, IMediator mediator, CancellationToken ct) =>
                PasswordPage.Answer(http, (token, password) => choose(mediator, token, password, ct)))
            .Accepts<PasswordForm>("application/x-www-form-urlencoded").DisableAntiforgery().AllowAnonymous().ExcludeFromDescription()
            .AfterJson().WithMetadata(new IgnoresUnknownQuery());
    }
}
