using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Common;
using OpenIddict.Server;
using OpenIddict.Validation;

namespace MiiWrap.Learning.Api.Features.Identity.FrontEnds;

/// <summary>
/// The keys of the authorization server: rows, sealed by the key ring, so that what one node has signed is good on every other. A new one
/// is published a day before it signs, and an old one is kept until nothing that it has signed is good any more.
/// </summary>
internal sealed class AuthorizationKeys(
    IServiceScopeFactory scopes, IDataProtectionProvider protection, TimeProvider clock, ILogger<AuthorizationKeys> log)
    : IConfigureOptions<OpenIddictServerOptions>, IOptionsChangeTokenSource<OpenIddictServerOptions>,
        IOptionsChangeTokenSource<OpenIddictValidationOptions>, IDisposable
{
    /// <summary>How long a key signs.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    /// <summary>How long a new one is published before it signs, and longer than it takes every node to read it.</summary>
    public static readonly TimeSpan Published = TimeSpan.FromDays(1);

    /// <summary>How long one is kept after it has signed for the last time.</summary>
    public static readonly TimeSpan Kept = Sessions.RefreshLifetime + TimeSpan.FromDays(1);

    private static readonly TimeSpan ReadEvery = TimeSpan.FromMinutes(10);

    private readonly IDataProtector sealing = protection.CreateProtector("MiiWrap.Learning.AuthorizationKeys");
    private readonly Lock turn = new();
    private (CancellationTokenSource Server, CancellationTokenSource Validation) changed = (new(), new());
    private ITimer? reading;
    private string? read;

    string? IOptionsChangeTokenSource<OpenIddictServerOptions>.Name => Options.DefaultName;

    string? IOptionsChangeTokenSource<OpenIddictValidationOptions>.Name => Options.DefaultName;

    IChangeToken IOptionsChangeTokenSource<OpenIddictServerOptions>.GetChangeToken() => new CancellationChangeToken(changed.Server.Token);

    IChangeToken IOptionsChangeTokenSource<OpenIddictValidationOptions>.GetChangeToken() =>
        new CancellationChangeToken(changed.Validation.Token);

    // Options are made synchronously, at their first use and when the keys have changed.
    public void Configure(OpenIddictServerOptions options)
    {
        var stored = Readable();
        read = NameOf(stored);
        foreach (var key in InOrder(stored, AuthorizationKeyUse.Signing))
            options.SigningCredentials.Add(new(Rsa(key), SecurityAlgorithms.RsaSha256));
        foreach (var key in InOrder(stored, AuthorizationKeyUse.Encryption))
            options.EncryptionCredentials.Add(new(
                new SymmetricSecurityKey(Unsealed(key)) { KeyId = key.Id.ToString("N") }, SecurityAlgorithms.Aes256KW,
                SecurityAlgorithms.Aes256CbcHmacSha512));
        lock (turn) reading ??= clock.CreateTimer(_ => ReadAgain(), null, ReadEvery, ReadEvery);
    }

    /// <summary>
    /// Makes the first keys, and those that are to follow the present ones, and drops those that nothing needs any more.
    /// </summary>
    /// <returns>True when any was made or dropped.</returns>
    public async Task<bool> Renew(LearningDb db, CancellationToken ct)
    {
        var now = clock.UtcNow();
        var stored = await db.Set<AuthorizationKey>().ToListAsync(ct);
        // What cannot be opened signs nothing: it takes no key's turn, and goes when nothing that it has signed could be good any more.
        var keys = stored.FindAll(IsReadable);
        var ended = stored.Except(keys).Where(k => k.CreatedAt + Lifetime + Published + Kept < now).ToList();
        foreach (var use in Enum.GetValues<AuthorizationKeyUse>())
        {
            var own = keys.Where(k => k.Use == use).OrderByDescending(k => k.CreatedAt).ThenByDescending(k => k.Id).ToList();
            if (own.Count == 0 || own[0].CreatedAt <= now - Lifetime + Published)
                db.Add(new AuthorizationKey { Id = NewId.At(now), Use = use, Sealed = sealing.Protect(NewSecret(use)), CreatedAt = now });
            // Each signs until a day after the next one was made.
            ended.AddRange(own.Skip(1).Where((_, i) => own[i].CreatedAt + Published + Kept < now));
        }

        var isMade = await db.SaveChangesAsync(ct) > 0;
        if (ended.Count == 0) return isMade;
        // Deleted by what they are, not as rows that were read: a node that starts or renews beside this one drops the same.
        var ids = ended.ConvertAll(k => k.Id);
        await db.Set<AuthorizationKey>().Where(k => ids.Contains(k.Id)).ExecuteDeleteAsync(ct);
        return true;
    }

    public void Dispose()
    {
        reading?.Dispose();
        changed.Server.Dispose();
        changed.Validation.Dispose();
    }

    /// <summary>Lets the options be made anew when another set of keys is stored than they were made of.</summary>
    public void ReadAgain()
    {
        try
        {
            if (NameOf(Stored().FindAll(IsReadable)) == read) return;
            var old = changed;
            changed = (new(), new());
            // Whoever listens makes the options anew here and now, and what goes wrong with that comes out of this.
            old.Server.Cancel();
            old.Validation.Cancel();
        }
        catch (Exception e)
        {
            // What was read before stays, or is read by whoever asks next; the next turn asks again.
            log.LogWarning(e, "The keys of the authorization server could not be read again");
        }
    }

    /// <summary>
    /// The keys that the key ring opens. Where it opens none of a use, since it is another one or a row is damaged, new ones are made: what
    /// the old ones signed is good no more, and people sign in once again.
    /// </summary>
    private List<AuthorizationKey> Readable()
    {
        var stored = Stored();
        foreach (var key in stored.Where(k => !IsReadable(k)))
            log.LogError("The key {KeyId} of the authorization server cannot be opened by the key ring, and is left out", key.Id);
        var readable = stored.FindAll(IsReadable);
        if (Enum.GetValues<AuthorizationKeyUse>().All(use => readable.Exists(k => k.Use == use))) return readable;
        using (var scope = scopes.CreateScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<LearningDb>();
            // Options are made synchronously; nothing of this request holds what it would wait for.
            Task.Run(() => Renew(db, CancellationToken.None)).GetAwaiter().GetResult();
        }

        return Stored().FindAll(IsReadable);
    }

    private bool IsReadable(AuthorizationKey key)
    {
        try
        {
            var secret = Unsealed(key);
            if (key.Use == AuthorizationKeyUse.Signing) Rsa(key);
            return secret.Length > 0;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return false;
        }
    }

    private List<AuthorizationKey> Stored()
    {
        using var scope = scopes.CreateScope();
        return scope.ServiceProvider.GetRequiredService<LearningDb>().Set<AuthorizationKey>().AsNoTracking().ToList();
    }

    /// <summary>
    /// The one that signs comes first: the youngest that was published long enough. Its turn comes by the clock, and the set has another
    /// name from then on.
    /// </summary>
    private IEnumerable<AuthorizationKey> InOrder(IEnumerable<AuthorizationKey> keys, AuthorizationKeyUse use)
    {
        var since = clock.UtcNow() - Published;
        return keys.Where(k => k.Use == use)
            .OrderByDescending(k => k.CreatedAt <= since)
            .ThenByDescending(k => k.CreatedAt <= since ? k.CreatedAt.Ticks : -k.CreatedAt.Ticks)
            .ThenBy(k => k.Id);
    }

    private string NameOf(IReadOnlyCollection<AuthorizationKey> keys) =>
        string.Join(' ', Enum.GetValues<AuthorizationKeyUse>().SelectMany(use => InOrder(keys, use)).Select(k => k.Id));

    private RsaSecurityKey Rsa(AuthorizationKey key)
    {
        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(Unsealed(key), out _);
        return new(rsa.ExportParameters(includePrivateParameters: true)) { KeyId = key.Id.ToString("N") };
    }

    private byte[] Unsealed(AuthorizationKey key) => Convert.FromBase64String(sealing.Unprotect(key.Sealed));

    private static string NewSecret(AuthorizationKeyUse use)
    {
        if (use == AuthorizationKeyUse.Encryption) return Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        using var rsa = RSA.Create(2048);
        return Convert.ToBase64String(rsa.ExportPkcs8PrivateKey());
    }
}
