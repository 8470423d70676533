namespace MiiWrap.Learning.Domain.Common;

/// <summary>Local time by IANA zone names, with an answer for the hours that daylight saving skips or repeats.</summary>
public static class Zones
{
    /// <summary>True for IANA names alone: a Windows zone name would travel badly between machines.</summary>
    public static bool IsKnown(string? name) =>
        name is { Length: > 0 and <= 64 }
        && (name == "UTC" || !TimeZoneInfo.TryConvertWindowsIdToIanaId(name, out _))
        && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
        && zone.HasIanaId;

    public static TimeZoneInfo Find(string name) => TimeZoneInfo.FindSystemTimeZoneById(name);

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
