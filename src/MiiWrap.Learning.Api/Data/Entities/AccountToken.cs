using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>The right to choose a password, given to whoever has the mail; only the token's hash is kept, and it works once.</summary>
public sealed class AccountToken : IVersioned
{
    public static readonly TimeSpan InvitationLasts = TimeSpan.FromDays(14);
    public static readonly TimeSpan ResetLasts = TimeSpan.FromHours(1);

    private AccountToken()
    {
    }

    public Guid Id { get; private set; }

    public Guid PersonId { get; private set; }

    public MailKind Purpose { get; private set; }

    public string Hash { get; private set; } = "";

    public DateTime CreatedAt { get; private set; }

    public DateTime ExpiresAt { get; private set; }

    public DateTime? UsedAt { get; private set; }

    /// <summary>The address that it was mailed to, and that it proves; null where it proves the person's own.</summary>
    public string? Address { get; private set; }

    public int Version { get; set; }

    public bool IsGood(DateTime now) => UsedAt is null && now < ExpiresAt;

    /// <summary>Makes a token, whose secret is known to the caller alone.</summary>
    public static (AccountToken Token, string Secret) Make(
        Guid personId, MailKind purpose, DateTime now, string? address = null)
    {
        var secret = Data.Secret.New();
        var token = new AccountToken
        {
            Id = NewId.At(now),
            PersonId = personId,
            Purpose = purpose,
            Hash = HashOf(secret),
            CreatedAt = now,
            ExpiresAt = now + (purpose == MailKind.PasswordReset ? ResetLasts : InvitationLasts),
            Address = address,
        };
        return (token, secret);
    }

    public static string HashOf(string secret) => Data.Secret.HashOf(secret);

    public void Use(DateTime now) => UsedAt = now;
}
