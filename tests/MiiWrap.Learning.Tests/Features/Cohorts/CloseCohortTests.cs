using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>A cohort is over: nothing new begins in it, and what was promised is kept.</summary>
[StandingClock]
public sealed class CloseCohortTests(LearningApp app)
{
    private const string Begun = "1.1-why-good-training-fades";

    [Fact]
    public async Task It_takes_no_learners_and_no_completions_until_it_is_opened_again()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (learner, left) = (await app.Learner(cohort), await app.Learner(cohort));
        var done = (await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok();
        (await learner.Http.Post($"{learner.Unit(Begun)}/start")).Ok();
        (await cohort.Lead.Http.Post($"{left.Journey}/withdraw")).Ok();
        FlowingClock.Advance(TimeSpan.FromHours(1));

        var closed = (await cohort.Lead.Http.Post($"{cohort.Path}/close")).Ok();
        Assert.Equal("2027-02-01T16:00:00Z", (string)closed["closedAt"]!);
        FlowingClock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(closed.Body, (await admin.Http.Post($"{cohort.Path}/close")).Ok().Body);
        Assert.Equal("2027-02-01T16:00:00Z",
            (string)(await cohort.Lead.Http.Read("/v1/cohorts")).Ok()["items"]!.AsArray().Single()!["closedAt"]!);
        Assert.Equal("2027-02-01T16:00:00Z", (string)(await learner.Http.Read(learner.Journey)).Ok()["cohort"]!["closedAt"]!);

        foreach (var act in new[] { $"{learner.Unit(Begun)}/complete", $"{learner.Unit("1.2-coach-supervisor-trainer")}/start" })
            (await learner.Http.Post(act, Given.IfThen())).Expect(HttpStatusCode.Conflict, "cohort.closed");
        (await cohort.Lead.Http.Post($"{learner.Journey}/modules/{Given.SecondModule}/open", new { reason = "Works ahead" }))
            .Expect(HttpStatusCode.Conflict, "cohort.closed");
        Assert.Equal(done["completedAt"]!.ToJsonString(),
            (await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok()["completedAt"]!.ToJsonString());
        (await learner.Http.Post($"{learner.Unit(Begun)}/start")).Ok();
        (await learner.Http.Read(learner.Unit(RolePeople.AnchorUnit))).Ok();
        Assert.NotEqual("unit", (string?)(await learner.Http.Read("/v1/me/next")).Ok()["next"]?["kind"]);
        Assert.Equal(
            [("invalid", "cohortClosed"), ("existing", null), ("existing", "cohortClosed")],
            (await Enrol(Given.Address(), learner.Email, left.Email)).Select(r => ((string)r!["result"]!, (string?)r["reason"])));

        var open = (await cohort.Lead.Http.Post($"{cohort.Path}/reopen")).Ok();
        Assert.Null(open["closedAt"]);
        Assert.Equal(open.Body, (await cohort.Lead.Http.Post($"{cohort.Path}/reopen")).Ok().Body);
        Assert.Equal(["created", "existing", "resumed"],
            (await Enrol(Given.Address(), learner.Email, left.Email)).Select(r => (string)r!["result"]!));
        (await learner.Http.Post($"{learner.Unit(Begun)}/complete", Given.IfThen())).Ok();

        Assert.Equal(["cohort.closed", "cohort.reopened"],
            (await app.EventsOf(cohort.Id)).Select(e => e.Type).Where(t => t.StartsWith("cohort.", StringComparison.Ordinal)));

        async Task<JsonArray> Enrol(params string[] emails) => (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new
        {
            learners = emails.Select(email => new { email, name = "Lou Learner", timeZone = Given.Zone }),
        })).Ok()["rows"]!.AsArray();
    }

    [Fact]
    public async Task What_was_promised_before_is_kept()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok();
        var revision = await learner.HandIn();
        (await cohort.Lead.Http.Post($"{cohort.Path}/close")).Ok();

        (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement())).Ok();
        Assert.Equal("accepted", (string)(await learner.GetReflection())["status"]!);
        FlowingClock.Set(FlowingClock.Monday.AddDays(7));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        var check = (await learner.Http.Read("/v1/nudges?status=sent")).Ok()["items"]!.AsArray()
            .Single(n => (string)n!["kind"]! == "check");
        (await learner.Http.Post($"/v1/nudges/{check!["id"]}/response", new { outcome = "applied" })).Ok();
        FlowingClock.Set(FlowingClock.Monday.AddDays(40));
        var pooled = (await cohort.Lead.Http.Read($"{cohort.Path}/transfer")).Ok()["pooled"]!;
        Assert.Equal((1, 1), ((int)pooled["numerator"]!, (int)pooled["denominator"]!));
    }

    [Fact]
    public async Task Its_opening_days_leave_the_calendar_and_come_back_as_a_newer_state()
    {
        var cohort = await app.Cohort("paced");
        var learner = await app.Learner(cohort);
        var calendar = new Uri((string)(await learner.Http.Post("/v1/me/calendar")).Ok()["url"]!).PathAndQuery;
        async Task<string> Read() => (await Session.Anonymous(app).Read(calendar)).Ok().Body;
        Assert.Contains("Opens:", await Read(), StringComparison.Ordinal);
        (await cohort.Lead.Http.Post($"{cohort.Path}/close")).Ok();
        Assert.DoesNotContain("Opens:", await Read(), StringComparison.Ordinal);
        (await cohort.Lead.Http.Post($"{cohort.Path}/reopen")).Ok();
        Assert.Contains("SEQUENCE:1", await Read(), StringComparison.Ordinal);
    }
}
