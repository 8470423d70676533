using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Messaging;

/// <summary>An address to which another program has its events sent, signed with a secret that both know.</summary>
public sealed class Webhook : Entity, IVersioned
{
    public const int LongestUrl = 2000;

    /// <summary>More than any programme has systems; each event is sent to all that want it.</summary>
    public const int Most = 50;

    /// <summary>For so long after a rotation both secrets sign, so that the receiver can change over without losing anything.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    private Webhook()
    {
    }

    /// <summary>Who registered it, and hears by mail when it is switched off.</summary>
    public Guid OwnerId { get; private set; }

    public string Url { get; private set; } = "";

    public IReadOnlyList<string> Events { get; private set; } = [];

    /// <summary>Protected, and not hashed: it must be used to sign.</summary>
    public string Secret { get; private set; } = "";

    public string? OldSecret { get; private set; }

    public DateTime? OldSecretUntil { get; private set; }

    public DateTime CreatedAt { get; private set; }

    public DateTime? DeactivatedAt { get; private set; }

    public string? DeactivatedBecause { get; private set; }

    public int Version { get; set; }

    public bool IsActive => DeactivatedAt is null;

    public static Webhook Register(Guid ownerId, Uri url, IEnumerable<string> events, string secret, DateTime now) => new()
    {
        Id = NewId.At(now),
        OwnerId = ownerId,
        Url = url.AbsoluteUri,
        Events = [.. EventTypes.All.Intersect(events)],
        Secret = secret,
        CreatedAt = now,
    };

    public void Rotate(string secret, DateTime now)
    {
        (OldSecret, OldSecretUntil) = (Secret, now + Overlap);
        Secret = secret;
    }

    /// <summary>The secrets that sign now, the present one first.</summary>
    public IReadOnlyList<string> SecretsAt(DateTime now) => OldSecret is { } old && now < OldSecretUntil ? [Secret, old] : [Secret];

    public const string Gone = "gone";
    public const string Unreachable = "unreachable";

    public void Deactivate(string because, DateTime now)
    {
        if (!IsActive) return;
        (DeactivatedAt, DeactivatedBecause) = (now, because);
        Raise(new WebhookDeactivated(this, now));
    }
}

/// <summary>A webhook has been switched off, since its receiver is gone or was not to be reached for days.</summary>
public sealed record WebhookDeactivated(Webhook Webhook, DateTime At) : IDomainEvent;

/// <summary>Where a delivery stands.</summary>
public enum DeliveryStatus
{
    Pending,
    Delivered,
    Failed,
}

/// <summary>One event on its way to one webhook.</summary>
public sealed class WebhookDelivery : OutboundMessage
{
    /// <summary>More than a batch takes that times out throughout.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(90);

    /// <summary>The last wait ends it, more than three days later.</summary>
    public static readonly IReadOnlyList<TimeSpan> RetryAfter =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10),
        TimeSpan.FromDays(1), TimeSpan.FromDays(1), TimeSpan.FromDays(1),
    ];

    private WebhookDelivery()
    {
    }

    public Guid WebhookId { get; private set; }

    public Guid EventId { get; private set; }

    public string Type { get; private set; } = "";

    public DeliveryStatus Status { get; private set; }

    /// <summary>Set while somebody is sending it.</summary>
    public DateTime? LeasedUntil { get; private set; }

    public DateTime? TriedAt { get; private set; }

    public DateTime? DeliveredAt { get; private set; }

    /// <summary>What the last attempt came to, in a word or two; never what the receiver wrote.</summary>
    public string? Outcome { get; private set; }

    protected override TimeSpan LeaseTime => Lease;

    protected override IReadOnlyList<TimeSpan> BackOff => RetryAfter;

    public static WebhookDelivery Of(Webhook webhook, Guid eventId, string type, DateTime now) => new()
    {
        Id = NewId.At(now),
        WebhookId = webhook.Id,
        EventId = eventId,
        Type = type,
        CreatedAt = now,
        LeaseUntil = now,
    };

    public override void Claim(DateTime now)
    {
        base.Claim(now);
        LeasedUntil = LeaseUntil;
    }

    public void MarkDelivered(string outcome, DateTime now)
    {
        End(DeliveryStatus.Delivered, outcome, now);
        DeliveredAt = now;
    }

    /// <summary>Plans the next attempt, or gives up; true when it gave up.</summary>
    public bool ScheduleRetry(string outcome, DateTime now)
    {
        if (!TryPlanAttempt(now))
        {
            GiveUp(outcome, now);
            return true;
        }

        (Outcome, TriedAt, LeasedUntil) = (outcome, now, null);
        return false;
    }

    public void GiveUp(string outcome, DateTime now) => End(DeliveryStatus.Failed, outcome, now);

    /// <summary>Sends it once more, from the beginning of the waits; what is being sent at this moment is left alone.</summary>
    public void SendAgain(DateTime now)
    {
        if (LeasedUntil > now) return;
        (Status, LeaseUntil, LeasedUntil, Attempts, DeliveredAt) = (DeliveryStatus.Pending, now, null, 0, null);
    }

    private void End(DeliveryStatus status, string outcome, DateTime now) =>
        (Status, Outcome, TriedAt, LeasedUntil) = (status, outcome, now, null);
}
