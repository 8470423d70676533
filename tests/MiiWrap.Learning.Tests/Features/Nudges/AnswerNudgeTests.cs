using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Nudges;

/// <summary>A learner answers a check-in in the app; the first answer wins, and what is still to come follows it.</summary>
[StandingClock(YearsLater = true)]
public sealed class AnswerNudgeTests(LearningApp app)
{
    private const string Anchor = "1.4-coaching-agreement";

    [Fact]
    public async Task Putting_off_brings_no_check_in_forward()
    {
        var learner = await app.Learner();
        var last = (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray()[^1]!;
        var later = (await learner.Http.Post($"/v1/nudges/{(string)last["id"]!}/snooze", new { days = 3 })).Ok();
        Assert.Equal((DateTime)last["dueAt"]!, (DateTime)later["dueAt"]!);
    }

    [Fact]
    public async Task What_is_due_later_anyway_costs_no_snooze()
    {
        var learner = await app.Learner();
        var asks = (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();
        var last = (string)asks[^1]!["id"]!;
        for (var i = 0; i < 3; i++) (await learner.Http.Post($"/v1/nudges/{last}/snooze", new { days = 3 })).Ok();
    }

    [Fact]
    public async Task A_day_to_which_a_check_in_was_put_off_holds_whatever_else_is_answered()
    {
        var (learner, asks) = await Completed();
        var due = (DateTime)asks[1]!["dueAt"]!;
        var until = DateOnly.FromDateTime(due.AddDays(3)).ToString("yyyy-MM-dd");
        var put = (await learner.Http.Post($"/v1/nudges/{(string)asks[1]!["id"]!}/snooze", new { until })).Ok();
        Assert.True((DateTime)put["dueAt"]! > due);
        (await Answer(learner, asks[0], new
        {
            outcome = "notYet", barrier = "noOpportunity",
            plannedFor = DateOnly.FromDateTime(FlowingClock.Now.UtcDateTime.AddDays(1)).ToString("yyyy-MM-dd"),
        })).Ok();
        var now = (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray()
            .Single(n => (string)n!["id"]! == (string)asks[1]!["id"]!)!;
        Assert.Equal((DateTime)put["dueAt"]!, (DateTime)now["dueAt"]!);
    }

    [Fact]
    public async Task The_first_answer_stands()
    {
        var (learner, asks) = await Completed();
        var first = (await Answer(learner, asks[1], new { outcome = "partly", note = "Half of it" })).Ok();
        Assert.Equal("partly", (string)first["response"]!["outcome"]!);
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(first.Body, (await Answer(learner, asks[1], new { outcome = "applied" })).Ok().Body);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2027-03-08")]
    [InlineData("2027-03-09")]
    public async Task Applied_on_the_day_of_completion_counts_after_the_zone_was_mended(string? occurredOn)
    {
        // Eight in the evening of the eighth in Honolulu, and two in the morning of the ninth by the zone that somebody wrote down.
        FlowingClock.Set(new(2027, 3, 9, 6, 0, 0, TimeSpan.Zero));
        var learner = await app.Learner(await app.Cohort(), zone: "America/New_York");
        var asks = (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();
        (await learner.Http.Patch("/v1/me/preferences", new { timeZone = "Pacific/Honolulu" }, ("If-Match", "*"))).Ok();
        FlowingClock.Advance(TimeSpan.FromMinutes(5));
        (await Answer(learner, asks[0]!, new { outcome = "applied", occurredOn })).Ok();
        Assert.True(await app.InDb(db => db.Opportunities.Where(o => o.PersonId == learner.Id).Select(o => o.Transferred30)
            .SingleAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_check_in_that_closes_tonight_closes_today_in_the_learners_own_words()
    {
        var learner = await app.Learner(await app.Cohort(), zone: "Pacific/Honolulu");
        FlowingClock.Set(new(2034, 3, 9, 3, 0, 0, TimeSpan.Zero));
        (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())).Ok();
        var asks = (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray();
        var closes = DateTime.Parse((string)asks[0]!["expiresAt"]!, null, System.Globalization.DateTimeStyles.AdjustToUniversal);
        var refused = (await learner.Http.Post($"/v1/nudges/{(Guid)asks[0]!["id"]!}/snooze", new { until = "2034-06-01" }))
            .Expect(HttpStatusCode.UnprocessableEntity, "nudge.snooze.tooLate");
        Assert.NotEqual(closes.Day, closes.AddHours(-10).Day);
        Assert.Contains(closes.AddHours(-10).ToString("yyyy-MM-dd", null), (string)refused["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_twelve_answers_at_once_one_stands()
    {
        var (learner, asks) = await Completed();
        string[] outcomes = ["applied", "partly"];
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Answer(learner, asks[1], new { outcome = outcomes[i % 2] })));
        Assert.Single(answers.Select(a => (string)a.Ok()["response"]!["outcome"]!).Distinct());
    }

    [Fact]
    public async Task An_answer_before_the_mail_spares_the_mail()
    {
        var (learner, asks) = await Completed();
        var answered = (await Answer(learner, asks[0], new { outcome = "stillGood" })).Ok();
        Assert.Equal(("skipped", "answeredEarly"), ((string)answered["status"]!, (string)answered["statusReason"]!));
    }

    [Theory]
    [InlineData("{}", "outcome")]
    [InlineData("""{"outcome": "brilliant"}""", "outcome")]
    [InlineData("""{"outcome": "notYet"}""", "barrier")]
    [InlineData("""{"outcome": "notYet", "barrier": "weather"}""", "barrier")]
    [InlineData("""{"outcome": "changeDate"}""", "plannedFor")]
    public async Task An_incomplete_answer_is_refused_by_field(string body, string field)
    {
        var (learner, asks) = await Completed();
        var answer = (await Answer(learner, asks[0], body)).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Equal(field, Assert.Single(answer["errors"]!.AsObject()).Key);
    }

    [Theory]
    [InlineData(1, """{"outcome": "stillGood"}""", "nudge.outcome.notForKind")]
    [InlineData(0, """{"outcome": "applied", "occurredOn": "2034-01-29"}""", "nudge.occurredOn.outside")]
    [InlineData(0, """{"outcome": "applied", "occurredOn": "2034-02-02"}""", "nudge.occurredOn.outside")]
    [InlineData(0, """{"outcome": "changeDate", "plannedFor": "2034-01-20"}""", "nudge.plannedFor.outside")]
    public async Task An_answer_that_cannot_be_is_refused(int step, string body, string code)
    {
        var (learner, asks) = await Completed();
        (await Answer(learner, asks[step], body)).Expect(HttpStatusCode.UnprocessableEntity, code);
        Assert.Null((await Asks(learner))[step]["response"]);
    }

    [Fact]
    public async Task Not_yet_with_its_barrier_and_a_wish_for_help_is_kept()
    {
        var (learner, asks) = await Completed();
        var response = (await Answer(learner, asks[1], new { outcome = "notYet", barrier = "noTime", needHelp = true })).Ok()["response"]!;
        Assert.Equal(("notYet", "noTime", true), ((string)response["outcome"]!, (string)response["barrier"]!, (bool)response["needHelp"]!));
        Assert.All(await Asks(learner), n => Assert.True((string)n["status"]! is "planned" or "skipped"));
    }

    [Fact]
    public async Task A_new_date_moves_the_check_after_it()
    {
        var (learner, asks) = await Completed();
        Assert.Equal("2034-02-06 15:00", Due(asks[1]));
        (await Answer(learner, asks[0], new { outcome = "changeDate", plannedFor = "2034-02-08" })).Ok();
        var after = await Asks(learner);
        Assert.Equal("2034-02-09 15:00", Due(after[1]));
        Assert.Equal("2034-02-13 15:00", Due(after[2]));
    }

    [Fact]
    public async Task Once_applied_checks_end_and_the_rest_asks_what_keeps_it_alive()
    {
        var (learner, asks) = await Completed();
        (await Answer(learner, asks[0], new { outcome = "applied" })).Ok();
        var after = await Asks(learner);
        Assert.Equal(["cue", "check", "recall", "maintenance", "booster", "maintenance"], after.Select(n => (string)n["kind"]!));
        Assert.Equal(("skipped", "alreadyApplied"), ((string)after[1]["status"]!, (string)after[1]["statusReason"]!));
        Assert.All(after.Skip(2), n => Assert.Equal("planned", (string)n["status"]!));
    }

    [Fact]
    public async Task What_others_follow_says_nothing_of_what_an_answer_has_made_of_the_next_ask()
    {
        var (learner, asks) = await Completed();
        (await Answer(learner, asks[0], new { outcome = "applied" })).Ok();
        (await Answer(learner, asks[2], new { outcome = "applied" })).Ok();
        Assert.Equal(["cue", "check"], (await app.EventsOf(learner.EnrolmentId)).Where(e => e.Type == "nudge.answered")
            .Select(e => (string)e.Data["kind"]!));
    }

    [Fact]
    public async Task A_closed_check_in_takes_no_answer()
    {
        var (learner, asks) = await Completed();
        FlowingClock.Set(((DateTime)asks[0]["expiresAt"]!).ToUniversalTime());
        (await Answer(learner, asks[0], new { outcome = "applied" })).Expect(HttpStatusCode.Conflict, "nudge.closed");
        FlowingClock.Advance(TimeSpan.FromSeconds(-1));
        (await Answer(learner, asks[0], new { outcome = "applied" })).Ok();
    }

    [Fact]
    public async Task Nobody_answers_for_someone_else()
    {
        var (learner, asks) = await Completed();
        var other = await app.Learner();
        (await Answer(other, asks[0], new { outcome = "applied" })).Expect(HttpStatusCode.NotFound, "nudge.notFound");
        Assert.Empty((await other.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray());
        Assert.NotEmpty(await Asks(learner));
    }

    [Fact]
    public async Task The_preview_is_the_plan_that_completing_makes()
    {
        var (learner, asks) = await Completed();
        var preview =
            (await learner.Http
                .Post("/v1/nudges/preview", new { curriculum = Given.Course, unit = Anchor, completedAt = FlowingClock.Now,
                    timeZone = Given.Zone })).Ok();
        Assert.Equal(asks.Select(Due), preview["nudges"]!.AsArray().Select(n => Due(n!)));
        (await learner.Http
            .Post("/v1/nudges/preview", new { curriculum = Given.Course, unit = "none", completedAt = FlowingClock.Now,
                timeZone = Given.Zone })).Expect(HttpStatusCode.NotFound, "unit.notFound");
    }

    private async Task<(TestLearner Learner, List<JsonNode> Asks)> Completed()
    {
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())).Ok();
        return (learner, await Asks(learner));
    }

    private static async Task<List<JsonNode>> Asks(TestLearner learner) =>
        [.. (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray().Select(n => n!).OrderBy(n => (int)n["step"]!)];

    private static Task<Answer> Answer(TestLearner learner, JsonNode ask, object body) =>
        learner.Http.Post($"/v1/nudges/{(Guid)ask["id"]!}/response", body);

    private static string Due(JsonNode ask) => ((DateTime)ask["dueAt"]!).ToUniversalTime().ToString("yyyy-MM-dd HH:mm", null);
}
