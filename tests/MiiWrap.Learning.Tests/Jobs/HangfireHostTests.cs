using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Jobs;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Jobs;

/// <summary>Hangfire keeps its log and its filters for the life of the process; a host that has ended must not be kept by them.</summary>
[StandingClock]
public sealed class HangfireHostTests
{
    [Fact]
    public async Task A_host_that_has_ended_stops_no_completion_and_no_job_of_another()
    {
        await using var stays = await Started();
        await CompleteAndWork(stays, week: 0);
        await using (var ends = await Started()) await CompleteAndWork(ends, week: 0);
        await CompleteAndWork(stays, week: 1);
        await using var follows = await Started();
        await CompleteAndWork(follows, week: 0);
        foreach (var app in new[] { stays, follows })
        {
            Assert.DoesNotContain(app.Services.GetRequiredService<LogSink>().Lines,
                l => l.Contains("What follows the commit", StringComparison.Ordinal) || l.Contains(
                    nameof(ObjectDisposedException), StringComparison.Ordinal));
        }
    }

    private static async Task<JobsApp> Started()
    {
        FlowingClock.Set(FlowingClock.Monday);
        var app = new JobsApp();
        await app.InitializeAsync();
        return app;
    }

    private static async Task CompleteAndWork(JobsApp app, int week)
    {
        FlowingClock.Set(FlowingClock.Monday.AddDays(7 * week));
        await app.Send(new ScheduleUpcoming());
        var learner = await app.Learner();
        var nudge = (await learner.Http.Post($"{learner.Unit("2.4-watching-voice-and-power")}/complete", Given.IfThen()))
            .Ok()["nudges"]![0]!;
        app.WorkAll();
        var job = app.JobOf((string)nudge["id"]!);
        // A job that fails is written to the log by Hangfire's own filter.
        app.MailIsDown = true;
        FlowingClock.Set(new(((DateTime)nudge["dueAt"]!).ToUniversalTime(), TimeSpan.Zero));
        app.Enqueue(job);
        app.Work();
        Assert.Equal(global::Hangfire.States.ScheduledState.StateName, app.StateOf(job));
        app.MailIsDown = false;
    }
}
