using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
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
        if (person.FeedbackByMail) await db.QueueNotices([person], MailKind.FeedbackReady, at, cancellationToken);
    }

    public async Task Handle(DomainEventNotification<ReflectionRedacted> notification, CancellationToken cancellationToken)
    {
        var (reflection, at) = notification.Event;
        await db.QueueNotices(await db.Users.AsNoTracking().Where(p => p.Id == reflection.PersonId)
            .ToListAsync(cancellationToken), MailKind.WordsRedacted, at, cancellationToken);
    }
}

internal static class NoticeQueue
{
    /// <summary>Owes each of them a mail in their own hours; one that waits already speaks for all of its kind.</summary>
    public static async Task QueueNotices(
        this LearningDb db, IReadOnlyCollection<Person> people, MailKind kind, DateTime at, CancellationToken ct)
    {
        var ids = people.Select(p => (Guid?)p.Id).ToList();
        var owed = await db.OutboundMails.Where(m => ids.Contains(m.PersonId) && m.Kind == kind && m.SentAt == null && m.FailedAt == null)
            .Select(m => m.PersonId).ToHashSetAsync(ct);
        var untold = people.Where(p => !owed.Contains(p.Id)).ToList();
        var windows = await db.WindowsOf(untold, ct);
        foreach (var person in untold) db.Add(OutboundMail.To(person.Id, kind, at, windows[person.Id].NextOpenOrLook(person, at)));
    }
}
