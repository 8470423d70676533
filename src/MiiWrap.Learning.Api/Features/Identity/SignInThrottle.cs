using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>One count of failures.</summary>
/// <param name="Key">Whose they are.</param>
/// <param name="Free">So many are anybody's slips; what comes after them must wait.</param>
/// <param name="Memory">How long it takes to forget one of them.</param>
/// <param name="LongestWait">However many have failed, nobody waits longer.</param>
internal sealed record FailureCounter(string Key, int Free, TimeSpan Memory, TimeSpan LongestWait);

/// <summary>
/// Counts failed sign-ins in the database, so that all nodes count together, and says how long the next one must wait. A device that is
/// known is counted by itself: nobody else's guesses reach it. Everybody else is counted by account and address, by account, and by
/// address.
/// </summary>
internal sealed class SignInThrottle(LearningDb db, Settings settings, SecurityLog log, IHttpContextAccessor http)
{
    private const int Free = 10;

    /// <summary>So many failures at one account, from wherever they come; on a known device they end that it is known.</summary>
    private const int MostOfAccount = 100;

    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    /// <summary>An address may stand for a whole agency.</summary>
    private static readonly TimeSpan MemoryOfAddress = TimeSpan.FromMinutes(1);

    /// <summary>The first wait; each further failure doubles it.</summary>
    public static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    // A code of six digits is one of a million, and three are good at a time (AuthenticatorCodes.Drift), so a guess is right once in
    // 333,333. Ten are free, the next nine come after 1, 2, 4 … 256 minutes, and from then on one in six hours, since such a wait forgets
    // less than its guess adds. That is 19 guesses in the first nine hours and 1,480 in a year: right with a chance of 0.44 %. Whoever
    // guesses has the password already, and the owner is told by mail after the tenth; a mailed new password ends the waits.
    private static readonly TimeSpan MemoryOfCodes = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestWaitForCodes = TimeSpan.FromHours(6);

    // A mail for every guess would be a second attack.
    private static readonly TimeSpan WarnedEvery = TimeSpan.FromDays(1);

    public static FailureCounter OfDevice(KnownDevice device) => new(KeyOf("device", $"{device.Id:N}"), Free, Memory, LongestWait);

    /// <summary>Of the codes of a person's second factor, from wherever they come: a known device guesses no faster.</summary>
    public static FailureCounter OfCodes(Person person) =>
        new(KeyOf("code", $"{person.Id:N}", person.SecurityStamp), Free, MemoryOfCodes, LongestWaitForCodes);

    /// <summary>Of whoever comes from no known device: of the account at this address, of the account, and of the address.</summary>
    /// <param name="stamp">Changes with a new password, which lifts what the failures before it have brought about.</param>
    public IReadOnlyList<FailureCounter> OfElsewhere(string account, string? stamp)
    {
        var address = Convert.ToHexString(CallerAddress.Of(http.HttpContext));
        return
        [
            new(KeyOf("account and address", account, stamp, address), Free, Memory, LongestWait),
            new(KeyOf("account", account, stamp), MostOfAccount, Memory, LongestWait),
            new(KeyOf("address", address), settings.Limits.SignInFailuresPerAddress, MemoryOfAddress, LongestWait),
        ];
    }

    /// <summary>Refuses a try that has to wait, and writes that down.</summary>
    public TooManyRequestsException Refused(string account, Guid? personId, TimeSpan wait)
    {
        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        log.SignInThrottled(account, personId, seconds);
        return new("auth.throttled", $"There were too many failed sign-ins; try again in {seconds} s.", seconds);
    }

    /// <summary>What has failed of late.</summary>
    public async Task<IReadOnlyList<SignInFailures>> Read(IReadOnlyList<FailureCounter> counters, DateTime now, CancellationToken ct)
    {
        var keys = counters.Select(c => c.Key).ToList();
        // A clock that was set back must keep nobody out until it has caught up.
        var (milliseconds, until) = (Milliseconds(now), now + FirstWait);
        return await db.SignInFailures.AsNoTracking()
            .Where(f => keys.Contains(f.Key) && f.ForgottenAt > milliseconds && f.LastAt < until).ToListAsync(ct);
    }

    /// <summary>
    /// How long the next sign-in must wait; nothing when it may come now. A failure that another node counted by a clock ahead of this
    /// one's makes nobody wait by itself.
    /// </summary>
    public static TimeSpan Wait(IReadOnlyList<FailureCounter> counters, IReadOnlyList<SignInFailures> failures, DateTime now) =>
        failures.Select(f => (Failures: f, Counter: counters.Single(c => c.Key == f.Key)))
            .Select(f => (f.Failures.LastAt, For: WaitAfter(CountOf(f.Failures, f.Counter, f.Failures.LastAt), f.Counter)))
            .Where(wait => wait.For > TimeSpan.Zero).Select(wait => wait.LastAt + wait.For - now).Append(TimeSpan.Zero).Max();

