using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Domain.Coaching;

/// <summary>
/// The asks of an action item, rows of the same ledger as those of units: a reminder on the planned day, a check on the working day after
/// it, and a last one on the day when it is due.
/// </summary>
public static class ItemNudges
{
    private const int Cue = 1;
    private const int Check = 2;
    private const int Closeout = 3;

    private const int CueDay = 2;
    private const int CheckDay = 7;
    private const int DaysOpen = 7;

    /// <summary>The words of each step, with the owner's if-then plan in place of <c>{ifThen}</c>.</summary>
    private static readonly IReadOnlyList<NudgeStep> Steps =
    [
        new(Cue, CueDay, null, NudgeKind.Cue, "Your plan: {ifThen} Is it still a good one?", null),
        new(Check, CheckDay, null, NudgeKind.Check, "Your plan: {ifThen} How far did you get?", null),
        new(Closeout, 0, DaysOpen, NudgeKind.Closeout,
            "The time that you gave yourself for this step is up: {ifThen} How far did you get?", null),
    ];

    /// <summary>What an ask of an item says.</summary>
    public static string TextOf(Nudge nudge, string ifThen) =>
        Steps[nudge.Step - 1].Text.Replace("{ifThen}", ifThen, StringComparison.Ordinal);

    /// <summary>A row for each step, the superseded ones included.</summary>
    /// <param name="isHeldOut">Its unit is held out of a trial: only the last ask goes, or the trial would be spoilt.</param>
    /// <param name="zone">The learner's.</param>
    public static IReadOnlyList<Nudge> Open(
        ActionItem item, Enrolment enrolment, bool isHeldOut, TimeZoneInfo zone, SendingWindow window, NudgeChannel channel, DateTime now,
        NudgeCalendar? calendar)
    {
        var (plan, startsAt) = PlanOf(item, zone, window);
        // What is not asked takes nobody's place; the last ask stands where it would alone, as that of its unit.
        var nudges = NudgeLedger.Plan(plan, startsAt, null, zone, window, now, isHeldOut ? null : calendar)
            .Select(planned => Nudge.PlanForItem(item.Id, item.Unit, enrolment, planned, channel, now)).ToList();
        if (isHeldOut) HoldOut(nudges);
        return nudges;
    }

    /// <summary>The unit of the item is held out: nothing of it is asked before the end.</summary>
    public static void HoldOut(IEnumerable<Nudge> nudges)
    {
        foreach (var nudge in nudges.Where(n => n.IsWaiting && n.Step != Closeout))
            nudge.Skip(Nudge.HeldOut);
    }

    /// <summary>Works out anew when what is still to come is due, from what stands now.</summary>
    public static void Replan(
        ActionItem item, IEnumerable<Nudge> nudges, TimeZoneInfo zone, SendingWindow window, string reason, DateTime now,
        NudgeCalendar? calendar)
    {
        var (plan, startsAt) = PlanOf(item, zone, window);
        NudgeLedger.Replan(plan, startsAt, null, NudgeLedger.Waiting(nudges), zone, window, reason, now, calendar);
    }

    /// <summary>Nothing stands any more that ended these asks: they come back, unless it was said meanwhile that it is done.</summary>
    public static void Revive(ActionItem item, IReadOnlyList<Nudge> ended, DateTime now)
    {
        if (item.State != ActionState.Agreed) return;
        foreach (var nudge in ended) nudge.Revive(now);
        if (item.IsDone) Stop(ended);
    }

    /// <summary>It is done: what is still to come asks for what is known.</summary>
    public static void Stop(IEnumerable<Nudge> nudges)
    {
        foreach (var nudge in nudges.Where(n => n.IsWaiting)) nudge.Skip(Nudge.AlreadyApplied);
    }

    /// <summary>Its owner had no occasion, and will be asked after the day of the next one.</summary>
    public static void WaitFor(
        ActionItem item, DateOnly next, IReadOnlyList<Nudge> nudges, Nudge answered, TimeZoneInfo zone, SendingWindow window) =>
        NudgeLedger.Wait(PlanOf(item, zone, window).StartsAt, nudges, answered, next, zone);

    /// <summary>The days of the item's steps, counted from the learner's day of the agreement, at the hour when the day opens.</summary>
    private static (NudgePlan Plan, DateTime StartsAt) PlanOf(ActionItem item, TimeZoneInfo zone, SendingWindow window)
    {
        var agreed = Zones.LocalDate(item.AgreedAt!.Value, zone);
        int DayOf(DateOnly date) => Math.Max(0, date.DayNumber - agreed.DayNumber);
        var planned = item.IfThen.PlannedFor;
        var due = DayOf(item.DueOn);
        var steps = Steps.Select(step => step.Step switch
        {
            Cue => step with { Day = planned is { } day ? DayOf(day) : step.Day },
            Check => step with { Day = planned is { } day ? DayOf(NextWorkingDay(day, window)) : step.Day },
            _ => step with { Day = due, Closes = due + DaysOpen },
        });
        return (new(PlanKind.Standard, "", RequiresIfThen: true, [.. steps]) { RanksAs = Nudge.ItemsRankAs },
            Zones.ToUtc(agreed.ToDateTime(window.Opens), zone));
    }

    private static DateOnly NextWorkingDay(DateOnly day, SendingWindow window)
    {
        var (next, last) = (day.AddDays(1), day.AddDays(DaysOpen));
        while (next < last && !window.IsOpenDay(next)) next = next.AddDays(1);
        return next;
    }
}
