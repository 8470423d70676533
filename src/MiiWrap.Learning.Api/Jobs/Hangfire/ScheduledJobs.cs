using Hangfire;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>Keeps a job for each planned nudge, which the dashboard shows waiting, tried again and done.</summary>
internal sealed class ScheduledJobs(IBackgroundJobClientV2 client, TimeProvider clock, ILogger<ScheduledJobs> log) : IJobs
{
    public void At(DateTime dueUtc, DeliverNudge request)
    {
        try
        {
            // By how long it takes, not by the moment: Hangfire keeps the machine's time, and this program may have been told to keep another.
            client.Schedule<HangfireRequests>(Urgency.Nudges, job => job.Deliver(request.NudgeId, CancellationToken.None), dueUtc - clock.UtcNow());
        }
        catch (BackgroundJobClientException e)
        {
            log.LogWarning(e, "Nudge {NudgeId} has no job of its own; the sweep finds it when it is due", request.NudgeId);
        }
    }
}
