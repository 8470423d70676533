using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.ActionItems;

/// <summary>Action items to which nobody has agreed within 14 days lapse.</summary>
public sealed record LapseActionItems : ICommand<LapsedReport>;

/// <summary>How many action items lapsed.</summary>
public sealed record LapsedReport(int Items);

internal sealed class LapseActionItemsHandler(LearningDb db, TimeProvider clock, ILogger<LapseActionItems> log)
    : IRequestHandler<LapseActionItems, LapsedReport>
{
    private const int Most = 1000;

    public async Task<LapsedReport> Handle(LapseActionItems request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var since = now.AddDays(-ActionItem.DaysToAgree);
        var late = await db.ActionItems.Where(i => i.State == ActionState.Proposed && i.CreatedAt < since).OrderBy(i => i.CreatedAt)
            .Select(i => i.Id).Take(Most).ToListAsync(cancellationToken);
        return new(await db.SaveEachAsync(
            late, async id => (await db.ActionItems.SingleAsync(i => i.Id == id, cancellationToken)).Lapse(now),
            (id, e) => log.LogError(e, "Action item {ItemId} could not lapse", id), cancellationToken));
    }
}

/// <summary>Action items follow those whose they are: who accepts an enrolment takes the place of whoever stood there for them.</summary>
internal sealed class MoveActionItems(LearningDb db) : INotificationHandler<DomainEventNotification<StandInReplaced>>
{
    public async Task Handle(DomainEventNotification<StandInReplaced> notification, CancellationToken cancellationToken)
    {
        var (_, offered, enrolment) = notification.Event;
        foreach (var item in await db.ActionItems.Where(i => i.EnrolmentId == offered).ToListAsync(cancellationToken))
            item.TakeOver(enrolment);
    }
}
