using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>Who was withdrawn by mistake, or comes back, goes on where they were.</summary>
[Collection(AccountMails.Name)]
[StandingClock]
public sealed class ResumeEnrolmentTests(LearningApp app)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Withdrawn_by_mistake_is_not_for_ever(bool isAdmin)
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok();
        await learner.Write("1.1-why-good-training-fades");
        var before = await Nudges(learner);
        FlowingClock.Advance(TimeSpan.FromHours(2));
        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(1));

        var http = isAdmin ? (await app.Admin()).Http : cohort.Lead.Http;
        var row = await Enrol(http, cohort, learner);
        Assert.Equal(("resumed", null, learner.EnrolmentId), ((string)row["result"]!, (string?)row["reason"], (Guid)row["enrolmentId"]!));
        var journey = (await learner.Http.Read(learner.Journey)).Ok();
        Assert.Equal(("active", 1), ((string)journey["status"]!, (int)journey["progress"]!["unitsCompleted"]!));
        // Nothing was due meanwhile: every check-in is planned as it was.
        Assert.Equal(before.Select(n => (string)n["dueAt"]!), (await Nudges(learner)).Select(n => (string)n["dueAt"]!));
        Assert.All(await Nudges(learner), n => Assert.Equal("planned", (string)n["status"]!));
        (await learner.Http.Post($"{learner.Unit("1.2-coach-supervisor-trainer")}/complete", Given.IfThen())).Ok();
        await app.Send(new SendMails());
        Assert.Contains(app.MailsTo(learner.Email), m => m.Headers["Subject"] == "You are back in your cohort");

        Assert.Equal("existing", (string)(await Enrol(http, cohort, learner))["result"]!);
        Assert.Null((string?)(await Enrol(http, cohort, learner))["reason"]);
    }

    [Fact]
    public async Task What_came_due_meanwhile_is_asked_next_and_what_ran_out_stays_ended()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok();
        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
        var ended = await Nudges(learner);
        FlowingClock.Advance(TimeSpan.FromDays(10));
        await Enrol(cohort.Lead.Http, cohort, learner);
        var now = FlowingClock.Now.UtcDateTime;
        foreach (var (was, nudge) in ended.Zip(await Nudges(learner)))
        {
            if ((DateTime)was["expiresAt"]! <= now) Assert.Equal("cancelled", (string)nudge["status"]!);
            else Assert.True((string)nudge["status"]! == "planned" && (DateTime)nudge["dueAt"]! >= now, nudge.ToJsonString());
        }

        // The thirty days are not over: it counts again.
        FlowingClock.Set(FlowingClock.Monday.AddDays(40));
        var pooled = (await cohort.Lead.Http.Read($"{cohort.Path}/transfer")).Ok()["pooled"]!;
        Assert.Equal((1, 0), ((int)pooled["denominator"]!, (int)pooled["excluded"]!["withdrawn"]!));
    }

    [Fact]
    public async Task A_window_that_closed_while_they_were_away_stays_out_of_the_rate()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok();
        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(45));
        Assert.Equal("resumed", (string)(await Enrol(cohort.Lead.Http, cohort, learner))["result"]!);
        var pooled = (await cohort.Lead.Http.Read($"{cohort.Path}/transfer")).Ok()["pooled"]!;
        Assert.Equal((0, 1), ((int)pooled["denominator"]!, (int)pooled["excluded"]!["withdrawn"]!));
    }

    [Fact]
    public async Task A_roster_that_is_sent_again_revives_nobody_unless_it_says_so()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var learner = await app.Learner(cohort, agencyId: agency);
        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
        var client = await app.Client(agency, "enrolments:write");

        async Task<JsonNode> Csv(HttpClient http, string query = "")
        {
            using var body = new StringContent($"email,name,timeZone,agencyId\r\n{learner.Email},Lou,{Given.Zone},{agency}\r\n");
            body.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
            return (await http.Post($"{cohort.Path}/enrolments{query}", body)).Ok()["rows"]![0]!;
        }

        foreach (var row in new[] { await Csv(cohort.Lead.Http), await Csv(client), await Enrol(client, cohort, learner, agency),
            await Enrol(cohort.Lead.Http, cohort, learner, agency, "?resume=false") })
            Assert.Equal(("existing", "withdrawn", learner.EnrolmentId),
                ((string)row["result"]!, (string)row["reason"]!, (Guid)row["enrolmentId"]!));
        Assert.Equal("resumed", (string)(await Csv(cohort.Lead.Http, "?resume=true"))["result"]!);
        foreach (var resume in new Func<Task<JsonNode>>[] { () => Csv(client, "?resume=true"),
            () => Enrol(client, cohort, learner, agency, "?resume=true") })
        {
            (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
            Assert.Equal("resumed", (string)(await resume())["result"]!);
        }
    }

    [Fact]
    public async Task An_open_follow_up_comes_back_with_the_learner()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var nudge = (Guid)(await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok()
            ["nudges"]![0]!["id"]!;
        (await learner.Http.Post($"/v1/nudges/{nudge}/response", new { outcome = "applied", needHelp = true })).Ok();
        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
        await Enrol(cohort.Lead.Http, cohort, learner);
        Assert.Single((await cohort.Lead.Http.Read($"{cohort.Path}/followups?status=open")).Ok()["items"]!.AsArray());
        // Nobody is silent who was not here.
        FlowingClock.Advance(TimeSpan.FromDays(1));
        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(23));
        await Enrol(cohort.Lead.Http, cohort, learner);
        var open = Assert.Single((await cohort.Lead.Http.Read($"{cohort.Path}/followups?status=open")).Ok()["items"]!.AsArray())!;
        Assert.True(DateOnly.Parse((string)open["dueOn"]!, null) > DateOnly.FromDateTime(FlowingClock.Now.UtcDateTime));
        var reason = (string)(await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["items"]![0]!["statusReason"]!;
        Assert.DoesNotContain("no activity", reason, StringComparison.Ordinal);
    }

    private static async Task<JsonNode> Enrol(
        HttpClient http, TestCohort cohort, TestLearner learner, Guid? agency = null, string query = "") =>
        (await http.Post($"{cohort.Path}/enrolments{query}", new
        {
            learners = new[] { new { email = learner.Email, name = learner.Name, timeZone = Given.Zone, agencyId = agency } },
        })).Ok()["rows"]![0]!;

    private static async Task<List<JsonNode>> Nudges(TestLearner learner) =>
        [.. (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray().Select(n => n!).OrderBy(n => (int)n["step"]!)];
}
