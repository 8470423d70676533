using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Access;

/// <summary>Which person each subject of the provider is; a link never changes.</summary>
internal sealed class ExternalLoginCache(TimeProvider clock) : IHoldsRows
{
    private const int Most = 10_000;

    public BoundedCache<string, Guid> ByKey { get; } = new(Most, fresh: null, clock);

    public void Clear() => ByKey.Clear();
}

/// <summary>Whom a token of the provider stands for; the first use links its subject to an invited person by a verified address.</summary>
internal sealed class ExternalLogins(
    LearningDb db, CallerCache people, ExternalLoginCache known, AuthSettings provider, ILookupNormalizer normalizer, TimeProvider clock,
    SecurityLog log)
{
    /// <summary>The person; else a <see cref="RuleException"/> that says why there is none.</summary>
    public async ValueTask<CachedPerson> Find(ClaimsPrincipal token, CancellationToken ct)
    {
        var (issuer, subject) = (token.FindFirstValue("iss")!, token.FindFirstValue("sub")!);
        var key = ExternalLogin.KeyOf(issuer, subject);
        if (!known.ByKey.TryGet(key, out var id))
        {
            id = await Linked(key, ct) ?? await LinkFirst(token, issuer, subject, ct);
            known.ByKey.Set(key, id, known.ByKey.Now());
        }

        if (await people.Find(db, id, ct) is not { } person)
        {
            known.ByKey.Remove(key);
            throw Refused("auth.person.unknown", "This sign-in belongs to someone who is not here any more.");
        }

        return person.HasAccess ? person : throw Refused("auth.person.suspended", "This person has no access any more, or not for now.");
    }

    private Task<Guid?> Linked(string key, CancellationToken ct) =>
        db.ExternalLogins.Where(s => s.Key == key).Select(s => (Guid?)s.PersonId).SingleOrDefaultAsync(ct);

    /// <summary>
    /// A front end sends several first requests at once. Whichever loses, before it looked or when it saves, runs again and finds the link.
    /// </summary>
    private async Task<Guid> LinkFirst(ClaimsPrincipal token, string issuer, string subject, CancellationToken ct)
    {
        var (address, key) = (VerifiedAddress(token), ExternalLogin.KeyOf(issuer, subject));
        try
        {
            return await db.RetryLostRacesAsync(() => Link(address, key, issuer, subject, ct));
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    private async Task<Guid> Link(string address, string key, string issuer, string subject, CancellationToken ct)
    {
        var id = await db.InTransactionAsync(
            async t =>
            {
                if (await Linked(key, t) is { } linked) return linked;
                // The database's collation may take different addresses for one.
                var person = (await db.Users.Where(p => p.NormalizedEmail == address).ToListAsync(t))
                    .SingleOrDefault(p => p.NormalizedEmail == address)
                    ?? throw Refused("auth.person.unknown", "Nobody with this address has been invited; ask for an invitation first.");
                // Whoever can make an address at the provider must not become an admin here by it.
                if (person.IsProgramAdmin && !provider.LinkAdmins)
                    throw Refused("auth.admin.notLinked",
                        "A programme admin signs in with a password here; the operator may allow more with Auth:LinkAdmins.");
                if (await db.ExternalLogins.Where(s => s.PersonId == person.Id && s.Issuer == issuer).Select(s => s.Key)
                    .SingleOrDefaultAsync(t) is { } other)
                {
                    // The other request of this very account has linked it since it was asked for above.
                    if (other == key) return person.Id;
                    throw Refused("auth.person.linked", "Another account of the provider belongs to the person with this address.");
                }

                person.EmailConfirmed = true;
                db.Add(ExternalLogin.Link(issuer, subject, person.Id, clock.UtcNow()));
                await db.SaveChangesAsync(t);
                return person.Id;
            },
            commit: null,
            ct);
        log.LoginLinked(id, issuer);
        return id;
    }

    private string VerifiedAddress(ClaimsPrincipal token)
    {
        if (token.FindFirstValue(provider.EmailClaim)?.Trim() is not { Length: > 0 and <= 256 } email)
            throw Refused(
                "auth.email.missing", $"The first sign-in is matched by address, and the access token has no claim {provider.EmailClaim}.");
        if (!bool.TryParse(token.FindFirstValue(provider.EmailVerifiedClaim), out var isVerified) || !isVerified)
            throw Refused("auth.email.unverified",
                $"The provider does not say by {provider.EmailVerifiedClaim} that this address was verified, so it proves nothing.");
        return normalizer.NormalizeEmail(email)!;
    }

    private static RuleException Refused(string code, string message) => new(code, message, RuleKind.Forbidden);
}
