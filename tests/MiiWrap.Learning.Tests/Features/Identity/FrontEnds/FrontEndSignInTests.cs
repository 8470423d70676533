using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Maintenance;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Identity.FrontEnds;

/// <summary>People act through front ends that others host; what those are given hangs on a sign-in and ends with it.</summary>
[StandingClock]
public sealed class FrontEndSignInTests(LearningApp app)
{
    private const string Callback = "https://front.example.org/callback";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/connect/sign-in", "application/json", "{}", 415)]
    [InlineData("/connect/sign-out", "text/plain", "query=a", 415)]
    [InlineData("/connect/sign-in", "application/x-www-form-urlencoded; charset=utf-7", "query=a", 400)]
    [InlineData("/connect/token", "application/x-www-form-urlencoded; charset=utf-7", "grant_type=a", 400)]
    [InlineData("/connect/sign-out", "application/x-www-form-urlencoded", "MANY", 400)]
    [InlineData("/connect/authorize", "application/x-www-form-urlencoded", "MANY", 400)]
    [InlineData("/connect/token", "application/x-www-form-urlencoded", "MANY", 400)]
    [InlineData("/connect/revoke", "application/x-www-form-urlencoded", "MANY", 400)]
    [InlineData("/connect/sign-out", "multipart/form-data; boundary=x", "--x\r\nhalf", 400)]
    [InlineData("/connect/sign-out", "application/x-www-form-urlencoded", "query=%C3%A9%0D%0A%7F", 302)]
    [InlineData("/connect/sign-out", "application/x-www-form-urlencoded", "LONG", 400)]
    [InlineData("/connect/token", "application/x-www-form-urlencoded", "grant_type=%00&client_id=%00", 400)]
    [InlineData("/connect/revoke", "application/x-www-form-urlencoded", "token=a&client_id=%00", 400)]
    [InlineData("/connect/token", "multipart/form-data; boundary=x", "--x", 400)]
    [InlineData("/connect/authorize", "multipart/form-data; boundary=x", "--x", 400)]
    [InlineData("/connect/sign-in", "multipart/form-data; boundary=x", "--x", 400)]
    [InlineData("/jobs/sign-in", "multipart/form-data; boundary=x", "--x", 400)]
    [InlineData("/jobs/sign-in", "multipart/form-data", "--x", 400)]
    [InlineData("/jobs/sign-in", "application/x-www-form-urlencoded", "KEY", 400)]
    [InlineData("/jobs/sign-out", "application/x-www-form-urlencoded", "a=%00", 400)]
    [InlineData("/jobs/sign-out", "text/plain", "a", 415)]
    [InlineData("/v1/identity/invitations/accept", "application/x-www-form-urlencoded", "KEY", 400)]
    [InlineData("/v1/identity/password/reset", "application/x-www-form-urlencoded", "a=%00", 400)]
    [InlineData("/v1/identity/password/reset", "application/x-www-form-urlencoded", "KEY", 400)]
    [InlineData("/v1/identity/address/confirm", "application/x-www-form-urlencoded", "KEY", 400)]
    [InlineData("/v1/oauth/token", "application/x-www-form-urlencoded", "KEY", 400)]
    [InlineData("/n/nobody", "application/x-www-form-urlencoded", "KEY", 400)]
    public async Task What_no_form_of_ours_sends_is_no_fault_of_the_program(string path, string type, string body, int status)
    {
        body = body switch
        {
            "MANY" => string.Join('&', Enumerable.Range(0, 2000).Select(i => $"f{i}=1")),
            "LONG" => $"query={new string('a', 5000)}",
            "KEY" => $"{new string('a', 2049)}=1",
            _ => body,
        };
        var content = new StringContent(body, System.Text.Encoding.ASCII);
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
        var answer = await Session.Anonymous(app).Post(path, content);
        Assert.True((int)answer.Status == status, $"{(int)answer.Status}: {answer.Body}");
    }

