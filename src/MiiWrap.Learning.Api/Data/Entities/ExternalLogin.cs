using System.Security.Cryptography;
using System.Text;

namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>
/// A person as the operator's OpenID provider knows them: from the first use on, its subject and not an address says who they are.
/// </summary>
public sealed class ExternalLogin
{
    public const int LongestSubject = 255;

    /// <summary>
    /// The hash of issuer and subject: it tells a from A whatever the database's collation, and is short enough for a key.
    /// </summary>
    public string Key { get; private set; } = "";

    public string Issuer { get; private set; } = "";

    public string Subject { get; private set; } = "";

    public Guid PersonId { get; private set; }

    public DateTime LinkedAt { get; private set; }

    public static ExternalLogin Link(string issuer, string subject, Guid personId, DateTime now) => new()
    {
        Key = KeyOf(issuer, subject),
        Issuer = issuer,
        Subject = subject,
        PersonId = personId,
        LinkedAt = now,
    };

    public static string KeyOf(string issuer, string subject) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\n{subject}")));
}
