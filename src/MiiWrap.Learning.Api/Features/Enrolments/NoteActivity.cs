using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Enrolments;

/// <summary>
/// Whoever writes or answers something is at work: it is noted in the same save, once a day at most. Of two who change the enrolment at
/// once, its version lets the later run again.
/// </summary>
internal sealed class NoteActivity(LearningDb db) : INotificationHandler<DomainEventBatchNotification<LearnerActed>>
{
    public async Task Handle(DomainEventBatchNotification<LearnerActed> notification, CancellationToken cancellationToken)
    {
        foreach (var acts in notification.Events.GroupBy(e => e.EnrolmentId))
        {
            var (id, at) = (acts.Key, acts.Max(a => a.At));
            var enrolment = await db.Enrolments.SingleOrDefaultAsync(e => e.Id == id && e.Status != EnrolmentStatus.Withdrawn
                && (e.LastActivityAt == null || e.LastActivityAt < at.Date), cancellationToken);
            enrolment?.NoteActivity(at);
        }
    }
}
