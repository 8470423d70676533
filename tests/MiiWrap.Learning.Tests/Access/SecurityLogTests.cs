using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MiiWrap.Learning.Api.Features.Identity;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Access;

/// <summary>What an operator's monitoring can follow: each event with its id, and nobody's address.</summary>
[StandingClock]
public sealed class SecurityLogTests(SecurityLogTests.LoggedApp app) : IClassFixture<SecurityLogTests.LoggedApp>
{
    private const string Wrong = "not-the-password-at-all";
    private const string Address = "203.0.113.77";

    [Fact]
    public async Task Sign_ins_that_succeed_fail_and_must_wait()
    {
        var person = await app.Person();
        (await SignIn(person.Email)).Ok();
        MustSay(1000, "SignedIn", LogLevel.Information, person.Id);
        for (var i = 0; i < 10; i++) await SignIn(person.Email, Wrong);
        MustSay(1001, "SignInFailed", LogLevel.Warning, person.Id);
        await SignIn(person.Email, Wrong);
        MustSay(1002, "SignInThrottled", LogLevel.Warning, person.Id, "60 s");
        (await person.Http.Post("/v1/identity/logout")).Expect(HttpStatusCode.NoContent);
        MustSay(1003, "SignedOut", LogLevel.Information, person.Id);

        var unknown = Given.Address("nobody");
        await SignIn(unknown, Wrong);
        // Two lines about one account can be told, and whose it is cannot.
        Assert.Equal(2, Lines(1001).Select(l => l.Values["Account"]).Distinct().Count());
        NobodysAddress(person.Email, unknown, Address);
    }

