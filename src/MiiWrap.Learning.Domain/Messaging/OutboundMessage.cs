using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Messaging;

/// <summary>
/// What must leave the program once: it is stored with its cause, claimed by lease, sent, and then recorded. Whoever finds its lease lapsed
/// sends the same one again.
/// </summary>
public abstract class OutboundMessage : Entity, IVersioned
{
    public DateTime CreatedAt { get; protected init; }

    /// <summary>Until then a sender has it, or it waits for its hour or its next attempt.</summary>
    public DateTime LeaseUntil { get; protected set; }

    public int Attempts { get; protected set; }

    public int Version { get; set; }

    /// <summary>How long a sender has it before another may take it.</summary>
    protected abstract TimeSpan LeaseTime { get; }

    /// <summary>The waits after each failed attempt; after the last one it is given up.</summary>
    protected abstract IReadOnlyList<TimeSpan> BackOff { get; }

    /// <summary>Takes it for an attempt.</summary>
    public virtual void Claim(DateTime now)
    {
        LeaseUntil = now + LeaseTime;
        Attempts++;
    }

    /// <summary>True when too little of the lease is left to begin sending.</summary>
    public bool IsLeaseShort(DateTime now) => LeaseUntil - now <= LeaseTime / 2;

    /// <summary>The sender is still at work on it.</summary>
    public void RenewLease(DateTime now) => LeaseUntil = now + LeaseTime;

    /// <summary>Leaves it until it may go out.</summary>
    public void Postpone(DateTime until) => LeaseUntil = until;

    /// <summary>Plans the next attempt; false when there have been enough of them.</summary>
    protected bool TryPlanAttempt(DateTime now)
    {
        if (Attempts > BackOff.Count) return false;
        LeaseUntil = now + BackOff[Attempts - 1];
        return true;
    }
}

/// <summary>A message that goes by mail.</summary>
public abstract class MailMessage : OutboundMessage
{
    /// <summary>Longer than a mail server is waited for.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    public DateTime? SentAt { get; protected set; }

    /// <summary>When it was given up, or found to be needless.</summary>
    public DateTime? FailedAt { get; protected set; }

    /// <summary>
    /// Why the last attempt failed, in this program's own words: what a server says may repeat the mail. null when none has, and when there
    /// is nothing to say any more.
    /// </summary>
    public string? Fault { get; protected set; }

    public const int LongestFault = 200;

    public bool IsPending => SentAt is null && FailedAt is null;

    protected override TimeSpan LeaseTime => Lease;

    public void MarkSent(DateTime at) => SentAt ??= at;

    /// <summary>Plans the next attempt, or gives up; true when it gave up.</summary>
    public virtual bool ScheduleRetry(DateTime now, string fault)
    {
        Fault = fault;
        if (TryPlanAttempt(now)) return false;
        FailedAt = now;
        return true;
    }

    /// <summary>Nothing is to be said any more.</summary>
    public void Discard(DateTime now) => (FailedAt, Fault) = (now, null);
}
