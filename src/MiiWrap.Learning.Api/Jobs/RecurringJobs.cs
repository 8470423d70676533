using System.Globalization;
using Hangfire;
using Hangfire.Storage;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>Puts the schedule into Hangfire when a worker starts, takes out what is no longer in it, and once the program is ready looks for what is due.</summary>
internal sealed class RecurringJobs(IRecurringJobManagerV2 recurring, JobStorage storage, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var request in JobSchedule.All)
        {
            recurring.AddOrUpdate<HangfireRequests>(
                request.Name,
                Urgency.Of(request),
                job => job.Recurring(request.Name, CancellationToken.None),
                CronOf(request.Every),
                // Turns that were missed are made up by one, which asks for everything that is due.
                new RecurringJobOptions { TimeZone = TimeZoneInfo.Utc, MisfireHandling = MisfireHandlingMode.Relaxed });
        }

        using var connection = storage.GetConnection();
        foreach (var old in connection.GetRecurringJobs().Select(j => j.Id).Except(JobSchedule.All.Select(r => r.Name))) recurring.RemoveIfExists(old);
        lifetime.ApplicationStarted.Register(() => recurring.TriggerAll());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The cron text, with seconds, of an interval that divides a minute, an hour or a day evenly; cron knows no other.</summary>
    public static string CronOf(TimeSpan every)
    {
        foreach (var (unit, whole, cron) in new[]
        {
            (TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), "*/{0} * * * * *"),
            (TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), "0 */{0} * * * *"),
            (TimeSpan.FromHours(1), TimeSpan.FromDays(1), "0 0 */{0} * * *"),
        })
        {
            if (every < whole && every.Ticks % unit.Ticks == 0 && whole.Ticks % every.Ticks == 0)
                return string.Format(CultureInfo.InvariantCulture, cron, every.Ticks / unit.Ticks);
        }

        return every == TimeSpan.FromDays(1)
            ? "0 0 0 * * *"
            : throw new InvalidOperationException($"An interval of {every} does not divide a minute, an hour or a day evenly.");
    }
}

internal static class RecurringRequests
{
    /// <summary>A turn of every recurring request now; each also sets its next turn by the clock as it is.</summary>
    public static void TriggerAll(this IRecurringJobManagerV2 recurring)
    {
        foreach (var request in JobSchedule.All) recurring.TriggerJob(request.Name);
    }
}
