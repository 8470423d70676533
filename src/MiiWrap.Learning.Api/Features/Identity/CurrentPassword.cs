using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// Asks for an account's password where no sign-in begins; whoever guesses here guesses no faster than at a sign-in, and both are counted
/// together.
/// </summary>
internal sealed class CurrentPassword(
    LearningDb db, IPasswordHasher<Person> hasher, SignInThrottle throttle, Caller caller, SecurityLog log, TimeProvider clock)
{
    /// <summary>Asks whoever is signed in: who found an unlocked device does not have it.</summary>
    /// <param name="field">Where the request names it.</param>
    public async Task<Person> MustBe(string typed, string field, CancellationToken ct)
    {
        var person = await db.Users.SingleAsync(p => p.Id == caller.PersonId, ct);
        if (person.PasswordHash is null)
            throw new RuleException("password.none", "You have no password here; \"forgotten password\" gives you one.");
        if (await Is(person, typed, warns: false, ct)) return person;
        const string Wrong = "This is not your present password.";
        throw new RuleException("password.current.wrong", Wrong, RuleKind.Invalid)
            .With("errors", new Dictionary<string, string[]> { [field] = [Wrong] });
    }

    /// <summary>True when it is this person's; counted as at a sign-in from an unknown device.</summary>
    /// <param name="warns">Tells the person by mail when somebody guesses.</param>
    public async Task<bool> Is(Person person, string typed, bool warns, CancellationToken ct)
    {
        var (now, account) = (clock.UtcNow(), person.NormalizedEmail!);
        var counters = throttle.OfElsewhere(account, person.SecurityStamp);
        var failures = await throttle.Read(counters, now, ct);
        var wait = SignInThrottle.Wait(counters, failures, now);
        if (wait > TimeSpan.Zero) throw throttle.Refused(account, person.Id, wait);
        // Where there is no password, one is hashed: that costs as much as to compare.
        if (person.PasswordHash is not { } hash) hasher.HashPassword(person, PreparedPassword.Of(typed));
        else if (hasher.IsPassword(person, hash, typed, out _))
        {
            if (failures.Any(f => f.Key == counters[0].Key)) await throttle.Forget(counters[0], ct);
            return true;
        }

        failures = await throttle.Count(counters, now, ct);
        log.SignInFailed(account, person.Id, false);
        if (warns && person.PasswordHash is not null && SignInThrottle.IsGuessedAt(counters, failures))
            await throttle.Warn(person.Id, MailKind.LockOut, now, ct);
        return false;
    }
}
