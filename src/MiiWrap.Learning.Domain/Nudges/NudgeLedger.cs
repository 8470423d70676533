using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Domain.Nudges;

/// <summary>The asks of one transfer opportunity: made at completion, then moved, changed or ended by what the learner does.</summary>
public static class NudgeLedger
{
    /// <summary>One row for each step of the plan, the superseded ones included: nothing that was planned is ever missing.</summary>
    public static IReadOnlyList<Nudge> Open(TransferOpportunity opportunity, NudgePlan plan, SendingWindow window, NudgeChannel channel,
        DateTime now, NudgeCalendar? calendar = null)
    {
        var isHeldOut = opportunity.Arm == TrialArm.HeldOut;
        var nudges = Plan(plan, opportunity.StartsAt, opportunity.IfThen?.PlannedFor, Zones.Find(opportunity.TimeZone), window, now,
            isHeldOut ? null : calendar).Select(planned => Nudge.Plan(opportunity, planned, channel, now)).ToList();
        if (!isHeldOut) return nudges;
        // What closes a window is asked of both sides: it is how their transfer becomes known.
        foreach (var nudge in nudges.Where(n => n is { Status: NudgeStatus.Planned, ClosesWindow: false })) nudge.Skip(Nudge.HeldOut);
        return nudges;
    }

    /// <summary>All steps of a plan, placed where there is room beside the person's other asks.</summary>
    /// <param name="calendar">Null where nothing else stands in the way.</param>
    public static IReadOnlyList<PlannedNudge> Plan(
        NudgePlan plan, DateTime startsAt, DateOnly? plannedFor, TimeZoneInfo zone, SendingWindow window, DateTime now,
        NudgeCalendar? calendar)
    {
        if (calendar is null) return NudgePlanner.Plan(plan, startsAt, zone, plannedFor, window);
        // Rows get their identity later: in the calendar a step is known by a number of its own.
        var ids = plan.Steps.ToDictionary(s => s.Step, _ => NewId.At(now));
        return NudgePlanner.Plan(plan, startsAt, zone, plannedFor, window, calendar, step => ids[step]);
    }

    /// <summary>
    /// Works out anew when the asks that are still to come are due, from what stands now: what moved them before leaves no trace but its
    /// reason. Those already in a message stay in it.
    /// </summary>
    public static void Replan(
        TransferOpportunity opportunity, NudgePlan plan, IEnumerable<Nudge> nudges, TimeZoneInfo zone, SendingWindow window, string reason,
        DateTime now, NudgeCalendar? calendar = null)
    {
        var waiting = Waiting(nudges);
        // The few asks of who is held out stand where they would without the others, which only know of them.
        var isHeldOut = opportunity.Arm == TrialArm.HeldOut;
        Replan(plan, opportunity.StartsAt, opportunity.IfThen?.PlannedFor, waiting, zone, window, reason, now, calendar, isHeldOut);
    }

    /// <summary>The asks of one subject that are still to come and in no message yet, by their step.</summary>
    public static IReadOnlyDictionary<int, Nudge> Waiting(IEnumerable<Nudge> nudges) =>
        nudges.Where(n => n.IsWaiting).ToDictionary(n => n.Step);

    /// <summary>Works out anew when what still waits of a plan is due, whatever the plan is of.</summary>
    /// <param name="ignoresCalendar">They stand where they would alone; the calendar only knows of them.</param>
    public static void Replan(
        NudgePlan plan, DateTime startsAt, DateOnly? plannedFor, IReadOnlyDictionary<int, Nudge> waiting, TimeZoneInfo zone,
        SendingWindow window, string reason, DateTime now, NudgeCalendar? calendar, bool ignoresCalendar = false)
    {
        if (waiting.Count == 0) return;
        var progress = new PlanProgress(now, waiting.ToDictionary(n => n.Key, n => new WaitingStep(n.Value.Kind, n.Value.NotBefore)));
        foreach (var nudge in waiting.Values) calendar?.Remove(nudge.Id);
        var steps = calendar is null || ignoresCalendar
            ? NudgePlanner.Plan(plan, startsAt, zone, plannedFor, window, progress)
            : NudgePlanner.Plan(plan, startsAt, zone, plannedFor, window, calendar,
                step => waiting.TryGetValue(step, out var nudge) ? nudge.Id : Guid.Empty, progress);
        foreach (var planned in steps)
        {
            if (!waiting.TryGetValue(planned.Step, out var nudge)) continue;
            nudge.Replan(planned, planned.Placement is null ? reason : $"{reason}; {planned.Placement}", now);
            if (ignoresCalendar && !planned.Superseded) calendar?.Add(nudge.Id, nudge.RanksAs, nudge.DueAt, nudge.ExpiresAt);
        }
    }

