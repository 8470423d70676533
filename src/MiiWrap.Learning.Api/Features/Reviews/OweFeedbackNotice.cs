using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>Feedback that becomes visible owes its author a mail, in the same save; one that waits already speaks for all.</summary>
internal sealed class OweFeedbackNotice(LearningDb db) : INotificationHandler<Happened<ReflectionReviewed>>
{
    public async Task Handle(Happened<ReflectionReviewed> notification, CancellationToken cancellationToken)
    {
        var (reflection, _, at) = notification.Event;
        var person = await db.Users.AsNoTracking().SingleAsync(p => p.Id == reflection.PersonId, cancellationToken);
        if (!person.NudgesByMail || await db.FeedbackNotices.AnyAsync(n => n.PersonId == person.Id && n.SentAt == null && n.FailedAt == null, cancellationToken)) return;
        if (SendingWindow.Default.With(person.Quiet).NextOpen(at, Zones.Find(person.TimeZone)) is { } due) db.Add(FeedbackNotice.To(person.Id, due, at));
    }
}
