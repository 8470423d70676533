using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Domain.Nudges;

/// <summary>
/// One ask of a plan with its moment; <see cref="Superseded"/> when a closed time pushed it onto the day of the step after it.
/// </summary>
public sealed record PlannedNudge(int Step, NudgeKind Kind, DateTime DueAt, DateTime ExpiresAt, string? Reason, bool Superseded)
{
    /// <summary>The last chance to speak of a window of the transfer rate.</summary>
    public bool ClosesWindow { get; init; }

    /// <summary>Why the person's other asks did not leave it where the plan alone would have it.</summary>
    public string? Placement { get; init; }
}

/// <summary>What of a plan still waits to be asked, when it is planned anew.</summary>
/// <param name="Now">What is due in the past goes out at the next open moment.</param>
/// <param name="Waiting">The steps that are still to come; the others only end those before them.</param>
public sealed record PlanProgress(DateTime Now, IReadOnlyDictionary<int, WaitingStep> Waiting);

/// <summary>A step that is still to come: what it has become, and the learner's wish not to be asked before a moment.</summary>
public sealed record WaitingStep(NudgeKind Kind, DateTime? NotBefore);

/// <summary>
/// Works out when each ask of a plan is due: a pure function of the completion, the learner's calendar, the plan and what is left of it.
/// </summary>
public static class NudgePlanner
{
    /// <summary>
    /// An ask about a planned date comes the working day after it, but on day 3 at the earliest and day 14 at the latest.
    /// </summary>
    private const int EarliestPlannedDay = 3;
    private const int LatestPlannedDay = 14;

    public const string NoRoom = "no room before its window closes";

    /// <summary>
    /// Plans all steps, in order; an ask is never due before its offset, and always inside the window. Where the person has other asks too,
    /// each is placed where there is room beside them, in their order; a less important one gives way.
    /// </summary>
    /// <param name="idOf">The identity of each step's ask in the calendar.</param>
    public static IReadOnlyList<PlannedNudge> Plan(
        NudgePlan plan, DateTime completedAt, TimeZoneInfo zone, DateOnly? plannedFor, SendingWindow window, NudgeCalendar calendar,
        Func<int, Guid> idOf, PlanProgress? progress = null)
    {
        var planned = Plan(plan, completedAt, zone, plannedFor, window, progress).ToArray();
        foreach (var i in Enumerable.Range(0, planned.Length).Where(i => !planned[i].Superseded && IsWaiting(progress, planned[i].Step)))
        {
            var ask = planned[i];
            if (calendar.Schedule(idOf(ask.Step), plan.RanksAs ?? ask.Kind, ask.DueAt, ask.ExpiresAt) is not { } place)
            {
                // What closes a window is never dropped for want of room: when it goes is then seen at the time. Of the others the next one
                // speaks.
                planned[i] = ask.ClosesWindow
                    ? ask with { Reason = Joined(ask.Reason, NoRoom), Placement = NoRoom }
                    : ask with { Superseded = true, Reason = Joined(ask.Reason, "no room before the next ask") };
                continue;
            }

            planned[i] = ask with
            {
                DueAt = place.At,
                Reason = place.Reason is null ? ask.Reason : Joined(ask.Reason, place.Reason),
                Placement = place.Reason,
            };
        }

        planned = InOrder(planned, zone, progress);
        // Whatever is planned next finds in the calendar what is stored now.
        foreach (var ask in planned.Where(ask => IsWaiting(progress, ask.Step)))
        {
            calendar.Remove(idOf(ask.Step));
            if (!ask.Superseded) calendar.Add(idOf(ask.Step), plan.RanksAs ?? ask.Kind, ask.DueAt, ask.ExpiresAt);
        }

        return planned;
    }

    /// <summary>An ask ends when the next one is due, and two of one skill never come on one day.</summary>
    private static PlannedNudge[] InOrder(PlannedNudge[] planned, TimeZoneInfo zone, PlanProgress? progress)
    {
        var later = new LaterSteps();
        for (var i = planned.Length - 1; i >= 0; i--)
        {
            if (planned[i].Superseded) continue;
            var (isWaiting, date) = (IsWaiting(progress, planned[i].Step), Zones.LocalDate(planned[i].DueAt, zone));
            if (isWaiting && later.After(date) is { } next)
            {
                if (date >= next.Date)
                {
                    planned[i] = planned[i] with { Superseded = true };
                    continue;
                }

                if (!planned[i].ClosesWindow) planned[i] = planned[i] with { ExpiresAt = next.At };
            }

            later.Add(planned[i].DueAt, date, isWaiting);
        }

        return planned;
    }

    private static string Joined(string? reason, string further) => reason is null ? further : $"{reason}; {further}";

