using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.FollowUps;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Domain.Transfer;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.FollowUps;

/// <summary>
/// When asking is not enough: the coach is called, silence is met with fewer asks, and what the organisation must change is told without
/// names.
/// </summary>
[StandingClock]
public sealed class FollowUpTests(LearningApp app)
{
    private const string Anchor = "2.4-watching-voice-and-power";
    private const string Second = "1.4-coaching-agreement";
    private const string Standard = "1.2-coach-supervisor-trainer";

    [Fact]
    public async Task A_learner_who_would_like_to_talk_is_on_the_coachs_list_until_someone_has()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var asks = await Complete(learner, Anchor);
        (await Answer(learner, asks, 1, new { outcome = "stillGood", needHelp = true })).Ok();
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        (await Answer(learner, asks, 2, new { outcome = "notYet", barrier = "unsureHow" })).Ok();

        var item = Assert.Single((await cohort.Instructor.Http.Read($"{cohort.Path}/followups")).Ok()["items"]!.AsArray())!;
        Assert.Equal((learner.EnrolmentId, learner.Id, "open"),
            ((Guid)item["enrolmentId"]!, (Guid)item["learner"]!["id"]!, (string)item["status"]!));
        Assert.Equal(["wantsToTalk", "unsureHow"], item["reasons"]!.AsArray().Select(r => (string)r!));
        // Monday and three working days.
        Assert.Equal("2027-02-04", (string)item["dueOn"]!);

        var close = $"{cohort.Path}/followups/{(Guid)item["id"]!}/close";
        (await cohort.Lead.Http.Post(close, new { })).Expect(HttpStatusCode.UnprocessableEntity);
        foreach (var never in new[] { "withdrawn", "forgotten" })
        {
            var refused = (await cohort.Lead.Http.Post(close, new { outcome = never }))
                .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
            Assert.Equal("This must be one of spoke, rehearsed, replanned, exempted, noContact.", (string)refused["errors"]!["outcome"]![0]!);
        }

        (await cohort.Lead.Http.Post(close, new { outcome = "rehearsed", note = "went well" })).Ok();
        (await cohort.Lead.Http.Post(close, new { outcome = "spoke" })).Expect(HttpStatusCode.Conflict, "followUp.closed");
        Assert.Empty((await cohort.Lead.Http.Read($"{cohort.Path}/followups?status=open")).Ok()["items"]!.AsArray());
        Assert.Equal(
            "rehearsed", (string)(await cohort.Lead.Http.Read($"{cohort.Path}/followups?status=closed")).Ok()["items"]![0]!["outcome"]!);

