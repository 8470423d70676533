using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Badges;

/// <summary>
/// The RSA keys that sign badges: rows that every node reads, the private part sealed by the key ring. The public part stays for ever: a
/// badge is a file in somebody else's hands, and names its key.
/// </summary>
internal sealed class BadgeKeys(
    LearningDb db, Settings settings, IDataProtectionProvider protection, TimeProvider clock, ILogger<BadgeKeys> log)
{
    // NIST SP 800-57: good beyond 2030, as long as badges are read.
    private const int Bits = 3072;

    private readonly IDataProtector sealing = protection.CreateProtector("MiiWrap.Learning.BadgeKeys");

    /// <summary>
    /// The present signer, to sign in the save that is under way. The first call fixes the addresses and makes the first key; of two nodes
    /// whose first call it is, the key of <c>BadgeBases</c> decides: the loser runs again and finds what the winner made.
    /// </summary>
    public async Task<BadgeSigner> FindOrMakeSigner(CancellationToken ct)
    {
        if (await db.BadgeBases.SingleOrDefaultAsync(ct) is not { } address)
        {
            address = new() { Url = AddressOf(settings.Credentials.BaseUrl ?? settings.PublicBaseUrl), StoredAt = clock.UtcNow() };
            db.Add(address);
        }

        var key = await Present.FirstOrDefaultAsync(ct);
        if (key is null || !IsReadable(key)) key = await Replace(ct);
        return SignerOf(address, key);
    }

    /// <summary>The present signer, and since when there is anything to look up; null before the first issue.</summary>
    public async Task<(BadgeSigner Signer, DateTime Since)?> FindSigner(CancellationToken ct) =>
        await Present.SelectMany(_ => db.BadgeBases, (key, address) => new { Key = key, Address = address }).AsNoTracking()
            .FirstOrDefaultAsync(ct) is { } found ? (SignerOf(found.Address, found.Key), found.Address.StoredAt) : null;

    /// <summary>The addresses in badges, and those that the first badge will have.</summary>
    public async Task<BadgeAddresses> FindAddresses(CancellationToken ct) =>
        new(await db.BadgeBases.Select(b => b.Url).SingleOrDefaultAsync(ct)
            ?? AddressOf(settings.Credentials.BaseUrl ?? settings.PublicBaseUrl));

    /// <summary>
    /// Adds a key that signs from the next save on, and retires the one before, whose private part nobody needs any more. Two rotations at
    /// once both add one, and the younger signs: both are published.
    /// </summary>
    public async Task<BadgeKey> Replace(CancellationToken ct)
    {
        var now = clock.UtcNow();
        foreach (var old in await db.BadgeKeys.Where(k => k.RetiredAt == null).ToListAsync(ct))
            (old.RetiredAt, old.Sealed) = (now, "");
        using var rsa = RSA.Create(Bits);
        var jwk = JsonWebKeyConverter.ConvertFromRSASecurityKey(new(rsa.ExportParameters(includePrivateParameters: false)));
        var key = new BadgeKey
        {
            Thumbprint = Base64UrlEncoder.Encode(jwk.ComputeJwkThumbprint()),
            PublicJwk = JsonSerializer.Serialize(new PublicJwk(jwk.E, jwk.Kty, jwk.N), JsonSerializerOptions.Web),
            Sealed = sealing.Protect(Convert.ToBase64String(rsa.ExportPkcs8PrivateKey())),
            CreatedAt = now,
        };
        db.Add(key);
        return key;
    }

    /// <summary>
    /// Refuses another address than the one in the badges that people hold, and makes a new key where the key ring was lost: what the old
    /// one signed stays good.
    /// </summary>
    /// <param name="mayDiffer">In Development, whose databases go from hand to hand.</param>
    public async Task CheckAtStart(bool mayDiffer, CancellationToken ct)
    {
        if (!mayDiffer && settings.Credentials.BaseUrl is { } given
            && await db.BadgeBases.Select(b => b.Url).SingleOrDefaultAsync(ct) is { } stored && stored != AddressOf(given))
            throw new SettingException(
                $"Credentials:BaseUrl is '{AddressOf(given)}', but the badges that people hold are looked up under '{stored}': set it to that, or leave it out.");
        if (await Present.FirstOrDefaultAsync(ct) is not { } key || IsReadable(key)) return;
        log.LogError("The key {Thumbprint} of badges cannot be opened by the key ring; another signs from now on", key.Thumbprint);
        await Replace(ct);
        await db.SaveChangesAsync(ct);
    }

    private IQueryable<BadgeKey> Present =>
        db.BadgeKeys.Where(k => k.RetiredAt == null).OrderByDescending(k => k.CreatedAt).ThenBy(k => k.Thumbprint);

    private bool IsReadable(BadgeKey key)
    {
        try
        {
            Rsa(key);
            return true;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return false;
        }
    }

    private BadgeSigner SignerOf(BadgeBase address, BadgeKey key)
    {
        var addresses = new BadgeAddresses(address.Url);
        return new(addresses, new(Rsa(key)) { KeyId = addresses.Key(key.Thumbprint) });
    }

    private RSAParameters Rsa(BadgeKey key)
    {
        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(Convert.FromBase64String(sealing.Unprotect(key.Sealed)), out _);
        return rsa.ExportParameters(includePrivateParameters: true);
    }

    private static string AddressOf(Uri url) => url.ToString().TrimEnd('/');
}

/// <summary>What makes up the public part of an RSA key, and what its thumbprint is of (RFC 7638).</summary>
internal sealed record PublicJwk(string E, string Kty, string N);
