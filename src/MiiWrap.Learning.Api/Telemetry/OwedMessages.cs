using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Telemetry;

/// <summary>How many messages of a kind are owed, and since when the oldest of them should have gone out.</summary>
internal sealed record Owed(int Count, DateTime? Since);

/// <summary>What is owed to people and to other programs, by kind; every kind is named, also where nothing is owed.</summary>
/// <param name="PastDue">Check-ins in no message yet whose due time is over.</param>
/// <param name="Planned">Those that fall due within a day.</param>
internal sealed record OwedMessages(int PastDue, int Planned, IReadOnlyDictionary<string, Owed> ByKind)
{
    private const string Webhook = "webhook";
    private const string Nudge = "nudge";

    private static readonly TimeSpan Soon = TimeSpan.FromDays(1);

    // A later release that runs beside this one may have kinds of its own, and counts them.
    private static readonly List<MailKind> Kinds = [.. Enum.GetValues<MailKind>()];

    public static async Task<OwedMessages> Read(LearningDb db, DateTime now, CancellationToken ct)
    {
        var soon = now + Soon;
        var planned = db.Nudges.Where(n => n.Status == NudgeStatus.Planned && n.MessageId == null);
        var past = planned.Where(n => n.DueAt <= now);
        var overdue = new Owed(await past.CountAsync(ct), await past.MinAsync(n => (DateTime?)n.DueAt, ct));
        var checkIns = db.NudgeMessages.Where(m => m.SentAt == null && m.FailedAt == null);
        // By webhook, since that is how deliveries that wait are indexed.
        var deliveries = db.Webhooks.Where(w => w.DeactivatedAt == null)
            .SelectMany(w => db.WebhookDeliveries.Where(d => d.WebhookId == w.Id && d.Status == DeliveryStatus.Pending));
        var mails = db.OutboundMails.Where(m => m.SentAt == null && m.FailedAt == null && Kinds.Contains(m.Kind));
        var counts = await mails.GroupBy(m => m.Kind).Select(g => new { Kind = g.Key, Count = g.Count() }).ToListAsync(ct);
        // A mail that waits for its receiver's hours is owed, and not late: it is since it was due, or since it was owed once it was tried.
        var tried = await mails.Where(m => m.Attempts > 0).GroupBy(m => m.Kind)
            .Select(g => new { Kind = g.Key, Since = g.Min(m => m.CreatedAt) }).ToListAsync(ct);
        var due = await mails.Where(m => m.Attempts == 0 && m.LeaseUntil <= now).GroupBy(m => m.Kind)
            .Select(g => new { Kind = g.Key, Since = g.Min(m => m.LeaseUntil) }).ToListAsync(ct);
        var since = tried.Concat(due).ToLookup(m => m.Kind, m => (DateTime?)m.Since);
        var byKind = Kinds.ToDictionary(EnumNames.NameOf,
            kind => new Owed(counts.SingleOrDefault(c => c.Kind == kind)?.Count ?? 0, since[kind].Min()));
        byKind[EnumNames.NameOf(MailKind.CheckIn)] =
            new(await checkIns.CountAsync(ct), await checkIns.MinAsync(m => (DateTime?)m.CreatedAt, ct));
        byKind[Nudge] = overdue;
        byKind[Webhook] = new(await deliveries.CountAsync(ct), await deliveries.MinAsync(d => (DateTime?)d.CreatedAt, ct));
        return new(overdue.Count, await planned.CountAsync(n => n.DueAt > now && n.DueAt <= soon, ct), byKind);
    }
}
