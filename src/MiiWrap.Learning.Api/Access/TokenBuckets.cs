using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace MiiWrap.Learning.Api.Access;

/// <summary>
/// A token bucket for each key, by the generic cell rate algorithm: one number a key says when its bucket is full again. Keys are of one
/// size and bounded in number, so that nobody can fill the memory with them.
/// </summary>
/// <param name="most">So many buckets are kept; beyond that the fullest go first, and nothing is lost with one that is full.</param>
internal sealed class TokenBuckets(string policy, int burst, int refill, TimeSpan period, int most, TimeProvider clock)
{
    private readonly ConcurrentDictionary<UInt128, long> fullAt = new();
    private readonly Lock trimming = new();
    private readonly TimeProvider time = clock;
    private readonly long perToken = Math.Max(1, (long)(period.TotalSeconds * clock.TimestampFrequency / refill));
    private int kept;

    public string Policy { get; } = policy;

    public int Burst { get; } = burst;

    /// <summary>How long an empty bucket takes to fill.</summary>
    public int SecondsToFill { get; } = Math.Max(1, (int)(burst * period.TotalSeconds / refill));

    public int Count => fullAt.Count;

    /// <summary>Half of a SHA-256: of one size whatever was sent, and nobody finds two texts with the same.</summary>
    public static UInt128 KeyOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>Takes one token if there is one.</summary>
    public TokenLease Take(UInt128 key) => Take(key, 1);

    /// <summary>Takes so many tokens, or none at all.</summary>
    public TokenLease Take(UInt128 key, int tokens)
    {
        while (true)
        {
            var now = time.GetTimestamp();
            var isKept = fullAt.TryGetValue(key, out var before);
            var after = Math.Max(before, now) + (tokens * perToken);
            // An empty bucket is full again after burst times one token.
            var spare = now + (Burst * perToken) - after;
            if (spare < 0) return new(false, (int)((spare + (tokens * perToken)) / perToken), Seconds(-spare));
            if (!(isKept ? fullAt.TryUpdate(key, after, before) : fullAt.TryAdd(key, after))) continue;
            if (!isKept && Interlocked.Increment(ref kept) > most) Trim(now);
            return new(true, (int)(spare / perToken), Seconds(perToken));
        }
    }

    private int Seconds(long timestamps) => (int)Math.Max(1, Math.Ceiling((double)timestamps / time.TimestampFrequency));

    private void Trim(long now)
    {
        lock (trimming)
        {
            if (fullAt.Count > most)
            {
                var entries = fullAt.ToArray();
                Array.Sort(entries, (one, other) => one.Value.CompareTo(other.Value));
                for (var i = 0; i < entries.Length && (i < entries.Length / 2 || entries[i].Value <= now); i++)
                    fullAt.TryRemove(entries[i]);
            }

            Volatile.Write(ref kept, fullAt.Count);
        }
    }
}

/// <summary>What a bucket answered: whether a token was taken, how many are left, and how long to wait for the next.</summary>
internal readonly record struct TokenLease(bool IsTaken, int Left, int Wait);
