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
        var (zone, plannedFor) = (Zones.Find(opportunity.TimeZone), opportunity.IfThen?.PlannedFor);
        // Rows get their identity later: in the calendar a step is known by a number of its own.
        var ids = plan.Steps.ToDictionary(s => s.Step, _ => NewId.At(now));
        var steps = calendar is null || opportunity.Arm == TrialArm.HeldOut
            ? NudgePlanner.Plan(plan, opportunity.StartsAt, zone, plannedFor, window)
            : NudgePlanner.Plan(plan, opportunity.StartsAt, zone, plannedFor, window, calendar, step => ids[step]);
        var nudges = steps
            .Select(planned => Nudge.Plan(opportunity, planned, channel, now)).ToList();
        if (opportunity.Arm != TrialArm.HeldOut) return nudges;
        // What closes a window is asked of both sides: it is how their transfer becomes known.
        foreach (var nudge in nudges.Where(n => n is { Status: NudgeStatus.Planned, ClosesWindow: false })) nudge.Skip(Nudge.HeldOut);
        return nudges;
    }

    /// <summary>
    /// Works out anew when the asks that are still to come are due, from what stands now: what moved them before leaves no trace but its
    /// reason. Those already in a message stay in it.
    /// </summary>
    public static void Replan(
        TransferOpportunity opportunity, NudgePlan plan, IEnumerable<Nudge> nudges, TimeZoneInfo zone, SendingWindow window, string reason,
        DateTime now, NudgeCalendar? calendar = null)
    {
        var waiting = nudges.Where(n => n is { Status: NudgeStatus.Planned, MessageId: null }).ToDictionary(n => n.Step);
        if (waiting.Count == 0) return;
        var progress = new PlanProgress(now, waiting.ToDictionary(n => n.Key, n => new WaitingStep(n.Value.Kind, n.Value.NotBefore)));
        foreach (var nudge in waiting.Values) calendar?.Remove(nudge.Id);
        var (startsAt, plannedFor) = (opportunity.StartsAt, opportunity.IfThen?.PlannedFor);
        var steps = calendar is null || opportunity.Arm == TrialArm.HeldOut
            ? NudgePlanner.Plan(plan, startsAt, zone, plannedFor, window, progress)
            : NudgePlanner.Plan(plan, startsAt, zone, plannedFor, window, calendar,
                step => waiting.TryGetValue(step, out var nudge) ? nudge.Id : Guid.Empty, progress);
        foreach (var planned in steps)
        {
            if (!waiting.TryGetValue(planned.Step, out var nudge)) continue;
            nudge.Replan(planned, planned.Placement is null ? reason : $"{reason}; {planned.Placement}", now);
            if (opportunity.Arm == TrialArm.HeldOut && !planned.Superseded)
                calendar?.Add(nudge.Id, nudge.Kind, nudge.DueAt, nudge.ExpiresAt);
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
            Wait(opportunity, nudges, answered, next, zone);
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
            if (WaitsForOpportunity(answer.Response) is { } next) Wait(opportunity, ended, answer, next, zone);
        }
    }

    /// <summary>Whether an answer moves what is still to come.</summary>
    public static bool Moves(NudgeResponse response) =>
        response.Outcome == NudgeOutcome.ChangeDate || WaitsForOpportunity(response) is not null;

    /// <summary>Who had no opportunity and knows when the next one comes is asked after that day, and not before.</summary>
    private static DateOnly? WaitsForOpportunity(NudgeResponse response) =>
        response is { Outcome: NudgeOutcome.NotYet, Barrier: Barrier.NoOpportunity } ? response.PlannedFor : null;

    private static void Wait(
        TransferOpportunity opportunity, IReadOnlyList<Nudge> nudges, Nudge answered, DateOnly next, TimeZoneInfo zone)
    {
        var timeOfDay = TimeOnly.FromDateTime(Zones.ToLocal(opportunity.StartsAt, zone));
        foreach (var nudge in nudges.Where(n => n is { Status: NudgeStatus.Planned, MessageId: null } && n.Step > answered.Step))
            nudge.WaitUntil(Zones.ToUtc(next.AddDays(1).ToDateTime(timeOfDay), zone));
    }

    private static void StopChecks(NudgePlan plan, IReadOnlyList<Nudge> nudges)
    {
        foreach (var nudge in nudges.Where(n => n is { Status: NudgeStatus.Planned, MessageId: null }))
        {
            if (plan.Step(nudge.Step) is not { } step) continue;
            if (step.StopsWhenApplied) nudge.Skip(Nudge.AlreadyApplied);
            else if (step.WhenApplied is { } variant) nudge.Become(variant.Kind);
        }
    }

    private static TransferLevel? LevelOf(NudgeOutcome outcome) => outcome switch
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
