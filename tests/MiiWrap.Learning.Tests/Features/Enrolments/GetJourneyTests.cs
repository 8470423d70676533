using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Enrolments;

/// <summary>A learner sees every module with the day on which it opens: all at the start, week by week, or step by step.</summary>
[StandingClock(YearsLater = true)]
public sealed class GetJourneyTests(LearningApp app)
{
    private static readonly DateOnly Start = new(2034, 1, 30);

    [Fact]
    public async Task An_open_cohort_opens_everything_at_its_start()
    {
        var learner = await app.Learner(await app.Cohort("open", Start));
        var modules = await Modules(learner);
        Assert.All(modules, m => Assert.Equal(("open", "2034-01-30"), ((string)m["state"]!, (string)m["opensOn"]!)));
        Assert.All(modules.SelectMany(m => m["units"]!.AsArray()), u => Assert.Equal("open", (string)u!["state"]!));
    }

    [Fact]
    public async Task A_paced_cohort_opens_a_module_when_its_week_has_come()
    {
        var learner = await app.Learner(await app.Cohort("paced", Start));
        var modules = await Modules(learner);
        Assert.Equal(["2034-01-30", "2034-02-20", "2034-03-13"], modules.Take(3).Select(m => (string)m["opensOn"]!));
        Assert.Equal(["open", "locked", "locked"], modules.Take(3).Select(m => (string)m["state"]!));
        Assert.Equal("locked", (string)modules[1]["units"]![0]!["state"]!);
    }

    [Theory]
    [InlineData("open", 0, "2034-01-30T05:59:59Z", "2034-01-30T06:00:00Z")]
    [InlineData("paced", 1, "2034-02-20T05:59:59Z", "2034-02-20T06:00:00Z")]
    [InlineData("paced", 2, "2034-03-13T04:59:59Z", "2034-03-13T05:00:00Z")]
    public async Task A_module_opens_at_midnight_of_the_cohorts_zone(string gate, int module, string before, string at)
    {
        var learner = await app.Learner(await app.Cohort(gate, Start), zone: "Asia/Tokyo");
        FlowingClock.Set(Moment(before));
        Assert.Equal("locked", (string)(await Modules(learner))[module]["state"]!);
        FlowingClock.Set(Moment(at));
        Assert.Equal("open", (string)(await Modules(learner))[module]["state"]!);
    }

    [Fact]
    public async Task A_sequential_cohort_also_waits_for_the_anchor_reflection_before()
    {
        var learner = await app.Learner(await app.Cohort("sequential", Start));
        FlowingClock.Set(Moment("2034-04-10T15:00:00Z"));
        var modules = await Modules(learner);
        Assert.Equal(("open", null), ((string)modules[0]["state"]!, (string?)modules[0]["waitsFor"]));
        Assert.Equal(("locked", "1.4-coaching-agreement"), ((string)modules[1]["state"]!, (string?)modules[1]["waitsFor"]));
        var refused = (await learner.Http.Read(learner.Unit("2.1-preparing-to-observe"))).Expect(HttpStatusCode.Forbidden, "unit.locked");
        Assert.Equal("1.4-coaching-agreement", (string)refused["waitsFor"]!);
    }

    [Fact]
    public async Task What_is_done_shows_with_its_percentage_and_why()
    {
        var learner = await app.Learner(await app.Cohort("open", Start));
        var before = (await learner.Http.Read(learner.Journey)).Ok();
        foreach (var unit in new[] { "1.1-why-good-training-fades", "1.2-coach-supervisor-trainer" })
            (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
        (await learner.Http.Post($"{learner.Unit("1.3-guide-dont-fix")}/start")).Ok();

        (await learner.Http.Read(learner.Journey, ("If-None-Match", before.ETag!))).Ok();
        var journey = (await learner.Http.Read(learner.Journey)).Ok();
        Assert.Equal((2, 34, 5), ((int)journey["progress"]!["unitsCompleted"]!, (int)journey["progress"]!["unitsTotal"]!,
            (int)journey["progress"]!["percent"]!));
        Assert.Contains("2 of the 34 units", (string)journey["progress"]!["why"]!, StringComparison.Ordinal);
        Assert.Equal(["open", "completed", "completed", "started", "open"], journey["modules"]![0]!["units"]!.AsArray()
            .Select(u => (string)u!["state"]!));
        (await learner.Http.Read(learner.Journey, ("If-None-Match", journey.ETag!))).Expect(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task A_plan_is_shown_to_whoever_made_it_and_to_nobody_else()
    {
        var cohort = await app.Cohort("open", Start);
        var learner = await app.Learner(cohort);
        const string cue = "e\u0301 \u05E9\u05DC\u05D5\u05DD \U0001F469\u200D\U0001F467";
        (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete", new { ifThen = new { cue, action = "I will ask" } }))
            .Ok();

        JsonNode? PlanIn(Answer journey) =>
            journey["modules"]![0]!["units"]!.AsArray().Single(u => (string)u!["slug"]! == ReflectionSteps.Anchor)!["ifThen"];
        Assert.Equal(cue.Normalize(), (string)PlanIn((await learner.Http.Read(learner.Journey)).Ok())!["cue"]!);
        Assert.Null(PlanIn((await cohort.Instructor.Http.Read(learner.Journey)).Ok()));
    }

    private static async Task<List<JsonNode>> Modules(TestLearner learner) =>
        [.. (await learner.Http.Read(learner.Journey)).Ok()["modules"]!.AsArray().Select(m => m!)];

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
