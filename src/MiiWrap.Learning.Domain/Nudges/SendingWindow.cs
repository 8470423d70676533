using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Nudges;

/// <summary>
/// Hours of the learner's own in which nothing is sent: each night from <see cref="Start"/> to <see cref="End"/>, and on whole <see
/// cref="Days"/>.
/// </summary>
public sealed record QuietHours(TimeOnly Start, TimeOnly End, IReadOnlyList<DayOfWeek> Days)
{
    /// <summary>Outside office hours and at weekends.</summary>
    public static readonly QuietHours Default = new(new(17, 30), new(8, 30), [DayOfWeek.Saturday, DayOfWeek.Sunday]);

    public bool Covers(TimeOnly time) => Start <= End ? time >= Start && time < End : time >= Start || time < End;
}

/// <summary>When a nudge may go out, in the learner's local time; a learner's quiet hours can only make it smaller.</summary>
public sealed record SendingWindow(
    TimeOnly Opens, TimeOnly Closes, IReadOnlySet<DayOfWeek> OpenDays, QuietHours Quiet, IReadOnlySet<DateOnly> ClosedDays)
{
    // A year and a half without one open day is a mistake in the settings, not a calendar.
    private const int HorizonDays = 550;

    private static readonly IReadOnlySet<DayOfWeek> Weekdays = new HashSet<DayOfWeek>
    {
        DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday,
    };

    private static readonly IReadOnlySet<DateOnly> NoDays = new HashSet<DateOnly>();

    /// <summary>08:30 to 17:30, Monday to Friday: stricter than any law on messages, because these reach people at work.</summary>
    public static readonly SendingWindow Default = new(new(8, 30), new(17, 30), Weekdays, QuietHours.Default, NoDays);

    public SendingWindow With(QuietHours? quiet) => quiet is null ? this : this with { Quiet = quiet };

    /// <summary>True when at least one moment of an ordinary week is open.</summary>
    public bool EverOpens => OpenDays.Any(d => !Quiet.Days.Contains(d)) && FirstOpenTime(TimeOnly.MinValue) is not null;

    public bool IsOpenDay(DateOnly date) =>
        OpenDays.Contains(date.DayOfWeek) && !Quiet.Days.Contains(date.DayOfWeek) && !ClosedDays.Contains(date);

    public bool IsOpen(DateTime utc, TimeZoneInfo zone)
    {
        var local = Zones.ToLocal(utc, zone);
        return IsOpenDay(DateOnly.FromDateTime(local)) && IsOpenTime(TimeOnly.FromDateTime(local));
    }

    /// <summary>The given moment if it is open, else the next one that is; null when none comes within a year and a half.</summary>
    public DateTime? NextOpen(DateTime utc, TimeZoneInfo zone)
    {
        if (IsOpen(utc, zone)) return utc;
        var local = Zones.ToLocal(utc, zone);
        var from = TimeOnly.FromDateTime(local);
        var date = DateOnly.FromDateTime(local);
        for (var day = 0; day < HorizonDays; day++, date = date.AddDays(1), from = TimeOnly.MinValue)
        {
            if (!IsOpenDay(date) || FirstOpenTime(from) is not { } time) continue;
            var candidate = Zones.ToUtc(date.ToDateTime(time), zone, utc);
            // An hour that the clocks skip may carry the candidate out of the window again.
            if (candidate >= utc && IsOpen(candidate, zone)) return candidate;
        }

        return null;
    }

    /// <summary>The first open moment on a later local day than the given one.</summary>
    public DateTime? NextOpenDay(DateTime utc, TimeZoneInfo zone)
    {
        var tomorrow = DateOnly.FromDateTime(Zones.ToLocal(utc, zone)).AddDays(1);
        return NextOpen(Zones.ToUtc(tomorrow.ToDateTime(TimeOnly.MinValue), zone, utc), zone);
    }

    private bool IsOpenTime(TimeOnly time) => time >= Opens && time < Closes && !Quiet.Covers(time);

    private TimeOnly? FirstOpenTime(TimeOnly from)
    {
        var time = from > Opens ? from : Opens;
        if (Quiet.Covers(time) && Quiet.End > time) time = Quiet.End;
        return IsOpenTime(time) ? time : null;
    }
}
