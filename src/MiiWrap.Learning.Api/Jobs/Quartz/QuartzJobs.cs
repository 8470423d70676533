using Quartz;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>Quartz in this process as the clock of the embedded stack.</summary>
internal static class JobEngine
{
    private const string Name = "name";

    public static IServiceCollection AddJobs(this IServiceCollection services) => services
        .AddSingleton<RequestJob>()
        .AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(o => o.ShutdownJobInterruption = ShutdownJobInterruption.Always);
            foreach (var job in JobSchedule.All)
            {
                quartz.ScheduleJob<QuartzRequest>(
                    trigger => trigger.WithIdentity(job.Name).StartNow().WithSimpleSchedule(s => s.WithInterval(job.Every).RepeatForever()),
                    detail => detail.WithIdentity(job.Name).UsingJobData(Name, job.Name));
            }
        })
        .AddQuartzHostedService(o => o.WaitForJobsToComplete = true);

    /// <summary>Quartz has no dashboard here, so <c>/jobs</c> is not found.</summary>
    public static void MapJobs(this IEndpointRouteBuilder app) => ArgumentNullException.ThrowIfNull(app);

    [DisallowConcurrentExecution]
    private sealed class QuartzRequest(RequestJob job) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
            await job.Run(context.MergedJobDataMap.GetString(Name)!, cancellationToken);
    }
}