        (await Answer(learner, asks, 3, new { outcome = "notYet", barrier = "forgot" })).Ok();
        Assert.Equal(["twiceNotYet"],
            (await cohort.Lead.Http.Read($"{cohort.Path}/followups?status=open")).Ok()["items"]![0]!["reasons"]!.AsArray()
                .Select(r => (string)r!));
    }

    [Fact]
    public async Task Half_way_before_day_14_is_on_course_and_half_way_twice_after_it_calls_the_coach()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var asks = await Complete(learner, Anchor);
        foreach (var (step, day) in new[] { (2, 7), (3, 14) })
        {
            FlowingClock.Set(FlowingClock.Monday.AddDays(day));
            (await Answer(learner, asks, step, new { outcome = "partly" })).Ok();
            Assert.Empty((await cohort.Lead.Http.Read($"{cohort.Path}/followups")).Ok()["items"]!.AsArray());
        }

        FlowingClock.Set(FlowingClock.Monday.AddDays(30));
        (await Answer(learner, asks, 4, new { outcome = "partly" })).Ok();
        var item = Assert.Single((await cohort.Lead.Http.Read($"{cohort.Path}/followups")).Ok()["items"]!.AsArray())!;
        Assert.Equal(["twicePartly"], item["reasons"]!.AsArray().Select(r => (string)r!));
    }

    [Fact]
    public async Task A_hundred_replays_of_one_link_make_one_answer_and_one_follow_up()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        await Complete(learner, Anchor);
        FlowingClock.Advance(TimeSpan.FromDays(7));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        var link = app.MailsTo(learner.Email)[0].Links.First(l => l.PathAndQuery.StartsWith("/n/", StringComparison.Ordinal)).PathAndQuery;
        var anyone = Session.Anonymous(app);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => anyone.Post(link, new FormUrlEncodedContent(
            [new("outcome", i % 2 == 0 ? "notYet" : "applied"), new("barrier", "lowConfidence"), new("needHelp", "true")]))));
        Assert.All(answers, a => Assert.True(a.Status is HttpStatusCode.OK or HttpStatusCode.Gone, $"{a.Status} {a.Body}"));
        Assert.Single((await cohort.Lead.Http.Read($"{cohort.Path}/followups")).Ok()["items"]!.AsArray());
        var (responses, evidence) = await app.InDb(async db => (
            await db.Nudges.CountAsync(n => n.PersonId == learner.Id && n.Response != null, TestContext.Current.CancellationToken),
            await db.Set<TransferEvidence>().CountAsync(e => db.Opportunities.Any(o => o.Id == e.OpportunityId && o.PersonId == learner.Id),
                TestContext.Current.CancellationToken)));
        Assert.Equal((1, 1), (responses, evidence));
    }

    [Fact]
    public async Task One_ignored_mail_of_three_asks_is_one_silence()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        foreach (var unit in new[] { Anchor, Second, Standard }) await Complete(learner, unit);
        await SweepOn(learner, 2);
        Assert.Equal("You have 3 practice check-ins", Assert.Single(app.MailsTo(learner.Email)).Headers["Subject"]);
        FlowingClock.Set(FlowingClock.Monday.AddDays(6));
        await app.Send(new DetectUnresponsiveLearners());
        Assert.Empty((await cohort.Instructor.Http.Read($"{cohort.Path}/followups")).Ok()["items"]!.AsArray());
    }

    [Fact]
    public async Task Silence_calls_the_coach_and_thins_out_the_asks_but_for_those_that_close_a_window()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        foreach (var unit in new[] { Anchor, Second, Standard }) await Complete(learner, unit);
        for (var day = 1; day <= 16; day++) await SweepOn(learner, day);
        // The messages of days 2, 7 and 10 were left unanswered by now, with six asks in them.
        Assert.Equal(3, app.MailsTo(learner.Email).Count);
        await app.Send(new DetectUnresponsiveLearners());
        await app.Send(new DetectUnresponsiveLearners());
        var item = Assert.Single((await cohort.Instructor.Http.Read($"{cohort.Path}/followups")).Ok()["items"]!.AsArray())!;
        Assert.Equal(["unanswered"], item["reasons"]!.AsArray().Select(r => (string)r!));

        for (var day = 17; day <= 62; day++) await SweepOn(learner, day);
        // The digest of day 17 and the close-outs of day 30 went out, the boosters of day 60 did not.
        Assert.Equal(5, app.MailsTo(learner.Email).Count);
        var skipped = (await learner.Http.Read("/v1/nudges?status=skipped")).Ok()["items"]!.AsArray();
        Assert.Equal([5, 5], skipped.Where(n => (string)n!["statusReason"]! == "unansweredBefore").Select(n => (int)n!["step"]!));

        (await cohort.Lead.Http.Post($"{cohort.Path}/followups/{(Guid)item["id"]!}/close", new { outcome = "spoke" })).Ok();
        await app.Send(new DetectUnresponsiveLearners());
        Assert.Empty((await cohort.Lead.Http.Read($"{cohort.Path}/followups?status=open")).Ok()["items"]!.AsArray());
    }

    [Fact]
    public async Task Three_unanswered_messages_make_a_weekly_digest()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        foreach (var unit in new[] { Anchor, Standard, "1.1-why-good-training-fades" }) await Complete(learner, unit);
        // The messages of days 2, 3 and 7; the check of day 10 would be a second one in a week.
        for (var day = 1; day <= 11; day++) await SweepOn(learner, day);
        Assert.Equal(3, app.MailsTo(learner.Email).Count);
        var held = (await learner.Http.Read("/v1/nudges?status=planned")).Ok()["items"]!.AsArray();
        Assert.DoesNotContain(held, n => DateTime.Parse((string)n!["dueAt"]!, System.Globalization.CultureInfo.InvariantCulture)
            .ToUniversalTime() <= FlowingClock.Now);
        for (var day = 12; day <= 14; day++) await SweepOn(learner, day);
        Assert.Equal(4, app.MailsTo(learner.Email).Count);
    }

    [Fact]
    public async Task What_three_learners_of_an_agency_meet_is_told_without_names()
    {
        var cast = await RolePeople.Of(app);
        var cohort = new TestCohort(cast.CohortId, cast[Role.Lead], cast[Role.Instructor]);
        var learners = new List<TestLearner>();
        for (var i = 0; i < 3; i++) learners.Add(await app.Learner(cohort, $"Secret Name {i}", agencyId: cast.AgencyId));
        for (var i = 0; i < 3; i++)
        {
            Assert.Empty((await cohort.Lead.Http.Read($"{cohort.Path}/patterns")).Ok()["items"]!.AsArray());
            (await Answer(learners[i], await Complete(learners[i], Anchor), 2, new { outcome = "notYet", barrier = "supervisorSupport" }))
                .Ok();
        }

        var patterns = (await cohort.Lead.Http.Read($"{cohort.Path}/patterns")).Ok();
        var card = Assert.Single(patterns["items"]!.AsArray())!;
        Assert.Equal((cast.AgencyId, "supervisorSupport", 3), ((Guid)card["agencyId"]!, (string)card["barrier"]!, (int)card["learners"]!));
        Assert.DoesNotContain("Secret", patterns.Body, StringComparison.Ordinal);
        FlowingClock.Advance(TimeSpan.FromDays(61));
        Assert.Empty((await cohort.Lead.Http.Read($"{cohort.Path}/patterns")).Ok()["items"]!.AsArray());
    }

    private async Task SweepOn(TestLearner learner, int day)
    {
        FlowingClock.Set(FlowingClock.Monday.AddDays(day));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
    }

    private static async Task<JsonArray> Complete(TestLearner learner, string unit) =>
        (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();

    private static Task<Answer> Answer(TestLearner learner, JsonArray asks, int step, object answer) =>
        learner.Http.Post($"/v1/nudges/{(Guid)asks.Single(a => (int)a!["step"]! == step)!["id"]!}/response", answer);
}
