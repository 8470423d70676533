using Hangfire;
using MiiWrap.Learning.Api.Configuration;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>This node's Hangfire workers, from a moment after the program is ready until it stops.</summary>
internal sealed class JobServer(RecurringJobs recurring, JobStorage storage, JobActivator activator, IHostApplicationLifetime lifetime,
    JobServerState state, ILogger<JobServer> log) : BackgroundService
{
    // Whoever waits for the start is answered before the first sweeps make their queries.
    private static readonly TimeSpan StartDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>How late a scheduled or recurring job may start: the storage is asked this often what is due.</summary>
    private static readonly TimeSpan PollingInterval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Started(stoppingToken);
        await Register(stoppingToken);
        using var server = new BackgroundJobServer(
            new BackgroundJobServerOptions
            {
                Activator = activator,
                Queues = Urgency.Queues,
                SchedulePollingInterval = PollingInterval,
                WorkerCount = 5,
                ShutdownTimeout = TimeSpan.FromSeconds(10),
            },
            storage);
        try
        {
            (state.IsWorking, state.HasFailed) = (true, false);
            await Task.Delay(Timeout.InfiniteTimeSpan, MachineClock.Instance, stoppingToken);
        }
        finally
        {
            state.IsWorking = false;
            server.SendStop();
            await server.WaitForShutdownAsync(CancellationToken.None);
        }
    }

    private async Task Started(CancellationToken ct)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(ct);
        await Task.Delay(StartDelay, MachineClock.Instance, ct);
    }

    private async Task Register(CancellationToken ct)
    {
        while (true)
        {
            try
            {
                recurring.Register();
                recurring.TriggerAll();
                return;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                state.HasFailed = true;
                log.LogError(
                    e, "The schedule could not be put into the job storage; it is tried again in {Seconds} s", RetryAfter.TotalSeconds);
                await Task.Delay(RetryAfter, MachineClock.Instance, ct);
            }
        }
    }
}
