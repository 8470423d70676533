using System.Net;
using Hangfire;
using Hangfire.Common;
using Hangfire.Server;
using Hangfire.States;
using Hangfire.Storage.Monitoring;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MiiWrap.Learning.Api.Jobs;
using MiiWrap.Learning.Domain;
using MiiWrap.Learning.Tests.App;

namespace MiiWrap.Learning.Tests.Hangfire;

/// <summary>What Hangfire keeps for a planned nudge, from completion to delivery, and what of it an admin sees.</summary>
public sealed class NudgeJobs : IClassFixture<FlakyMailApp>
{
    private readonly FlakyMailApp app;

    public NudgeJobs(FlakyMailApp app)
    {
        this.app = app;
        TestClock.Set(TestClock.Monday);
    }

    private JobStorage Storage => app.Services.GetRequiredService<JobStorage>();

    [Fact]
    public async Task A_nudge_is_seen_waiting_then_tried_again_then_done()
    {
        var (admin, person) = (new Browser(app), await app.Admin());
        (await admin.SignIn(person.Email)).Expect(HttpStatusCode.Redirect);
        var learner = await app.Learner();
        var completed = (await learner.Http.Post($"{learner.Unit("2.4-watching-voice-and-power")}/complete", Given.IfThen())).Ok();
        var nudges = completed["nudges"]!.AsArray();
        var id = (string)nudges[0]!["id"]!;

        // Planned: one job for each nudge, at its moment.
        var jobs = nudges.Select(n => JobOf((string)n!["id"]!)).ToList();
        Assert.Equal(nudges.Count, jobs.Distinct().Count());
        var job = jobs[0];
        Assert.Contains($"Deliver nudge {id}", (await admin.Expect("/jobs/jobs/scheduled", HttpStatusCode.OK)).Body, StringComparison.Ordinal);
        var waits = Storage.GetMonitoringApi().ScheduledJobs(0, 1000).Single(j => j.Key == job).Value;
        var due = ((DateTime)nudges[0]!["dueAt"]!).ToUniversalTime();
        Assert.Equal((due - TestClock.Now.UtcDateTime).TotalSeconds, (waits.EnqueueAt - waits.ScheduledAt!.Value).TotalSeconds, tolerance: 1);

        // Its moment has come, and the mail server is down.
        TestClock.Set(due);
        app.MailIsDown = true;
        (await admin.SignIn(person.Email)).Expect(HttpStatusCode.Redirect);
        (await admin.Press("/jobs/jobs/scheduled", "/jobs/jobs/scheduled/enqueue", job)).Expect(HttpStatusCode.NoContent);
        Assert.Contains($"Deliver nudge {id}", (await admin.Expect("/jobs/jobs/enqueued/a-nudges", HttpStatusCode.OK)).Body, StringComparison.Ordinal);
        Work();
        Assert.Equal(ScheduledState.StateName, StateOf(job));
        Assert.Contains($"Deliver nudge {id}", (await admin.Expect("/jobs/retries", HttpStatusCode.OK)).Body, StringComparison.Ordinal);
        Assert.Contains("the mail server took no message", (await admin.Expect($"/jobs/jobs/details/{job}", HttpStatusCode.OK)).Body, StringComparison.Ordinal);
        Assert.Empty(app.MailsTo(learner.Email));

        // A minute later it is up again.
        app.MailIsDown = false;
        TestClock.Advance(NudgeMessage.RetryAfter[0]);
        (await admin.Press("/jobs/jobs/scheduled", "/jobs/jobs/scheduled/enqueue", job)).Expect(HttpStatusCode.NoContent);
        Work();
        Assert.Equal(SucceededState.StateName, StateOf(job));
        Assert.Contains($"Deliver nudge {id}", (await admin.Expect("/jobs/jobs/succeeded", HttpStatusCode.OK)).Body, StringComparison.Ordinal);
        Assert.Single(app.MailsTo(learner.Email));
        Assert.Equal("sent", (string)(await learner.Http.Read("/v1/nudges?status=sent")).Ok()["items"]![0]!["status"]!);
    }

    [Fact]
    public async Task Completing_a_unit_again_keeps_no_second_set_of_jobs()
    {
        var learner = await app.Learner();
        var path = $"{learner.Unit("2.4-watching-voice-and-power")}/complete";
        var first = (await learner.Http.Post(path, Given.IfThen())).Ok();
        TestClock.Advance(TimeSpan.FromMinutes(1));
        (await learner.Http.Post(path, Given.IfThen())).Ok();
        Assert.All(first["nudges"]!.AsArray(), n => JobOf((string)n!["id"]!));
    }

    [Fact]
    public void A_delivery_is_tried_again_after_the_same_waits_as_its_message()
    {
        var retry = Assert.Single(typeof(HangfireRequests).GetMethod(nameof(HangfireRequests.Deliver))!.GetCustomAttributes(inherit: false).OfType<AutomaticRetryAttribute>());
        Assert.Equal(NudgeMessage.RetryAfter.Select(w => (int)w.TotalSeconds), retry.DelaysInSeconds);
        Assert.Equal(NudgeMessage.RetryAfter.Count, retry.Attempts);
    }

    [Fact]
    public async Task The_schedule_is_in_Hangfire_from_a_worker_s_start_on_and_each_request_has_run_once()
    {
        await using var scope = app.Services.CreateAsyncScope();
        var start = ActivatorUtilities.CreateInstance<RecurringJobs>(scope.ServiceProvider);
        await ((IHostedService)start).StartAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < JobSchedule.All.Count; i++) Work();

        using var connection = Storage.GetConnection();
        var recurring = global::Hangfire.Storage.StorageConnectionExtensions.GetRecurringJobs(connection);
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
    public void An_interval_becomes_cron_text(int seconds, string cron) => Assert.Equal(cron, RecurringJobs.CronOf(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void An_interval_that_cron_cannot_keep_is_refused() => Assert.Throws<InvalidOperationException>(() => RecurringJobs.CronOf(TimeSpan.FromSeconds(50)));

    /// <summary>Works on one job, as a worker's thread does it, here and now.</summary>
    private void Work()
    {
        var ct = TestContext.Current.CancellationToken;
        var (filters, activator) = (app.Services.GetRequiredService<IJobFilterProvider>(), app.Services.GetRequiredService<JobActivator>());
        new Worker(Urgency.Queues, new BackgroundJobPerformer(filters, activator), new BackgroundJobStateChanger(filters))
            .Execute(new BackgroundProcessContext("test", Storage, new Dictionary<string, object>(), Guid.NewGuid(), ct, ct, ct));
    }

    private string JobOf(string nudgeId) => Assert.Single(
        Storage.GetMonitoringApi().ScheduledJobs(0, 1000), (KeyValuePair<string, ScheduledJobDto> j) => j.Value.Job?.Args[0] is Guid id && id == Guid.Parse(nudgeId)).Key;

    private string? StateOf(string job)
    {
        using var connection = Storage.GetConnection();
        return connection.GetStateData(job)?.Name;
    }
}
