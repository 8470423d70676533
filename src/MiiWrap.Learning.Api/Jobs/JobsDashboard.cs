using System.Globalization;
using System.Security.Claims;
using FluentValidation;
using Hangfire;
using Hangfire.Dashboard;
using Hangfire.States;
using MediatR;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Features.Identity;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>
/// Hangfire's pages for programme admins, and read-only for leads; nobody else is told that they exist. A browser sends no bearer token, so
/// there is a sign-in page of its own, whose cookie is good under <c>/jobs</c> alone.
/// </summary>
internal static class JobsDashboard
{
    public const string Path = "/jobs";
    private const string Scheme = "Jobs";
    private const string Policy = "Jobs";
    private const string MayChange = "jobs";
    private const string End = "ends";
    private const string DeviceCookie = "learning-device";
    private static readonly TimeSpan SignedInFor = TimeSpan.FromMinutes(30);
    private static readonly string StampClaim = new ClaimsIdentityOptions().SecurityStampClaimType;

    public static IServiceCollection AddDashboard(this IServiceCollection services)
    {
        services.AddAuthentication().AddCookie(Scheme, o =>
        {
            OnlyHere(o.Cookie, "learning-jobs");
            o.ExpireTimeSpan = SignedInFor;
            o.Events = new() { OnRedirectToLogin = NotFound, OnRedirectToAccessDenied = NotFound, OnValidatePrincipal = AskAgain };
        });
        services.AddAuthorizationBuilder().AddPolicy(Policy, p => p.AddAuthenticationSchemes(Scheme).RequireAuthenticatedUser());
        return services;
    }

    /// <summary>The dashboard at <c>/jobs</c>, and the way in.</summary>
    public static void MapJobs(this IEndpointRouteBuilder app)
    {
        // A result of several lines is shown in several lines; Hangfire shows its JSON text.
        JobHistoryRenderer.Register(SucceededState.StateName,
            (html, data) => new(JobHistoryRenderer.SucceededRenderer(html, data)
                .ToString()!.Replace("\\n", "<br>", StringComparison.Ordinal)));
        app.MapHangfireDashboardWithAuthorizationPolicy(Policy, Path, new DashboardOptions
        {
            DashboardTitle = "MiiWrap.Learning jobs",
            AppPath = $"{Path}/sign-in",
            DisplayStorageConnectionString = false,
            IsReadOnlyFunc = context => !context.GetHttpContext().User.HasClaim(MayChange, "true"),
        });

        var door = app.MapGroup(Path).AllowAnonymous().ExcludeFromDescription();
        door.MapGet("/sign-in", Door);
        door.MapPost("/sign-in", Enter);
        door.MapPost("/sign-out", SignOut);
    }

    private static async Task<IResult> Door(HttpContext http, IAntiforgery forgery)
    {
        if ((await http.AuthenticateAsync(Scheme)).Principal is not { } who) return Form(http, forgery, 200, null);
        // The form's token belongs to the person whom the cookie names.
        http.User = who;
        return Page(http, 200, $"""
            <p>You are signed in. <a href="{Path}">To the jobs</a></p>
            <form method="post" action="{Path}/sign-out">{forgery.ForgeryField(http)}<p><button>Sign out</button></p></form>
            """);
    }

    private static async Task<IResult> Enter(HttpContext http, IAntiforgery forgery, IMediator mediator, RateLimits limits,
        AccountDevices devices, LearningDb db, IssuedAccess access, Settings settings, CancellationToken ct)
    {
        var form = await http.ReadPageForm();
        if (!await forgery.IsRequestValidAsync(http))
            return Form(http, forgery, 400, "This page had grown too old; please sign in once more.");
        var (email, password) = (form["email"].ToString(), form["password"].ToString());
        var code = form["code"].ToString() is { Length: > 0 } typed ? typed : null;
        var device = http.DeviceOf(DeviceCookie);
        try
        {
            limits.CheckSignIn(http, email, (await devices.Find(email, device, ct))?.Id);
            var signedIn = await mediator.Send(new SignIn(email, password, device, code), ct);
            var person = await access.FindPersonAsync(signedIn.Principal, ct);
            if (person is not null && settings.LacksSecondFactor(person)) return Form(http, forgery, 403, SecondFactorRule.Why);
            if (await Admitted(person, signedIn.Principal, signedIn.EndsAt, db, ct) is { } admitted)
            {
                await http.SignInAsync(Scheme, admitted);
                http.KeepDevice(DeviceCookie, Path, signedIn.DeviceToken);
                return TypedResults.Redirect(Path);
            }
        }
        catch (TooManyRequestsException e)
        {
            http.Response.Headers.RetryAfter = e.Seconds.ToString(CultureInfo.InvariantCulture);
            return Form(http, forgery, 429, e.Message);
        }
        catch (NotSignedInException e) when (e.Code is "auth.code.required" or "auth.code.invalid")
        {
            return Form(http, forgery, 401, e.Message);
        }
        catch (Exception e) when (e is NotSignedInException or ValidationException)
        {
            // Answered below.
        }

        // One answer to a wrong password and to somebody who has no business here.
        return Form(http, forgery, 401, "The e-mail address and the password do not open this page.");
    }

