using Hangfire;
using Hangfire.Common;
using Hangfire.Server;
using Hangfire.States;
using Hangfire.Storage;
using MediatR;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Api.Telemetry;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>What Hangfire keeps and runs: names and identifiers alone, since everything else stands in our own tables.</summary>
internal sealed class HangfireRequests(IMediator mediator, FollowUpJobs jobs, JobRuns runs)
{
    /// <summary>
    /// A turn that fails is not tried again: the next one does all of it. It is seen among the deleted jobs, with its error.
    /// </summary>
    [AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    [OneAtATime]
    [KeptWhenFinished(minutes: 10)]
    [JobDisplayName("{0}")]
    public Task Recurring(string name, CancellationToken ct) => runs.Run(name, async () =>
    {
        await JobSchedule.All.Single(j => j.Name == name).Send(mediator, ct);
        return Unit.Value;
    });

    /// <summary>A turn that fails is made up by the sweep.</summary>
    [AutomaticRetry(Attempts = 3, DelaysInSeconds = [5, 30, 120], OnAttemptsExceeded = AttemptsExceededAction.Fail)]
    [JobDisplayName("Schedule follow-up of opportunity {0}")]
    public async Task<string> ScheduleFollowUp(Guid subjectId, CancellationToken ct) =>
        string.Join('\n', await runs.Run("schedule-follow-up", () => mediator.Send(new ScheduleFollowUp(subjectId), ct)));

    /// <summary>Tried again after the same waits as the message itself; what the ledger calls failed ends among the failed jobs.</summary>
    [AutomaticRetry(Attempts = 5, DelaysInSeconds = [60, 300, 1800, 7200, 28800], OnAttemptsExceeded = AttemptsExceededAction.Fail)]
    [JobDisplayName("Deliver nudge {0}")]
    public async Task<string> Deliver(Guid nudgeId, CancellationToken ct)
    {
        var delivery = await runs.Run("deliver-nudge", () => mediator.Send(new DeliverNudge(nudgeId), ct));
        if (delivery.Failed) throw new InvalidOperationException($"Nudge {nudgeId} has not gone out: the mail server took no message.");
        if (delivery is not { Status: NudgeStatus.Planned, DueAt: { } dueAt })
            return delivery.Status is { } status ? $"The ledger says: {status}" : "There is no such nudge any more";
        // It was moved; beyond the horizon it gets a job when it comes within.
        if (jobs.IsWithin(dueAt)) jobs.Schedule(nudgeId, dueAt);
        return $"The ledger has moved it to {dueAt:u}";
    }
}

/// <summary>Leaves a turn out while another node still works on the one before; leases would hold anyway, this saves the work.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OneAtATimeAttribute : JobFilterAttribute, IServerFilter
{
    private const string Held = "one-at-a-time";

    public void OnPerforming(PerformingContext context)
    {
        try
        {
            context.Items[Held] = context.Connection
                .AcquireDistributedLock($"one-at-a-time:{context.BackgroundJob.Job.Args[0]}", TimeSpan.Zero);
        }
        catch (DistributedLockTimeoutException)
        {
            context.Canceled = true;
        }
    }

    public void OnPerformed(PerformedContext context)
    {
        if (context.Items.TryGetValue(Held, out var held)) ((IDisposable)held).Dispose();
    }
}

/// <summary>
/// How long a finished job stays on the dashboard: what comes round every fifteen seconds would push out everything else.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KeptWhenFinishedAttribute(int minutes) : JobFilterAttribute, IApplyStateFilter
{
    public int Minutes { get; } = minutes;

    public void OnStateApplied(ApplyStateContext context, IWriteOnlyTransaction transaction) =>
        context.JobExpirationTimeout = TimeSpan.FromMinutes(Minutes);

    public void OnStateUnapplied(ApplyStateContext context, IWriteOnlyTransaction transaction) =>
        context.JobExpirationTimeout = TimeSpan.FromMinutes(Minutes);
}
