using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Data;

/// <summary>What a mail about a person's own access is for.</summary>
public enum AccountMailKind
{
    Invitation,
    PasswordReset,
    LockOut,
    WebhookStopped,
}

/// <summary>
/// A mail that is owed to a person. It is stored with what caused it and sent by a sweep, so that a crash between the two loses nothing. It
/// holds no secret: the link's token is made when the mail is written.
/// </summary>
public sealed class AccountMail : IVersioned
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>The waits after each failed try; the last one ends it, more than two days later.</summary>
    public static readonly IReadOnlyList<TimeSpan> RetryAfter =
    [
        TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(8),
        TimeSpan.FromHours(24), TimeSpan.FromHours(24),
    ];

    private AccountMail()
    {
    }

    public Guid Id { get; private set; }

    /// <summary>Nobody, when an unknown address asked for a new password: the request then costs the same, and nothing is sent.</summary>
    public Guid? PersonId { get; private set; }

    public AccountMailKind Kind { get; private set; }

    public DateTime CreatedAt { get; private set; }

    /// <summary>Until then a sender has it, or it waits for its next try.</summary>
    public DateTime LeaseUntil { get; private set; }

    public int Attempts { get; private set; }

    public DateTime? SentAt { get; private set; }

    /// <summary>When it was given up, or found to be needless.</summary>
    public DateTime? FailedAt { get; private set; }

    public int Version { get; set; }

    public static AccountMail To(Guid? personId, AccountMailKind kind, DateTime now) => new()
    {
        Id = NewId.At(now),
        PersonId = personId,
        Kind = kind,
        CreatedAt = now,
        LeaseUntil = now,
    };

    public void Claim(DateTime now)
    {
        LeaseUntil = now + Lease;
        Attempts++;
    }

    public void MarkSent(DateTime now) => SentAt = now;

    public void TryLater(DateTime now)
    {
        if (Attempts > RetryAfter.Count) FailedAt = now;
        else LeaseUntil = now + RetryAfter[Attempts - 1];
    }

    /// <summary>Nothing is to be said any more.</summary>
    public void Abandon(DateTime now) => FailedAt = now;
}

/// <summary>The right to choose a password, given to whoever has the mail; only the token's hash is kept, and it works once.</summary>
public sealed class MailedToken : IVersioned
{
    public static readonly TimeSpan InvitationLasts = TimeSpan.FromDays(14);
    public static readonly TimeSpan ResetLasts = TimeSpan.FromHours(1);

    private MailedToken()
    {
    }

    public Guid Id { get; private set; }

    public Guid PersonId { get; private set; }

    public AccountMailKind Purpose { get; private set; }

    public string Hash { get; private set; } = "";

    public DateTime CreatedAt { get; private set; }

    public DateTime ExpiresAt { get; private set; }

    public DateTime? UsedAt { get; private set; }

    public int Version { get; set; }

    public bool IsGood(DateTime now) => UsedAt is null && now < ExpiresAt;

    /// <summary>Makes a token, whose secret is known to the caller alone.</summary>
    public static (MailedToken Token, string Secret) Make(Guid personId, AccountMailKind purpose, DateTime now)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var lasts = purpose == AccountMailKind.Invitation ? InvitationLasts : ResetLasts;
        return (new() { Id = NewId.At(now), PersonId = personId, Purpose = purpose, Hash = HashOf(secret), CreatedAt = now, ExpiresAt = now + lasts }, secret);
    }

    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public void Use(DateTime now) => UsedAt = now;
}
