using System.Globalization;
using Hangfire;
using Hangfire.Storage;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>Puts the schedule into Hangfire when a worker starts, takes out what is no longer in it, and looks at once for what is due.</summary>
internal sealed class RecurringJobs(IRecurringJobManagerV2 recurring, JobStorage storage) : IHostedService
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
                // A turn that was missed is made up by the next one, which asks for everything that is due.
                new RecurringJobOptions { TimeZone = TimeZoneInfo.Utc, MisfireHandling = MisfireHandlingMode.Ignorable });
        }

        using var connection = storage.GetConnection();
        foreach (var old in connection.GetRecurringJobs().Select(j => j.Id).Except(JobSchedule.All.Select(r => r.Name))) recurring.RemoveIfExists(old);
        foreach (var request in JobSchedule.All) recurring.TriggerJob(request.Name);
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
