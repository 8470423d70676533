namespace MiiWrap.Learning.Domain;

/// <summary>What a notice is about.</summary>
public enum FeedbackNoticeKind
{
    /// <summary>To a learner: feedback waits.</summary>
    Ready,

    /// <summary>To a learner: something was taken out of a reflection.</summary>
    Redacted,

    /// <summary>To a cohort's lead: learners wait too long for feedback.</summary>
    Overdue,
}

/// <summary>
/// A mail that tells someone that there is something to look at, and nothing more. It is stored with what caused it and sent by a sweep within
/// the person's own hours, so that a crash loses nothing and nobody is disturbed at night.
/// </summary>
public sealed class FeedbackNotice : Entity, IVersioned
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>The waits after each failed try; after the last one it is given up, and the feedback still waits in the app.</summary>
    public static readonly IReadOnlyList<TimeSpan> RetryAfter =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(8),
    ];

    private FeedbackNotice()
    {
    }

    public Guid PersonId { get; private set; }

    public FeedbackNoticeKind Kind { get; private set; }

    public DateTime CreatedAt { get; private set; }

    /// <summary>Until then a sender has it, or it waits for the learner's hours or its next try.</summary>
    public DateTime LeaseUntil { get; private set; }

    public int Attempts { get; private set; }

    public DateTime? SentAt { get; private set; }

    /// <summary>When it was given up, or found to be needless.</summary>
    public DateTime? FailedAt { get; private set; }

    public int Version { get; set; }

    public static FeedbackNotice To(Guid personId, FeedbackNoticeKind kind, DateTime dueAt, DateTime now) => new()
    {
        Id = NewId.At(now),
        PersonId = personId,
        Kind = kind,
        CreatedAt = now,
        LeaseUntil = dueAt,
    };

    public void Claim(DateTime now)
    {
        LeaseUntil = now + Lease;
        Attempts++;
    }

    public void Postpone(DateTime until) => LeaseUntil = until;

    /// <summary>The sender is still at work on it.</summary>
    public void Prolong(DateTime now) => LeaseUntil = now + Lease;

    public void MarkSent(DateTime now) => SentAt = now;

    public void TryLater(DateTime now)
    {
        if (Attempts > RetryAfter.Count) FailedAt = now;
        else LeaseUntil = now + RetryAfter[Attempts - 1];
    }

    /// <summary>The learner has read it all meanwhile, or wants no mail.</summary>
    public void Abandon(DateTime now) => FailedAt = now;
}
