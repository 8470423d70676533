using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>
/// Check-ins and transfer opportunities go with a learner to another cohort, in the same save. When they are due is a matter of the
/// learner's zone, hours and agencies, none of which changes: so nothing is planned anew.
/// </summary>
internal sealed class MoveNudges(LearningDb db) : INotificationHandler<DomainEventNotification<EnrolmentMoved>>
{
    public async Task Handle(DomainEventNotification<EnrolmentMoved> notification, CancellationToken cancellationToken)
    {
        var (enrolment, _, to, _, at) = notification.Event;
        foreach (var nudge in await db.Nudges.Where(n => n.EnrolmentId == enrolment.Id).ToListAsync(cancellationToken))
            nudge.Follow(to.Id);
        foreach (var opportunity in await db.Opportunities.Where(o => o.EnrolmentId == enrolment.Id).ToListAsync(cancellationToken))
            opportunity.MoveTo(to.Id, at);
    }
}
