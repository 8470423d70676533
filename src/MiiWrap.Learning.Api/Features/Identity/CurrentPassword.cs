using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>Asks whoever is signed in for their password: who found an unlocked device does not have it.</summary>
internal sealed class CurrentPassword(
    LearningDb db, IPasswordHasher<Person> hasher, SignInThrottle throttle, Caller caller, SecurityLog log, TimeProvider clock)
{
    /// <param name="field">Where the request names it.</param>
    public async Task<Person> MustBe(string typed, string field, CancellationToken ct)
    {
        var now = clock.UtcNow();
        var person = await db.Users.SingleAsync(p => p.Id == caller.PersonId, ct);
        if (person.PasswordHash is null)
            throw new RuleException("password.none", "You have no password here; \"forgotten password\" gives you one.");
        // Whoever found an unlocked device guesses no faster here than at the sign-in, and both are counted together.
        var counters = throttle.OfElsewhere(person.NormalizedEmail!, person.SecurityStamp);
        var failures = await throttle.Read(counters, now, ct);
        var wait = SignInThrottle.Wait(counters, failures, now);
        if (wait > TimeSpan.Zero) throw throttle.Refused(person.NormalizedEmail!, person.Id, wait);
        if (hasher.IsPassword(person, person.PasswordHash, typed, out _))
        {
            if (failures.Any(f => f.Key == counters[0].Key)) await throttle.Forget(counters[0], ct);
            return person;
        }

        await throttle.Count(counters, now, ct);
        log.SignInFailed(person.NormalizedEmail!, person.Id, false);
        const string Wrong = "This is not your present password.";
        throw new RuleException("password.current.wrong", Wrong, RuleKind.Invalid)
            .With("errors", new Dictionary<string, string[]> { [field] = [Wrong] });
    }
}
