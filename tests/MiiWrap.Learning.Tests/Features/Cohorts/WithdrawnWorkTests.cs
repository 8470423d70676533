using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Api.Features.FollowUps;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Api.Features.Reviews;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>The work of who has left waits for nobody any more; it is kept for the record.</summary>
[Collection(nameof(MaintenanceCollection))]
[StandingClock(YearsLater = true)]
public sealed class WithdrawnWorkTests(MaintenanceApp app)
{
    [Fact]
    public async Task Withdrawn_learners_work_waits_in_no_queue_count_or_overdue_mail()
    {
        var cohort = await app.Cohort();
        var (leaving, back) = (await app.Learner(cohort, "A"), await app.Learner(cohort, "B"));
        var (done, staying) = (await app.Learner(cohort, "C"), await app.Learner(cohort, "D"));
        var (waiting, claimed) = (await leaving.HandIn(), await leaving.HandIn("1.2-coach-supervisor-trainer"));
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(claimed)}/claim")).Ok();
        (await cohort.Instructor.Review(await back.HandIn(), ReflectionSteps.Judgement("revise", score: 0))).Ok();
        (await cohort.Instructor.Review(await done.HandIn(), ReflectionSteps.Judgement())).Ok();
        var stays = await staying.HandIn();
        Assert.Equal(3, await Awaiting(cohort));
        foreach (var learner in new[] { leaving, back, done }) (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();

        Assert.Equal([stays], await Queue(cohort));
        Assert.Equal([stays], await Queue(cohort, "awaiting"));
        Assert.Empty(await Queue(cohort, "claimed"));
        Assert.Empty(await Queue(cohort, "revise"));
        Assert.Single(await Queue(cohort, "accepted"));
        Assert.Equal(1, await Awaiting(cohort));
        (await cohort.Instructor.Review(stays, ReflectionSteps.Judgement())).Ok();

        FlowingClock.Set(FlowingClock.LaterMonday.AddDays(9));
        await app.Send(new EscalateOverdueReviews());
        await app.Send(new SendMails());
        Assert.Empty(app.MailsTo(cohort.Lead.Email));
        Assert.NotNull((await cohort.Lead.Http.Read(ReflectionSteps.Review(waiting))).Ok()["answers"]);
    }

    [Fact]
    public async Task Withdrawn_learners_follow_ups_are_closed_for_the_record()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var nudge = (Guid)(await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok()
            ["nudges"]![0]!["id"]!;
        (await learner.Http.Post($"/v1/nudges/{nudge}/response", new { outcome = "applied", needHelp = true })).Ok();
        Assert.Single((await cohort.Lead.Http.Read($"{cohort.Path}/followups?status=open")).Ok()["items"]!.AsArray());
        FlowingClock.Advance(TimeSpan.FromHours(1));
        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
        Assert.Empty((await cohort.Lead.Http.Read($"{cohort.Path}/followups?status=open")).Ok()["items"]!.AsArray());
        var closed = Assert.Single((await cohort.Lead.Http.Read($"{cohort.Path}/followups?status=closed")).Ok()["items"]!.AsArray())!;
        Assert.Equal(("withdrawn", FlowingClock.Now.UtcDateTime), ((string)closed["outcome"]!, (DateTime)closed["closedAt"]!));
        // Of a coach's own words it is none.
        (await cohort.Lead.Http.Post($"{cohort.Path}/followups/{(Guid)closed["id"]!}/close", new { outcome = "withdrawn" }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Fact]
    public async Task What_their_answers_amount_to_is_nobodys_task_unless_they_ask_for_somebody()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        foreach (var unit in new[] { RolePeople.AnchorUnit, "1.2-coach-supervisor-trainer" })
            (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
        var made = (await learner.Http.Post("/v1/action-items", CoachingSteps.Step(learner.EnrolmentId))).Expect(HttpStatusCode.Created);
        FlowingClock.Advance(TimeSpan.FromDays(7));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
        for (var i = 0; i < 2; i++) (await learner.Http.Post($"{made.Headers["Location"]}/evidence", new { level = "notYet" })).Ok();
        var asked = (await learner.Http.Read("/v1/nudges?status=sent")).Ok()["items"]!.AsArray()
            .Where(n => (string)n!["unit"]! != "").Select(n => (Guid)n!["id"]!).ToList();
        (await learner.Http.Post($"/v1/nudges/{asked[0]}/response", new { outcome = "notYet", barrier = "notMyRole" })).Ok();
        Assert.Empty(await FollowUps(cohort, "open"));

        (await learner.Http.Post(
            $"/v1/nudges/{asked[1]}/response", new { outcome = "notYet", barrier = "notMyRole", needHelp = true })).Ok();
        var opened = Assert.Single(await FollowUps(cohort, "open"))!;
        Assert.Equal(["wantsToTalk"], opened["triggers"]!.AsArray().Select(t => (string)t!["reason"]!));
    }

    [Fact]
    public async Task Who_leaves_after_completing_everything_is_waited_for_no_more_until_they_come_back()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        await CompleteEverything(learner);
        var waiting = await learner.HandIn();
        Assert.Equal(1, await Awaiting(cohort));
        var figures = await Figures(cohort);
        (await admin.Http.Post($"/v1/people/{learner.Id}/dismiss", new { reason = "The employment has ended." })).Ok();

        foreach (var status in new[] { null, "awaiting", "claimed" }) Assert.Empty(await Queue(cohort, status));
        Assert.Equal(0, await Awaiting(cohort));
        // What was completed stays completed, and counts as it did.
        Assert.Equal("completed", (string)(await cohort.Lead.Http.Read(learner.Journey)).Ok()["status"]!);
        Assert.Equal(figures, await Figures(cohort));
        FlowingClock.Set(FlowingClock.LaterMonday.AddDays(9));
        await Escalate(cohort, mails: 0);

        (await admin.Http.Post($"/v1/people/{learner.Id}/resume")).Ok();
        Assert.Equal([waiting], await Queue(cohort));
        Assert.Equal(1, await Awaiting(cohort));
        await Escalate(cohort, mails: 1);
    }

    [Fact]
    public async Task Their_follow_ups_are_closed_and_opened_again_with_them()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        var nudge = await CompleteEverything(learner);
        (await learner.Http.Post($"/v1/nudges/{nudge}/response", new { outcome = "applied", needHelp = true })).Ok();
        Assert.Single(await FollowUps(cohort, "open"));
        FlowingClock.Advance(TimeSpan.FromHours(1));
        (await admin.Http.Post($"/v1/people/{learner.Id}/dismiss", new { reason = "The employment has ended." })).Ok();
        Assert.Empty(await FollowUps(cohort, "open"));
        Assert.Equal("withdrawn", (string)Assert.Single(await FollowUps(cohort, "closed"))!["outcome"]!);
        (await admin.Http.Post($"/v1/people/{learner.Id}/resume")).Ok();
        Assert.Null((string?)Assert.Single(await FollowUps(cohort, "open"))!["outcome"]);
    }