    [Fact]
    public async Task A_client_is_known_by_its_id_as_it_was_given_out_and_by_no_other_spelling()
    {
        var (person, made) = (await app.Person(), await Make("learning"));
        var url = made.AuthorizeUrl("learning");
        var id = url.Split("client_id=")[1].Split('&')[0];
        var pages = new PageSession(app);
        var page = await pages.Post(await pages.Get(url), "/connect/sign-in", ("email", person.Email), ("password", Given.Password));
        Assert.Equal(HttpStatusCode.OK, (await pages.Get(page.Location!)).Status);
        foreach (var other in new[] { id.ToUpperInvariant(), $"%7B{id}%7D", id.Replace("-", "", StringComparison.Ordinal), $"%20{id}" })
            Assert.Equal(HttpStatusCode.BadRequest, (await pages.Get(url.Replace(id, other, StringComparison.Ordinal))).Status);
    }

    [Fact]
    public async Task Whoever_guesses_at_a_clients_secret_waits_here_too()
    {
        await using var own = new FewSignInsApp();
        await own.InitializeAsync();
        using var http = Session.Anonymous(own);
        var form = new[] { ("grant_type", "client_credentials"), ("client_id", $"{Guid.NewGuid()}"), ("client_secret", "wrong") };
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
            answers.Add((await http.Post("/connect/token",
                new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Item1, f.Item2))))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, answers[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
    }

    [Fact]
    public async Task Who_somebody_is_is_told_once_they_allow_it_and_opens_nothing()
    {
        var (person, frontEnd) = (await app.Person(), await Make("learning"));
        var url = frontEnd.AuthorizeUrl("openid").Replace("offline_access%20", "", StringComparison.Ordinal);
        var pages = new PageSession(app);
        var page = await pages.Post(await pages.Get(url), "/connect/sign-in", ("email", person.Email), ("password", Given.Password));
        page = await pages.Get(page.Location!);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("<li>know that it is you, and nothing more</li>", page.Body, StringComparison.Ordinal);
        var refused = await pages.Get($"{url}&prompt=none");
        Assert.Equal("consent_required", QueryHelpers.ParseQuery(new Uri(refused.Location!).Query)["error"]);
        Assert.Empty((await person.Http.Read("/v1/me/authorizations")).Ok()["items"]!.AsArray());

        page = await pages.Post(page, "/connect/authorize", ("decision", "allow"));
        var tokens = (await frontEnd.Exchange(QueryHelpers.ParseQuery(new Uri(page.Location!).Query)["code"]!)).Ok();
        var told = JsonNode.Parse(WebEncoders.Base64UrlDecode(((string)tokens["id_token"]!).Split('.')[1]))!;
        Assert.Equal(person.Id, (Guid)told["sub"]!);
        (await frontEnd.With(tokens).Read("/v1/me")).Expect(HttpStatusCode.Forbidden, "scope.required");
        var allowed = Assert.Single((await person.Http.Read("/v1/me/authorizations")).Ok()["items"]!.AsArray())!;
        Assert.Empty(allowed["scopes"]!.AsArray());

        // Nobody is asked twice for the same; what is more is asked for, and who is allowed that knows who it is.
        Assert.Equal(HttpStatusCode.Found, (await pages.Get(url)).Status);
        Assert.Equal(HttpStatusCode.OK, (await pages.Get(frontEnd.AuthorizeUrl("openid", "learning"))).Status);
        var other = await Make("learning");
        page = await pages.Get(other.AuthorizeUrl("learning"));
        Assert.Equal(HttpStatusCode.Found, (await pages.Post(page, "/connect/authorize", ("decision", "allow"))).Status);
        Assert.Equal(HttpStatusCode.Found, (await pages.Get(other.AuthorizeUrl("openid"))).Status);
    }

