using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>
/// Who leaves is asked nothing more: planned asks end in the same save, those that wait in a message too, and the transfer windows say so.
/// </summary>
internal sealed class StopNudges(LearningDb db) : INotificationHandler<DomainEventNotification<EnrolmentWithdrawn>>
{
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