    [Fact]
    public async Task A_password_that_is_chosen()
    {
        var admin = await app.Admin();
        var email = Given.Address("invited");
        var id = (Guid)(await admin.Http.Post("/v1/people", new { email, name = "Ines Okafor", timeZone = Given.Zone }))
            .Expect(HttpStatusCode.Created)["id"]!;
        var (token, secret) = Api.Data.Entities.AccountToken.Make(id, Domain.Messaging.MailKind.Invitation, FlowingClock.Now.UtcDateTime);
        await app.InDb(async db =>
        {
            db.Add(token);
            return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        (await Anyone.Post("/v1/identity/invitations/accept", new { token = secret, password = "three quiet herons" }))
            .Expect(HttpStatusCode.NoContent);
        MustSay(1004, "PasswordChosen", LogLevel.Information, id, "invitation");
        NobodysAddress(email);
    }

    [Fact]
    public async Task An_invitation_that_goes_to_another_address()
    {
        var admin = await app.Admin();
        var (email, other) = (Given.Address("invited"), Given.Address("another"));
        var id = (Guid)(await admin.Http.Post("/v1/people", new { email, name = "Ines Okafor", timeZone = Given.Zone }))
            .Expect(HttpStatusCode.Created)["id"]!;
        // To write the same one otherwise sends nothing anywhere; who has an account confirms a new one themselves.
        (await admin.Http.Patch($"/v1/people/{id}", new { email = email.ToUpperInvariant() }, ("If-Match", "*"))).Ok();
        var person = await app.Person();
        (await admin.Http.Patch($"/v1/people/{person.Id}", new { email = Given.Address() }, ("If-Match", "*"))).Ok();
        Assert.DoesNotContain(Lines(1018), l => Equals(l.Values["By"], admin.Id));
        (await admin.Http.Patch($"/v1/people/{id}", new { email = other }, ("If-Match", "*"))).Ok();
        MustSay(1018, "InvitationRedirected", LogLevel.Information, id, admin.Id);
        NobodysAddress(email, other, person.Email);
    }

    [Fact]
    public async Task Tokens_that_are_refused()
    {
        var person = await app.Person();
        var first = (await SignIn(person.Email)).Ok();
        var expired = ("Authorization", $"Bearer {first["accessToken"]}");
        (await Anyone.Read("/v1/me", From, ("Authorization", "Bearer made-up"))).Expect(HttpStatusCode.Unauthorized);
        Assert.Contains(Lines(1010), l => l.Level == LogLevel.Warning && l.Id.Name == "TokenRefused");
        var before = Lines(1010).Count;
        FlowingClock.Advance(TimeSpan.FromMinutes(16));
        (await Anyone.Read("/v1/me", From, expired)).Expect(HttpStatusCode.Unauthorized);
        Assert.True(Lines(1010).Count > before);

        (await Anyone.Post("/v1/identity/refresh", new { refreshToken = (string)first["refreshToken"]! })).Ok();
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        (await Anyone.Post("/v1/identity/refresh", new { refreshToken = (string)first["refreshToken"]! }))
            .Expect(HttpStatusCode.Unauthorized);
        MustSay(1011, "RefreshReused", LogLevel.Warning, person.Id);
        Assert.DoesNotContain(Lines(1010), l => l.Text.Contains((string)first["accessToken"]!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Roles_that_are_given_and_ended_whichever_request_does_it()
    {
        var (admin, cohort, agency) = (await app.Admin(), await app.Cohort(), await app.Agency());
        MustSay(1020, "RoleGiven", LogLevel.Information, cohort.Lead.Id, "lead of cohort", cohort.Id);
        MustSay(1020, "RoleGiven", LogLevel.Information, cohort.Instructor.Id, "instructor of cohort", cohort.Id);
        (await admin.Http.Patch(cohort.Path, new { instructors = Array.Empty<Guid>() })).Ok();
        MustSay(1021, "RoleEnded", LogLevel.Information, cohort.Instructor.Id, "instructor of cohort", cohort.Id, admin.Id);
        var path = $"/v1/agencies/{agency}/people/{cohort.Lead.Id}";
        (await admin.Http.Put(path, new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        MustSay(1020, "RoleGiven", LogLevel.Information, cohort.Lead.Id, "supervisor of agency", agency, admin.Id);
        (await admin.Http.Call(HttpMethod.Delete, path, null)).Expect(HttpStatusCode.NoContent);
        MustSay(1021, "RoleEnded", LogLevel.Information, cohort.Lead.Id, "supervisor of agency", agency, admin.Id);

        var email = Given.Address("operator");
        await app.Send(new InviteAdmin(email));
        var id = await app.InDb(db => Task.FromResult(db.Users.Single(p => p.Email == email).Id));
        MustSay(1020, "RoleGiven", LogLevel.Information, id, "programAdmin");
        NobodysAddress(email);
    }

    [Fact]
    public async Task Clients_and_webhooks_that_are_made_changed_and_ended()
    {
        var admin = await app.Admin();
        var client = (await admin.Http.Post("/v1/clients", new { name = "Dashboard", scopes = new[] { "progress:read" } }))
            .Expect(HttpStatusCode.Created);
        var id = (Guid)client["id"]!;
        MustSay(1030, "ClientMade", LogLevel.Information, id, "progress:read", admin.Id);
        (await ClientSession.IssueClientToken(app, id, (string)client["secret"]!)).Ok();
        MustSay(1033, "ClientSignedIn", LogLevel.Information, id, "progress:read");
        Assert.Equal(HttpStatusCode.Unauthorized, (await ClientSession.IssueClientToken(app, id, "mwl_wrong")).Status);
        MustSay(1034, "ClientRefused", LogLevel.Warning, id, "invalid_client");
        (await admin.Http.Post($"/v1/clients/{id}/rotate", new { })).Ok();
        MustSay(1031, "ClientSecretRenewed", LogLevel.Information, id, admin.Id);
        (await admin.Http.Call(HttpMethod.Delete, $"/v1/clients/{id}", null)).Expect(HttpStatusCode.NoContent);
        MustSay(1032, "ClientEnded", LogLevel.Information, id, admin.Id);

        var webhook = (Guid)(await admin.Http.Post("/v1/webhooks", new { url = "https://hooks.example.org/learning",
            events = new[] { "unit.completed" } })).Expect(HttpStatusCode.Created)["id"]!;
        MustSay(1040, "WebhookMade", LogLevel.Information, webhook, admin.Id);
        (await admin.Http.Post($"/v1/webhooks/{webhook}/rotate")).Ok();
        MustSay(1041, "WebhookSecretRenewed", LogLevel.Information, webhook, admin.Id);
        (await admin.Http.Call(HttpMethod.Delete, $"/v1/webhooks/{webhook}", null)).Expect(HttpStatusCode.NoContent);
        MustSay(1042, "WebhookEnded", LogLevel.Information, webhook, admin.Id);
        Assert.All(app.Log.Security(), l => Assert.DoesNotContain((string)client["secret"]!, l.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reflection_that_is_opened_by_break_glass()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var admin = await app.Admin();
        var review = ReflectionSteps.Review(await learner.HandIn());
        (await admin.Http.Post($"{review}/break-glass", new { reason = "The privacy officer asked.", hours = 1 })).Ok();
        MustSay(1050, "GlassBroken", LogLevel.Warning, admin.Id);
        (await admin.Http.Post($"{review}/break-glass/end")).Ok();
        MustSay(1051, "GlassClosed", LogLevel.Information, admin.Id);
        Assert.All(app.Log.Security(), l => Assert.DoesNotContain("privacy officer", l.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_limit_is_told_once_a_minute_for_each_address()
    {
        var told = Lines(1060).Count;
        for (var i = 0; i < 200; i++)
            await Anyone.Read($"/n/{Guid.NewGuid():N}", ("X-Forwarded-For", "203.0.113.99"));
        var line = Assert.Single(Lines(1060).Skip(told), l => Equals(l.Values["Policy"], "address"));
        Assert.Equal(("RateLimited", LogLevel.Warning), (line.Id.Name, line.Level));
        NobodysAddress("203.0.113.99");
    }

    private static (string, string) From => ("X-Forwarded-For", Address);

    private HttpClient Anyone => Session.Anonymous(app);

    private Task<Answer> SignIn(string email, string password = Given.Password) =>
        Anyone.Post("/v1/identity/login", new { email, password }, From);

    private List<LogSink.Entry> Lines(int id) => [.. app.Log.Security().Where(l => l.Id.Id == id)];

    private void MustSay(int id, string name, LogLevel level, params object[] parts) =>
        Assert.Contains(Lines(id), l => l.Id.Name == name && l.Level == level
            && parts.All(p => l.Text.Contains($"{p}", StringComparison.Ordinal)));

    private void NobodysAddress(params string[] addresses) => Assert.All(app.Log.Security(), line =>
        Assert.All(addresses, a => Assert.DoesNotContain(a, line.Text, StringComparison.OrdinalIgnoreCase)));

    /// <summary>A host whose log is looked into, which believes what a test says of the address and lets one ask little.</summary>
    public sealed class LoggedApp : LearningApp
    {
        public LogSink Log => Services.GetRequiredService<LogSink>();

        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
        {
            ["Proxy:Known"] = "127.0.0.1",
            ["Limits:AddressBurst"] = "60",
            ["Limits:AddressPerSecond"] = "60",
        };
    }
}
