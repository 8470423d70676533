using System.Globalization;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Token buckets of this node, by caller, by address and by sign-in; what is left is told in headers.</summary>
internal sealed class RateLimits(Settings settings, SecurityLog log, TimeProvider clock) : IDisposable
{
    // A bucket takes about a hundred bytes.
    private const int MostBuckets = 50_000;

    // No address of a person and no client's id is longer; what is, is refused by the request's own rules, and is no key here.
    private const int LongestName = 256;

    private const int SecondsToCloseAStream = 5;

    private const int MostPersonalStreams = 2;

    private readonly int mostStreams = settings.Limits.StreamsPerCaller;

    private readonly TokenBuckets callers = Seconds("caller", settings.Limits.CallerBurst, settings.Limits.CallerPerSecond, clock);
    private readonly TokenBuckets addresses = Seconds("address", settings.Limits.AddressBurst, settings.Limits.AddressPerSecond, clock);
    private readonly TokenBuckets signIns = Minutes("sign-in", settings.Limits.SignInBurst, settings.Limits.SignInPerMinute, clock);
    private readonly TokenBuckets signInAddresses = Minutes("sign-in-address", settings.Limits.SignInPerMinuteAndAddress,
        settings.Limits.SignInPerMinuteAndAddress, clock);

    // A whole roster is invited at once, and no more than such an hour.
    private readonly TokenBuckets invitations = new("invitations", settings.Limits.InvitationsPerHour, settings.Limits.InvitationsPerHour,
        TimeSpan.FromHours(1), MostBuckets, clock);

    private readonly PartitionedRateLimiter<Guid> personalStreams = ConcurrentStreams(MostPersonalStreams);
    private readonly PartitionedRateLimiter<Guid> streams = ConcurrentStreams(settings.Limits.StreamsPerCaller);

    private readonly TokenBuckets oneTaps = Minutes("one-tap", settings.Limits.OneTapPerMinute, settings.Limits.OneTapPerMinute, clock);

    public void CheckCaller(HttpContext context)
    {
        if (context.RequestServices.GetRequiredService<Caller>().PersonId is var id && id != Guid.Empty)
            Check(context, callers, TokenBuckets.KeyOf(id.ToByteArray()));
        else
            CheckAddress(context);
    }

    public void CheckAddress(HttpContext context) => Check(context, addresses, TokenBuckets.KeyOf(CallerAddress.Of(context)));

    /// <param name="name">Who wants to sign in, as they call themselves.</param>
    /// <param name="device">
    /// A device on which this very person has signed in before; whoever comes from it is counted by it, and shares no bucket with others
    /// at its address.
    /// </param>
    public void CheckSignIn(HttpContext context, string? name, Guid? device = null)
    {
        if (device is { } known)
        {
            Check(context, signInAddresses, TokenBuckets.KeyOf(known.ToByteArray()));
            return;
        }

        var address = CallerAddress.Of(context);
        Check(context, signInAddresses, TokenBuckets.KeyOf(address));
        if (name is { Length: <= LongestName })
            Check(context, signIns, TokenBuckets.KeyOf([.. address, .. Encoding.UTF8.GetBytes(name.Trim().ToUpperInvariant())]));
    }

    public void CheckOneTap(HttpContext context, string token) =>
        Check(context, oneTaps, TokenBuckets.KeyOf(Encoding.UTF8.GetBytes(token)));

    /// <summary>Takes so many invitations from what the caller may send this hour, or refuses all of them.</summary>
    public void CheckInvitations(Caller caller, int count)
    {
        if (count == 0) return;
        var lease = invitations.Take(TokenBuckets.KeyOf(caller.PersonId.ToByteArray()), count);
        if (!lease.IsTaken)
            throw Refused(invitations.Policy, "invitation.limit",
                $"So many people cannot be invited within an hour; {lease.Left} more can be now. Nobody was added.", lease.Wait);
    }

    /// <summary>Counts an event stream of the caller until the answer ends.</summary>
    /// <param name="isPersonal">Of a person's own changes: a front end needs one, and one more while it changes over.</param>
    public void CheckStreams(HttpContext context, Caller caller, bool isPersonal = false)
    {
        var lease = (isPersonal ? personalStreams : streams).AttemptAcquire(caller.PersonId);
        context.Response.RegisterForDispose(lease);
        if (!lease.IsAcquired)
            throw Refused("streams", "stream.limit",
                $"You have {(isPersonal ? MostPersonalStreams : mostStreams)} streams open already; close one.", SecondsToCloseAStream);
    }

    public void Dispose()
    {
        streams.Dispose();
        personalStreams.Dispose();
    }

    private TooManyRequestsException Refused(string policy, string code, string message, int seconds)
    {
        log.RateLimited(policy);
        return new(code, message, seconds);
    }

    private static PartitionedRateLimiter<Guid> ConcurrentStreams(int most) => PartitionedRateLimiter.Create<Guid, Guid>(caller =>
        RateLimitPartition.GetConcurrencyLimiter(caller, _ => new() { PermitLimit = most }));

    private static TokenBuckets Seconds(string policy, int burst, int refill, TimeProvider clock) =>
        new(policy, burst, refill, TimeSpan.FromSeconds(1), MostBuckets, clock);

    private static TokenBuckets Minutes(string policy, int burst, int refill, TimeProvider clock) =>
        new(policy, burst, refill, TimeSpan.FromMinutes(1), MostBuckets, clock);

    private void Check(HttpContext context, TokenBuckets buckets, UInt128 key)
    {
        var lease = buckets.Take(key);
        // As in draft-ietf-httpapi-ratelimit-headers: the quota with its window, and what is left of it.
        var quota = string.Create(CultureInfo.InvariantCulture, $"\"{buckets.Policy}\";q={buckets.Burst};w={buckets.SecondsToFill}");
        var rest = string.Create(CultureInfo.InvariantCulture, $"\"{buckets.Policy}\";r={lease.Left};t={(lease.Left > 0 ? 0 : lease.Wait)}");
        // Said as the answer starts, since an error drops the headers set before it. The last bucket asked is the narrowest, and is heard
        // first.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.TryAdd("RateLimit-Policy", quota);
            context.Response.Headers.TryAdd("RateLimit", rest);
            return Task.CompletedTask;
        });
        if (!lease.IsTaken)
            throw Refused(buckets.Policy, "rate.limited", $"Too many requests; try again in {lease.Wait} s.", lease.Wait);
    }
}

internal static class RateLimitMiddleware
{
    /// <summary>
    /// By endpoint and not by path, since routing takes paths in any case; what no route answers is counted too, and only what says
    /// otherwise is not.
    /// </summary>
    public static void UseRateLimits(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<DisableRateLimitingAttribute>() is null)
            context.RequestServices.GetRequiredService<RateLimits>().CheckCaller(context);
        return next(context);
    });
}
