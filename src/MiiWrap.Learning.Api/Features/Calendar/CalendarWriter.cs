using System.Text;

namespace MiiWrap.Learning.Api.Features.Calendar;

/// <summary>One date in a calendar: a whole day, or a few minutes at a moment.</summary>
/// <param name="Uid">Stays the same however the date moves, so that calendars move it too.</param>
internal sealed record CalendarEntry(string Uid, string Summary, DateOnly? Day, DateTime? At);

/// <summary>Writes calendars as RFC 5545 has them.</summary>
internal static class ICalendar
{
    public const string MediaType = "text/calendar";

    private const int LongestLine = 75;

    /// <param name="stamp">When this calendar was made; it does not follow the clock, so that the same dates are the same bytes.</param>
    public static string Write(string name, IEnumerable<CalendarEntry> entries, DateTime stamp)
    {
        var text = new StringBuilder();
        foreach (var line in Lines(name, entries, stamp)) Fold(text, line);
        return text.ToString();
    }

    private static IEnumerable<string> Lines(string name, IEnumerable<CalendarEntry> entries, DateTime stamp)
    {
        yield return "BEGIN:VCALENDAR";
        yield return "VERSION:2.0";
        yield return "PRODID:-//MiiWrap.Learning//Learning//EN";
        yield return "CALSCALE:GREGORIAN";
        yield return "METHOD:PUBLISH";
        yield return $"X-WR-CALNAME:{Escape(name)}";
        yield return "REFRESH-INTERVAL;VALUE=DURATION:PT6H";
        yield return "X-PUBLISHED-TTL:PT6H";
        foreach (var entry in entries)
        {
            yield return "BEGIN:VEVENT";
            yield return $"UID:{Escape(entry.Uid)}";
            yield return $"DTSTAMP:{Moment(stamp)}";
            if (entry.Day is { } day)
            {
                yield return $"DTSTART;VALUE=DATE:{day:yyyyMMdd}";
                yield return $"DTEND;VALUE=DATE:{day.AddDays(1):yyyyMMdd}";
            }
            else
            {
                yield return $"DTSTART:{Moment(entry.At!.Value)}";
                yield return "DURATION:PT5M";
            }

            yield return $"SUMMARY:{Escape(entry.Summary)}";
            // Nobody is busy for it.
            yield return "TRANSP:TRANSPARENT";
            yield return "END:VEVENT";
        }

        yield return "END:VCALENDAR";
    }

    private static string Moment(DateTime utc) => utc.ToString("yyyyMMdd'T'HHmmss'Z'");

    private static string Escape(string text) => string.Concat(text.ReplaceLineEndings("\n").Where(c => c == '\n' || !char.IsControl(c)).Select(c => c switch
    {
        '\\' => @"\\",
        ';' => @"\;",
        ',' => @"\,",
        '\n' => @"\n",
        _ => c.ToString(),
    }));

    /// <summary>A line has 75 octets at most, the blank of a continuation among them; no character is cut in two.</summary>
    private static void Fold(StringBuilder text, string line)
    {
        var length = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (length + rune.Utf8SequenceLength > LongestLine)
            {
                text.Append("\r\n ");
                length = 1;
            }

            text.Append(rune.ToString());
            length += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }
}
