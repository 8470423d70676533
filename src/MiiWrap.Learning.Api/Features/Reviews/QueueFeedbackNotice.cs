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
        await Queue(reflection.PersonId, p => p is { FeedbackByMail: true, Status: not PersonStatus.Left }, MailKind.FeedbackReady, at,
            cancellationToken);
    }

    public async Task Handle(DomainEventNotification<ReflectionRedacted> notification, CancellationToken cancellationToken)
    {
        var (reflection, at) = notification.Event;
        await Queue(reflection.PersonId, _ => true, MailKind.WordsRedacted, at, cancellationToken);
    }

    private async Task Queue(Guid authorId, Func<Person, bool> isOwed, MailKind kind, DateTime at, CancellationToken ct)
    {
        // Whose row cannot be read keeps nobody from reviewing: the mail waits for them, and is looked at again when it goes out.
        var authors = await RowFault.LoadReadableAsync(
            [authorId], ids => db.Users.AsNoTracking().Where(p => ids.Contains(p.Id)).ToListAsync(ct), (id, _) =>
            {
                db.LogLeftOut("author", id);
                db.Add(OutboundMail.To(id, kind, at));
                return Task.CompletedTask;
            });
        await db.QueueNotices(authors.FindAll(p => isOwed(p)), kind, at, ct);
    }
}