    /// <summary>True when so many have failed on a known device that somebody guesses on it.</summary>
    public static bool IsDistrusted(FailureCounter device, IReadOnlyList<SignInFailures> failures, DateTime now) =>
        failures.Any(f => CountOf(f, device, now) >= MostOfAccount);

    /// <summary>True when so many have failed at an account, from one address or from anywhere, that its owner should know.</summary>
    public static bool IsGuessedAt(IReadOnlyList<FailureCounter> elsewhere, IReadOnlyList<SignInFailures> failures) =>
        failures.Any(f => elsewhere.Take(2).Any(c => c.Key == f.Key && CountOf(f, c, f.LastAt) >= c.Free));

    /// <summary>Counts one more failure for each; what has failed then.</summary>
    public async Task<IReadOnlyList<SignInFailures>> Count(IReadOnlyList<FailureCounter> counters, DateTime now, CancellationToken ct)
    {
        foreach (var counter in counters)
        {
            if (await Increase(counter, now, ct)) continue;
            var first = new SignInFailures { Key = counter.Key, ForgottenAt = Milliseconds(now + counter.Memory), LastAt = now };
            try
            {
                db.Add(first);
                await db.SaveChangesAsync(ct);
            }
            catch (DbUpdateException e) when (db.IsUniqueViolation(e))
            {
                // Another one was first.
                await Increase(counter, now, ct);
            }
            finally
            {
                db.Entry(first).State = EntityState.Detached;
            }
        }

        return await Read(counters, now, ct);
    }

    /// <summary>
    /// Counts a try before it is judged, as if it had failed already. So however many come at once, no more are judged than are free, and
    /// after that one at a time; false for one too many.
    /// </summary>
    public async Task<bool> TryReserve(
        FailureCounter counter, IReadOnlyList<SignInFailures> failures, DateTime now, CancellationToken ct)
    {
        var before = failures.Sum(f => CountOf(f, counter, now));
        var counted = (await Count([counter], now, ct)).Sum(f => CountOf(f, counter, now));
        return counted <= Math.Max(before + 1, counter.Free);
    }

    /// <summary>Tells somebody whose password was right and whose code was wrong so often that it was not they.</summary>
    public async Task WarnOfCodes(Person person, IReadOnlyList<SignInFailures> failures, DateTime now, CancellationToken ct)
    {
        var counter = OfCodes(person);
        if (failures.Any(f => CountOf(f, counter, f.LastAt) >= counter.Free)) await Warn(person.Id, MailKind.CodeGuessed, now, ct);
    }

    /// <summary>Tells somebody by mail that others guess, once a day.</summary>
    public async Task Warn(Guid personId, MailKind kind, DateTime now, CancellationToken ct)
    {
        var since = now - WarnedEvery;
        if (await db.OutboundMails.AnyAsync(m => m.PersonId == personId && m.CreatedAt > since && m.Kind == kind, ct)) return;
        db.Add(OutboundMail.To(personId, kind, now));
        await db.SaveChangesAsync(ct);
    }

    public Task Forget(FailureCounter counter, CancellationToken ct) =>
        db.SignInFailures.Where(f => f.Key == counter.Key).ExecuteDeleteAsync(ct);

    private async Task<bool> Increase(FailureCounter counter, DateTime now, CancellationToken ct)
    {
        var (milliseconds, memory, until) = (Milliseconds(now), (long)counter.Memory.TotalMilliseconds, now + FirstWait);
        return await db.SignInFailures.Where(f => f.Key == counter.Key).ExecuteUpdateAsync(
            f => f.SetProperty(x => x.ForgottenAt,
                    x => x.ForgottenAt > milliseconds && x.LastAt < until ? x.ForgottenAt + memory : milliseconds + memory)
                .SetProperty(x => x.LastAt, now), ct) > 0;
    }

    private static int CountOf(SignInFailures failures, FailureCounter counter, DateTime at) =>
        (int)Math.Ceiling((failures.ForgottenAt - Milliseconds(at)) / counter.Memory.TotalMilliseconds);

    private static TimeSpan WaitAfter(int count, FailureCounter counter) => (count - counter.Free) switch
    {
        < 0 => TimeSpan.Zero,
        > 10 => counter.LongestWait,
        var tooMany => new(Math.Min(counter.LongestWait.Ticks, FirstWait.Ticks << tooMany)),
    };

    private static long Milliseconds(DateTime moment) => new DateTimeOffset(moment).ToUnixTimeMilliseconds();

    private static string KeyOf(params string?[] parts) =>
        Secret.HashOf(string.Join(' ', parts.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p?.Length ?? 0}:{p}"))));
}
