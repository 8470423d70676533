using System.Net;
using MiiWrap.Learning.Tests.Jobs;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Identity;

/// <summary>Where the operator asks it of them, a programme admin without a second factor may do nothing but turn it on.</summary>
[StandingClock]
public sealed class RequireSecondFactorTests(RequireSecondFactorTests.RequiringApp app)
    : IClassFixture<RequireSecondFactorTests.RequiringApp>
{
    [Fact]
    public async Task An_admin_signs_in_and_gets_no_further_until_it_is_on()
    {
        var admin = await app.Admin();
        foreach (var path in new[] { "/v1/me", "/v1/me/sign-ins", Authenticator.Path }) (await admin.Http.Read(path)).Ok();
        Assert.True((bool)(await admin.Http.Read(Authenticator.Path)).Ok()["isRequired"]!);
        foreach (var path in new[] { "/v1/people", "/v1/cohorts", "/v1/me/next", "/v1/events", "/v1/me/stream",
            "/v1/curricula" })
        {
            var refused = (await admin.Http.Read(path)).Expect(HttpStatusCode.Forbidden, "auth.secondFactor.required");
            Assert.Contains("POST /v1/me/second-factor", (string)refused["detail"]!, StringComparison.Ordinal);
        }

        (await admin.Http.Read("/v1/events", ("Accept", "text/event-stream")))
            .Expect(HttpStatusCode.Forbidden, "auth.secondFactor.required");

        (await admin.Http.Post("/v1/agencies", new { name = Given.AgencyName() }))
            .Expect(HttpStatusCode.Forbidden, "auth.secondFactor.required");
        // What is no address of theirs stays none, and what asks nobody who they are answers.
        (await admin.Http.Read("/v1/nothing")).Expect(HttpStatusCode.NotFound);
        (await admin.Http.Read("/health/live")).Ok();
        (await admin.Http.Read("/v1/changes")).Ok();

        await admin.Http.TurnOnSecondFactor();
        (await admin.Http.Read("/v1/people")).Ok();
        (await admin.Http.Post("/v1/agencies", new { name = Given.AgencyName() })).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task They_may_sign_out_and_end_sign_ins_without_it()
    {
        var admin = await app.Admin();
        await app.SignIn(admin.Email);
        var other = (await admin.Http.Read("/v1/me/sign-ins")).Ok()["items"]!.AsArray().First(s => !(bool)s!["isCurrent"]!)!;
        (await admin.Http.Call(HttpMethod.Delete, $"/v1/me/sign-ins/{other["id"]}", null)).Expect(HttpStatusCode.NoContent);
        (await admin.Http.Post("/v1/identity/logout")).Expect(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task The_jobs_dashboard_refuses_them_in_the_same_way()
    {
        var (admin, browser) = (await app.Admin(), new Browser(app));
        var refused = (await browser.SignIn(admin.Email)).Expect(HttpStatusCode.Forbidden);
        Assert.Contains("second factor", refused.Body, StringComparison.Ordinal);
        await browser.Expect("/jobs", HttpStatusCode.NotFound);

        var (phone, recovery) = await admin.Http.TurnOnSecondFactor();
        (await browser.SignIn(admin.Email, code: phone.Code)).Expect(HttpStatusCode.Redirect);
        await browser.Expect("/jobs", HttpStatusCode.OK);
        (await admin.Http.EndSecondFactor(recovery[0])).Expect(HttpStatusCode.NoContent);
        await browser.Expect("/jobs", HttpStatusCode.NotFound);
        (await admin.Http.Read("/v1/people")).Expect(HttpStatusCode.Forbidden, "auth.secondFactor.required");
    }

    [Fact]
    public async Task Nobody_else_needs_it_and_who_becomes_an_admin_does_at_once()
    {
        var (admin, person) = (await app.Admin(), await app.Person());
        await admin.Http.TurnOnSecondFactor();
        (await person.Http.Read("/v1/curricula")).Ok();
        Assert.False((bool)(await person.Http.Read(Authenticator.Path)).Ok()["isRequired"]!);
        (await admin.Http.Put($"/v1/people/{person.Id}/program-admin", null)).Expect(HttpStatusCode.NoContent);
        (await person.Http.Read("/v1/curricula")).Expect(HttpStatusCode.Forbidden, "auth.secondFactor.required");
    }

    [Fact]
    public async Task A_stream_that_runs_ends_when_its_caller_turns_it_off()
    {
        var admin = await app.Admin();
        var (_, recovery) = await admin.Http.TurnOnSecondFactor();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events") { Headers = { { "Accept", "text/event-stream" } } };
        using var response = await admin.Http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(("text/event-stream", HttpStatusCode.OK), (response.Content.Headers.ContentType!.MediaType, response.StatusCode));
        (await admin.Http.EndSecondFactor(recovery[0])).Expect(HttpStatusCode.NoContent);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is not null) FlowingClock.Advance(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task What_another_node_did_counts_within_seconds()
    {
        var admin = await app.Admin();
        await admin.Http.TurnOnSecondFactor();
        (await admin.Http.Read("/v1/people")).Ok();
        // Another node: the row changes, and this one's cache is not told.
        await app.InDb(async db =>
        {
            var row = await db.Users.FindAsync([admin.Id], TestContext.Current.CancellationToken);
            row!.TwoFactorEnabled = false;
            return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        await Polling.Until(async () => (await admin.Http.Read("/v1/people")).Status == HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_sign_in_by_the_provider_is_judged_by_the_provider()
    {
        var admin = await app.Admin();
        (await app.From(admin.Email).Read("/v1/people")).Ok();
        (await admin.Http.Read("/v1/people")).Expect(HttpStatusCode.Forbidden, "auth.secondFactor.required");
    }

    public sealed class RequiringApp : ProviderApp
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(base.Settings)
        {
            ["Auth:RequireSecondFactor"] = "true",
            ["Auth:LinkAdmins"] = "true",
        };
    }
}
