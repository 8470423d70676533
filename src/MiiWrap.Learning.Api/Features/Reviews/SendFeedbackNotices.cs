using System.Net.Mail;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>Sends the mails that say that feedback is ready: each is claimed by lease, sent, and then recorded.</summary>
public sealed record SendFeedbackNotices : ICommand<int>;

internal sealed class SendFeedbackNoticesHandler(LearningDb db, IMailer mailer, TimeProvider clock, ILogger<SendFeedbackNotices> log) : IRequestHandler<SendFeedbackNotices, int>
{
    private const int Batch = 200;
    private const string Subject = "Your feedback is ready";
    private const string Message = "Someone has read your reflection and written back. It waits for you beside your own words: sign in to read it.";
    private const string Footer = "This mail says no more than that, on purpose. You can change when and how these reach you in your preferences.";

    public async Task<int> Handle(SendFeedbackNotices request, CancellationToken cancellationToken)
    {
        var sent = 0;
        foreach (var id in await Claim(cancellationToken))
        {
            if (await Send(id, cancellationToken)) sent++;
        }

        return sent;
    }

    private Task<IReadOnlyList<Guid>> Claim(CancellationToken ct) => db.InTransactionAsync<IReadOnlyList<Guid>>(
        async token =>
        {
            var now = clock.UtcNow();
            var due = await db.FeedbackNotices.Where(n => n.SentAt == null && n.FailedAt == null && n.LeaseUntil <= now)
                .OrderBy(n => n.LeaseUntil).ThenBy(n => n.Id).Take(Batch).ToListAsync(token);
            if (due.Count == 0) return [];
            var ids = due.Select(n => n.PersonId).Distinct().ToList();
            var people = await db.Users.AsNoTracking().Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, token);
            var waiting = await db.Reflections.Where(r => ids.Contains(r.PersonId) && r.FeedbackWaitingSince != null).Select(r => r.PersonId).ToHashSetAsync(token);
            var claimed = new List<Guid>();
            foreach (var notice in due)
            {
                var person = people[notice.PersonId];
                var opens = SendingWindow.Default.With(person.Quiet).NextOpen(now, Zones.Find(person.TimeZone));
                if (!person.NudgesByMail || !waiting.Contains(person.Id) || opens is null)
                {
                    notice.Abandon(now);
                }
                else if (opens > now)
                {
                    notice.Postpone(opens.Value);
                }
                else
                {
                    notice.Claim(now);
                    claimed.Add(notice.Id);
                }
            }

            await db.SaveChangesAsync(token);
            return claimed;
        },
        commit: null,
        ct);

    private async Task<bool> Send(Guid id, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        var notice = await db.FeedbackNotices.SingleAsync(n => n.Id == id, ct);
        var person = await db.Users.AsNoTracking().SingleAsync(p => p.Id == notice.PersonId, ct);
        try
        {
            await mailer.Send(Write(notice, person), ct);
            notice.MarkSent(clock.UtcNow());
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning(e, "Feedback notice {NoticeId} could not be sent at attempt {Attempt}", notice.Id, notice.Attempts);
            notice.TryLater(clock.UtcNow());
        }

        await db.SaveChangesAsync(ct);
        return notice.SentAt is not null;
    }

    private static OutgoingMail Write(FeedbackNotice notice, Person person) => new(
        notice.Id, notice.CreatedAt, new MailAddress(person.Email!, person.Name), Subject,
        $"Hello {person.Name},\n\n{Message}\n\n{Footer}\n",
        MailPage.Render(Subject, $"<p>Hello {MailPage.Encode(person.Name)},</p>\n<p>{MailPage.Encode(Message)}</p>\n", Footer));
}
