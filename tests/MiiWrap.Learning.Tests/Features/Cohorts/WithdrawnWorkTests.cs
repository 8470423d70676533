using MiiWrap.Learning.Api.Features.Mails;
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
            .Expect(System.Net.HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    private static async Task<int> Awaiting(TestCohort cohort) =>
        (int)(await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["awaitingReview"]!;

    private static async Task<IEnumerable<Guid>> Queue(TestCohort cohort, string? status = null) =>
        (await cohort.Instructor.Http.Read($"/v1/reviews?cohort={cohort.Id}{(status is null ? "" : $"&status={status}")}")).Ok()["items"]!
            .AsArray().Select(i => (Guid)i!["revisionId"]!);
}
