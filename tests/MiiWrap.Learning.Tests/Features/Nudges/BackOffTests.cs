using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Nudges;

/// <summary>Who leaves messages unanswered gets fewer of them, until they act, and never for ever.</summary>
[StandingClock]
public sealed class BackOffTests(LearningApp app)
{
    private static readonly string[] Anchors = ["2.4-watching-voice-and-power", "1.4-coaching-agreement"];
    private static readonly string[] Standards = ["1.2-coach-supervisor-trainer", "1.3-guide-dont-fix"];

    [Fact]
    public async Task Who_was_silent_in_spring_and_completes_a_unit_in_summer_is_asked_about_it()
    {
        var (_, learner) = await Silenced();
        FlowingClock.Set(FlowingClock.Monday.AddDays(75));
        await Complete(learner, "3.1-ears-for-oars");
        for (var day = 76; day <= 79; day++) await SweepOn(learner, day);
        Assert.Equal("sent", (await Asks(learner)).Single(n => (string)n["unit"]! == "3.1-ears-for-oars" && (int)n["step"]! == 1)["status"]!
            .ToString());
    }

    [Theory]
    [InlineData("journey", "sent")]
    [InlineData("unit", "sent")]
    [InlineData("draft", "sent")]
    [InlineData("answer", "sent")]
    [InlineData("step", "sent")]
    [InlineData("self-rating", "sent")]
    [InlineData("poll", "skipped")]
    [InlineData("nothing", "skipped")]
    public async Task Asking_goes_on_once_the_learner_acts_and_a_poll_is_no_act(string act, string expected)
    {
        var (_, learner) = await Silenced();
        FlowingClock.Set(FlowingClock.Monday.AddDays(58));
        if (act == "journey") (await learner.Http.Read(learner.Journey)).Ok();
        if (act == "unit") (await learner.Http.Read(learner.Unit("3.1-ears-for-oars"))).Ok();
        if (act == "draft") await learner.Write(Anchors[0]);
        if (act == "answer")
            (await learner.Http.Post($"/v1/nudges/{(await Asks(learner)).Single(
                n => (int)n["step"]! == 5 && (string)n["unit"]! == Anchors[1])["id"]}/response", new { outcome = "partly" })).Ok();
        if (act == "step")
            (await learner.Http.Post("/v1/action-items", CoachingSteps.Step(learner.EnrolmentId, dueInDays: 60)))
                .Expect(HttpStatusCode.Created);
        if (act == "self-rating") await learner.Http.LockReview(learner.Id, role: "self");
        if (act == "poll")
        {
            (await learner.Http.Read("/v1/me/next")).Ok();
            (await learner.Http.Read("/v1/nudges")).Ok();
            (await learner.Http.Read("/v1/me")).Ok();
        }

        await SweepOn(learner, 60);
        await SweepOn(learner, 61);
        var booster = (await Asks(learner)).Single(n => (int)n["step"]! == 5 && (string)n["unit"]! == Anchors[0]);
        Assert.Equal(expected, (string)booster["status"]!);
    }

    [Fact]
    public async Task Silence_in_a_cohort_that_was_left_does_not_count_in_the_next()
    {
        var (cohort, learner) = await Silenced();
        var next = await app.Cohort();
        (await next.Lead.Http.Post($"{next.Path}/enrolments",
            new { learners = new[] { new { email = learner.Email, name = learner.Name, timeZone = Given.Zone } } })).Ok();
        Assert.Equal(1, (await Learners(next))["closingAsksOnly"]!.GetValue<int>());
        await app.Withdraw(learner);
        Assert.Equal(0, (await Learners(next))["closingAsksOnly"]!.GetValue<int>());
        Assert.Equal(0, (await Learners(cohort))["all"]!.GetValue<int>());
    }

    [Fact]
    public async Task Silence_is_forgotten_after_120_days()
    {
        var (cohort, _) = await Silenced();
        Assert.Equal(1, (await Learners(cohort))["closingAsksOnly"]!.GetValue<int>());
        FlowingClock.Set(FlowingClock.Monday.AddDays(45 + 121));
        Assert.Equal(0, (await Learners(cohort))["closingAsksOnly"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_weekly_digest_ends_after_two_weeks()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        await Complete(learner, Anchors[0]);
        // Messages of days 2, 7 and 14; the third has been unanswered since day 17.
        for (var day = 1; day <= 18; day++) await SweepOn(learner, day);
        Assert.Equal(1, (await Learners(cohort))["weeklyDigest"]!.GetValue<int>());
        await SweepOn(learner, 30);
        FlowingClock.Set(FlowingClock.Monday.AddDays(30).AddHours(12));
        Assert.Equal(1, (await Learners(cohort))["weeklyDigest"]!.GetValue<int>());
        FlowingClock.Set(FlowingClock.Monday.AddDays(32));
        Assert.Equal(0, (await Learners(cohort))["weeklyDigest"]!.GetValue<int>());
    }

    [Fact]
    public async Task Who_acts_later_on_the_day_of_a_message_has_not_left_it()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        await Complete(learner, Anchors[0]);
        // Once before the message as well: what is opened is written down once a day.
        FlowingClock.Set(FlowingClock.Monday.AddDays(2).AddHours(-2));
        (await learner.Http.Read(learner.Journey)).Ok();
        await SweepOn(learner, 2);
        FlowingClock.Advance(TimeSpan.FromHours(3));
        (await learner.Http.Read(learner.Journey)).Ok();
        for (var day = 3; day <= 18; day++) await SweepOn(learner, day);
        Assert.Equal(3, app.MailsTo(learner.Email).Count);
        Assert.Equal(0, (await Learners(cohort))["weeklyDigest"]!.GetValue<int>());
    }

    /// <summary>A learner who has left five messages unanswered by day 45.</summary>
    private async Task<(TestCohort, TestLearner)> Silenced()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        foreach (var unit in Anchors.Concat(Standards)) await Complete(learner, unit);
        for (var day = 1; day <= 45; day++) await SweepOn(learner, day);
        Assert.InRange(app.MailsTo(learner.Email).Count, 5, 8);
        return (cohort, learner);
    }

    private async Task SweepOn(TestLearner learner, int day)
    {
        FlowingClock.Set(FlowingClock.Monday.AddDays(day));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
    }

    private static async Task Complete(TestLearner learner, string unit) =>
        (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();

    private static async Task<JsonNode> Learners(TestCohort cohort) =>
        (await cohort.Lead.Http.Read($"{cohort.Path}/nudges/figures")).Ok()["learners"]!;

    private static async Task<List<JsonNode>> Asks(TestLearner learner) =>
        [.. (await learner.Http.Read("/v1/nudges?limit=100")).Ok()["items"]!.AsArray().Select(n => n!)];
}
