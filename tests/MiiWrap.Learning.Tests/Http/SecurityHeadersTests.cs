using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>What every answer tells a browser: nothing is guessed, framed or kept that should not be.</summary>
[StandingClock]
public sealed class SecurityHeadersTests(LearningApp app, SecurityHeadersTests.ProductionApp production)
    : IClassFixture<SecurityHeadersTests.ProductionApp>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/swagger/index.html")]
    [InlineData("/swagger/swagger-ui.css")]
    [InlineData("/jobs/sign-in")]
    [InlineData("/jobs")]
    [InlineData("/n/made-up")]
    [InlineData("/calendar/made-up.ics")]
    [InlineData("/v1/me")]
    [InlineData("/v1/nothing-there")]
    [InlineData("/v1/curricula/miiwrap-coaching-cohort/syllabus")]
    public async Task No_answer_may_be_taken_for_another_type_or_stand_in_another_page(string path)
    {
        var person = await app.Person();
        foreach (var http in new[] { Session.Anonymous(app), person.Http })
        {
            var answer = await http.Read(path);
            Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
            Assert.Contains("frame-ancestors 'none'", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Errors_say_it_too()
    {
        var anyone = Session.Anonymous(app);
        foreach (var answer in new[]
        {
            await anyone.Post("/v1/identity/login", "{"), await anyone.Post("/v1/identity/login", new { }),
            await anyone.Call(HttpMethod.Put, "/v1/identity/login", new { }), await anyone.Read($"/v1/me?{new string('x', 5000)}"),
            await anyone.Post("/v1/identity/login", new StringContent("x", null, "text/plain")),
        })
        {
            Assert.InRange((int)answer.Status, 400, 499);
            Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        }
    }

    [Fact]
    public async Task Tokens_and_what_is_about_people_are_kept_by_no_cache()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var signedIn = (await Session.Anonymous(app)
            .Post("/v1/identity/login", new { email = learner.Email, password = Given.Password })).Ok();
        MustNotBeStored(signedIn);
        MustNotBeStored((await Session.Anonymous(app)
            .Post("/v1/identity/refresh", new { refreshToken = (string)signedIn["refreshToken"]! })).Ok());
        foreach (var path in new[] { "/v1/nudges", "/v1/reviews", "/v1/cohorts" })
            MustNotBeStored((await learner.Http.Read(path)).Ok());
        foreach (var path in new[] { "/progress", "/nudges", "/followups" })
        {
            MustNotBeStored((await cohort.Lead.Http.Read($"{cohort.Path}{path}")).Ok());
            MustNotBeStored(await learner.Http.Read($"{cohort.Path}{path}"));
        }

        MustNotBeStored((await cohort.Lead.Http.Read($"{cohort.Path}/progress", ("Accept", "text/csv"))).Ok());
        MustNotBeStored((await learner.Http.Post("/v1/me/calendar")).Ok());
        // What has a tag is asked for again each time.
        Assert.Equal("no-cache, private", (await learner.Http.Read("/v1/me")).Ok().Headers["Cache-Control"]);
    }

    [Fact]
    public async Task In_Production_a_browser_that_came_by_TLS_comes_by_nothing_else()
    {
        var anyone = Session.Anonymous(production);
        foreach (var path in new[] { "/health/live", "/v1/me", "/swagger/index.html" })
            Assert.Equal("max-age=31536000", (await anyone.Read(path)).Headers["Strict-Transport-Security"]);
        Assert.DoesNotContain("Strict-Transport-Security", (await Session.Anonymous(app).Read("/v1/me")).Headers.Keys);
    }

    private static void MustNotBeStored(Answer answer) =>
        Assert.Contains("no-store", answer.Headers["Cache-Control"], StringComparison.Ordinal);

    /// <summary>A host in Production, which people reach by https.</summary>
    public sealed class ProductionApp : LearningApp
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["environment"] = "Production" };
    }
}
