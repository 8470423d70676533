using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Domain.Nudges;

/// <summary>A nudge that a more important one displaced.</summary>
public sealed record DisplacedNudge(Guid Id, DateTime DueAt, string Reason);

/// <summary>
/// One person's planned nudges over all cohorts, and the free slots: the nudges of a day go out in one message of at most three, on at
/// most three days of any seven. A more important nudge takes the day and displaces the least important of a full one.
/// </summary>
public sealed class NudgeCalendar(TimeZoneInfo zone, SendingWindow window)
{
    private const int DaysOfAWeek = 7;

    private readonly List<Entry> entries = [];
    private readonly List<DisplacedNudge> displaced = [];

    /// <summary>Those that had to give way, with their new moments; an ask that gave way twice is in it once.</summary>
    public IReadOnlyList<DisplacedNudge> Displaced => displaced;

    /// <summary>A message of this day has gone out or is on its way, and takes nothing more.</summary>
    public void AddMessage(DateTime at) =>
        entries.Add(new(
            null, NudgePriority.Of(NudgeKind.Closeout), at, Zones.LocalDate(at, zone), Zones.LocalDate(at, zone), IsFixed: true));

    /// <summary>An ask that is planned already; it may give way as long as it can still go before it expires.</summary>
    public void Add(Guid id, NudgeKind kind, DateTime dueAt, DateTime expiresAt) =>
        entries.Add(new(id, NudgePriority.Of(kind), dueAt, Zones.LocalDate(dueAt, zone), DayOf(expiresAt), IsFixed: false));

    public void Remove(Guid id) => entries.RemoveAll(e => e.Id == id);

    /// <summary>
    /// The first moment from the given one at which the ask has room, and why it is not that moment itself; null when none comes before it
    /// expires.
    /// </summary>
    public (DateTime At, string? Reason)? Schedule(Guid id, NudgeKind kind, DateTime from, DateTime expiresAt)
    {
        var (placed, moves) = Find(
            new(id, NudgePriority.Of(kind), from, Zones.LocalDate(from, zone), DayOf(expiresAt), IsFixed: false), null);
        if (placed is null) return null;
        foreach (var (entry, reason) in moves)
        {
            entries.RemoveAll(e => e.Id == entry.Id);
            entries.Add(entry);
            if (entry.Id is not { } moved || moved == id) continue;
            displaced.RemoveAll(y => y.Id == moved);
            displaced.Add(new(moved, entry.At, reason!));
        }

        return (placed.At, moves.Find(m => m.Entry.Id == id).Reason);
    }

    /// <summary>
    /// An ask ends when the next one of its skill is due, and never comes on that day: two about one skill would be one too many.
    /// </summary>
    private DateOnly DayOf(DateTime expiresAt) => expiresAt == DateTime.MaxValue ? DateOnly.MaxValue : Zones.LocalDate(expiresAt, zone);

    private (Entry? Placed, List<(Entry Entry, string? Reason)> Moves) Find(Entry ask, string? reason)
    {
        for (DateTime? at = ask.At; at is { } moment && Zones.LocalDate(moment, zone) < ask.Until; at = window.NextOpenDay(moment, zone))
        {
            var candidate = ask with { At = moment, Day = Zones.LocalDate(moment, zone) };
            var ofDay = entries.FindAll(e => e.Day == candidate.Day && e.Id != ask.Id);
            // What has to move anyway goes out together with what that day has already.
            if (moment != ask.At && ofDay.Count > 0 && ofDay.Max(e => e.At) is var together && together > moment)
                candidate = candidate with { At = together };
            if (ofDay.Count == 0 && IsWeekFull(candidate.Day, ask.Id))
            {
                reason ??= $"at most {NudgeMessage.MostAWeek} messages in seven days";
                continue;
            }

            if (ofDay.Count < NudgeMessage.MostAsks && !ofDay.Exists(e => e.IsFixed)) return (candidate, [(candidate, reason)]);
            // The least important gives way, the latest of equals, if there is another day for it. Of two at one moment it is the newer.
            var least = ofDay.Where(e => !e.IsFixed && e.Priority > ask.Priority).OrderByDescending(e => e.Priority)
                .ThenByDescending(e => e.At).ThenByDescending(e => e.Id).FirstOrDefault();
            if (least is not null && !ofDay.Exists(e => e.IsFixed) && window.NextOpenDay(least.At, zone) is { } next
                && WayFor(least with { At = next }, candidate) is { } moves)
                return (candidate, [(candidate, reason), .. moves]);
            reason ??= ofDay.Exists(e => e.IsFixed) ? "one message a day" : $"at most {NudgeMessage.MostAsks} asks a message";
        }

        return (null, []);
    }

    /// <summary>Where the one that gives way goes, once the other has its place.</summary>
    private List<(Entry Entry, string? Reason)>? WayFor(Entry yielding, Entry instead)
    {
        var (index, before) = (entries.FindIndex(e => e.Id == yielding.Id), entries.Find(e => e.Id == yielding.Id)!);
        entries[index] = instead;
        var (placed, moves) = Find(yielding, $"gave way to a more important ask: at most {NudgeMessage.MostAsks} asks a message");
        entries[index] = before;
        return placed is null ? null : moves;
    }

    /// <summary>Whether one more day with a message would make four in some seven days.</summary>
    private bool IsWeekFull(DateOnly day, Guid? but)
    {
        var days = entries.Where(e => e.Id != but && Math.Abs(e.Day.DayNumber - day.DayNumber) < DaysOfAWeek).Select(e => e.Day.DayNumber)
            .ToHashSet();
        return Enumerable.Range(day.DayNumber - DaysOfAWeek + 1, DaysOfAWeek)
            .Any(first => days.Count(d => d >= first && d < first + DaysOfAWeek) >= NudgeMessage.MostAWeek);
    }

    private sealed record Entry(Guid? Id, int Priority, DateTime At, DateOnly Day, DateOnly Until, bool IsFixed);
}

/// <summary>Which asks go first when not all can; the smaller number is the more important.</summary>
public static class NudgePriority
{
    /// <summary>What ends a window of the transfer rate goes first.</summary>
    public static int Of(NudgeKind kind) => kind switch
    {
        NudgeKind.Closeout or NudgeKind.Maintenance => 0,
        NudgeKind.Check => 1,
        NudgeKind.Cue => 2,
        NudgeKind.Recall => 3,
        _ => 4,
    };
}
