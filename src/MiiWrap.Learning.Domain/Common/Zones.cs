using System.Diagnostics.CodeAnalysis;

namespace MiiWrap.Learning.Domain.Common;

/// <summary>Local time by IANA zone names, with an answer for the hours that daylight saving skips or repeats.</summary>
public static class Zones
{
    /// <summary>True for a name of the tz database whose rules this server knows, in its present or an earlier form.</summary>
    public static bool IsKnown(string? name) => Current(name) is not null;

    /// <summary>
    /// The present name of a zone that somebody named, as it is stored; null when that is no zone or this server has no rules for it.
    /// </summary>
    public static string? Current(string? name) =>
        name is not null && ZoneNames.CurrentOf(name) is { } current && TryFind(current, out _) ? current : null;

    /// <summary>
    /// The zone of a stored name, by whichever of its names this server has. A zone that is gone reads as UTC, so that one row never makes
    /// a list unreadable; what goes out at somebody's hours asks <see cref="TryFind"/>.
    /// </summary>
    public static TimeZoneInfo Find(string name) => TryFind(name, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>The zone of a stored name, by whichever of its names this server has.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone)) return true;
        if (ZoneNames.CurrentOf(name) is not { } current) return false;
        foreach (var other in ZoneNames.OldNamesOf(current).Prepend(current))
        {
            if (TimeZoneInfo.TryFindSystemTimeZoneById(other, out zone)) return true;
        }

        return false;
    }

    public static DateTime ToLocal(DateTime utc, TimeZoneInfo zone) =>
        DateTime.SpecifyKind(TimeZoneInfo.ConvertTimeFromUtc(utc, zone), DateTimeKind.Unspecified);

    public static DateOnly LocalDate(DateTime utc, TimeZoneInfo zone) => DateOnly.FromDateTime(ToLocal(utc, zone));

    /// <summary>
    /// The moment of a local time. One that the clocks skip moves on by what they skipped; of one that comes twice, the first that is not
    /// before <paramref name="notBefore"/>.
    /// </summary>
    public static DateTime ToUtc(DateTime local, TimeZoneInfo zone, DateTime? notBefore = null)
    {
        // Only the way from UTC to local time is sound in every zone: what the framework says of skipped and repeated times is wrong where
        // clocks skip midnight or a standard time moves. The offsets of the days around enclose any change.
        var asUtc = DateTime.SpecifyKind(local, DateTimeKind.Utc);
        var (before, after) = (asUtc - zone.GetUtcOffset(asUtc.AddDays(-1)), asUtc - zone.GetUtcOffset(asUtc.AddDays(1)));
        var (first, second) = before <= after ? (before, after) : (after, before);
        var (isFirst, isSecond) = (ToLocal(first, zone) == local, ToLocal(second, zone) == local);
        if (isFirst && (first >= notBefore.GetValueOrDefault() || !isSecond)) return first;
        return isSecond ? second : before;
    }

    /// <summary>The same local time of day, whole calendar days later.</summary>
    public static DateTime AddDays(DateTime utc, int days, TimeZoneInfo zone) => ToUtc(ToLocal(utc, zone).AddDays(days), zone, utc);
}
