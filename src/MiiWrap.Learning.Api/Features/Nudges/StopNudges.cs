using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>
/// Who leaves is asked nothing more: planned asks end in the same save, those that wait in a message too, and the transfer windows say so.
/// Those of somebody who has no access for now wait for them.
/// </summary>
internal sealed class StopNudges(LearningDb db)
    : INotificationHandler<DomainEventNotification<EnrolmentWithdrawn>>, INotificationHandler<DomainEventNotification<AccessEnded>>
{
    public async Task Handle(DomainEventNotification<AccessEnded> notification, CancellationToken cancellationToken)
    {
        var person = notification.Event.Person;
        var planned = await db.Nudges.Where(n => n.PersonId == person.Id && n.Status == NudgeStatus.Planned).ToListAsync(cancellationToken);
        // Those of an enrolment that is withdrawn in this very save end for good.
        var ended = db.Enrolments.Local.Where(e => e.Status == EnrolmentStatus.Withdrawn).Select(e => e.Id).ToHashSet();
        foreach (var nudge in planned.Where(n => !ended.Contains(n.EnrolmentId))) nudge.Skip(Nudge.Suspended);
    }

    public async Task Handle(DomainEventNotification<EnrolmentWithdrawn> notification, CancellationToken cancellationToken)
    {
        var (enrolment, at) = notification.Event;
        var planned = await db.Nudges.Where(n => n.EnrolmentId == enrolment.Id && n.Status == NudgeStatus.Planned)
            .ToListAsync(cancellationToken);
        foreach (var nudge in planned) nudge.Cancel(Nudge.EnrolmentEnded);
        foreach (var opportunity in await db.Opportunities.Where(o => o.EnrolmentId == enrolment.Id).ToListAsync(cancellationToken))
            opportunity.Withdraw(at);
    }
}
