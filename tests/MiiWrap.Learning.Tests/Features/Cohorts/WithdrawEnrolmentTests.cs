using System.Net;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>A learner leaves a cohort, and what that does to nudges, progress and the transfer rate.</summary>
[StandingClock]
public sealed class WithdrawEnrolmentTests(LearningApp app)
{
    [Fact]
    public async Task The_day_of_leaving_is_that_of_the_learners_zone()
    {
        // Ten past eight in the evening of the twenty-second in Chicago.
        FlowingClock.Set(new(2027, 3, 23, 1, 10, 0, TimeSpan.Zero));
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        await app.Withdraw(learner);
        var why = (string)(await learner.Http.Read(learner.Journey)).Ok()["progress"]!["why"]!;
        Assert.Contains("withdrawn on 2027-03-22", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_more_is_asked_and_what_was_done_stays()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok();
        FlowingClock.Advance(TimeSpan.FromHours(1));

        var ended = (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
        Assert.Equal("withdrawn", (string)ended["status"]!);
        FlowingClock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(ended.Body, (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok().Body);

        var nudges = (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray();
        Assert.NotEmpty(nudges);
        Assert.All(nudges, n => Assert.Equal(("cancelled", "enrolmentEnded"), ((string)n!["status"]!, (string)n["statusReason"]!)));
        FlowingClock.Advance(TimeSpan.FromDays(10));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        Assert.Empty(app.MailsTo(learner.Email));

        var journey = (await learner.Http.Read(learner.Journey)).Ok();
        Assert.Equal(1, (int)journey["progress"]!["unitsCompleted"]!);
        Assert.Contains("withdrawn on 2027-02-01", (string)journey["progress"]!["why"]!, StringComparison.Ordinal);
        (await learner.Http.Post($"{learner.Unit("1.1-why-good-training-fades")}/complete", Given.IfThen()))
            .Expect(HttpStatusCode.Conflict, "enrolment.withdrawn");
        (await cohort.Lead.Http.Post($"{learner.Journey}/modules/{Given.SecondModule}/open", new { reason = "Too late" }))
            .Expect(HttpStatusCode.Conflict, "enrolment.withdrawn");

        var progress = (await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok();
        Assert.Equal((1, 0, 1), ((int)progress["summary"]!["learners"]!, (int)progress["summary"]!["active"]!,
            (int)progress["summary"]!["withdrawn"]!));
        Assert.Equal(("withdrawn", 1), ((string)progress["items"]![0]!["status"]!, (int)progress["items"]![0]!["unitsCompleted"]!));
        Assert.Contains("withdrawn", (string)progress["items"]![0]!["statusReason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_completed_enrolment_is_not_withdrawn_any_more()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var units = (await learner.Http.Read(learner.Journey)).Ok()["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray())
            .Select(u => (string)u!["slug"]!).ToList();
        foreach (var unit in units) (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Expect(HttpStatusCode.Conflict, "enrolment.completed");
        Assert.Equal(1, (int)(await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["completed"]!);
    }

    [Fact]
    public async Task An_ask_that_waits_in_a_message_is_cancelled_too()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok();
        var messageId = Guid.CreateVersion7();
        await app.InDb(async db =>
        {
            var first = await db.Nudges.Where(n => n.EnrolmentId == learner.EnrolmentId).OrderBy(n => n.DueAt)
                .FirstAsync(TestContext.Current.CancellationToken);
            first.ClaimFor(messageId, NudgeChannel.Email);
            return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });

        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
        Assert.All((await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray(), n => Assert.Equal("cancelled", (string)n!["status"]!));
    }

    [Fact]
    public async Task Who_left_before_the_thirty_days_were_over_is_in_no_rate_and_who_stayed_is()
    {
        var cohort = await app.Cohort();
        var (early, late, staying) = (await app.Learner(cohort, "A Early"), await app.Learner(cohort, "B Late"),
            await app.Learner(cohort, "C Staying"));
        foreach (var learner in new[] { early, late, staying })
            (await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok();

        FlowingClock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1));
        (await cohort.Lead.Http.Post($"{early.Journey}/withdraw")).Ok();
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        (await cohort.Lead.Http.Post($"{late.Journey}/withdraw")).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(7));

        var progress = (await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok();
        Assert.Equal(2, (int)progress["summary"]!["transfer"]!["denominator"]!);
        Assert.Equal([0, 1, 1], progress["items"]!.AsArray().Select(i => (int)i!["transfer"]!["denominator"]!));
    }

    [Fact]
    public async Task What_was_sent_before_can_still_be_answered_and_counts_as_the_window_says()
    {
        var cohort = await app.Cohort();
        var (early, late) = (await app.Learner(cohort, "A Early"), await app.Learner(cohort, "B Late"));
        foreach (var learner in new[] { early, late })
            (await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(7));
        await app.Send(new SendDueNudges { PersonId = early.Id });
        (await cohort.Lead.Http.Post($"{early.Journey}/withdraw")).Ok();
        var check = Assert.Single((await early.Http.Read("/v1/nudges?status=sent")).Ok()["items"]!.AsArray())!;
        (await early.Http.Post($"/v1/nudges/{(string)check["id"]!}/snooze", new { days = 3 }))
            .Expect(HttpStatusCode.Conflict, "enrolment.withdrawn");
        (await early.Http.Post($"/v1/nudges/{(string)check["id"]!}/response", new { outcome = "applied", needHelp = true })).Ok();
        Assert.Single((await cohort.Lead.Http.Read($"{cohort.Path}/followups?status=open")).Ok()["items"]!.AsArray());

        // Who leaves after the thirty days is in the count, and so is their answer to what was asked before.
        FlowingClock.Set(FlowingClock.Monday.AddDays(30));
        await app.Send(new SendDueNudges { PersonId = late.Id });
        FlowingClock.Advance(TimeSpan.FromHours(1));
        (await cohort.Lead.Http.Post($"{late.Journey}/withdraw")).Ok();
        var closing = (await late.Http.Read("/v1/nudges?status=sent")).Ok()["items"]!.AsArray()
            .Single(n => (string)n!["kind"]! == "closeout")!;
        FlowingClock.Advance(TimeSpan.FromDays(3));
        (await late.Http.Post($"/v1/nudges/{(string)closing["id"]!}/response", new { outcome = "applied" })).Ok();

        FlowingClock.Set(FlowingClock.Monday.AddDays(38));
        var pooled = (await cohort.Lead.Http.Read($"{cohort.Path}/transfer")).Ok()["pooled"]!;
        Assert.Equal((1, 1, 1), ((int)pooled["numerator"]!, (int)pooled["denominator"]!, (int)pooled["excluded"]!["withdrawn"]!));
    }

    [Fact]
    public async Task Withdrawing_twelve_times_at_once_withdraws_once()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => cohort.Lead.Http.Post($"{learner.Journey}/withdraw")));
        Assert.All(answers, a => a.Ok());
        Assert.Single(answers.Select(a => a.Body).Distinct());
    }
}
