using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Contracts;

/// <summary>A time zone as calendars carry it: when its clocks change, by the rules of this machine.</summary>
/// <remarks>
/// The library's own VTIMEZONE reads the real clock, fails for dates more than a year ahead, and is wrong where standard time is the
/// summer's, as in Dublin and Casablanca. Here every change of the years in question stands by itself, so no rule has to be guessed.
/// </remarks>
internal static class CalendarZone
{
    private static readonly TimeSpan Step = TimeSpan.FromDays(1);

    /// <summary>The zone from the year of the first moment to the end of the year after the last.</summary>
    public static VTimeZone Of(TimeZoneInfo zone, DateTime first, DateTime last)
    {
        // A day more on either side, for local time is in another year than UTC by then.
        var start = Zones.ToUtc(new(first.AddDays(-1).Year, 1, 1), zone);
        var changes = Changes(zone, start, new(last.AddDays(1).Year + 2, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var least = changes.Min(c => c.To);
        // Set by name: the typed property refuses zones that are younger than the library's own list.
        var written = new VTimeZone();
        written.Properties.Set("TZID", zone.Id);
        foreach (var (at, from, to) in changes)
        {
            written.AddChild(new VTimeZoneInfo(to == least ? Components.Standard : Components.Daylight)
            {
                Start = new CalDateTime(DateTime.SpecifyKind(at + from, DateTimeKind.Unspecified)),
                OffsetFrom = new UtcOffset(from),
                OffsetTo = new UtcOffset(to),
            });
        }

        return written;
    }

    /// <summary>The offset at the start as if it began there, and then each change.</summary>
    private static List<(DateTime At, TimeSpan From, TimeSpan To)> Changes(TimeZoneInfo zone, DateTime start, DateTime end)
    {
        var offset = zone.GetUtcOffset(start);
        var changes = new List<(DateTime At, TimeSpan From, TimeSpan To)> { (start, offset, offset) };
        for (var day = start; day < end; day += Step)
        {
            var next = zone.GetUtcOffset(day + Step);
            if (next == offset) continue;
            changes.Add((ChangeWithin(zone, day, offset), offset, next));
            offset = next;
        }

        return changes;
    }

    /// <summary>The second within the day from the given moment on in which clocks leave the offset.</summary>
    private static DateTime ChangeWithin(TimeZoneInfo zone, DateTime day, TimeSpan offset)
    {
        var (before, after) = (0, (int)Step.TotalSeconds);
        while (after - before > 1)
        {
            var middle = (before + after) / 2;
            if (zone.GetUtcOffset(day.AddSeconds(middle)) == offset) before = middle;
            else after = middle;
        }

        return day.AddSeconds(after);
    }
}
