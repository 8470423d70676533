namespace MiiWrap.Learning.Domain;

/// <summary>
/// One mail with up to three asks. It is stored before it goes out: whoever finds its lease lapsed sends this same message again, under the
/// same Message-ID, and never a new one.
/// </summary>
public sealed class NudgeMessage : Entity, IVersioned
{
    public const int MostAsks = 3;
    public const int MostAWeek = 3;
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>The waits after each failed try; after the last one the asks end as failed.</summary>
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

    public DateTime CreatedAt { get; private set; }

    public DateTime LeaseUntil { get; private set; }

    public int Attempts { get; private set; }

    /// <summary>When it was out of our hands: from then on it never goes again, and only waits for its asks to be counted as sent.</summary>
    public DateTime? LeftAt { get; private set; }

    public DateTime? SentAt { get; private set; }

    public DateTime? FailedAt { get; private set; }

    public int Version { get; set; }

    public bool IsPending => SentAt is null && FailedAt is null;

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
        message.Leave(sentAt);
        message.MarkSent();
        return message;
    }

    /// <summary>Takes over a message whose sender has not come back.</summary>
    public void Reclaim(DateOnly localDay, DateTime now)
    {
        LocalDay = localDay;
        LeaseUntil = now + Lease;
        Attempts++;
    }

    /// <summary>The sender is still at work on it.</summary>
    public void Prolong(DateTime now) => LeaseUntil = now + Lease;

    /// <summary>Leaves it until it may go out: a late try keeps to the learner's hours too.</summary>
    public void Postpone(DateTime until) => LeaseUntil = until;

    /// <summary>It is out of our hands.</summary>
    public void Leave(DateTime now) => LeftAt = now;

    /// <summary>Its asks are counted as sent, as of the moment when it left.</summary>
    public void MarkSent() => SentAt ??= LeftAt ?? throw new InvalidOperationException($"Message {Id} has not left yet.");

    /// <summary>Plans the next try, or gives up; true when it gave up.</summary>
    public bool TryLater(DateTime now)
    {
        if (Attempts > RetryAfter.Count)
        {
            FailedAt = now;
            return true;
        }

        LeaseUntil = now + RetryAfter[Attempts - 1];
        return false;
    }

    /// <summary>Nothing is left to say: every ask in it has ended in another way.</summary>
    public void Abandon(DateTime now) => FailedAt = now;
}
