using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Jobs;

/// <summary>The dashboard opens for programme admins, shows itself to leads, and does not exist for anybody else.</summary>
[StandingClock]
public sealed class JobsDashboardTests(FlakyMailApp app) : IClassFixture<FlakyMailApp>
{
    private static readonly string[] Pages =
    [
        "/jobs", "/jobs/recurring", "/jobs/servers", "/jobs/retries", "/jobs/jobs/enqueued", "/jobs/jobs/scheduled",
        "/jobs/jobs/processing",
        "/jobs/jobs/succeeded", "/jobs/jobs/failed", "/jobs/jobs/deleted", "/jobs/jobs/awaiting",
    ];

    [Fact]
    public async Task Every_page_opens_for_an_admin_who_has_signed_in()
    {
        var admin = new Browser(app);
        (await admin.SignIn((await app.Admin()).Email)).Expect(HttpStatusCode.Redirect);
        foreach (var page in Pages) await admin.Expect(page, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nobody_else_is_told_that_it_exists()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        foreach (var page in Pages)
        {
            (await Session.Anonymous(app).Read(page)).Expect(HttpStatusCode.NotFound);
            // A bearer token is for the API: an admin's opens nothing here either.
            (await (await app.Admin()).Http.Read(page)).Expect(HttpStatusCode.NotFound);
        }

        foreach (var email in new[] { learner.Email, cohort.Instructor.Email, Given.Address() })
        {
            var browser = new Browser(app);
            var refused = (await browser.SignIn(email)).Expect(HttpStatusCode.Unauthorized);
            Assert.Contains("do not open this page", refused.Body, StringComparison.Ordinal);
            await browser.Expect("/jobs", HttpStatusCode.NotFound);
        }

        (await new Browser(app).SignIn((await app.Admin()).Email, "not the password")).Expect(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_lead_may_look_and_not_touch()
    {
        var lead = new Browser(app);
        (await lead.SignIn((await app.Cohort()).Lead.Email)).Expect(HttpStatusCode.Redirect);
        await lead.Expect("/jobs/jobs/scheduled", HttpStatusCode.OK);
        (await lead.Press("/jobs/jobs/scheduled", "/jobs/jobs/scheduled/delete", "1")).Expect(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_button_pressed_from_another_site_does_nothing()
    {
        var admin = new Browser(app);
        (await admin.SignIn((await app.Admin()).Email)).Expect(HttpStatusCode.Redirect);
        (await admin.Http.Post("/jobs/jobs/scheduled/delete", new FormUrlEncodedContent([new("jobs[]", "1")])))
            .Expect(HttpStatusCode.Forbidden);

        var foreign = await new Browser(app).Http
            .Post("/jobs/sign-in", new FormUrlEncodedContent([new("email", "a@example.org"), new("password", "x")]));
        foreign.Expect(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_sign_out_over_the_API_ends_the_browser_s_visit_too()
    {
        var person = await app.Admin();
        var admin = new Browser(app);
        (await admin.SignIn(person.Email)).Expect(HttpStatusCode.Redirect);
        await admin.Expect("/jobs", HttpStatusCode.OK);
        (await person.Http.Post("/v1/identity/logout")).Expect(HttpStatusCode.NoContent);
        await admin.Expect("/jobs", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_visit_ends_by_itself_after_half_an_hour_of_nothing()
    {
        var admin = new Browser(app);
        (await admin.SignIn((await app.Admin()).Email)).Expect(HttpStatusCode.Redirect);
        FlowingClock.Advance(TimeSpan.FromMinutes(31));
        await admin.Expect("/jobs", HttpStatusCode.NotFound);
    }
}