    [Fact]
    public async Task A_front_end_asks_by_a_form_as_it_asks_by_an_address()
    {
        var (frontEnd, person) = (await Make("learning"), await app.Person());
        var pages = new PageSession(app);
        var asked = QueryHelpers.ParseQuery(new Uri(app.Address, frontEnd.AuthorizeUrl("openid")).Query)
            .Select(p => (p.Key, p.Value.ToString())).ToArray();
        Task<Page> Ask(params (string, string)[] more) => pages.Ask("/connect/authorize", [.. asked, .. more]);
        static string? ErrorOf(Page page) => QueryHelpers.ParseQuery(new Uri(page.Location!).Query)["error"];
        Assert.Equal("login_required", ErrorOf(await Ask(("prompt", "none"))));
        var page = await pages.Post(await Ask(), "/connect/sign-in", ("email", person.Email), ("password", Given.Password));
        Assert.Equal("consent_required", ErrorOf(await Ask(("prompt", "none"))));
        page = await pages.Get(page.Location!);
        Assert.Equal(HttpStatusCode.Found, (await pages.Post(page, "/connect/authorize", ("decision", "allow"))).Status);
        Assert.NotNull((string?)QueryHelpers.ParseQuery(new Uri((await Ask(("prompt", "none"))).Location!).Query)["code"]);
    }

    [Fact]
    public async Task Nobody_is_signed_in_for_somebody_else()
    {
        var (frontEnd, one, other) = (await Make("learning"), await app.Person(), await app.Person());
        var url = frontEnd.AuthorizeUrl("openid");
        async Task<(PageSession Pages, string Code)> SignIn(TestPerson person)
        {
            var pages = new PageSession(app);
            var page = await pages.Post(await pages.Get(url), "/connect/sign-in", ("email", person.Email), ("password", Given.Password));
            page = await pages.Get(page.Location!);
            if (page.Status == HttpStatusCode.OK) page = await pages.Post(page, "/connect/authorize", ("decision", "allow"));
            return (pages, QueryHelpers.ParseQuery(new Uri(page.Location!).Query)["code"]!);
        }

        var hint = (string)(await frontEnd.Exchange((await SignIn(one)).Code)).Ok()["id_token"]!;
        var (pages, _) = await SignIn(other);
        var refused = await pages.Get($"{url}&prompt=none&id_token_hint={hint}");
        Assert.Equal("login_required", QueryHelpers.ParseQuery(new Uri(refused.Location!).Query)["error"]);
        Assert.Contains("another account", (await pages.Get($"{url}&id_token_hint={hint}")).Body, StringComparison.Ordinal);
        var (own, _) = await SignIn(one);
        Assert.NotNull((string?)QueryHelpers.ParseQuery(new Uri((await own.Get($"{url}&prompt=none&id_token_hint={hint}")).Location!).Query)["code"]);
    }

