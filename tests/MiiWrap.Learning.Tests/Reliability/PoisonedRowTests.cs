using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Features.Agencies;
using MiiWrap.Learning.Api.Features.Events;
using MiiWrap.Learning.Api.Features.FollowUps;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Api.Features.Maintenance;
using MiiWrap.Learning.Api.Features.Reviews;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Reliability;

/// <summary>One bad row of one person, cohort or agency stops nobody else's mail, no job and no list.</summary>
[Collection(nameof(SweepCollection))]
[StandingClock]
public sealed class PoisonedRowTests(SweepingApp app) : IAsyncLifetime
{
    private const string Anchor = "2.4-watching-voice-and-power";

    public static TheoryData<string> Poisons =>
    [
        "UPDATE People SET TimeZone = 'Gone/Nowhere' WHERE Id = {0}",
        "UPDATE People SET LeaveDays = 'rubbish' WHERE Id = {0}",
        "UPDATE People SET Email = 'no address' WHERE Id = {0}",
        "UPDATE Cohorts SET TimeZone = 'Gone/Nowhere' WHERE Id = {1}",
        "UPDATE TransferOpportunities SET TimeZone = 'Gone/Nowhere' WHERE PersonId = {0}",
        "UPDATE TransferOpportunities SET CurriculumVersion = 99 WHERE PersonId = {0}",
        "UPDATE Nudges SET Unit = 'gone' WHERE PersonId = {0}",
        "UPDATE Agencies SET ClosedDays = 'rubbish' WHERE Id = {2}",
        "UPDATE OutboundMails SET Kind = 'OfALaterRelease' WHERE PersonId = {0}",
    ];

    public async ValueTask InitializeAsync() => await app.Clear();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(Poisons))]
    public async Task One_bad_row_stops_nobody_elses_mail_and_no_job(string poison)
    {
        var (cohort, agency, victim) = await Working();
        var (_, _, other) = await Working();
        await Poison(poison, victim, cohort, agency);
        for (var day = 2; day <= 18; day++)
        {
            await app.SweepAt(FlowingClock.Monday.AddDays(day));
            await app.Send(new SendMails());
        }

        Assert.Contains(app.MailsTo(other.Email), m => m.Headers["Subject"] == "Your feedback is ready");
        Assert.Equal(3, app.MailsTo(other.Email).Count(m => m.Headers.ContainsKey("X-Learning-Nudges")));
        await app.Send(new DetectUnresponsiveLearners());
        Assert.Equal(1, await app.InDb(db => db.FollowUps.CountAsync(
            f => f.EnrolmentId == other.EnrolmentId, TestContext.Current.CancellationToken)));
        await app.Send(new EscalateOverdueReviews());
        await app.Send(new PurgeReflections());
        await app.Send(new DeliverWebhooks());
        await app.Send(new ResetSkewedLeases());
        await app.Send(new DeleteExpired());
    }

    [Theory]
    [MemberData(nameof(Poisons))]
    public async Task One_bad_row_makes_no_list_unreadable_and_no_completion_fail(string poison)
    {
        var (cohort, agency, victim) = await Working();
        var neighbour = await app.Learner(cohort, agencyId: agency);
        await Poison(poison, victim, cohort, agency);
        foreach (var list in new[] { "progress", "nudges", "nudges/figures", "transfer", "followups", "patterns" })
            (await cohort.Lead.Http.Read($"{cohort.Path}/{list}")).Ok();
        foreach (var list in new[] { "/v1/me", "/v1/me/next", "/v1/nudges", "/v1/me/leave", victim.Journey })
            (await victim.Http.Read(list)).Ok();
        (await cohort.Instructor.Http.Read("/v1/reviews")).Ok();
        (await neighbour.Http.Post($"{neighbour.Unit(Anchor)}/complete", Given.IfThen())).Ok();
        (await victim.Http.Post($"{victim.Unit("2.2-describe-before-you-judge")}/complete", Given.IfThen())).Ok();
        var admin = await app.Admin();
        (await admin.Http.Put($"/v1/agencies/{agency}/closed-days", new { days = new[] { "2027-02-03" } })).Ok();
    }

    [Fact]
    public async Task Who_lives_in_a_zone_that_is_gone_is_held_and_asked_once_it_is_mended()
    {
        var (cohort, agency, victim) = await Working();
        await Poison("UPDATE People SET TimeZone = 'Gone/Nowhere' WHERE Id = {0}", victim, cohort, agency);
        await app.SweepAt(FlowingClock.Monday.AddDays(2));
        await app.SweepAt(FlowingClock.Monday.AddDays(2).AddMinutes(1));
        Assert.Empty(app.MailsTo(victim.Email));
        Assert.Contains(app.Services.GetRequiredService<LogSink>().Lines, l => l.Contains(victim.Id.ToString(), StringComparison.Ordinal));
        (await victim.Http.Patch("/v1/me/preferences", new { timeZone = "America/Chicago" }, ("If-Match", "*"))).Ok();
        await app.SweepAt(FlowingClock.Monday.AddDays(2).AddMinutes(2));
        Assert.Single(app.MailsTo(victim.Email));
    }

    private async Task<(TestCohort Cohort, Guid Agency, TestLearner Learner)> Working()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var learner = await app.Learner(cohort, agencyId: agency);
        (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())).Ok();
        (await cohort.Instructor.Review(await learner.HandIn(), ReflectionSteps.Judgement())).Ok();
        return (cohort, agency, learner);
    }

    private Task<int> Poison(string sql, TestLearner learner, TestCohort cohort, Guid agency) => app.InDb(db =>
        db.Database.ExecuteSqlRawAsync(sql, [learner.Id, cohort.Id, agency], TestContext.Current.CancellationToken));
}