    private static bool IsWaiting(PlanProgress? progress, int step) => progress is null || progress.Waiting.ContainsKey(step);

    /// <summary>Plans all steps for a person who has no other asks.</summary>
    public static IReadOnlyList<PlannedNudge> Plan(
        NudgePlan plan, DateTime completedAt, TimeZoneInfo zone, DateOnly? plannedFor, SendingWindow window, PlanProgress? progress = null)
    {
        var completedOn = Zones.LocalDate(completedAt, zone);
        var due = new (DateTime At, string? Reason, bool IsOpen)[plan.Steps.Count];
        for (var i = 0; i < due.Length; i++)
        {
            var step = plan.Steps[i];
            var (day, moved) = step.Step == 2 && plannedFor is { } date ? (DayAfter(date, completedOn, window), true) : (step.Day, false);
            due[i] = Due(completedAt, day, moved, zone, window);
            if (progress?.Waiting.GetValueOrDefault(step.Step) is not { } waiting) continue;
            if (due[i].At <= progress.Now) due[i].At = window.NextOpen(progress.Now, zone) ?? due[i].At;
            // The last chance of a window is taken, whatever else is wished.
            if (waiting.NotBefore is { } wished && due[i].At < wished && (window.NextOpen(wished, zone) ?? wished) is var open
                && !(step.Closes is { } last && open >= Zones.AddDays(completedAt, last, zone))) due[i].At = open;
        }

        var planned = new PlannedNudge[due.Length];
        var later = new LaterSteps();
        for (var i = due.Length - 1; i >= 0; i--)
        {
            var step = plan.Steps[i];
            var date = Zones.LocalDate(due[i].At, zone);
            var next = later.After(date);
            // Where closed days leave no next ask, the window that it would have closed ends this one.
            var closing = step.Closes ?? (next is null ? plan.Steps.Skip(i).FirstOrDefault(s => s.Closes is not null)?.Closes : null);
            var closes = closing is { } days ? Zones.AddDays(completedAt, days, zone) : DateTime.MaxValue;
            var expires = next is { } n && n.At < closes ? n.At : closes;
            // Two asks about one skill on one day would be one too many, so the later one speaks for both.
            var superseded = next is { } other && date >= other.Date || due[i].At >= expires || !due[i].IsOpen;
            planned[i] = new(step.Step, progress?.Waiting.GetValueOrDefault(step.Step)?.Kind ?? step.Kind, due[i].At,
                superseded && expires < due[i].At ? due[i].At : expires, due[i].Reason, superseded)
            {
                ClosesWindow = step.Closes is not null && plan.RanksAs is null,
            };
            if (!superseded) later.Add(due[i].At, date, IsWaiting(progress, step.Step));
        }

        return planned;
    }

    /// <summary>
    /// The steps behind the one that is being planned. One that was answered or left out takes no day from those before it.
    /// </summary>
    private sealed class LaterSteps
    {
        private readonly Stack<(DateTime At, DateOnly Date, bool IsWaiting)> steps = new();

        public void Add(DateTime at, DateOnly date, bool isWaiting) => steps.Push((at, date, isWaiting));

        public (DateTime At, DateOnly Date)? After(DateOnly date)
        {
            foreach (var step in steps.Where(s => s.IsWaiting || s.Date > date)) return (step.At, step.Date);
            return null;
        }
    }

    private static int DayAfter(DateOnly plannedFor, DateOnly completedOn, SendingWindow window)
    {
        var latest = completedOn.AddDays(LatestPlannedDay);
        if (plannedFor >= latest) return LatestPlannedDay;
        var date = plannedFor.AddDays(1);
        while (date < latest && !window.IsOpenDay(date)) date = date.AddDays(1);
        return Math.Clamp(date.DayNumber - completedOn.DayNumber, EarliestPlannedDay, LatestPlannedDay);
    }

    /// <summary>Where leave and closed days leave no open moment, the ask gives way until one of them is taken back.</summary>
    private static (DateTime At, string? Reason, bool IsOpen) Due(
        DateTime completedAt, int day, bool byPlannedDate, TimeZoneInfo zone, SendingWindow window)
    {
        var offset = Zones.AddDays(completedAt, day, zone);
        var reason = byPlannedDate ? "follows the planned date" : null;
        if (window.NextOpen(offset, zone) is not { } open) return (offset, reason, IsOpen: false);
        if (open == offset) return (open, reason, IsOpen: true);
        var from = Zones.ToLocal(offset, zone);
        var why = window.IsOpenDay(DateOnly.FromDateTime(from)) ? "outside sending hours" : $"{from.DayOfWeek} is closed";
        return (open, Joined(reason, $"moved to the next open moment: {why}"), IsOpen: true);
    }
}
