using System.Globalization;
using Hangfire;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>
/// Keeps a Hangfire job for each nudge that falls due within the horizon, and for no more of them than the setting allows: months of nudges
/// would fill the memory. A mark in Hangfire's own storage says up to which due time the ledger has been handed over. Storage in memory
/// loses the mark together with the jobs, so that after a restart the coming day is handed over again. A job too many does no harm, as the
/// ledger decides; one too few is the sweep's.
/// </summary>
internal sealed class FollowUpJobs(IBackgroundJobClientV2 client, JobStorage storage, Settings settings, TimeProvider clock)
{
    public const string Key = "follow-up-horizon";
    private const string Due = "due";
    private const string Last = "last";

    /// <summary>More than the time between two turns of <see cref="ScheduleUpcoming"/>, so that the horizon is whole in between.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(30);

    /// <summary>Up to when the next hand-over goes.</summary>
    public DateTime HorizonEnd => clock.UtcNow() + settings.JobHorizon + Overlap;

    /// <summary>How many more jobs may wait.</summary>
    public int Free => (int)Math.Max(0, settings.MostScheduledJobs - storage.GetMonitoringApi().ScheduledCount());

    /// <summary>Gives the nudges of a completed unit, or of an action item, their jobs; call this after the commit.</summary>
    public void Enqueue(ScheduleFollowUp request) =>
        client.Enqueue<HangfireRequests>(Urgency.Nudges, job => job.ScheduleFollowUp(request.SubjectId, CancellationToken.None));

    /// <summary>A job for one nudge at its due time.</summary>
    // By how long it takes, not by the moment: Hangfire keeps the machine's time, and this program may have been told to keep another.
    public void Schedule(Guid nudgeId, DateTime dueAt) =>
        client.Schedule<HangfireRequests>(Urgency.Nudges, job => job.Deliver(nudgeId, CancellationToken.None), dueAt - clock.UtcNow());

    /// <summary>True when the ledger has been handed over up to this nudge.</summary>
    public bool IsWithin(DateTime dueAt) => Mark() is { } mark && dueAt <= mark.DueAt;

    /// <summary>When a nudge beyond the mark comes within the horizon.</summary>
    public DateTime EntersAt(DateTime dueAt) => dueAt - settings.JobHorizon;

    /// <summary>The last nudge of the hand-over, by due time and id; null before the first one.</summary>
    public HorizonMark? Mark()
    {
        using var connection = storage.GetConnection();
        return connection.GetAllEntriesFromHash(Key) is { } hash && hash.TryGetValue(Due, out var due)
            && hash.TryGetValue(Last, out var last)
            ? new(new DateTime(long.Parse(due, CultureInfo.InvariantCulture), DateTimeKind.Utc), Guid.Parse(last))
            : null;
    }

    public void MoveMark(HorizonMark mark)
    {
        using var connection = storage.GetConnection();
        connection
            .SetRangeInHash(Key, [new(Due, mark.DueAt.Ticks.ToString(CultureInfo.InvariantCulture)), new(Last, mark.NudgeId.ToString())]);
    }
}

/// <summary>A nudge's place in the order in which nudges are handed over.</summary>
internal sealed record HorizonMark(DateTime DueAt, Guid NudgeId);