    private static async Task<IResult> SignOut(HttpContext http, IAntiforgery forgery)
    {
        await http.ReadPageForm();
        http.User = (await http.AuthenticateAsync(Scheme)).Principal ?? http.User;
        if (await forgery.IsRequestValidAsync(http)) await http.SignOutAsync(Scheme);
        return TypedResults.Redirect($"{Path}/sign-in");
    }

    /// <summary>The cookie's own principal, with what its person may do now; null when they may not look.</summary>
    private static async Task<ClaimsPrincipal?> Admitted(
        CachedPerson? person, ClaimsPrincipal who, DateTime endsAt, LearningDb db, CancellationToken ct)
    {
        if (person is null || (!person.IsProgramAdmin
            && !await db.CohortMembers.AnyAsync(m => m.PersonId == person.Id && m.Role == CohortRole.Lead, ct))) return null;
        var identity = new ClaimsIdentity(
            [new(ClaimTypes.NameIdentifier, person.Id.ToString()), new(StampClaim, person.SecurityStamp ?? ""),
                new(End, endsAt.Ticks.ToString(CultureInfo.InvariantCulture))], Scheme);
        if (SignInCache.Of(who) is { } session) identity.AddClaim(new(SignInCache.Claim, $"{session}"));
        if (person.IsProgramAdmin) identity.AddClaim(new(MayChange, "true"));
        return new(identity);
    }

    /// <summary>A sign-out over the API, the end of a role, and the end of the sign-in, also over the API, end this cookie too.</summary>
    private static async Task AskAgain(CookieValidatePrincipalContext context)
    {
        var (services, ct) = (context.HttpContext.RequestServices, context.HttpContext.RequestAborted);
        var admitted = context.Principal is { } who && long.TryParse(who.FindFirstValue(End), CultureInfo.InvariantCulture, out var ends)
            && ends > services.GetRequiredService<TimeProvider>().UtcNow().Ticks
            && await services.GetRequiredService<IssuedAccess>().FindPersonAsync(who, ct) is { } person
            && !services.GetRequiredService<Settings>().LacksSecondFactor(person)
            ? await Admitted(person, who, new(ends, DateTimeKind.Utc), services.GetRequiredService<LearningDb>(), ct)
            : null;
        if (admitted is null) context.RejectPrincipal();
        else context.ReplacePrincipal(admitted);
    }

    private static Task NotFound(RedirectContext<CookieAuthenticationOptions> context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static void OnlyHere(CookieBuilder cookie, string name)
    {
        cookie.Name = name;
        cookie.Path = Path;
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Strict;
        cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
    }

    private static ContentHttpResult Form(HttpContext http, IAntiforgery forgery, int status, string? message) => Page(http, status, $"""
        {(message is null ? "" : $"<p role=\"alert\">{HtmlLayout.Encode(message)}</p>")}
        <form method="post" action="{Path}/sign-in">{forgery.ForgeryField(http)}
        <p><label>E-mail address<br><input name="email" type="email" autocomplete="username" required></label></p>
        <p><label>Password<br><input name="password" type="password" autocomplete="current-password" required></label></p>
        <p><label>Code, if you have a second factor<br><input name="code" autocomplete="one-time-code" maxlength="{SecondFactorCodes.LongestTyped}"></label></p>
        <p><button>Sign in</button></p>
        </form>
        """);

    private static ContentHttpResult Page(HttpContext http, int status, string body)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        return TypedResults.Content(HtmlLayout.Render("Jobs", body, null), "text/html; charset=utf-8", statusCode: status);
    }
}