    [Fact]
    public async Task Who_leaves_after_completing_everything_is_expected_at_no_session()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        await CompleteEverything(learner);
        var session = (await cohort.Instructor.Http.Plan(FlowingClock.Now.AddDays(5), learner.Id)).Expect(HttpStatusCode.Created);
        (await admin.Http.Post($"/v1/people/{learner.Id}/dismiss", new { reason = "The employment has ended." })).Ok();
        Assert.Equal("cancelled", (string)(await cohort.Instructor.Http.Read(session.Headers["Location"])).Ok()["status"]!);
    }

    [Fact]
    public async Task A_mail_about_who_has_left_meanwhile_does_not_go()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        await CompleteEverything(learner);
        await learner.HandIn();
        FlowingClock.Set(FlowingClock.LaterMonday.AddDays(9));
        await app.Send(new EscalateOverdueReviews());
        (await admin.Http.Post($"/v1/people/{learner.Id}/dismiss", new { reason = "The employment has ended." })).Ok();
        await app.Send(new SendMails());
        Assert.Empty(app.MailsTo(cohort.Lead.Email));
    }

    [Fact]
    public async Task The_silence_of_who_has_left_is_told_to_nobody()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        await CompleteEverything(learner);
        for (var day = 0; day < 24; day++)
        {
            FlowingClock.Advance(TimeSpan.FromDays(1));
            await app.Send(new SendDueNudges { PersonId = learner.Id });
        }

        (await admin.Http.Post($"/v1/people/{learner.Id}/dismiss", new { reason = "The employment has ended." })).Ok();
        await app.Send(new DetectUnresponsiveLearners());
        Assert.Empty(await FollowUps(cohort, "open"));
        (await admin.Http.Post($"/v1/people/{learner.Id}/resume")).Ok();
        await app.Send(new DetectUnresponsiveLearners());
        Assert.Single(await FollowUps(cohort, "open"));
    }

    [Fact]
    public async Task The_work_of_who_is_suspended_goes_on_waiting_with_them()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        var nudge = await CompleteEverything(learner);
        var waiting = await learner.HandIn();
        (await learner.Http.Post($"/v1/nudges/{nudge}/response", new { outcome = "applied", needHelp = true })).Ok();
        (await admin.Http.Post($"/v1/people/{learner.Id}/suspend", new { reason = "Away until further notice." })).Ok();
        Assert.Equal([waiting], await Queue(cohort));
        Assert.Single(await FollowUps(cohort, "open"));
    }

    /// <summary>The next check-in of the anchor unit.</summary>
    private static async Task<Guid> CompleteEverything(TestLearner learner)
    {
        Guid? nudge = null;
        foreach (var unit in (await learner.Http.Read(learner.Journey)).Ok()["modules"]!.AsArray()
            .SelectMany(m => m!["units"]!.AsArray()).Select(u => (string)u!["slug"]!))
        {
            var done = (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
            if (unit == RolePeople.AnchorUnit) nudge = (Guid)done["nudges"]![0]!["id"]!;
        }

        return nudge!.Value;
    }

    private async Task Escalate(TestCohort cohort, int mails)
    {
        await app.Send(new EscalateOverdueReviews());
        await app.Send(new SendMails());
        Assert.Equal(mails, app.MailsTo(cohort.Lead.Email).Count);
    }

    private static async Task<JsonArray> FollowUps(TestCohort cohort, string status) =>
        (await cohort.Lead.Http.Read($"{cohort.Path}/followups?status={status}")).Ok()["items"]!.AsArray();

    private static async Task<(int, int, int, int)> Figures(TestCohort cohort)
    {
        var summary = (await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!;
        return ((int)summary["learners"]!, (int)summary["completed"]!, (int)summary["withdrawn"]!, (int)summary["completionPercent"]!);
    }

    private static async Task<int> Awaiting(TestCohort cohort) =>
        (int)(await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["awaitingReview"]!;

    private static async Task<IEnumerable<Guid>> Queue(TestCohort cohort, string? status = null) =>
        (await cohort.Instructor.Http.Read($"/v1/reviews?cohort={cohort.Id}{(status is null ? "" : $"&status={status}")}")).Ok()["items"]!
            .AsArray().Select(i => (Guid)i!["revisionId"]!);
}
