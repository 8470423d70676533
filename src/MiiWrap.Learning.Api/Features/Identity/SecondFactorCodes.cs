using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>What a code was.</summary>
internal enum UsedCode
{
    App,
    Recovery,
}

/// <summary>
/// Takes codes of second factors: each once, and few wrong ones. Of two requests that bring the same code at once, one saves; the other
/// loses by the version of <see cref="SecondFactor"/>, runs again, and finds the code used.
/// </summary>
internal sealed class SecondFactorCodes(
    LearningDb db, SecondFactors factors, SignInThrottle throttle, SecurityLog log, IHttpContextAccessor http, IServiceScopeFactory scopes,
    TimeProvider clock)
{
    public const int LongestTyped = 64;

    /// <summary>What the code was, which is used as soon as the caller saves; null for a wrong or used one, which is counted.</summary>
    public async Task<UsedCode?> Use(Person person, string typed, bool takesRecovery, CancellationToken ct)
    {
        var now = clock.UtcNow();
        var counter = SignInThrottle.OfCodes(person);
        var failures = await throttle.Read([counter], now, ct);
        var wait = SignInThrottle.Wait([counter], failures, now);
        if (wait > TimeSpan.Zero) throw throttle.Refused(person.NormalizedEmail!, person.Id, wait);
        var isLasting = db.Database.CurrentTransaction is null;
        if (isLasting && !await throttle.TryReserve(counter, failures, now, ct))
            throw throttle.Refused(person.NormalizedEmail!, person.Id, SignInThrottle.FirstWait);
        var factor = await factors.Load(person.Id, ct);
        UsedCode? used = await factors.UseAppCode(factor, typed, now, ct) ? UsedCode.App
            : takesRecovery && await factors.UseRecoveryCode(factor, typed, ct) ? UsedCode.Recovery
            : null;
        if (used is not null)
        {
            await throttle.Forget(counter, ct);
            return used;
        }

        log.CodeRefused(person.Id);
        if (isLasting) await throttle.WarnOfCodes(person, await throttle.Read([counter], now, ct), now, ct);
        else CountLater(person);
        return null;
    }

    /// <summary>The same for somebody who is signed in, where a wrong one is refused as a field of the request.</summary>
    public async Task<UsedCode> MustUse(Person person, string typed, bool takesRecovery, CancellationToken ct)
    {
        if (await Use(person, typed, takesRecovery, ct) is { } used) return used;
        const string Wrong = "This code is wrong, or was used before; wait for the next one.";
        throw new RuleException("secondFactor.code.wrong", Wrong, RuleKind.Invalid)
            .With("errors", new Dictionary<string, string[]> { ["code"] = [Wrong] });
    }

    /// <summary>
    /// A refusal under an Idempotency-Key rolls back what was written, and must not roll back the count: it is made when that is over, and
    /// before the answer leaves.
    /// </summary>
    private void CountLater(Person person) => http.HttpContext!.Response.OnStarting(async () =>
    {
        await using var scope = scopes.CreateAsyncScope();
        var counting = scope.ServiceProvider.GetRequiredService<SignInThrottle>();
        var now = clock.UtcNow();
        var failures = await counting.Count([SignInThrottle.OfCodes(person)], now, CancellationToken.None);
        await counting.WarnOfCodes(person, failures, now, CancellationToken.None);
    });
}