    [Fact]
    public async Task Who_must_sign_in_at_once_does_so_once()
    {
        var (frontEnd, person) = (await Make("learning"), await app.Person());
        var pages = new PageSession(app);
        foreach (var now in new[] { "max_age=0", "prompt=login" })
        {
            FlowingClock.Advance(TimeSpan.FromMinutes(2));
            var page = await pages.Get($"{frontEnd.AuthorizeUrl("openid")}&{now}");
            Assert.Contains("name=\"password\"", page.Body, StringComparison.Ordinal);
            page = await pages.Post(page, "/connect/sign-in", ("email", person.Email), ("password", Given.Password));
            FlowingClock.Advance(TimeSpan.FromSeconds(2));
            page = await pages.Get(page.Location!);
            Assert.DoesNotContain("name=\"password\"", page.Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("prompt=login")]
    [InlineData("max_age=0")]
    public async Task A_password_counts_as_new_for_the_request_that_it_was_given_for_and_once(string now)
    {
        var (frontEnd, other, person) = (await Make("learning"), await Make("learning"), await app.Person());
        var pages = new PageSession(app);
        Task<Page> SignIn(Page form) => pages.Post(form, "/connect/sign-in", ("email", person.Email), ("password", Given.Password));
        static bool IsAsked(Page page) => page.Body.Contains("name=\"password\"", StringComparison.Ordinal);
        // Of this moment, and of another request.
        var consent = await pages.Get((await SignIn(await pages.Get(other.AuthorizeUrl("learning")))).Location!);
        var url = $"{frontEnd.AuthorizeUrl("openid")}&{now}";
        var form = await pages.Get(url);
        Assert.True(IsAsked(form));
        // Nor is it given a code by a form of somebody's own making.
        var query = QueryHelpers.ParseQuery(new Uri(app.Address, url).Query).Select(p => (p.Key, p.Value.ToString()));
        var forged = consent.FormOf("/connect/authorize").Where(f => f.Key.StartsWith("__", StringComparison.Ordinal))
            .Select(f => (f.Key, f.Value));
        Assert.True(IsAsked(await pages.Ask("/connect/authorize", [.. query, .. forged, ("decision", "allow")])));

        var back = (await SignIn(form)).Location!;
        Assert.False(IsAsked(await pages.Get(back)));
        var page = await pages.Get(back);
        Assert.False(IsAsked(page));
        page = await pages.Post(page, "/connect/authorize", ("decision", "allow"));
        Assert.NotNull((string?)QueryHelpers.ParseQuery(new Uri(page.Location!).Query)["code"]);
        Assert.True(IsAsked(await pages.Get(back)));
        // An older password will do where it may be older.
        Assert.Equal(HttpStatusCode.Found, (await pages.Get(url.Replace(now, "max_age=60", StringComparison.Ordinal))).Status);
        FlowingClock.Advance(TimeSpan.FromSeconds(61));
        Assert.True(IsAsked(await pages.Get(url.Replace(now, "max_age=60", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Who_asks_for_nothing_gets_no_code()
    {
        var (person, frontEnd) = (await app.Person(), await Make("learning"));
        var pages = new PageSession(app);
        var form = await pages.Get(frontEnd.AuthorizeUrl("learning"));
        await pages.Post(form, "/connect/sign-in", ("email", person.Email), ("password", Given.Password));
        var url = frontEnd.AuthorizeUrl();
        foreach (var asked in new[] { url, url.Replace("&scope=offline_access", "", StringComparison.Ordinal) })
        {
            var page = await pages.Get(asked);
            Assert.Equal(HttpStatusCode.BadRequest, page.Status);
            Assert.Contains("<code>invalid_scope</code>", page.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_sign_in_is_refreshed_and_seen_and_ends_ninety_days_after_the_password()
    {
        var (person, frontEnd) = (await app.Person(), await Make("learning", "teaching"));
        var tokens = await frontEnd.Tokens(person.Email, "learning");
        Assert.Equal(900, (int)tokens["expires_in"]!);
        Assert.Equal(person.Id, (Guid)(await frontEnd.With(tokens).Read("/v1/me")).Ok()["id"]!);
        var listed = (await person.Http.Read("/v1/me/sign-ins")).Ok()["items"]!.AsArray()
            .Single(s => (string?)s!["frontEnd"] == "Companion")!;
        Assert.False((bool)listed["isCurrent"]!);
        var allowed = Assert.Single((await person.Http.Read("/v1/me/authorizations")).Ok()["items"]!.AsArray())!;
        Assert.Equal(["learning"], allowed["scopes"]!.AsArray().Select(s => (string)s!));

        for (var day = 13; day < 90; day += 13)
        {
            FlowingClock.Advance(TimeSpan.FromDays(13));
            tokens = (await frontEnd.Refresh((string)tokens["refresh_token"]!)).Ok();
        }

        Assert.Equal(HttpStatusCode.OK, (await frontEnd.With(tokens).Read("/v1/me")).Status);
        // Six times thirteen days are over; the last refresh token would be good for fourteen more.
        FlowingClock.Advance(TimeSpan.FromDays(12) + TimeSpan.FromMinutes(1));
        Refused(await frontEnd.Refresh((string)tokens["refresh_token"]!));
    }

    [Fact]
    public async Task A_new_password_ends_what_front_ends_were_given()
    {
        var (person, frontEnd) = (await app.Person(), await Make("learning"));
        var tokens = await frontEnd.Tokens(person.Email, "learning");
        (await person.Http.Post("/v1/me/password", new { current = Given.Password, @new = "three quiet herons" }))
            .Expect(HttpStatusCode.NoContent);
        (await frontEnd.With(tokens).Read("/v1/me")).Expect(HttpStatusCode.Unauthorized, "auth.required");
        Refused(await frontEnd.Refresh((string)tokens["refresh_token"]!));
    }

    [Fact]
    public async Task A_code_of_before_the_consent_was_taken_back_begins_nothing()
    {
        var (person, frontEnd) = (await app.Person(), await Make("learning"));
        var code = await frontEnd.Code(person.Email, "learning");
        var allowed = Assert.Single((await person.Http.Read("/v1/me/authorizations")).Ok()["items"]!.AsArray())!;
        (await person.Http.Call(HttpMethod.Delete, $"/v1/me/authorizations/{allowed["clientId"]}", null)).Expect(HttpStatusCode.NoContent);
        Refused(await frontEnd.Exchange(code));
    }

    [Fact]
    public async Task A_code_of_before_opens_no_more_than_what_is_allowed_since()
    {
        var (person, frontEnd) = (await app.Person(), await Make("learning"));
        var code = await frontEnd.Code(person.Email, "learning");
        var allowed = Assert.Single((await person.Http.Read("/v1/me/authorizations")).Ok()["items"]!.AsArray())!;
        (await person.Http.Call(HttpMethod.Delete, $"/v1/me/authorizations/{allowed["clientId"]}", null)).Expect(HttpStatusCode.NoContent);
        (await frontEnd.Exchange(await frontEnd.Code(person.Email, "openid"))).Ok();
        Refused(await frontEnd.Exchange(code));
    }

    [Fact]
    public async Task A_token_that_no_backup_knows_is_refused_and_no_fault()
    {
        var (person, frontEnd) = (await app.Person(), await Make("learning"));
        var code = await frontEnd.Code(person.Email, "learning");
        var tokens = await frontEnd.Tokens(person.Email, "learning");
        await app.InDb(db => db.IssuedTokens.Where(t => t.Subject == person.Id.ToString()).ExecuteDeleteAsync(Ct));
        Refused(await frontEnd.Exchange(code));
        Refused(await frontEnd.Refresh((string)tokens["refresh_token"]!));
    }

    [Fact]
    public async Task A_client_that_was_ended_ends_everybodys_sign_ins_through_it()
    {
        var (person, admin) = (await app.Person(), await app.Admin());
        var (id, frontEnd) = await Made("learning");
        var tokens = await frontEnd.Tokens(person.Email, "learning");
        (await admin.Http.Post($"/v1/clients/{id}/rotate", new { })).Expect(HttpStatusCode.Conflict, "client.secret.none");
        (await admin.Http.Call(HttpMethod.Delete, $"/v1/clients/{id}", null)).Expect(HttpStatusCode.NoContent);
        FlowingClock.Advance(TimeSpan.FromSeconds(6));
        (await frontEnd.With(tokens).Read("/v1/me")).Expect(HttpStatusCode.Unauthorized, "auth.required");
        Assert.Equal("invalid_client", (string?)(await frontEnd.Refresh((string)tokens["refresh_token"]!))["error"]);
        Assert.Empty((await person.Http.Read("/v1/me/authorizations")).Ok()["items"]!.AsArray());
    }

    [Fact]
    public async Task A_wrong_password_and_an_old_form_are_said_on_the_page()
    {
        var (person, frontEnd) = (await app.Person(), await Make("learning"));
        var pages = new PageSession(app);
        var form = await pages.Get(frontEnd.AuthorizeUrl("learning"));
        var wrong = await pages.Post(form, "/connect/sign-in", ("email", person.Email), ("password", "not this one at all"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        Assert.Contains("do not go together", wrong.Body, StringComparison.Ordinal);
        var elsewhere = await new PageSession(app).Post(form, "/connect/sign-in", ("email", person.Email), ("password", Given.Password));
        Assert.Equal(HttpStatusCode.BadRequest, elsewhere.Status);
        Assert.Contains("sign in once more", elsewhere.Body, StringComparison.Ordinal);

        // From the page that told it, the same form goes on to where it was going.
        var signedIn = await pages.Post(wrong, "/connect/sign-in", ("email", person.Email), ("password", Given.Password));
        Assert.Equal(frontEnd.AuthorizeUrl("learning"), signedIn.Location);
        var consent = await pages.Get(signedIn.Location!);
        Assert.Contains("form-action 'self' https://front.example.org;", consent.Policy, StringComparison.Ordinal);

        // A yes that another site sends for them is none.
        var forged = await new PageSession(app).Post(consent, "/connect/authorize", ("decision", "allow"));
        Assert.Equal(HttpStatusCode.OK, forged.Status);
        Assert.Contains("Sign in", forged.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_in_a_request_becomes_a_tag_of_the_page()
    {
        var frontEnd = await Make("learning");
        const string Odd = "\"><img src=x onerror=alert(1)>";
        var url = frontEnd.AuthorizeUrl("learning").Replace("state=there%20and%20back", $"state={Uri.EscapeDataString(Odd)}", StringComparison.Ordinal);
        foreach (var path in new[] { url, $"{url}&{Uri.EscapeDataString(Odd)}=1", $"/connect/authorize?client_id={Uri.EscapeDataString(Odd)}" })
            Assert.DoesNotContain("<img", (await new PageSession(app).Get(path)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_expired_is_deleted_and_what_counts_stays()
    {
        await using var own = new OwnDatabaseApp();
        await own.InitializeAsync();
        var (person, frontEnd) = (await own.Person(), await Make(own, "learning"));
        var tokens = await frontEnd.Tokens(person.Email, "learning");
        FlowingClock.Advance(TimeSpan.FromDays(13));
        tokens = (await frontEnd.Refresh((string)tokens["refresh_token"]!)).Ok();
        await own.Send(new DeleteExpired());
        // Both refresh tokens with their chain, the new access token, and the consent.
        Assert.Equal((3, 2), await Kept(own));
        tokens = (await frontEnd.Refresh((string)tokens["refresh_token"]!)).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(15));
        await own.Send(new DeleteExpired());
        Assert.Equal((0, 1), await Kept(own));
        Refused(await frontEnd.Refresh((string)tokens["refresh_token"]!));
    }

    [Fact]
    public async Task The_servers_own_addresses_are_limited_by_address()
    {
        await using var own = new FewAtOnceApp();
        await own.InitializeAsync();
        var (http, paths) = (Session.Anonymous(own), new[] { "/.well-known/openid-configuration", "/connect/jwks", "/connect/authorize" });
        for (var i = 0; i < 5; i++) Assert.NotEqual(HttpStatusCode.TooManyRequests, (await http.Read(paths[i % 3])).Status);
        foreach (var path in paths)
        {
            var refused = (await http.Read(path)).Expect(HttpStatusCode.TooManyRequests, "rate.limited");
            Assert.True(refused.Headers.ContainsKey("Retry-After"));
        }
    }

    private static Task<(int Tokens, int Consents)> Kept(LearningApp host) =>
        host.InDb(async db => (await db.IssuedTokens.CountAsync(Ct), await db.Consents.CountAsync(Ct)));

    private static void Refused(Answer answer)
    {
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (answer.Status, (string?)answer["error"]));
        Assert.Null(answer["error_uri"]);
    }

    private async Task<FrontEndSession> Make(params string[] scopes) => await Make(app, scopes);

    private static async Task<FrontEndSession> Make(LearningApp host, params string[] scopes) => (await Made(host, scopes)).Session;

    private Task<(Guid Id, FrontEndSession Session)> Made(params string[] scopes) => Made(app, scopes);

    private static async Task<(Guid Id, FrontEndSession Session)> Made(LearningApp host, params string[] scopes)
    {
        var made = (await (await host.Admin()).Http.Post(
            "/v1/clients", new { name = "Companion", kind = "frontEnd", scopes, redirectUris = new[] { Callback } }))
            .Expect(HttpStatusCode.Created);
        Assert.Null(made["secret"]);
        return ((Guid)made["id"]!, new(host, (Guid)made["id"]!, Callback));
    }

    /// <summary>A host that allows an address little.</summary>
    private sealed class FewSignInsApp : LearningApp
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
        {
            ["Limits:SignInBurst"] = "3",
            ["Limits:SignInPerMinute"] = "1",
        };
    }

    private sealed class FewAtOnceApp : LearningApp
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
        {
            ["Limits:AddressBurst"] = "5",
            ["Limits:AddressPerSecond"] = "1",
        };
    }
}
