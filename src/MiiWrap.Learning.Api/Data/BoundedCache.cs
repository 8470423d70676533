using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace MiiWrap.Learning.Api.Data;

/// <summary>A cache with a maximum age and size; it is cleared when full.</summary>
/// <param name="most">More than are used at once; what is read again costs a query.</param>
/// <param name="fresh">How long an entry is good; for ever when null.</param>
internal sealed class BoundedCache<TKey, TValue>(int most, TimeSpan? fresh, TimeProvider clock)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, (TValue Value, long ReadAt)> entries = new();

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var isGood = entries.TryGetValue(key, out var entry) && (fresh is null || clock.GetElapsedTime(entry.ReadAt) < fresh);
        value = isGood ? entry.Value : default;
        return isGood;
    }

    /// <summary>
    /// The moment to give to <see cref="Set"/>; taken before reading, since what is read may be older than the end of the reading.
    /// </summary>
    public long Now() => clock.GetTimestamp();

    public void Set(TKey key, TValue value, long readAt)
    {
        if (entries.Count >= most) entries.Clear();
        entries[key] = (value, readAt);
    }

    public void Remove(TKey key) => entries.TryRemove(key, out _);

    public void Clear() => entries.Clear();
}

/// <summary>Holds what stands in rows, and lets go of it when these are gone all at once.</summary>
internal interface IHoldsRows
{
    void Clear();
}

internal static class RowHolders
{
    public static IServiceCollection AddHolder<T>(this IServiceCollection services)
        where T : class, IHoldsRows =>
        services.AddSingleton<T>().AddSingleton<IHoldsRows>(sp => sp.GetRequiredService<T>());
}
