using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>
/// A unit was completed, or an action item agreed: its nudges that fall due within the horizon get their jobs now, and the others are told
/// when.
/// </summary>
internal sealed record ScheduleFollowUp(Guid SubjectId) : ICommand<IReadOnlyList<string>>;

/// <summary>
/// Names each planned nudge of the opportunity or the item and when it gets its job, a line each; the dashboard shows it as the job's
/// result.
/// </summary>
internal sealed class ScheduleFollowUpHandler(LearningDb db, FollowUpJobs jobs) : IRequestHandler<ScheduleFollowUp, IReadOnlyList<string>>
{
    public async Task<IReadOnlyList<string>> Handle(ScheduleFollowUp request, CancellationToken cancellationToken)
    {
        var planned = await db.Nudges
            .Where(n => (n.OpportunityId == request.SubjectId || n.ActionItemId == request.SubjectId) && n.Status == NudgeStatus.Planned
            && n.StatusReason == null)
            .OrderBy(n => n.DueAt).ThenBy(n => n.Id).Select(n => new { n.Id, n.Unit, n.ActionItemId, n.Step, n.Kind, n.DueAt })
            .ToListAsync(cancellationToken);
        var (lines, free) = (new List<string>(planned.Count), jobs.Free);
        foreach (var nudge in planned)
        {
            string scheduled;
            if (!jobs.IsWithin(nudge.DueAt)) scheduled = $"gets its job on {Minute(jobs.EntersAt(nudge.DueAt))}";
            else if (free == 0) scheduled = "has no job, as enough are waiting: the sweep sends it";
            else
            {
                jobs.Schedule(nudge.Id, nudge.DueAt);
                free--;
                scheduled = "has its job";
            }

            lines.Add(
                $"Step {nudge.Step} of {(nudge.ActionItemId is { } item ? $"action item {item}" : nudge.Unit)}, {EnumNames.NameOf(nudge.Kind)}, due {Minute(nudge.DueAt)}: {scheduled} (nudge {nudge.Id})");
        }

        return lines;
    }

    private static string Minute(DateTime utc) => $"{utc:yyyy-MM-dd HH:mm} UTC";
}

/// <summary>Asks for the jobs of a completed unit, or an agreed action item, once that is committed.</summary>
internal sealed class ScheduleFollowUpAfterCommit(FollowUpJobs jobs, Settings settings)
    : INotificationHandler<CommittedEventNotification<OpportunityOpened>>, INotificationHandler<CommittedEventNotification<ActionAgreed>>
{
    public Task Handle(CommittedEventNotification<OpportunityOpened> notification, CancellationToken cancellationToken) =>
        Enqueue(notification.Event.Opportunity.Id);

    public Task Handle(CommittedEventNotification<ActionAgreed> notification, CancellationToken cancellationToken) =>
        Enqueue(notification.Event.Item.Id);

    private Task Enqueue(Guid subjectId)
    {
        // Storage in memory is this process' own: on a node without workers nobody would ever take a job out of it.
        if (settings.JobsEnabled || settings.Provider == DatabaseProvider.SqlServer) jobs.Enqueue(new(subjectId));
        return Task.CompletedTask;
    }
}
