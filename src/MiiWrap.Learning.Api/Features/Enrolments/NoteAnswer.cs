using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Enrolments;

/// <summary>Whoever answers a check-in is at work: it is noted in the same save, once a day at most.</summary>
internal sealed class NoteAnswer(LearningDb db) : INotificationHandler<DomainEventNotification<NudgeAnswered>>
{
    public async Task Handle(DomainEventNotification<NudgeAnswered> notification, CancellationToken cancellationToken)
    {
        var (nudge, _, at) = notification.Event;
        var enrolment = await db.Enrolments.SingleOrDefaultAsync(e => e.Id == nudge.EnrolmentId && e.Status != EnrolmentStatus.Withdrawn
            && (e.LastActivityAt == null || e.LastActivityAt < at.Date), cancellationToken);
        enrolment?.NoteActivity(at);
    }
}
