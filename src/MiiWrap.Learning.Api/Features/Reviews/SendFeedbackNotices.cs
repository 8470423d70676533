using System.Net.Mail;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>Sends the mails that say that feedback is ready, overdue, or that something was taken out: each is claimed by lease, sent, and then recorded.</summary>
public sealed record SendFeedbackNotices : ICommand<int>;

internal sealed class SendFeedbackNoticesHandler(LearningDb db, IMailer mailer, TimeProvider clock, ILogger<SendFeedbackNotices> log) : IRequestHandler<SendFeedbackNotices, int>
{
    private const int Batch = 200;

    private static readonly Dictionary<FeedbackNoticeKind, Letter> Letters = new()
    {
        [FeedbackNoticeKind.Ready] = new(
            "Your feedback is ready",
            "Someone has read your reflection and written back. It waits for you beside your own words: sign in to read it.",
            "This mail says no more than that, on purpose. You can change when and how these reach you in your preferences."),
        [FeedbackNoticeKind.Redacted] = new(
            "A few words were taken out of your reflection",
            "Something in one of your reflections could have pointed to a person, so it was taken out. That happens to careful people, it protects the family, and it counts against nobody. The rest is as you wrote it. Sign in to see where it was and why.",
            "This mail says no more than that, on purpose."),
        [FeedbackNoticeKind.Overdue] = new(
            "Reflections wait for feedback",
            "In a cohort that you lead, someone has waited for seven working days or more for an answer to a reflection. Sign in to see the queue, the longest waiting first, and decide who reads it.",
            "You are told once for each reflection that waits so long."),
    };

    public async Task<int> Handle(SendFeedbackNotices request, CancellationToken cancellationToken)
    {
        var sent = 0;
        foreach (var (id, version) in await Claim(cancellationToken))
        {
            if (await Send(id, version, cancellationToken)) sent++;
        }

        return sent;
    }

    private Task<IReadOnlyList<(Guid Id, int Version)>> Claim(CancellationToken ct) => db.InTransactionAsync<IReadOnlyList<(Guid, int)>>(
        async token =>
        {
            var now = clock.UtcNow();
            var due = await db.FeedbackNotices.Where(n => n.SentAt == null && n.FailedAt == null && n.LeaseUntil <= now)
                .OrderBy(n => n.LeaseUntil).ThenBy(n => n.Id).Take(Batch).ToListAsync(token);
            if (due.Count == 0) return [];
            var ids = due.Select(n => n.PersonId).Distinct().ToList();
            var people = await db.Users.AsNoTracking().Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, token);
            var waiting = await db.Reflections.Where(r => ids.Contains(r.PersonId) && r.FeedbackWaitingSince != null).Select(r => r.PersonId).ToHashSetAsync(token);
            var claimed = new List<FeedbackNotice>();
            foreach (var notice in due)
            {
                var person = people[notice.PersonId];
                var opens = SendingWindow.Default.With(person.Quiet).NextOpen(now, Zones.Find(person.TimeZone));
                if (opens is null || (notice.Kind == FeedbackNoticeKind.Ready && (!person.NudgesByMail || !waiting.Contains(person.Id))))
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
                    claimed.Add(notice);
                }
            }

            await db.SaveChangesAsync(token);
            return claimed.ConvertAll(n => (n.Id, n.Version));
        },
        commit: null,
        ct);

    private async Task<bool> Send(Guid id, int version, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        // Behind a slow server the lease may have lapsed, and another node has it now.
        if (await db.FeedbackNotices.SingleOrDefaultAsync(n => n.Id == id && n.Version == version, ct) is not { } notice || !await Hold(notice, ct)) return false;
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

    /// <summary>Makes sure of the lease before the mail goes.</summary>
    private async Task<bool> Hold(FeedbackNotice notice, CancellationToken ct)
    {
        var now = clock.UtcNow();
        if (notice.LeaseUntil - now > FeedbackNotice.Lease / 2) return true;
        notice.Prolong(now);
        return await db.TrySaveAsync(ct);
    }

    private static OutgoingMail Write(FeedbackNotice notice, Person person)
    {
        var (subject, message, footer) = Letters[notice.Kind];
        return new(
            notice.Id, notice.CreatedAt, new MailAddress(person.Email!, person.Name), subject,
            $"Hello {person.Name},\n\n{message}\n\n{footer}\n",
            MailPage.Render(subject, $"<p>Hello {MailPage.Encode(person.Name)},</p>\n<p>{MailPage.Encode(message)}</p>\n", footer));
    }

    private sealed record Letter(string Subject, string Message, string Footer);
}
