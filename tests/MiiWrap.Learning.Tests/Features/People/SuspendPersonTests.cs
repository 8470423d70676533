using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.People;

/// <summary>Access ends within seconds, for a while or for good; what waits for somebody comes back with them.</summary>
[Collection(AccountMails.Name)]
[StandingClock]
public sealed class SuspendPersonTests(LearningApp app)
{
    private const string Why = "Away until further notice.";

    [Fact]
    public async Task Who_is_suspended_is_out_at_once_and_back_with_their_check_ins()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        var planned = (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();
        var oneTap = app.Services.GetRequiredService<OneTapLinks>().To((Guid)planned[0]!["id"]!).PathAndQuery;
        var calendar = new Uri((string)(await learner.Http.Post("/v1/me/calendar")).Ok()["url"]!).PathAndQuery;
        var refresh = (string)(await SignIn(learner.Email)).Ok()["refreshToken"]!;

        var suspended = (await admin.Http.Post($"/v1/people/{learner.Id}/suspend", new { reason = Why })).Ok();
        Assert.Equal(("suspended", Why), ((string)suspended["status"]!, (string)suspended["statusReason"]!));
        Assert.NotNull((string?)suspended["statusSince"]);
        // A lead sees that they are away, and not why.
        Assert.Null((string?)(await cohort.Lead.Http.Read($"/v1/people/{learner.Id}")).Ok()["statusReason"]);
        var anyone = Session.Anonymous(app);
        (await learner.Http.Read("/v1/me")).Expect(HttpStatusCode.Unauthorized);
        (await anyone.Post("/v1/identity/refresh", new { refreshToken = refresh })).Expect(HttpStatusCode.Unauthorized);
        (await SignIn(learner.Email)).Expect(HttpStatusCode.Unauthorized, "auth.failed");
        (await anyone.Read(oneTap)).Expect(HttpStatusCode.Gone);
        (await anyone.Read(calendar)).Expect(HttpStatusCode.Gone, "calendar.ended");
        (await anyone.Post("/v1/identity/password/forgot", new { email = learner.Email })).Expect(HttpStatusCode.Accepted);
        await app.Send(new SendMails());
        Assert.Empty(app.MailsTo(learner.Email));
        Assert.All(await Nudges(cohort), n =>
            Assert.Equal(("skipped", "suspended"), ((string)n!["status"]!, (string)n["statusReason"]!)));
        Assert.Single((await admin.Http.Read($"/v1/people?status=suspended&cohort={cohort.Id}")).Ok()["items"]!.AsArray());

        (await admin.Http.Post($"/v1/people/{learner.Id}/suspend", new { reason = Why })).Ok();
        Assert.Null((string?)(await admin.Http.Post($"/v1/people/{learner.Id}/resume")).Ok()["statusReason"]);
        Assert.All(await Nudges(cohort), n => Assert.Equal("planned", (string)n!["status"]!));
        var tokens = (await SignIn(learner.Email)).Ok();
        Assert.NotNull((string?)tokens["accessToken"]);
        (await anyone.Read(calendar)).Ok();
        // The old tokens stay ended.
        (await learner.Http.Read("/v1/me")).Expect(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task What_comes_due_meanwhile_is_not_sent_though_another_planned_it()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok();
        var exemption = $"{learner.Unit(ReflectionSteps.Anchor)}/exemption";
        (await cohort.Instructor.Http.Put(exemption, new { reason = "notMyRole" })).Ok();
        (await admin.Http.Post($"/v1/people/{learner.Id}/suspend", new { reason = Why })).Ok();
        // Its coach lets it count again, which plans their check-ins anew.
        (await cohort.Instructor.Http.Call(HttpMethod.Delete, exemption, null)).Expect(HttpStatusCode.NoContent);
        FlowingClock.Advance(TimeSpan.FromDays(8));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        await app.Send(new SendMails());
        Assert.Empty(app.MailsTo(learner.Email));
        (await admin.Http.Post($"/v1/people/{learner.Id}/resume")).Ok();
        Assert.Contains(await Nudges(cohort), n => (string)n!["status"]! == "planned");
        Assert.DoesNotContain(await Nudges(cohort), n => (string)n!["status"]! == "sent");
    }

    [Fact]
    public async Task A_reviewer_who_falls_ill_holds_nothing_up()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
        (await cohort.Lead.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Expect(HttpStatusCode.Conflict);
        (await admin.Http.Post($"/v1/people/{cohort.Instructor.Id}/suspend", new { reason = Why })).Ok();
        (await cohort.Lead.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
    }

    [Fact]
    public async Task Who_leaves_is_withdrawn_and_no_staff_any_more_and_what_they_did_stays()
    {
        var (admin, cohort, agency) = (await app.Admin(), await app.Cohort(), await app.Agency());
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok();
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{cohort.Instructor.Id}", new { role = "supervisor" }))
            .Expect(HttpStatusCode.NoContent);
        foreach (var who in new[] { learner.Id, cohort.Instructor.Id })
            Assert.Equal("left", (string)(await admin.Http.Post($"/v1/people/{who}/dismiss", new { reason = "The employment has ended." }))
                .Ok()["status"]!);

        var enrolment = (await cohort.Lead.Http.Read($"/v1/enrolments?cohort={cohort.Id}")).Ok()["items"]![0]!;
        Assert.Equal("withdrawn", (string)enrolment["status"]!);
        Assert.True((int)enrolment["percent"]! > 0);
        var people = (await admin.Http.Read($"/v1/people?cohort={cohort.Id}")).Ok()["items"]!.AsArray();
        Assert.DoesNotContain(people, p => (Guid)p!["id"]! == cohort.Instructor.Id);
        Assert.Empty((await admin.Http.Read($"/v1/agencies/{agency}/people")).Ok()["items"]!.AsArray());
        await app.Send(new SendMails());
        Assert.Contains(app.MailsTo(cohort.Lead.Email), m => m.Text.Contains(cohort.Instructor.Name, StringComparison.Ordinal)
            || m.Headers["Subject"].Contains("cohort", StringComparison.OrdinalIgnoreCase));

        // Whoever comes again has access, and gets roles and enrolments anew.
        (await admin.Http.Post($"/v1/people/{learner.Id}/resume")).Ok();
        (await SignIn(learner.Email)).Ok();
        Assert.DoesNotContain(await Nudges(cohort), n => (string)n!["status"]! == "planned");
    }

    [Fact]
    public async Task Who_rated_an_agencys_learners_from_outside_and_left_rates_none_when_they_are_back()
    {
        var (admin, cohort, agency) = (await app.Admin(), await app.Cohort(), await app.Agency());
        var (learner, rater) = (await app.Learner(cohort, agencyId: agency), await app.Person("Olga Outside"));
        var appointment = $"/v1/agencies/{agency}/raters/{rater.Id}";
        (await admin.Http.Put(appointment, null)).Expect(HttpStatusCode.NoContent);
        await rater.Http.LockReview(learner.Id, role: "external");
        (await admin.Http.Post($"/v1/people/{rater.Id}/dismiss", new { reason = "The employment has ended." })).Ok();
        (await admin.Http.Post($"/v1/people/{rater.Id}/resume")).Ok();

        var back = Session.Of(app, rater.Email);
        Assert.Empty((await back.Read("/v1/me")).Ok()["roles"]!.AsArray());
        (await back.Post(FidelitySteps.Reviews, FidelitySteps.Begun(learner.Id, "external"))).Expect(HttpStatusCode.NotFound);
        // What they did stays, and the part is given anew.
        Assert.Single((await back.Read(FidelitySteps.Reviews)).Ok()["items"]!.AsArray());
        (await admin.Http.Put(appointment, null)).Expect(HttpStatusCode.NoContent);
        await back.LockReview(learner.Id, role: "external");
    }

    [Fact]
    public async Task Who_may_end_whose_access()
    {
        var (admin, other, cohort, agency) = (await app.Admin(), await app.Admin(), await app.Cohort(), await app.Agency());
        var (boss, learner) = (await app.Person("Gus"), await app.Learner(cohort, agencyId: agency));
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{boss.Id}", new { role = "agencyAdmin" })).Expect(HttpStatusCode.NoContent);
        (await admin.Http.Post($"/v1/people/{admin.Id}/suspend", new { reason = Why })).Expect(HttpStatusCode.Forbidden, "person.self");
        (await admin.Http.Post($"/v1/people/{other.Id}/suspend", new { reason = Why })).Expect(HttpStatusCode.Conflict, "person.isAdmin");
        foreach (var reason in new[] { null, "short", "Ask Maria at maria@example.org about it." })
            (await admin.Http.Post($"/v1/people/{learner.Id}/suspend", new { reason }))
                .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await boss.Http.Post($"/v1/people/{learner.Id}/suspend", new { reason = Why })).Ok();
        (await boss.Http.Post($"/v1/people/{learner.Id}/resume")).Ok();
        (await cohort.Lead.Http.Post($"/v1/people/{learner.Id}/suspend", new { reason = Why }))
            .Expect(HttpStatusCode.Forbidden, "person.notYours");
        (await boss.Http.Post($"/v1/people/{cohort.Lead.Id}/suspend", new { reason = Why })).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_stream_ends_with_its_callers_access()
    {
        var (admin, follower) = (await app.Admin(), await app.Admin());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events") { Headers = { { "Accept", "text/event-stream" } } };
        using var response = await follower.Http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        (await admin.Http.Call(HttpMethod.Delete, $"/v1/people/{follower.Id}/program-admin", null)).Expect(HttpStatusCode.NoContent);
        (await admin.Http.Post($"/v1/people/{follower.Id}/suspend", new { reason = Why })).Ok();
        await app.Learner();
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is not null) FlowingClock.Advance(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Admins_are_appointed_and_removed_by_admins_and_never_by_themselves()
    {
        var (admin, person) = (await app.Admin(), await app.Person());
        var path = $"/v1/people/{person.Id}/program-admin";
        (await person.Http.Put(path, null)).Expect(HttpStatusCode.Forbidden, "role.required");
        (await admin.Http.Put(path, null)).Expect(HttpStatusCode.NoContent);
        Assert.True((bool)(await admin.Http.Read($"/v1/people/{person.Id}")).Ok()["isProgramAdmin"]!);
        (await person.Http.Read("/v1/people")).Ok();
        (await admin.Http.Call(HttpMethod.Delete, $"/v1/people/{admin.Id}/program-admin", null)).Expect(HttpStatusCode.Forbidden, "admin.self");
        (await person.Http.Call(HttpMethod.Delete, $"/v1/people/{admin.Id}/program-admin", null)).Expect(HttpStatusCode.NoContent);
        (await admin.Http.Call(HttpMethod.Delete, path, null)).Expect(HttpStatusCode.Forbidden, "role.required");
        (await person.Http.Post($"/v1/people/{admin.Id}/suspend", new { reason = Why })).Ok();
        (await person.Http.Put($"/v1/people/{admin.Id}/program-admin", null)).Expect(HttpStatusCode.Conflict, "person.suspended");
    }

    [Fact]
    public async Task Two_admins_who_remove_one_another_at_once_leave_one()
    {
        var (one, other) = (await app.Admin(), await app.Admin());
        var answers = await Task.WhenAll(
            one.Http.Call(HttpMethod.Delete, $"/v1/people/{other.Id}/program-admin", null),
            other.Http.Call(HttpMethod.Delete, $"/v1/people/{one.Id}/program-admin", null));
        Assert.Equal([HttpStatusCode.NoContent, HttpStatusCode.Forbidden], answers.Select(a => a.Status).Order());
    }

    private static async Task<JsonArray> Nudges(TestCohort cohort)
    {
        var nudges = (await cohort.Lead.Http.Read($"{cohort.Path}/nudges")).Ok()["items"]!.AsArray();
        Assert.NotEmpty(nudges);
        return nudges;
    }

    private Task<Answer> SignIn(string email) =>
        Session.Anonymous(app).Post("/v1/identity/login", new { email, password = Given.Password });
}
