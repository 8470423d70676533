namespace MiiWrap.Learning.Domain;

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
        if (zone.IsInvalidTime(local))
        {
            var before = zone.GetUtcOffset(local.AddDays(-1));
            return DateTime.SpecifyKind(local - before, DateTimeKind.Utc);
        }

        if (!zone.IsAmbiguousTime(local)) return DateTime.SpecifyKind(local - zone.GetUtcOffset(local), DateTimeKind.Utc);
        var offsets = zone.GetAmbiguousTimeOffsets(local).OrderDescending().ToArray();
        var first = DateTime.SpecifyKind(local - offsets[0], DateTimeKind.Utc);
        return first >= notBefore.GetValueOrDefault() ? first : DateTime.SpecifyKind(local - offsets[^1], DateTimeKind.Utc);
    }

    /// <summary>The same local time of day, whole calendar days later.</summary>
    public static DateTime AddDays(DateTime utc, int days, TimeZoneInfo zone) => ToUtc(ToLocal(utc, zone).AddDays(days), zone, utc);
}
