using System.Net;
using Hangfire;
using Hangfire.States;
using Hangfire.Storage;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Jobs;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Jobs;

/// <summary>What Hangfire keeps for a planned nudge, from completion to delivery, and what of it an admin sees.</summary>
[StandingClock]
public sealed class NudgeJobTests : IClassFixture<JobsApp>
{
    private readonly JobsApp app;

    public NudgeJobTests(JobsApp app)
    {
        this.app = app;
        app.Clear();
    }

    [Fact]
    public async Task A_nudge_is_seen_waiting_then_tried_again_then_done()
    {
        await app.Send(new ScheduleUpcoming());
        var (admin, person) = (new Browser(app), await app.Admin());
        (await admin.SignIn(person.Email)).Expect(HttpStatusCode.Redirect);
        var learner = await app.Learner();
        var completed = (await learner.Http.Post($"{learner.Unit("2.4-watching-voice-and-power")}/complete", Given.IfThen())).Ok();
        var nudges = completed["nudges"]!.AsArray();
        var id = (string)nudges[0]!["id"]!;

        // The completion has its job, which gives one to each nudge that falls due within three days.
        app.Work();
        var job = app.JobOf(id);
        Assert.Contains(
            $"Deliver nudge {id}", (await admin.Expect("/jobs/jobs/scheduled", HttpStatusCode.OK)).Body, StringComparison.Ordinal);
        var waits = app.Jobs.GetMonitoringApi().ScheduledJobs(0, 1000).Single(j => j.Key == job).Value;
        var due = ((DateTime)nudges[0]!["dueAt"]!).ToUniversalTime();
        Assert.Equal(
            (due - FlowingClock.Now.UtcDateTime).TotalSeconds, (waits.EnqueueAt - waits.ScheduledAt!.Value).TotalSeconds, tolerance: 1);

        // Its moment has come, and the mail server is down.
        FlowingClock.Set(due);
        app.MailIsDown = true;
        (await admin.SignIn(person.Email)).Expect(HttpStatusCode.Redirect);
        (await admin.Press("/jobs/jobs/scheduled", "/jobs/jobs/scheduled/enqueue", job)).Expect(HttpStatusCode.NoContent);
        Assert.Contains(
            $"Deliver nudge {id}", (await admin.Expect("/jobs/jobs/enqueued/a-nudges", HttpStatusCode.OK)).Body, StringComparison.Ordinal);
        app.Work();
        Assert.Equal(ScheduledState.StateName, app.StateOf(job));
        Assert.Contains($"Deliver nudge {id}", (await admin.Expect("/jobs/retries", HttpStatusCode.OK)).Body, StringComparison.Ordinal);
        Assert.Contains("the mail server took no message", (await admin.Expect($"/jobs/jobs/details/{job}", HttpStatusCode.OK)).Body,
            StringComparison.Ordinal);
        Assert.Empty(app.MailsTo(learner.Email));

        // A minute later it is up again.
        app.MailIsDown = false;
        FlowingClock.Advance(NudgeMessage.RetryAfter[0]);
        (await admin.Press("/jobs/jobs/scheduled", "/jobs/jobs/scheduled/enqueue", job)).Expect(HttpStatusCode.NoContent);
        app.Work();
        Assert.Equal(SucceededState.StateName, app.StateOf(job));
        Assert.Contains(
            $"Deliver nudge {id}", (await admin.Expect("/jobs/jobs/succeeded", HttpStatusCode.OK)).Body, StringComparison.Ordinal);
        Assert.Single(app.MailsTo(learner.Email));
        Assert.Equal("sent", (string)(await learner.Http.Read("/v1/nudges?status=sent")).Ok()["items"]![0]!["status"]!);
    }

    [Fact]
    public async Task Completing_a_unit_again_keeps_no_second_set_of_jobs()
    {
        await app.Send(new ScheduleUpcoming());
        var learner = await app.Learner();
        var path = $"{learner.Unit("2.4-watching-voice-and-power")}/complete";
        var first = (await learner.Http.Post(path, Given.IfThen())).Ok();
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        (await learner.Http.Post(path, Given.IfThen())).Ok();
        app.WorkAll();
        app.JobOf((string)first["nudges"]![0]!["id"]!);
    }

