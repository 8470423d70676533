using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// The rows of second factors. Key and recovery codes lie where Identity keeps them (<c>AspNetUserTokens</c>), the key sealed by data
/// protection, the codes as hashes: whoever has the database alone has neither.
/// </summary>
internal sealed class SecondFactors(LearningDb db, IDataProtectionProvider protection, ILogger<SecondFactors> log)
{
    // As Identity's own store names them.
    private const string Store = "[AspNetUserStore]";
    private const string KeyName = "AuthenticatorKey";
    private const string CodesName = "RecoveryCodes";
    private const char Separator = ';';

    /// <summary>What is kept beside the key, to be changed.</summary>
    public async Task<SecondFactor> Load(Guid personId, CancellationToken ct)
    {
        if (await db.SecondFactors.SingleOrDefaultAsync(f => f.PersonId == personId, ct) is { } known) return known;
        var factor = SecondFactor.Of(personId);
        db.Add(factor);
        return factor;
    }

    public Task<bool> HasKey(Guid personId, CancellationToken ct) =>
        db.UserTokens.AnyAsync(t => t.UserId == personId && t.LoginProvider == Store && t.Name == KeyName, ct);

    public async Task<byte[]> MakeKey(Guid personId, CancellationToken ct)
    {
        var key = AuthenticatorCodes.NewKey();
        await Put(personId, KeyName, Seal(personId, key), ct);
        return key;
    }

    /// <summary>Ten new codes in place of those there were; nobody can read them again.</summary>
    public async Task<IReadOnlyList<string>> MakeRecoveryCodes(Guid personId, CancellationToken ct)
    {
        var codes = Enumerable.Range(0, RecoveryCodes.Count).Select(_ => RecoveryCodes.New()).ToList();
        await Put(personId, CodesName, string.Join(Separator, codes.Select(c => RecoveryCodes.HashOf(personId, c))), ct);
        return codes;
    }

    public async Task<int> CountRecoveryCodes(Guid personId, CancellationToken ct) =>
        HashesIn(await db.UserTokens.Where(t => t.UserId == personId && t.LoginProvider == Store && t.Name == CodesName)
            .Select(t => t.Value).SingleOrDefaultAsync(ct)).Length;

    /// <summary>True for the app's code of now, unless it or a later one was taken before.</summary>
    public async Task<bool> UseAppCode(SecondFactor factor, string typed, DateTime now, CancellationToken ct)
    {
        var code = string.Concat(typed.Where(c => !char.IsWhiteSpace(c)));
        if (code.Length != AuthenticatorCodes.Digits || await Find(factor.PersonId, KeyName, ct) is not { Value: { } sealedKey })
            return false;
        // A step that was taken lies at most one step ahead of the clock of the node that took it. A clock that was set back since waits
        // until it has caught up; recovery codes are good meanwhile.
        if (Unseal(factor.PersonId, sealedKey) is not { } key || AuthenticatorCodes.Match(key, code, now) is not { } step
            || step <= factor.LastStep) return false;
        factor.Use(step);
        return true;
    }

    /// <summary>True for a recovery code, which is then struck off.</summary>
    public async Task<bool> UseRecoveryCode(SecondFactor factor, string typed, CancellationToken ct)
    {
        if (RecoveryCodes.HashOf(factor.PersonId, typed) is not { } hash || await Find(factor.PersonId, CodesName, ct) is not { } row)
            return false;
        var hashes = HashesIn(row.Value);
        if (!hashes.Contains(hash, StringComparer.Ordinal)) return false;
        row.Value = string.Join(Separator, hashes.Where(h => h != hash));
        db.Touch(factor);
        return true;
    }

    /// <summary>Turns it off: key and recovery codes are deleted.</summary>
    public async Task TurnOff(Person person, SecondFactor factor, CancellationToken ct)
    {
        person.TwoFactorEnabled = false;
        factor.TurnOff();
        db.Touch(factor);
        db.RemoveRange(await db.UserTokens.Where(t => t.UserId == person.Id && t.LoginProvider == Store).ToListAsync(ct));
    }

    /// <summary>Deletes all that is kept of it.</summary>
    public async Task Forget(Person person, CancellationToken ct)
    {
        if (await db.SecondFactors.SingleOrDefaultAsync(f => f.PersonId == person.Id, ct) is not { } factor) return;
        await TurnOff(person, factor, ct);
        db.Remove(factor);
    }

    private async Task Put(Guid personId, string name, string value, CancellationToken ct)
    {
        if (await Find(personId, name, ct) is { } row) row.Value = value;
        else db.Add(new IdentityUserToken<Guid> { UserId = personId, LoginProvider = Store, Name = name, Value = value });
    }

    private Task<IdentityUserToken<Guid>?> Find(Guid personId, string name, CancellationToken ct) =>
        db.UserTokens.SingleOrDefaultAsync(t => t.UserId == personId && t.LoginProvider == Store && t.Name == name, ct);

    /// <summary>The key as it lies in the database.</summary>
    public string Seal(Guid personId, byte[] key) => Base64Url.EncodeToString(Protector(personId).Protect(key));

    private byte[]? Unseal(Guid personId, string sealedKey)
    {
        try
        {
            return Protector(personId).Unprotect(Base64Url.DecodeFromChars(sealedKey));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            // The key ring was lost. Recovery codes need no key; the rest is a reset.
            log.LogError(e, "The key of person {PersonId}'s second factor cannot be read: its protection key is gone", personId);
            return null;
        }
    }

    // The person's id is a part of the purpose: a row that is copied to somebody else opens nothing.
    private IDataProtector Protector(Guid personId) =>
        protection.CreateProtector("MiiWrap.Learning.Identity.SecondFactor.v1", $"{personId:N}");

    private static string[] HashesIn(string? row) => row?.Split(Separator, StringSplitOptions.RemoveEmptyEntries) ?? [];
}
