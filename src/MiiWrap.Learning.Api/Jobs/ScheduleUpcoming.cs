using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>Gives their jobs to the nudges that have come within the horizon since the last turn, in order of due time.</summary>
internal sealed record ScheduleUpcoming : ICommand<UpcomingJobs>;

/// <summary>How many nudges got their jobs, and up to which due time the ledger has been handed over.</summary>
internal sealed record UpcomingJobs(int Scheduled, DateTime HandedOverTo);

internal sealed class ScheduleUpcomingHandler(LearningDb db, FollowUpJobs jobs, TimeProvider clock)
    : IRequestHandler<ScheduleUpcoming, UpcomingJobs>
{
    public async Task<UpcomingJobs> Handle(ScheduleUpcoming request, CancellationToken cancellationToken)
    {
        var (now, end, free) = (clock.UtcNow(), jobs.HorizonEnd, jobs.Free);
        var from = jobs.Mark() is { } mark && mark.DueAt > now ? mark : new(now, Guid.Empty);
        if (free == 0 || from.DueAt >= end) return new(0, from.DueAt);
        // The mark moves first: whoever completes a unit meanwhile sees it and schedules for themselves.
        jobs.MoveMark(new(end, Guid.Empty));
        var upcoming = await db.Nudges.Where(n => n.Status == NudgeStatus.Planned && n.StatusReason == null
            && n.MessageId == null && n.DueAt <= end)
            .Where(n => n.DueAt > from.DueAt || (n.DueAt == from.DueAt && n.Id.CompareTo(from.NudgeId) > 0))
            .OrderBy(n => n.DueAt).ThenBy(n => n.Id).Take(free).Select(n => new HorizonMark(n.DueAt, n.Id)).ToListAsync(cancellationToken);
        foreach (var nudge in upcoming) jobs.Schedule(nudge.NudgeId, nudge.DueAt);
        if (upcoming.Count < free) return new(upcoming.Count, end);
        jobs.MoveMark(upcoming[^1]);
        return new(upcoming.Count, upcoming[^1].DueAt);
    }
}