    [Fact]
    public async Task The_job_of_a_completion_names_each_nudge_and_when_it_gets_its_job()
    {
        await app.Send(new ScheduleUpcoming());
        var learner = await app.Learner();
        var nudges = (await learner.Http.Post($"{learner.Unit("2.4-watching-voice-and-power")}/complete", Given.IfThen())).Ok()["nudges"]!
            .AsArray();
        var (job, found) = app.Jobs.GetMonitoringApi().EnqueuedJobs(Urgency.Nudges, 0, 100).Last();
        Assert.Equal(nameof(HangfireRequests.ScheduleFollowUp), found.Job.Method.Name);
        app.Work();

        var lines = app.ResultOf(job).Split('\n');
        Assert.Equal(nudges.Count, lines.Length);
        foreach (var (nudge, line) in nudges.Zip(lines))
        {
            var due = ((DateTime)nudge!["dueAt"]!).ToUniversalTime();
            var scheduled = due <= FlowingClock.Now.AddHours(72).UtcDateTime
                ? "has its job"
                : $"gets its job on {due.AddHours(-72):yyyy-MM-dd HH:mm} UTC";
            Assert.Equal(
                $"Step {nudge["step"]} of 2.4-watching-voice-and-power, {nudge["kind"]}, due {due:yyyy-MM-dd HH:mm} UTC: {scheduled} (nudge {nudge["id"]})", line);
        }

        Assert.Contains(": has its job ", lines[0], StringComparison.Ordinal);
        Assert.Contains(": gets its job on ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_into_the_horizon_gets_its_job_once()
    {
        var learner = await app.Learner();
        var nudges = (await learner.Http.Post($"{learner.Unit("2.4-watching-voice-and-power")}/complete", Given.IfThen())).Ok()["nudges"]!
            .AsArray();
        var due = ((DateTime)nudges[1]!["dueAt"]!).ToUniversalTime();
        FlowingClock.Set(new(due.AddHours(-80), TimeSpan.Zero));
        await app.Send(new ScheduleUpcoming());
        Assert.False(app.HasJob((string)nudges[1]!["id"]!));
        FlowingClock.Advance(TimeSpan.FromHours(9));
        Assert.True((await app.Send(new ScheduleUpcoming())).Scheduled > 0);
        await app.Send(new ScheduleUpcoming());
        app.JobOf((string)nudges[1]!["id"]!);
    }

    [Fact]
    public async Task A_nudge_that_was_moved_within_the_horizon_gets_another_job_at_its_new_time()
    {
        var learner = await app.Learner();
        var nudge = (await learner.Http.Post($"{learner.Unit("2.4-watching-voice-and-power")}/complete", Given.IfThen()))
            .Ok()["nudges"]![0]!;
        var (id, due) = ((string)nudge["id"]!, ((DateTime)nudge["dueAt"]!).ToUniversalTime());
        app.WorkAll();
        FlowingClock.Set(new(due.AddHours(-1), TimeSpan.Zero));
        await app.Send(new ScheduleUpcoming());
        var job = app.JobOf(id);

        // The job comes at an hour at which nothing may go out.
        FlowingClock.Set(new(due.Date.AddHours(28), TimeSpan.Zero));
        await app.Send(new ScheduleUpcoming());
        app.Enqueue(job);
        app.WorkAll();
        Assert.StartsWith("The ledger has moved it to ", app.ResultOf(job), StringComparison.Ordinal);
        app.JobOf(id);
    }

    [Fact]
    public void A_delivery_is_tried_again_after_the_same_waits_as_its_message()
    {
        var retry = Assert.Single(typeof(HangfireRequests).GetMethod(nameof(HangfireRequests.Deliver))!.GetCustomAttributes(inherit: false)
            .OfType<AutomaticRetryAttribute>());
        Assert.Equal(NudgeMessage.RetryAfter.Select(w => (int)w.TotalSeconds), retry.DelaysInSeconds);
        Assert.Equal(NudgeMessage.RetryAfter.Count, retry.Attempts);
    }

    [Fact]
    public void The_schedule_is_in_Hangfire_from_a_worker_s_start_on_and_each_request_has_run_once()
    {
        var schedule = app.Services.GetRequiredService<RecurringJobs>();
        schedule.Register();
        schedule.TriggerAll();
        for (var i = 0; i < JobSchedule.All.Count; i++) app.Work();

        using var connection = app.Jobs.GetConnection();
        var recurring = connection.GetRecurringJobs();
        Assert.Equal(JobSchedule.All.Select(r => r.Name).Order(), recurring.Select(r => r.Id).Order());
        Assert.Equal("*/15 * * * * *", recurring.Single(r => r.Id == "send-due-nudges").Cron);
        Assert.Equal("b-recurring", recurring.Single(r => r.Id == "send-due-nudges").Job.Queue);
        Assert.All(recurring, r => Assert.Equal(SucceededState.StateName, r.LastJobState));
    }

    [Theory]
    [InlineData(15, "*/15 * * * * *")]
    [InlineData(60, "0 */1 * * * *")]
    [InlineData(300, "0 */5 * * * *")]
    [InlineData(3600, "0 0 */1 * * *")]
    [InlineData(86400, "0 0 0 * * *")]
    public void An_interval_becomes_cron_text(int seconds, string cron) =>
        Assert.Equal(cron, RecurringJobs.CronOf(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void An_interval_that_cron_cannot_keep_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => RecurringJobs.CronOf(TimeSpan.FromSeconds(50)));
}
