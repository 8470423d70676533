using MiiWrap.Learning.Api.Hosting;
using MiiWrap.Learning.Api.Requests;
using Quartz;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>Quartz in this process as the clock of the embedded stack.</summary>
internal static class JobEngine
{
    private const string Name = "name";

    public static IServiceCollection AddJobs(this IServiceCollection services, Settings settings, bool runs)
    {
        services.AddSingleton<IJobs, LeaveItToTheSweep>();
        if (!runs) return services;
        return services
            .AddSingleton<RequestJob>()
            .AddQuartz(quartz =>
            {
                // By time that has passed, not by the clock on the wall: set back by a day, that one would stop every sweep for a day.
                quartz.UseTimeProvider(new ShiftedClock(settings.ClockStartAt ?? TimeProvider.System.GetUtcNow()));
                quartz.ConfigureScheduler(o => o.ShutdownJobInterruption = ShutdownJobInterruption.Always);
                foreach (var job in JobSchedule.All)
                {
                    quartz.ScheduleJob<QuartzRequest>(
                        trigger => trigger.WithIdentity(job.Name).StartNow().WithSimpleSchedule(s => s.WithInterval(job.Every).RepeatForever()),
                        detail => detail.WithIdentity(job.Name).UsingJobData(Name, job.Name));
                }
            })
            // Whoever waits for the start is answered before the first sweeps make their queries.
            .AddQuartzHostedService(o => (o.WaitForJobsToComplete, o.StartDelay) = (true, TimeSpan.FromSeconds(1)));
    }

    /// <summary>Quartz keeps its jobs in memory, and has no tables.</summary>
    public static Task PrepareJobs(this IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return Task.CompletedTask;
    }

    /// <summary>There is no dashboard here: nobody finds one, signed in or not.</summary>
    public static void MapJobs(this IEndpointRouteBuilder app) =>
        app.Map("/jobs/{**page}", () => TypedResults.NotFound()).AllowAnonymous().ExcludeFromDescription();

    /// <summary>The row in the ledger is enough: the sweep finds it within its fifteen seconds.</summary>
    private sealed class LeaveItToTheSweep : IJobs
    {
        public void At(DateTime dueUtc, DeliverNudge request)
        {
        }
    }

    [DisallowConcurrentExecution]
    private sealed class QuartzRequest(RequestJob job) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
            await job.Run(context.MergedJobDataMap.GetString(Name)!, cancellationToken);
    }
}
