using System.Text;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using MiiWrap.Learning.Api.Configuration;

namespace MiiWrap.Learning.Api.Contracts;

/// <summary>One date in a calendar: a whole day, or a few minutes at a moment.</summary>
/// <param name="Uid">Stays the same however the date moves, so that calendars move it too.</param>
/// <param name="Moves">How often it was moved.</param>
/// <param name="ChangedAt">When it last became what it is, and never the moment of the request: the same dates are the same bytes.</param>
internal sealed record CalendarEntry(string Uid, string Summary, DateOnly? Day, DateTime? At, int Moves, DateTime ChangedAt)
{
    /// <summary>How long somebody is busy for it, in minutes; null when nobody is.</summary>
    public int? Minutes { get; init; }

    public bool IsCancelled { get; init; }

    /// <summary>A coaching session says in a calendar that it is one, and no more: neither with whom nor what it is about.</summary>
    public static CalendarEntry OfSession(
        Guid id, DateTime startsAt, int minutes, int moves, DateTime changedAt, Settings settings) =>
        new($"{id}@{settings.PublicBaseUrl.Host}", "Coaching session", null, startsAt, moves, changedAt) { Minutes = minutes };
}

/// <summary>Writes calendars as RFC 5545 has them, for programs that fetch them again and again.</summary>
internal static class CalendarWriter
{
    public const string MediaType = "text/calendar";

    private const int LongestLine = 75;
    private const int ShortMinutes = 5;
    private const string RefreshAfter = "PT6H";
    private const string LineEnd = "\r\n";

    /// <param name="madeAt">From when on the calendar is read, with or without entries.</param>
    public static string Write(string name, TimeZoneInfo zone, IReadOnlyCollection<CalendarEntry> entries, DateTime madeAt)
    {
        // A METHOD would make it a message between people who schedule with one another (RFC 5546).
        var calendar = new Ical.Net.Calendar { ProductId = "-//MiiWrap.Learning//Learning//EN", Scale = CalendarScales.Gregorian };
        calendar.AddProperty("X-WR-CALNAME", Plain(name));
        var refresh = new CalendarProperty("REFRESH-INTERVAL", RefreshAfter);
        refresh.AddParameter("VALUE", "DURATION");
        calendar.AddProperty(refresh);
        calendar.AddProperty("X-PUBLISHED-TTL", RefreshAfter);
        // Every calendar has to have a component, and one without entries would have none.
        var moments = entries.Select(e => e.At ?? e.Day!.Value.ToDateTime(TimeOnly.MinValue)).Append(madeAt).ToList();
        calendar.AddChild(CalendarZone.Of(zone, moments.Min(), moments.Max()));
        foreach (var entry in entries) calendar.AddChild(EventOf(entry));
        return Fold(new CalendarSerializer().SerializeToString(calendar)!);
    }

    private static CalendarEvent EventOf(CalendarEntry entry)
    {
        var changed = new CalDateTime(entry.ChangedAt);
        var written = new CalendarEvent
        {
            Uid = Plain(entry.Uid),
            Summary = Plain(entry.Summary),
            Sequence = entry.Moves,
            // Where there is no METHOD both say when the event last changed.
            DtStamp = changed,
            LastModified = changed,
            Transparency = entry.Minutes is null ? TransparencyType.Transparent : TransparencyType.Opaque,
        };
        if (entry.IsCancelled) written.Status = EventStatus.Cancelled;
        if (entry.Day is { } day) (written.Start, written.End) = (new CalDateTime(day), new CalDateTime(day.AddDays(1)));
        else (written.Start, written.Duration) = (new CalDateTime(entry.At!.Value), Duration.FromMinutes(entry.Minutes ?? ShortMinutes));
        return written;
    }

    /// <summary>Without control characters, which RFC 5545 allows in no text and the library lets pass.</summary>
    private static string Plain(string text) => string.Concat(text.ReplaceLineEndings("\n").Where(c => c == '\n' || !char.IsControl(c)));

    /// <summary>A line has 75 octets at most, the blank of a continuation among them; no character is cut in two.</summary>
    /// <remarks>The library folds too, and cuts an emoji at the end of a line into two halves that no encoding can write.</remarks>
    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length + (text.Length / 10));
        var length = 0;
        foreach (var rune in text.Replace($"{LineEnd} ", "", StringComparison.Ordinal).EnumerateRunes())
        {
            if (rune.Value is '\r' or '\n') length = 0;
            else if (length + rune.Utf8SequenceLength > LongestLine)
            {
                folded.Append(LineEnd).Append(' ');
                length = 1 + rune.Utf8SequenceLength;
            }
            else length += rune.Utf8SequenceLength;

            folded.Append(rune.ToString());
        }

        return folded.ToString();
    }
}
