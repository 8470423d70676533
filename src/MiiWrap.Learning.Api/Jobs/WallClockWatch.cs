using MiiWrap.Learning.Api.Configuration;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>
/// Triggers every recurring request when the machine's clock jumps. Hangfire recurs by the wall clock: set back by a day, it would start
/// nothing for a day. Each look compares that clock with elapsed time, which no one can set.
/// </summary>
internal sealed class WallClockWatch(RecurringJobs recurring, ILogger<WallClockWatch> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Jump = TimeSpan.FromSeconds(10);

    private readonly TimeProvider machine = MachineClock.Instance;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        var (wall, elapsed) = (machine.GetUtcNow(), machine.GetTimestamp());
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var (now, timestamp) = (machine.GetUtcNow(), machine.GetTimestamp());
            var jumped = now - wall - machine.GetElapsedTime(elapsed, timestamp);
            (wall, elapsed) = (now, timestamp);
            if (jumped.Duration() < Jump) continue;
            log.LogWarning("The machine's clock was set by {Jump}: every recurring request is sent now", jumped);
            recurring.TriggerAll();
        }
    }
}
