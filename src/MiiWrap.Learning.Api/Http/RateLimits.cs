using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Token buckets of this node, by caller, by address and by sign-in; what is left is told in headers.</summary>
internal sealed class RateLimits(Settings settings) : IDisposable
{
    private readonly LimitSettings limits = settings.Limits;
    private readonly PartitionedRateLimiter<Guid> callers =
        Buckets<Guid>(settings.Limits.CallerBurst, settings.Limits.CallerPerSecond, TimeSpan.FromSeconds(1));
    private readonly PartitionedRateLimiter<IPAddress> addresses =
        Buckets<IPAddress>(settings.Limits.AddressBurst, settings.Limits.AddressPerSecond, TimeSpan.FromSeconds(1));
    private readonly PartitionedRateLimiter<(IPAddress, string)> signIns =
        Buckets<(IPAddress, string)>(settings.Limits.SignInBurst, settings.Limits.SignInPerMinute, TimeSpan.FromMinutes(1));
    private readonly PartitionedRateLimiter<IPAddress> signInAddresses =
        Buckets<IPAddress>(settings.Limits.SignInPerMinuteAndAddress, settings.Limits.SignInPerMinuteAndAddress, TimeSpan.FromMinutes(1));
    private readonly PartitionedRateLimiter<string> oneTaps =
        Buckets<string>(settings.Limits.OneTapPerMinute, settings.Limits.OneTapPerMinute, TimeSpan.FromMinutes(1));

    public void CheckCaller(HttpContext context)
    {
        if (context.RequestServices.GetRequiredService<Caller>().PersonId is var id && id != Guid.Empty)
            Check(context, callers, id, "caller", limits.CallerBurst, limits.CallerPerSecond, 1);
        else
            Check(context, addresses, AddressOf(context), "address", limits.AddressBurst, limits.AddressPerSecond, 1);
    }

    public void CheckSignIn(HttpContext context, string email)
    {
        Check(context, signInAddresses, AddressOf(context), "sign-in-address", limits.SignInPerMinuteAndAddress,
            limits.SignInPerMinuteAndAddress, 60);
        Check(context, signIns, (AddressOf(context), email.ToUpperInvariant()), "sign-in", limits.SignInBurst, limits.SignInPerMinute, 60);
    }

    public void CheckOneTap(HttpContext context, string token) =>
        Check(context, oneTaps, token, "one-tap", limits.OneTapPerMinute, limits.OneTapPerMinute, 60);

    public void Dispose()
    {
        callers.Dispose();
        addresses.Dispose();
        signIns.Dispose();
        signInAddresses.Dispose();
        oneTaps.Dispose();
    }

    private static PartitionedRateLimiter<TKey> Buckets<TKey>(int burst, int refill, TimeSpan period)
        where TKey : notnull =>
        PartitionedRateLimiter.Create<TKey, TKey>(key => RateLimitPartition.GetTokenBucketLimiter(key, _ => new()
        {
            TokenLimit = burst,
            TokensPerPeriod = refill,
            ReplenishmentPeriod = period,
            AutoReplenishment = true,
        }));

    private static void Check<TKey>(
        HttpContext context, PartitionedRateLimiter<TKey> limiter, TKey key, string policy, int burst, int refill, int seconds)
    {
        using var lease = limiter.AttemptAcquire(key);
        var left = limiter.GetStatistics(key)?.CurrentAvailablePermits ?? 0;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? (int)Math.Ceiling(retryAfter.TotalSeconds) : seconds;
        // As in draft-ietf-httpapi-ratelimit-headers: the quota with its window, and what is left of it.
        var quota = string.Create(CultureInfo.InvariantCulture, $"\"{policy}\";q={burst};w={Math.Max(1, burst * seconds / refill)}");
        var rest = string.Create(CultureInfo.InvariantCulture, $"\"{policy}\";r={left};t={(left > 0 ? 0 : wait)}");
        // Said as the answer starts, since an error drops the headers set before it. The last bucket asked is the narrowest, and is heard
        // first.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.TryAdd("RateLimit-Policy", quota);
            context.Response.Headers.TryAdd("RateLimit", rest);
            return Task.CompletedTask;
        });
        if (!lease.IsAcquired) throw new RateLimitedException(Math.Max(1, wait));
    }

    /// <summary>The caller's address; of an IPv6 one the first half, since whoever has one has all that begin with it.</summary>
    private static IPAddress AddressOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new(bytes);
    }
}

/// <summary>The caller has used up its tokens.</summary>
internal sealed class RateLimitedException(int seconds) : Exception($"Too many requests; try again in {seconds} s.")
{
    public int Seconds { get; } = seconds;
}

internal static class RateLimitMiddleware
{
    public static void UseRateLimits(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
            context.RequestServices.GetRequiredService<RateLimits>().CheckCaller(context);
        return next(context);
    });
}
