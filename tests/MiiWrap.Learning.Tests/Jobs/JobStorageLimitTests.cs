using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Jobs;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Jobs;

/// <summary>However many nudges the ledger plans, only so many have jobs that wait.</summary>
[StandingClock]
public sealed class JobStorageLimitTests(FewJobsApp app) : IClassFixture<FewJobsApp>
{
    [Fact]
    public async Task The_first_due_have_jobs_and_the_others_follow_as_those_are_done()
    {
        var due = new List<(string Id, DateTime At)>();
        for (var i = 0; i < 4; i++)
        {
            var learner = await app.Learner();
            FlowingClock.Advance(TimeSpan.FromMinutes(1));
            var nudge = (await learner.Http.Post($"{learner.Unit("2.4-watching-voice-and-power")}/complete", Given.IfThen()))
                .Ok()["nudges"]![0]!;
            due.Add(((string)nudge["id"]!, (DateTime)nudge["dueAt"]!));
        }

        Assert.Equal(2, (await app.Send(new ScheduleUpcoming())).Scheduled);
        Assert.Equal([true, true, false, false], due.Select(n => app.HasJob(n.Id)));
        Assert.Equal(0, (await app.Send(new ScheduleUpcoming())).Scheduled);

        // Completions beyond the limit keep no job either, and say so.
        app.WorkAll();
        Assert.Equal([true, true, false, false], due.Select(n => app.HasJob(n.Id)));

        FlowingClock.Set(new(due[0].At.ToUniversalTime(), TimeSpan.Zero));
        app.Enqueue(app.JobOf(due[0].Id));
        app.Work();
        Assert.Equal(1, (await app.Send(new ScheduleUpcoming())).Scheduled);
        Assert.Equal([false, true, true, false], due.Select(n => app.HasJob(n.Id)));
    }
}

/// <summary>The job engine is no part of a completion.</summary>
[StandingClock]
public sealed class CompletingWithoutJobsTests(NoJobsApp app) : IClassFixture<NoJobsApp>
{
    [Fact]
    public async Task A_completion_stands_when_its_job_cannot_be_kept()
    {
        var learner = await app.Learner();
        var completed = (await learner.Http.Post($"{learner.Unit("2.4-watching-voice-and-power")}/complete", Given.IfThen())).Ok();
        Assert.NotEmpty(completed["nudges"]!.AsArray());
        Assert.Contains(app.Services.GetRequiredService<LogSink>().Lines,
            l => l.Contains("What follows the commit of OpportunityOpened failed", StringComparison.Ordinal));
    }
}
