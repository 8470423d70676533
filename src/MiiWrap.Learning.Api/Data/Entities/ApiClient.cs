using System.Security.Cryptography;
using System.Text;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>A server-side integration, of the whole programme or of one agency; only the hashes of its secrets are kept.</summary>
public sealed class ApiClient : IVersioned
{
    /// <summary>The prefix by which secret scanners of code and logs recognise a leaked one.</summary>
    private const string Mark = "mwl_";

    private ApiClient()
    {
    }

    public Guid Id { get; private set; }

    public string Name
    {
        get;
        private set => (field, SortName) = (value, SortKey.Of(value));
    } = "";

    /// <summary>By what it is listed.</summary>
    public string SortName { get; private set; } = "";

    /// <summary>The agency whose learners alone it sees; null for a client of the programme.</summary>
    public Guid? AgencyId { get; private set; }

    /// <summary>What it may do at most, with a blank between each two.</summary>
    public string Scopes { get; private set; } = "";

    public string SecretHash { get; private set; } = "";

    /// <summary>The secret before the present one, while both are good.</summary>
    public string? OldSecretHash { get; private set; }

    public DateTime? OldSecretUntil { get; private set; }

    public Guid CreatedBy { get; private set; }

    public DateTime CreatedAt { get; private set; }

    /// <summary>When it last took a token.</summary>
    public DateTime? LastUsedAt { get; private set; }

    public DateTime? EndedAt { get; private set; }

    public int Version { get; set; }

    /// <summary>Makes a client, whose secret is known to the caller alone.</summary>
    public static (ApiClient Client, string Secret) Make(
        string name, Guid? agencyId, IEnumerable<string> scopes, Guid createdBy, DateTime now)
    {
        var secret = NewSecret();
        return (new() { Id = NewId.At(now), Name = name, AgencyId = agencyId, Scopes = string.Join(' ', scopes),
            SecretHash = Secret.HashOf(secret), CreatedBy = createdBy, CreatedAt = now }, secret);
    }

    /// <summary>A new secret; the present one stays good for a while, so that the integration can be told without a gap.</summary>
    public string Rotate(TimeSpan overlap, DateTime now)
    {
        var secret = NewSecret();
        var overlaps = overlap > TimeSpan.Zero;
        (OldSecretHash, OldSecretUntil) = (overlaps ? SecretHash : null, overlaps ? now + overlap : null);
        SecretHash = Secret.HashOf(secret);
        return secret;
    }

    public void End(DateTime now) => EndedAt ??= now;

    public bool Accepts(string secret, DateTime now)
    {
        var hash = Secret.HashOf(secret);
        return EndedAt is null && (Equal(hash, SecretHash) || (now < OldSecretUntil && Equal(hash, OldSecretHash!)));
    }

    private static bool Equal(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(one), Encoding.ASCII.GetBytes(other));

    private static string NewSecret() => Mark + Secret.New();
}
