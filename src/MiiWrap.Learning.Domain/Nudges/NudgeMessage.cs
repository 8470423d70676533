using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Domain.Nudges;

/// <summary>
/// One mail with up to three asks. It is stored before it goes out: whoever finds its lease lapsed sends this same message again, under the
/// same Message-ID, and never a new one.
/// </summary>
public sealed class NudgeMessage : MailMessage
{
    public const int MostAsks = 3;
    public const int MostAWeek = 3;

    /// <summary>After the last wait the asks end as failed.</summary>
    public static readonly IReadOnlyList<TimeSpan> RetryAfter =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(8),
    ];

    private NudgeMessage()
    {
    }

    public Guid PersonId { get; private set; }

    /// <summary>The learner's local day: the database holds each person to one message a day.</summary>
    public DateOnly LocalDay { get; private set; }

    /// <summary>
    /// When the mail server took it: from then on it never goes again, and only waits for its asks to be counted as sent.
    /// </summary>
    public DateTime? HandedOffAt { get; private set; }

    protected override IReadOnlyList<TimeSpan> BackOff => RetryAfter;

    public static NudgeMessage Claim(Guid personId, DateOnly localDay, DateTime now) => new()
    {
        Id = NewId.At(now),
        PersonId = personId,
        LocalDay = localDay,
        CreatedAt = now,
        LeaseUntil = now + Lease,
        Attempts = 1,
    };

    /// <summary>A message that went out before, as a seeded history has them.</summary>
    public static NudgeMessage Past(Guid personId, DateOnly localDay, DateTime sentAt)
    {
        var message = Claim(personId, localDay, sentAt);
        message.MarkHandedOff(sentAt);
        message.CountAsSent();
        return message;
    }

    /// <summary>Takes over a message whose sender has not come back.</summary>
    public void Reclaim(DateOnly localDay, DateTime now)
    {
        LocalDay = localDay;
        Claim(now);
    }

    public void MarkHandedOff(DateTime now) => HandedOffAt = now;

    /// <summary>Its asks are counted as sent, as of the moment when it was handed off.</summary>
    public void CountAsSent() => MarkSent(HandedOffAt ?? throw new InvalidOperationException($"Message {Id} has not been handed off yet."));
}
