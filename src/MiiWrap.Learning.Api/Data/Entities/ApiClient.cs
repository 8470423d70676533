using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MiiWrap.Learning.Domain.Common;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;

namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>What a client is, and so how it gets tokens.</summary>
public enum ClientKind
{
    /// <summary>A program on a server that acts for itself, by a secret.</summary>
    Server,

    /// <summary>Pages in a browser through which people act as themselves; they keep no secret.</summary>
    FrontEnd,

    /// <summary>A program on a person's own device through which they act as themselves; it keeps no secret.</summary>
    Native,
}

/// <summary>
/// A program that others write: a server-side integration, of the whole programme or of one agency, or a front end through which people act
/// as themselves. It is OpenIddict's application too; only the hashes of its secrets are kept.
/// </summary>
public sealed class ApiClient : OpenIddictEntityFrameworkCoreApplication<Guid, FrontEndConsent, IssuedToken>, IVersioned
{
    /// <summary>The prefix by which secret scanners of code and logs recognise a leaked one.</summary>
    private const string Mark = "mwl_";

    private ApiClient()
    {
    }

    public ClientKind Kind { get; private set; }

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

    /// <summary>What its column of redirect addresses holds.</summary>
    public static IReadOnlyList<string> AddressesOf(string? stored) =>
        stored is null ? [] : JsonSerializer.Deserialize<string[]>(stored) ?? [];

    /// <summary>True when people act through it, who are asked whether they want that.</summary>
    public bool IsForPeople => Kind != ClientKind.Server;

    /// <summary>Makes a client for a server, whose secret is known to the caller alone.</summary>
    public static (ApiClient Client, string Secret) MakeForServer(
        string name, Guid? agencyId, IReadOnlyCollection<string> scopes, Guid createdBy, DateTime now)
    {
        var secret = NewSecret();
        var client = Make(ClientKind.Server, name, scopes, createdBy, now);
        (client.AgencyId, client.SecretHash, client.ClientType) =
            (agencyId, Secret.HashOf(secret), OpenIddictConstants.ClientTypes.Confidential);
        client.Allow([OpenIddictConstants.Permissions.Endpoints.Token, OpenIddictConstants.Permissions.GrantTypes.ClientCredentials]);
        return (client, secret);
    }

    /// <summary>Makes a client that people act through, which keeps no secret.</summary>
    public static ApiClient MakeForPeople(
        ClientKind kind, string name, IReadOnlyCollection<string> scopes, IReadOnlyCollection<string> redirectUris, Guid createdBy,
        DateTime now)
    {
        var client = Make(kind, name, scopes, createdBy, now);
        // Of a native program any port of the loopback address is its own (RFC 8252, 7.3).
        (client.ApplicationType, client.ClientType, client.ConsentType) = (
            kind == ClientKind.Native ? OpenIddictConstants.ApplicationTypes.Native : OpenIddictConstants.ApplicationTypes.Web,
            OpenIddictConstants.ClientTypes.Public, OpenIddictConstants.ConsentTypes.Explicit);
        client.RedirectUris = JsonSerializer.Serialize(redirectUris);
        client.Requirements = JsonSerializer.Serialize(new[] { OpenIddictConstants.Requirements.Features.ProofKeyForCodeExchange });
        client.Allow([
            OpenIddictConstants.Permissions.Endpoints.Authorization, OpenIddictConstants.Permissions.Endpoints.Token,
            OpenIddictConstants.Permissions.Endpoints.Revocation, OpenIddictConstants.Permissions.GrantTypes.AuthorizationCode,
            OpenIddictConstants.Permissions.GrantTypes.RefreshToken, OpenIddictConstants.Permissions.ResponseTypes.Code]);
        return client;
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

    private static ApiClient Make(
        ClientKind kind, string name, IReadOnlyCollection<string> scopes, Guid createdBy, DateTime now)
    {
        var id = NewId.At(now);
        return new() { Id = id, ClientId = id.ToString(), Kind = kind, Name = name, Scopes = string.Join(' ', scopes),
            CreatedBy = createdBy, CreatedAt = now };
    }

    private void Allow(IEnumerable<string> permissions) => Permissions = JsonSerializer.Serialize(
        permissions.Concat(Scopes.Split(' ').Select(s => OpenIddictConstants.Permissions.Prefixes.Scope + s)));

    private static bool Equal(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(one), Encoding.ASCII.GetBytes(other));

    private static string NewSecret() => Mark + Secret.New();
}
