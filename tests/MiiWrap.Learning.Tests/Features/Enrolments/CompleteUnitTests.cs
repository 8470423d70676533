using System.Net;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Enrolments;

/// <summary>A learner reads a unit, starts it, and completes it with an if-then plan, which starts the transfer clock.</summary>
[StandingClock(YearsLater = true)]
public sealed class CompleteUnitTests(LearningApp app)
{
    private const string Anchor = "1.4-coaching-agreement";
    private const string Light = "1.1-why-good-training-fades";

    [Fact]
    public async Task The_page_has_what_is_needed_to_study_it()
    {
        var learner = await app.Learner();
        var page = (await learner.Http.Read(learner.Unit(Anchor))).Ok();
        Assert.Equal((Anchor, "open"), ((string)page["slug"]!, (string)page["state"]!));
        foreach (var text in new[] { "title", "markdown", "html", "practice", "check" })
            Assert.True(((string)page[text]!).Length > 10, text);
        Assert.StartsWith("<", (string)page["html"]!, StringComparison.Ordinal);
        Assert.NotEmpty(page["outcomes"]!.AsArray());
        Assert.Equal($"{learner.Unit(Anchor)}/complete", (string)page["links"]!["complete"]!);

        (await learner.Http.Read(learner.Unit(Anchor), ("If-None-Match", page.ETag!))).Expect(HttpStatusCode.NotModified);
        (await learner.Http.Post($"{learner.Unit(Anchor)}/start")).Ok();
        var started = (await learner.Http.Read(learner.Unit(Anchor), ("If-None-Match", page.ETag!))).Ok();
        Assert.Equal("started", (string)started["state"]!);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "/start")]
    [InlineData("POST", "/complete")]
    public async Task A_locked_unit_says_when_it_opens(string method, string rest)
    {
        var learner = await app.Learner(await app.Cohort("paced", new(2034, 1, 30)));
        var answer = await learner.Http.Call(HttpMethod.Parse(method), learner.Unit("2.1-preparing-to-observe") + rest, method == "POST"
            ? Given.IfThen() : null);
        Assert.Equal("2034-02-20", (string)answer.Expect(HttpStatusCode.Forbidden, "unit.locked")["opensOn"]!);
    }

    [Fact]
    public async Task There_is_no_unit_that_the_curriculum_does_not_have()
    {
        var learner = await app.Learner();
        (await learner.Http.Read(learner.Unit("9.9-nothing"))).Expect(HttpStatusCode.NotFound, "unit.notFound");
        (await learner.Http.Post($"{learner.Unit("9.9-nothing")}/complete", Given.IfThen()))
            .Expect(HttpStatusCode.NotFound, "unit.notFound");
    }

    [Fact]
    public async Task Starting_twice_keeps_the_first_moment()
    {
        var learner = await app.Learner();
        var first = (await learner.Http.Post($"{learner.Unit(Anchor)}/start")).Ok();
        FlowingClock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(first.Body, (await learner.Http.Post($"{learner.Unit(Anchor)}/start")).Ok().Body);
    }

    [Fact]
    public async Task An_anchor_unit_is_completed_with_a_plan()
    {
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", "{}"))
            .Expect(HttpStatusCode.UnprocessableEntity, "unit.ifThen.required");
        Assert.Equal("open", (string)(await learner.Http.Read(learner.Unit(Anchor))).Ok()["state"]!);
    }

    [Fact]
    public async Task A_light_unit_is_completed_without_one()
    {
        var learner = await app.Learner();
        var completed = (await learner.Http.Post($"{learner.Unit(Light)}/complete", "{}")).Ok();
        Assert.Equal(["cue", "check"], completed["nudges"]!.AsArray().Select(n => (string)n!["kind"]!));
    }

    [Theory]
    [InlineData("""{"ifThen": {"cue": "", "action": "x"}}""", "ifThen.cue")]
    [InlineData("""{"ifThen": {"cue": "x"}}""", "ifThen.action")]
    public async Task A_plan_has_a_cue_and_an_action(string body, string field)
    {
        var learner = await app.Learner();
        var answer = (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", body))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Equal(field, Assert.Single(answer["errors"]!.AsObject()).Key);
    }

    [Theory]
    [InlineData(280, HttpStatusCode.OK)]
    [InlineData(281, HttpStatusCode.UnprocessableEntity)]
    public async Task A_plan_has_at_most_280_characters_each(int length, HttpStatusCode status)
    {
        var learner = await app.Learner();
        var text = new string('x', length);
        (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", new { ifThen = new { cue = text, action = text } })).Expect(status);
    }

    [Fact]
    public async Task Completing_starts_it_counts_it_and_plans_its_asks_in_one_go()
    {
        var learner = await app.Learner();
        var completed = (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())).Ok();

        Assert.Equal("completed", (string)completed["state"]!);
        Assert.Equal(1, (int)completed["progress"]!["unitsCompleted"]!);
        var due = completed["nudges"]!.AsArray()
            .Select(n => ((int)n!["step"]!, ((DateTime)n["dueAt"]!).ToUniversalTime().ToString("yyyy-MM-dd HH:mm", null)));
        // The same local time of day; day 60 is after the clocks have changed, and so is day 90, a Sunday.
        Assert.Equal([(1, "2034-02-01 15:00"), (2, "2034-02-06 15:00"), (3, "2034-02-13 15:00"), (4, "2034-03-01 15:00"),
            (5, "2034-03-31 14:00"), (6, "2034-05-01 13:30")], due);

        var stored = await app.InDb(async db => new
        {
            Opportunities = await db.Opportunities.CountAsync(
                o => o.EnrolmentId == learner.EnrolmentId, TestContext.Current.CancellationToken),
            Nudges = await db.Nudges.CountAsync(n => n.EnrolmentId == learner.EnrolmentId, TestContext.Current.CancellationToken),
            Tally = (await db.Enrolments.SingleAsync(
                e => e.Id == learner.EnrolmentId, TestContext.Current.CancellationToken)).UnitsCompleted,
        });
        Assert.Equal((1, 6, 1), (stored.Opportunities, stored.Nudges, stored.Tally));
    }

    [Fact]
    public async Task Completing_again_gives_the_first_answer()
    {
        var learner = await app.Learner();
        var first = (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(1));
        var again = (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", new { ifThen = new { cue = "another", action = "plan" } }))
            .Ok();
        Assert.Equal(first.Body, again.Body);
    }

    [Fact]
    public async Task Twelve_completions_at_once_plan_one_set_of_asks()
    {
        var learner = await app.Learner();
        (await learner.Http.Read("/v1/me")).Ok();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12)
            .Select(_ => learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())));
        Assert.Single(answers.Select(a => a.Ok().Body).Distinct());
        Assert.Equal(6,
            await app.InDb(db => db.Nudges.CountAsync(n => n.EnrolmentId == learner.EnrolmentId, TestContext.Current.CancellationToken)));
        Assert.Equal(1, (int)(await learner.Http.Read(learner.Journey)).Ok()["progress"]!["unitsCompleted"]!);
    }

    [Fact]
    public async Task Completing_every_unit_completes_the_enrolment()
    {
        var learner = await app.Learner();
        var units = (await learner.Http.Read(learner.Journey)).Ok()["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray())
            .Select(u => (string)u!["slug"]!).ToList();
        foreach (var unit in units) (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
        var journey = (await learner.Http.Read(learner.Journey)).Ok();
        Assert.Equal(("completed", 100), ((string)journey["status"]!, (int)journey["progress"]!["percent"]!));
        Assert.Equal("reflection", (string)(await learner.Http.Read("/v1/me/next")).Ok()["next"]!["kind"]!);
    }

    [Fact]
    public async Task After_withdrawing_nothing_is_started_or_completed()
    {
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())).Ok();
        await app.Withdraw(learner);
        (await learner.Http.Post($"{learner.Unit(Light)}/start")).Expect(HttpStatusCode.Conflict, "enrolment.withdrawn");
        (await learner.Http.Post($"{learner.Unit(Light)}/complete", Given.IfThen())).Expect(HttpStatusCode.Conflict, "enrolment.withdrawn");
        var journey = (await learner.Http.Read(learner.Journey)).Ok();
        Assert.Equal((nameof(EnrolmentStatus.Withdrawn).ToUpperInvariant(), 1),
            (((string)journey["status"]!).ToUpperInvariant(), (int)journey["progress"]!["unitsCompleted"]!));
    }
}
