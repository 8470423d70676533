using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using Settings = MiiWrap.Learning.Api.Configuration.Settings;

namespace MiiWrap.Learning.Api.Features.Identity.FrontEnds;

/// <summary>
/// Where a front end sends people: they sign in on our own page, see what it wants to do in their name, and go back. Without script; the
/// password is never the front end's to see.
/// </summary>
internal static class AuthorizePages
{
    public const string SignInPath = "/connect/sign-in";
    public const string SignOutPath = "/connect/sign-out";
    private const string Path = "/connect";
    private const string Scheme = "Connect";
    private const string DeviceCookie = "learning-connect-device";
    private const string SignedInAt = "at";
    private const string SignedInFor = "for";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);
    private static readonly string StampClaim = new ClaimsIdentityOptions().SecurityStampClaimType;

    public static IServiceCollection AddAuthorizePages(this IServiceCollection services)
    {
        services.AddAuthentication().AddCookie(Scheme, o =>
        {
            o.Cookie.Name = "learning-connect";
            o.Cookie.Path = Path;
            o.Cookie.HttpOnly = true;
            // Sent when the front end sends somebody here, and with no form of another site.
            o.Cookie.SameSite = SameSiteMode.Lax;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            o.ExpireTimeSpan = Lifetime;
            o.SlidingExpiration = false;
        });
        return services;
    }

    /// <summary>What a faulty request is answered: our own page, and no redirect.</summary>
    public static IResult Faulty(HttpContext http, string error, string? description) => Page(http, 400, "This sign-in does not work", $"""
        <p>The program that sent you here has asked for it in a way that cannot be answered. Nothing was given to it. Go back to it and try again; if that does not help, tell the people who run it what is written here.</p>
        <p><code>{HtmlLayout.Encode(error)}</code>: {HtmlLayout.Encode(description ?? "no more is known")}</p>
        """);

    /// <summary>Asks who it is, then whether they want it; whoever has wanted the same before goes straight back.</summary>
    public static async Task<IResult> Show(
        HttpContext http, IAntiforgery forgery, LearningDb db, IssuedAccess access, TimeProvider clock, CancellationToken ct)
    {
        var request = http.GetOpenIddictServerRequest()!;
        var now = clock.UtcNow();
        var found = await Find(http, access, ct);
        var isForAnother = found is not null && await IsForAnother(http, request, found);
        if (found is not { } who || isForAnother || MustSignInAgain(request, who, now))
        {
            return request.HasPromptValue(PromptValues.None)
                ? Refuse(Errors.LoginRequired)
                : SignInForm(http, forgery, 200, HttpMethods.IsPost(http.Request.Method) ? QueryOf(request) : QueryOf(http),
                    isForAnother ? "The program asks for another account than the one that is signed in here." : null);
        }

        var client = await db.Clients.AsNoTracking().SingleAsync(c => c.ClientId == request.ClientId, ct);
        var granted = await db.Consents.GrantedTo(client.Id, who.Id, ct);
        // Anybody's program can call itself by a native one's name on the same device, so those are asked for each time (RFC 8252, 8.6).
        if (client.Kind == ClientKind.FrontEnd && !request.HasPromptValue(PromptValues.Consent)
            && granted.Cover(Asked(request))) return await Allow(http, who, request, now);
        if (request.HasPromptValue(PromptValues.None)) return Refuse(Errors.ConsentRequired);
        http.User = who.Principal;
        return await ConsentForm(http, forgery, db, request, client, who, ct);
    }

    /// <summary>What somebody decided on the page; a front end may ask by a form as well (OpenID Connect Core, 3.1.2.1).</summary>
    public static async Task<IResult> Decide(
        HttpContext http, IAntiforgery forgery, LearningDb db, IssuedAccess access, TimeProvider clock,
        IOpenIddictAuthorizationManager authorizations, SecurityLog log, CancellationToken ct)
    {
        var request = http.GetOpenIddictServerRequest()!;
        if (request["decision"] is null) return await Show(http, forgery, db, access, clock, ct);
        var now = clock.UtcNow();
        if (await Find(http, access, ct) is not { } who)
            return SignInForm(http, forgery, 200, QueryOf(request), "You have been away for a while; please sign in once more.");
        if (MustSignInAgain(request, who, now) || await IsForAnother(http, request, who))
            return await Show(http, forgery, db, access, clock, ct);
        http.User = who.Principal;
        var client = await db.Clients.AsNoTracking().SingleAsync(c => c.ClientId == request.ClientId, ct);
        if (!await forgery.IsRequestValidAsync(http)) return await ConsentForm(http, forgery, db, request, client, who, ct);
        if (request["decision"].ToString() != "allow")
        {
            await Answer(http, request, who);
            return Refuse(Errors.AccessDenied);
        }

        var asked = Asked(request);
        var granted = await db.Consents.GrantedTo(client.Id, who.Id, ct);
        if (!granted.Cover(asked))
        {
            await authorizations.CreateAsync(new ClaimsIdentity(), who.Id.ToString(), client.Id.ToString(), AuthorizationTypes.Permanent,
                [.. granted.Union(asked)], ct);
            log.FrontEndAllowed(who.Id, client.Id, string.Join(' ', asked));
        }

        return await Allow(http, who, request, now);
    }

    public static async Task<IResult> SignIn(
        HttpContext http, IAntiforgery forgery, IMediator mediator, RateLimits limits, AccountDevices devices, Settings settings,
        CancellationToken ct)
    {
        var form = await http.ReadPageForm();
        var query = QueryIn(form, settings);
        if (!await forgery.IsRequestValidAsync(http))
            return SignInForm(http, forgery, 400, query, "This page had grown too old; please sign in once more.");
        var (email, password) = (form["email"].ToString(), form["password"].ToString());
        var code = form["code"].ToString() is { Length: > 0 } typed ? typed : null;
        var device = http.DeviceOf(DeviceCookie);
        try
        {
            limits.CheckSignIn(http, email, (await devices.Find(email, device, ct))?.Id);
            var signedIn = await mediator.Send(new SignIn(email, password, device, code), ct);
            await http.SignInAsync(Scheme, CookieOf(signedIn, KeyOf(new(QueryHelpers.ParseQuery(query)))));
            http.KeepDevice(DeviceCookie, Path, signedIn.DeviceToken);
            // A path of ours with whatever query: it goes through the same checks as the first time.
            return TypedResults.Redirect($"{AuthorizationServer.AuthorizePath}?{query}");
        }
        catch (TooManyRequestsException e)
        {
            http.Response.Headers.RetryAfter = e.Seconds.ToString(CultureInfo.InvariantCulture);
            return SignInForm(http, forgery, 429, query, e.Message);
        }
        catch (NotSignedInException e)
        {
            return SignInForm(http, forgery, 401, query, e.Message);
        }
        catch (ValidationException e)
        {
            return SignInForm(http, forgery, 422, query, string.Join(" ", e.Errors.Select(f => f.ErrorMessage).Distinct()));
        }
    }

    /// <summary>Lets somebody else sign in, on the way to the same front end.</summary>
    public static async Task<IResult> SignOut(HttpContext http, IAntiforgery forgery, Settings settings)
    {
        var form = await http.ReadPageForm();
        var query = QueryIn(form, settings);
        http.User = (await http.AuthenticateAsync(Scheme)).Principal ?? http.User;
        if (await forgery.IsRequestValidAsync(http)) await http.SignOutAsync(Scheme);
        return TypedResults.Redirect($"{AuthorizationServer.AuthorizePath}?{query}");
    }

    /// <summary>The query that led to the page, as an address may hold it.</summary>
    private static string QueryIn(IFormCollection form, Settings settings)
    {
        var query = form["query"].ToString();
        if (query.Length > settings.Requests.QueryLength) throw new BadHttpRequestException("The query is too long.");
        return QueryString.Create(QueryHelpers.ParseQuery(query)).Value!.TrimStart('?');
    }

    /// <summary>Who is signed in on these pages, and may still be.</summary>
    private static async Task<SignedInPerson?> Find(HttpContext http, IssuedAccess access, CancellationToken ct) =>
        await http.AuthenticateAsync(Scheme) is { Principal: { } principal, Properties: { } properties }
        && long.TryParse(principal.FindFirstValue(SignedInAt), CultureInfo.InvariantCulture, out var ticks)
        && await access.FindPersonAsync(principal, ct) is { SecurityStamp: { } stamp } person
            ? new(person.Id, stamp, new(ticks, DateTimeKind.Utc), principal, properties)
            : null;

    private sealed record SignedInPerson(
        Guid Id, string Stamp, DateTime SignedInAt, ClaimsPrincipal Principal, AuthenticationProperties Properties);

    /// <param name="request">What the password was given for; it counts as new for that alone, until it is answered.</param>
    private static ClaimsPrincipal CookieOf(SignedIn signedIn, string request)
    {
        var signedInAt = signedIn.EndsAt - Sessions.Longest;
        return new(new ClaimsIdentity(
            [
                new(ClaimTypes.NameIdentifier, signedIn.Principal.FindFirstValue(ClaimTypes.NameIdentifier)!),
                new(StampClaim, signedIn.Principal.FindFirstValue(StampClaim)!),
                new(SignInCache.Claim, $"{SignInCache.Of(signedIn.Principal)}"),
                new(SignedInAt, signedInAt.Ticks.ToString(CultureInfo.InvariantCulture)),
                new(SignedInFor, request),
            ], Scheme));
    }

    /// <summary>
    /// The front end wants the password for this very request, or not longer ago than it says (OpenID Connect Core, 3.1.2.1). Whoever is
    /// back from the form has given it for this one.
    /// </summary>
    private static bool MustSignInAgain(OpenIddictRequest request, SignedInPerson who, DateTime now) => !HasSignedInFor(request, who)
        && (request.HasPromptValue(PromptValues.Login)
            || (request.MaxAge is { } most && (most <= 0 || now - who.SignedInAt > TimeSpan.FromSeconds(most))));

    private static bool HasSignedInFor(OpenIddictRequest request, SignedInPerson who) =>
        who.Principal.FindFirstValue(SignedInFor) == KeyOf(request);

    /// <summary>Names a request by all that it asks, in whatever order.</summary>
    private static string KeyOf(OpenIddictRequest request) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(QueryString
        .Create(Parameters(request).Where(p => !string.IsNullOrEmpty(p.Value)).OrderBy(p => p.Key, StringComparer.Ordinal)).Value!)));

    /// <summary>Whoever asks the same once more wants the password once more.</summary>
    private static async Task Answer(HttpContext http, OpenIddictRequest request, SignedInPerson who)
    {
        if (!HasSignedInFor(request, who)) return;
        var identity = new ClaimsIdentity(who.Principal.Claims.Where(c => c.Type != SignedInFor), Scheme);
        await http.SignInAsync(Scheme, new(identity), who.Properties);
    }

    /// <summary>The front end has somebody else in mind, whom it names by their identity token (OpenID Connect Core, 3.1.2.1).</summary>
    private static async Task<bool> IsForAnother(HttpContext http, OpenIddictRequest request, SignedInPerson who) =>
        request.IdTokenHint is not null
        && (await http.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal?.GetClaim(Claims.Subject)
            is { } subject && subject != who.Id.ToString();

    /// <summary>What is to be allowed: whoever acts for somebody knows who that is, so to know it is a wish only by itself.</summary>
    private static List<string> Asked(OpenIddictRequest request)
    {
        var asked = request.GetScopes().Where(FrontEndScopes.All.Contains).ToList();
        return asked.Count > 0 ? asked : [OpenIddictConstants.Scopes.OpenId];
    }

    private static async Task<SignInHttpResult> Allow(HttpContext http, SignedInPerson who, OpenIddictRequest request, DateTime now)
    {
        await Answer(http, request, who);
        return TypedResults.SignIn(
            FrontEndSignIns.Principal(who.Id, who.Stamp, who.SignedInAt, request.GetScopes(), now),
            authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }

    private static ForbidHttpResult Refuse(string error) => TypedResults.Forbid(
        new() { Items = { [OpenIddictServerAspNetCoreConstants.Properties.Error] = error } },
        [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);

    private static string QueryOf(HttpContext http) => http.Request.QueryString.Value?.TrimStart('?') ?? "";

    private static string QueryOf(OpenIddictRequest request) => QueryString.Create(Parameters(request)).Value!.TrimStart('?');

    private static IEnumerable<KeyValuePair<string, string?>> Parameters(OpenIddictRequest request) => request.GetParameters()
        .Where(p => p.Key is not ("decision" or "__RequestVerificationToken"))
        .Select(p => KeyValuePair.Create(p.Key, (string?)p.Value));

    private static ContentHttpResult SignInForm(HttpContext http, IAntiforgery forgery, int status, string query, string? error)
    {
        var page = Page(http, status, "Sign in", $"""
            {(error is null ? "" : $"<p class=\"error\" role=\"alert\">{HtmlLayout.Encode(error)}</p>")}
            <form method="post" action="{SignInPath}">{forgery.ForgeryField(http)}
            <input type="hidden" name="query" value="{HtmlLayout.Encode(query)}">
            <label for="email">E-mail address</label>
            <input type="email" id="email" name="email" autocomplete="username" required>
            <label for="password">Password</label>
            <input type="password" id="password" name="password" autocomplete="current-password" required>
            <label for="code">Code, if you use a second factor</label>
            <input id="code" name="code" autocomplete="one-time-code" maxlength="{SecondFactorCodes.LongestTyped}">
            <p><button>Sign in</button></p>
            </form>
            """);
        // Whoever has said yes before goes straight on.
        LetRedirectTo(http, QueryHelpers.ParseQuery(query).GetValueOrDefault("redirect_uri").ToString());
        return page;
    }

    private static async Task<ContentHttpResult> ConsentForm(
        HttpContext http, IAntiforgery forgery, LearningDb db, OpenIddictRequest request, ApiClient client, SignedInPerson who,
        CancellationToken ct)
    {
        var name = await db.Users.Where(p => p.Id == who.Id).Select(p => p.Name).SingleAsync(ct);
        var hidden = string.Concat(Parameters(request).Select(p =>
            $"<input type=\"hidden\" name=\"{HtmlLayout.Encode(p.Key)}\" value=\"{HtmlLayout.Encode(p.Value ?? "")}\">\n"));
        var wishes = string.Concat(Asked(request).Select(s => $"<li>{HtmlLayout.Encode(FrontEndScopes.InWords(s))}</li>\n"));
        var title = $"Let {client.Name} act for you?";
        var page = Page(http, 200, title, $"""
            <p>You are signed in as <strong>{HtmlLayout.Encode(name)}</strong>. <strong>{HtmlLayout.Encode(client.Name)}</strong> wants to:</p>
            <ul>{wishes}</ul>
            <p>It does not learn your password, and you can take this back at any time. You go on to {HtmlLayout.Encode(new Uri(request.RedirectUri!).Authority)}.</p>
            <form method="post" action="{AuthorizationServer.AuthorizePath}">{forgery.ForgeryField(http)}
            {hidden}<p><button name="decision" value="allow">Allow</button> <button class="quiet" name="decision" value="deny">Do not allow</button></p>
            </form>
            <form method="post" action="{SignOutPath}">{forgery.ForgeryField(http)}
            <input type="hidden" name="query" value="{HtmlLayout.Encode(QueryOf(request))}">
            <p class="hint">Not you? <button class="quiet">Use another account</button></p>
            </form>
            """);
        LetRedirectTo(http, request.RedirectUri);
        return page;
    }

    /// <summary>Browsers hold the redirects that answer a form to its policy too, as far as the front end.</summary>
    private static void LetRedirectTo(HttpContext http, string? address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http")) return;
        http.Response.Headers.ContentSecurityPolicy = http.Response.Headers.ContentSecurityPolicy.ToString()
            .Replace("form-action 'self'", $"form-action 'self' {uri.GetLeftPart(UriPartial.Authority)}", StringComparison.Ordinal);
    }

    private static ContentHttpResult Page(HttpContext http, int status, string title, string body) => http.LinkPage(status, title, body);
}
