using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Nudges;

/// <summary>
/// What is left out for want of room, or ended by what stands, comes back when there is room, or when none of it stands any more: the plan
/// follows from the present facts, in whatever order they came and went.
/// </summary>
[StandingClock]
public sealed class RoomForNudgesTests(LearningApp app)
{
    private static readonly int Seed = int.TryParse(
        Environment.GetEnvironmentVariable("LEARNING_TEST_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 20270201;

    [Theory]
    [InlineData("withdrawal")]
    [InlineData("exemptions")]
    [InlineData("answers")]
    [InlineData("channels")]
    [InlineData("link in a mail")]
    public async Task Asks_that_had_no_room_are_back_as_soon_as_there_is_some(string what)
    {
        var (first, second) = (await app.Cohort(), await app.Cohort());
        var learner = await app.Learner(first);
        var other = (Guid)(await second.Lead.Http.Post($"{second.Path}/enrolments",
            new { learners = new[] { new { email = learner.Email, name = "Lou", timeZone = Given.Zone } } })).Ok()
            ["rows"]![0]!["enrolmentId"]!;
        var units = (await learner.Http.Read(learner.Journey)).Ok()["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray())
            .Select(u => (string)u!["slug"]!).Take(6).ToList();
        foreach (var unit in units)
        {
            foreach (var enrolment in new[] { learner.EnrolmentId, other })
                (await learner.Http.Post($"/v1/enrolments/{enrolment}/units/{unit}/complete", Given.IfThen())).Ok();
        }

        var wanting = await Superseded(learner, other);
        Assert.True(wanting > 0, "All asks have room.");
        switch (what)
        {
            case "withdrawal":
                (await first.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
                break;
            case "exemptions":
                foreach (var unit in units)
                    (await first.Lead.Http.Put($"{learner.Unit(unit)}/exemption", new { reason = "notMyRole" })).Ok();
                break;
            case "answers":
                foreach (var ask in (await Asks(learner)).Where(n => (Guid)n["enrolmentId"]! != other && (int)n["step"]! == 2))
                    (await learner.Http.Post($"/v1/nudges/{ask["id"]}/response", new { outcome = "applied" })).Ok();
                break;
            case "channels":
                (await learner.Http.Patch("/v1/me/preferences", new { channels = new[] { "inApp" } }, ("If-Match", "*"))).Ok();
                break;
            default:
                FlowingClock.Set(FlowingClock.Monday.AddDays(3));
                await app.Send(new SendDueNudges { PersonId = learner.Id });
                wanting = await Superseded(learner, other);
                var link = new Uri(app.MailsTo(learner.Email)[0].Headers["List-Unsubscribe"].Trim('<', '>')).PathAndQuery;
                (await Session.Anonymous(app).Post(link, new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]))).Ok();
                break;
        }

        var left = await Superseded(learner, other);
        Assert.True(left < wanting, $"{what} brought back none of {wanting}");
        // Nothing that changes no fact brings back more.
        (await learner.Http.Put("/v1/me/leave", new { periods = Array.Empty<object>() })).Ok();
        Assert.Equal(left, await Superseded(learner, other));
    }

    [Theory]
    [InlineData("withdrawal"), InlineData("suspension")]
    public async Task Whoever_is_back_has_three_asks_a_day_at_most(string what)
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var learner = await app.Learner(cohort);
        FlowingClock.Set(FlowingClock.Monday.AddDays(3));
        foreach (var unit in new[] { "1.1-why-good-training-fades", "1.3-guide-dont-fix", "1.4-coaching-agreement" })
            (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
        var item = (await cohort.Instructor.Http.Post("/v1/action-items", new
        {
            ownerId = learner.Id,
            enrolmentId = learner.EnrolmentId,
            ifThen = new { cue = "they bring me a problem", action = "I will ask first" },
            sign = "They have spoken more than I have.",
            dueOn = FlowingClock.Monday.AddDays(23).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        })).Expect(HttpStatusCode.Created);
        (await learner.Http.Post($"/v1/action-items/{item["id"]}/agree", new { })).Ok();
        var before = await Days();
        Assert.All(before, d => Assert.InRange(d.Asks, 1, 3));
        Assert.Contains(before, d => d.Asks == 3);
        if (what == "withdrawal")
        {
            (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
            (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
                new { learners = new[] { new { email = learner.Email, name = learner.Name, timeZone = Given.Zone } } })).Ok();
        }
        else
        {
            (await admin.Http.Post($"/v1/people/{learner.Id}/suspend", new { reason = "Away for a while." })).Ok();
            (await admin.Http.Post($"/v1/people/{learner.Id}/resume")).Ok();
        }

        Assert.Equal(before, await Days());

        Task<List<(DateTime Day, int Asks)>> Days() => app.InDb(async db =>
            (await db.Nudges.Where(n => n.PersonId == learner.Id && n.Status == NudgeStatus.Planned && n.StatusReason == null)
                .Select(n => n.DueAt).ToListAsync(TestContext.Current.CancellationToken))
            .GroupBy(d => d.Date).OrderBy(d => d.Key).Select(d => (d.Key, d.Count())).ToList());
    }

    [Fact]
    public async Task An_ask_that_is_put_off_leaves_its_room_to_others()
    {
        var learner = await app.Learner();
        foreach (var unit in (await learner.Http.Read(learner.Journey)).Ok()["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray())
            .Select(u => (string)u!["slug"]!).Take(12)) (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
        foreach (var ask in (await Asks(learner)).Where(n => n["statusReason"] is null).Take(6).ToList())
            await learner.Http.Post($"/v1/nudges/{ask["id"]}/snooze", new { days = 7 });
        var left = await Superseded(learner, learner.EnrolmentId);
        (await learner.Http.Put("/v1/me/leave", new { periods = Array.Empty<object>() })).Ok();
        Assert.Equal(left, await Superseded(learner, learner.EnrolmentId));
    }

    [Fact]
    public async Task Whatever_ended_asks_and_in_whatever_order_they_are_back_when_nothing_of_it_stands()
    {
        const string Unit = "2.4-watching-voice-and-power";
        var (admin, random) = (await app.Admin(), new Random(Seed));
        string[] facts = ["exempt", "withdrawn", "suspended"];
        for (var round = 0; round < 24; round++)
        {
            var cohort = await app.Cohort();
            var learner = await app.Learner(cohort);
            (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok();
            var before = await Plan(learner);
            var (standing, acts) = (new HashSet<string>(), new List<string>());
            for (var act = 0; act < 8 || standing.Count > 0; act++)
            {
                var fact = act < 8 ? facts[random.Next(facts.Length)] : standing.First();
                // Who has no access is not taken back before they have it again.
                if (fact == "withdrawn" && standing.Contains(fact) && standing.Contains("suspended")) fact = "suspended";
                var begins = standing.Add(fact);
                if (!begins) standing.Remove(fact);
                acts.Add($"{(begins ? "+" : "-")}{fact}");
                await (fact switch
                {
                    "exempt" when begins => Ok(cohort.Lead.Http.Put($"{learner.Unit(Unit)}/exemption", new { reason = "other" })),
                    "exempt" => Ok(cohort.Lead.Http.Call(HttpMethod.Delete, $"{learner.Unit(Unit)}/exemption", null)),
                    "withdrawn" when begins => Ok(cohort.Lead.Http.Post($"{learner.Journey}/withdraw")),
                    "withdrawn" => Ok(cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
                        new { learners = new[] { new { email = learner.Email, name = "Lou", timeZone = Given.Zone } } })),
                    _ when begins => Ok(admin.Http.Post($"/v1/people/{learner.Id}/suspend", new { reason = "Away for some weeks." })),
                    _ => Ok(admin.Http.Post($"/v1/people/{learner.Id}/resume")),
                });
            }

            var after = await Plan(learner with { Http = Session.Of(app, learner.Email) });
            Assert.True(before == after, $"seed {Seed}, round {round}, {string.Join(' ', acts)}:\n{before}\n\n{after}");
        }

        static async Task Ok(Task<Answer> answer) => Assert.True((int)(await answer).Status < 300, (await answer).Body);
    }

    [Theory]
    [InlineData("applied")]
    [InlineData("notYet")]
    public async Task An_answer_that_is_given_while_a_unit_is_out_of_the_count_has_its_consequences_when_it_counts_again(string outcome)
    {
        var plans = new List<string>();
        foreach (var isExempt in new[] { false, true })
        {
            FlowingClock.Set(FlowingClock.Monday);
            var cohort = await app.Cohort();
            var learner = await app.Learner(cohort);
            var unit = learner.Unit("2.4-watching-voice-and-power");
            (await learner.Http.Post($"{unit}/complete", Given.IfThen())).Ok();
            FlowingClock.Set(FlowingClock.Monday.AddDays(7));
            await app.Send(new SendDueNudges { PersonId = learner.Id });
            var sent = (await Asks(learner)).Where(n => (string)n["status"]! == "sent").MaxBy(n => (int)n["step"]!)!;
            if (isExempt) (await cohort.Lead.Http.Put($"{unit}/exemption", new { reason = "other" })).Ok();
            (await learner.Http.Post($"/v1/nudges/{sent["id"]}/response", outcome == "applied"
                ? (object)new { outcome } : new { outcome, barrier = "noOpportunity", plannedFor = "2027-02-18" })).Ok();
            if (isExempt) await cohort.Lead.Http.Call(HttpMethod.Delete, $"{unit}/exemption", null);
            plans.Add(await Plan(learner));
        }

        Assert.Equal(plans[0], plans[1]);
    }

    private static async Task<List<JsonNode>> Asks(TestLearner learner)
    {
        var asks = new List<JsonNode>();
        for (var path = "/v1/nudges?limit=200"; ;)
        {
            var page = (await learner.Http.Read(path)).Ok();
            asks.AddRange(page["items"]!.AsArray().Select(n => n!));
            if ((string?)page["next"] is not { } next) return asks;
            path = $"/v1/nudges?limit=200&cursor={next}";
        }
    }

    private static async Task<int> Superseded(TestLearner learner, Guid enrolmentId) => (await Asks(learner)).Count(n =>
        (Guid)n["enrolmentId"]! == enrolmentId && (string?)n["statusReason"] == "superseded" && (string)n["status"]! == "planned");

    private static async Task<string> Plan(TestLearner learner) => string.Join('\n', (await Asks(learner))
        .Select(n => $"{n["step"]} {n["kind"]} {n["status"]} {n["statusReason"]} {n["dueAt"]} {n["expiresAt"]}")
        .Order(StringComparer.Ordinal));
}