    /// <summary>Draws the consequences of an answer for the opportunity and for the asks that are still to come.</summary>
    public static void ApplyAnswer(
        TransferOpportunity opportunity, NudgePlan plan, IReadOnlyList<Nudge> nudges, Nudge answered, TimeZoneInfo zone,
        SendingWindow window, DateTime now, NudgeCalendar? calendar = null)
    {
        var response = answered.Response ?? throw new InvalidOperationException($"Nudge {answered.Id} has no answer to follow.");
        if (LevelOf(response.Outcome) is { } level)
            opportunity.Record(level, EvidenceSource.SelfReport,
                opportunity.CountedDay(response.OccurredOn ?? DefaultDay(opportunity, answered, now)), response.Barrier, now);

        if (response.Outcome == NudgeOutcome.Applied) StopChecks(plan, nudges);
        if (WaitsForOpportunity(response) is { } next)
        {
            Wait(opportunity.StartsAt, nudges, answered, next, zone);
            Replan(opportunity, plan, nudges, zone, window, "waits for the next opportunity", now, calendar);
        }

        if (response is { Outcome: NudgeOutcome.ChangeDate, PlannedFor: { } date })
        {
            opportunity.PlanFor(date);
            Replan(opportunity, plan, nudges, zone, window, "the learner changed the planned date", now, calendar);
        }
    }

    /// <summary>
    /// Nothing stands any more that ended these asks of one opportunity: they are planned again, but for what answers that were given
    /// before or meanwhile have settled.
    /// </summary>
    public static void Revive(
        TransferOpportunity opportunity, NudgePlan plan, IReadOnlyList<Nudge> ended, IEnumerable<Nudge> answered, TimeZoneInfo zone,
        DateTime now)
    {
        foreach (var nudge in ended) nudge.Revive(now);
        foreach (var answer in answered)
        {
            if (answer.Response!.Outcome == NudgeOutcome.Applied) StopChecks(plan, ended);
            if (WaitsForOpportunity(answer.Response) is { } next) Wait(opportunity.StartsAt, ended, answer, next, zone);
        }
    }

    /// <summary>Whether an answer moves what is still to come.</summary>
    public static bool Moves(NudgeResponse response) =>
        response.Outcome == NudgeOutcome.ChangeDate || WaitsForOpportunity(response) is not null;

    /// <summary>Who had no opportunity and knows when the next one comes is asked after that day, and not before.</summary>
    public static DateOnly? WaitsForOpportunity(NudgeResponse response) =>
        response is { Outcome: NudgeOutcome.NotYet, Barrier: Barrier.NoOpportunity } ? response.PlannedFor : null;

    /// <summary>What is still to come after an answer waits until the day after the next opportunity.</summary>
    public static void Wait(DateTime startsAt, IReadOnlyList<Nudge> nudges, Nudge answered, DateOnly next, TimeZoneInfo zone)
    {
        var timeOfDay = TimeOnly.FromDateTime(Zones.ToLocal(startsAt, zone));
        foreach (var nudge in nudges.Where(n => n.IsWaiting && n.Step > answered.Step))
            nudge.WaitUntil(Zones.ToUtc(next.AddDays(1).ToDateTime(timeOfDay), zone));
    }

    private static void StopChecks(NudgePlan plan, IReadOnlyList<Nudge> nudges)
    {
        foreach (var nudge in nudges.Where(n => n.IsWaiting))
        {
            if (plan.Step(nudge.Step) is not { } step) continue;
            if (step.StopsWhenApplied) nudge.Skip(Nudge.AlreadyApplied);
            else if (step.WhenApplied is { } variant) nudge.Become(variant.Kind);
        }
    }

    /// <summary>What an answer says of how far something was done; null where it says nothing of it.</summary>
    public static TransferLevel? LevelOf(NudgeOutcome outcome) => outcome switch
    {
        NudgeOutcome.Applied => TransferLevel.Applied,
        NudgeOutcome.Partly => TransferLevel.Partly,
        NudgeOutcome.NotYet => TransferLevel.NotYet,
        _ => null,
    };

    /// <summary>
    /// The day of the answer, by the zone in which the opportunity counts its days; an ask from within the thirty days that was only
    /// answered late still speaks of them.
    /// </summary>
    private static DateOnly DefaultDay(TransferOpportunity opportunity, Nudge answered, DateTime now)
    {
        var zone = Zones.Find(opportunity.TimeZone);
        var today = Zones.LocalDate(now, zone);
        var askedWithin = Zones.LocalDate(answered.DueAt, zone) <= opportunity.LastDay || answered.Kind is NudgeKind.Closeout;
        return askedWithin && today > opportunity.LastDay ? opportunity.LastDay : today;
    }
}
