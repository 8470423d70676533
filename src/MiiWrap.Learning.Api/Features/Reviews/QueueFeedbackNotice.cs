using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>Feedback that becomes visible, and words that were taken out, owe their author a mail, in the same save.</summary>
internal sealed class QueueFeedbackNotice(LearningDb db)
    : INotificationHandler<DomainEventNotification<ReflectionReviewed>>, INotificationHandler<DomainEventNotification<ReflectionRedacted>>
{
    public async Task Handle(DomainEventNotification<ReflectionReviewed> notification, CancellationToken cancellationToken)
    {
        var (reflection, _, at) = notification.Event;
        var person = await db.Users.AsNoTracking().SingleAsync(p => p.Id == reflection.PersonId, cancellationToken);
        if (person is { FeedbackByMail: true, Status: not PersonStatus.Left })
            await db.QueueNotices([person], MailKind.FeedbackReady, at, cancellationToken);
    }

    public async Task Handle(DomainEventNotification<ReflectionRedacted> notification, CancellationToken cancellationToken)
    {
        var (reflection, at) = notification.Event;
        await db.QueueNotices(await db.Users.AsNoTracking().Where(p => p.Id == reflection.PersonId)
            .ToListAsync(cancellationToken), MailKind.WordsRedacted, at, cancellationToken);
    }
}
