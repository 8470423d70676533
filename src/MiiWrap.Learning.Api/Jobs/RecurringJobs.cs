using System.Globalization;
using Hangfire;
using Hangfire.Storage;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>The schedule as Hangfire's recurring jobs.</summary>
internal sealed class RecurringJobs(IRecurringJobManagerV2 recurring, JobStorage storage)
{
    /// <summary>Puts the schedule into Hangfire, and takes out what is no longer in it.</summary>
    public void Register()
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
        foreach (var old in connection.GetRecurringJobs().Select(j => j.Id).Except(JobSchedule.All.Select(r => r.Name)))
            recurring.RemoveIfExists(old);
    }

    /// <summary>A turn of every recurring request now; each also sets its next turn by the clock as it is.</summary>
    public void TriggerAll()
    {
        foreach (var request in JobSchedule.All) recurring.TriggerJob(request.Name);
    }

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
