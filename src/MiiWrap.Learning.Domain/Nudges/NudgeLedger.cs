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

    /// <summary>Works out anew when the asks that are still to come are due; those already in a message stay in it.</summary>
    public static void Replan(
        TransferOpportunity opportunity, NudgePlan plan, IEnumerable<Nudge> nudges, TimeZoneInfo zone, SendingWindow window, string reason,
        DateTime now, NudgeCalendar? calendar = null)
    {
        var fresh = NudgePlanner.Plan(plan, opportunity.StartsAt, zone, opportunity.IfThen?.PlannedFor, window).ToDictionary(p => p.Step);
        foreach (var nudge in nudges.Where(n => n is { Status: NudgeStatus.Planned, MessageId: null }))
        {
            if (!fresh.TryGetValue(nudge.Step, out var planned)) continue;
            // A new plan never calls back what is past: such an ask goes out at the next open moment.
            var due = planned.DueAt > now ? planned.DueAt : window.NextOpen(now, zone) ?? planned.DueAt;
            if (nudge.SnoozedUntil is { } snoozed && due < snoozed) due = window.NextOpen(snoozed, zone) ?? snoozed;
            var why = reason;
            if (calendar is not null && !planned.Superseded)
            {
                calendar.Remove(nudge.Id);
                if (calendar.Schedule(nudge.Id, nudge.Kind, due, planned.ExpiresAt) is { } place)
                    (due, why) = (place.At, place.Reason is null ? reason : $"{reason}; {place.Reason}");
                // What closes a window is never dropped for want of room: when it goes is then seen at the time.
                else if (!planned.ClosesWindow) due = planned.ExpiresAt;
            }

            if (planned.Superseded || due >= planned.ExpiresAt) nudge.Skip(Nudge.Superseded);
            else nudge.MoveTo(due, planned.ExpiresAt, why, now);
        }
    }

    /// <summary>Draws the consequences of an answer for the opportunity and for the asks that are still to come.</summary>
    public static void ApplyAnswer(
        TransferOpportunity opportunity, NudgePlan plan, IReadOnlyList<Nudge> nudges, Nudge answered, TimeZoneInfo zone,
        SendingWindow window, DateTime now, NudgeCalendar? calendar = null)
    {
        var response = answered.Response ?? throw new InvalidOperationException($"Nudge {answered.Id} has no answer to follow.");
        if (LevelOf(response.Outcome) is { } level)
            opportunity.Record(level, EvidenceSource.SelfReport, response.OccurredOn ?? DefaultDay(opportunity, answered, zone, now),
                response.Barrier, now);

        if (response.Outcome == NudgeOutcome.Applied) StopChecks(plan, nudges);
        if (response is { Outcome: NudgeOutcome.NotYet, Barrier: Barrier.NoOpportunity, PlannedFor: { } next })
            WaitFor(next, nudges.Where(n => n.Step > answered.Step), zone, window, now);
        if (response is { Outcome: NudgeOutcome.ChangeDate, PlannedFor: { } date })
        {
            opportunity.PlanFor(date);
            Replan(opportunity, plan, nudges, zone, window, "the learner changed the planned date", now, calendar);
        }
    }

    /// <summary>Who had no opportunity and knows when the next one comes is asked after it, and not before.</summary>
    private static void WaitFor(DateOnly date, IEnumerable<Nudge> nudges, TimeZoneInfo zone, SendingWindow window, DateTime now)
    {
        var next = nudges.Where(n => n is { Status: NudgeStatus.Planned, MessageId: null }).MinBy(n => n.Step);
        if (next is null) return;
        var after = Zones.ToUtc(date.AddDays(1).ToDateTime(TimeOnly.FromDateTime(Zones.ToLocal(next.DueAt, zone))), zone);
        if (after > next.DueAt && window.NextOpen(after, zone) is { } due && due < next.ExpiresAt)
            next.MoveTo(due, next.ExpiresAt, "waits for the next opportunity", now);
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

    /// <summary>The day of the answer; an ask from within the thirty days that was only answered late still speaks of them.</summary>
    private static DateOnly DefaultDay(TransferOpportunity opportunity, Nudge answered, TimeZoneInfo zone, DateTime now)
    {
        var today = Zones.LocalDate(now, zone);
        var askedWithin = Zones.LocalDate(answered.DueAt, zone) <= opportunity.LastDay || answered.Kind is NudgeKind.Closeout;
        return askedWithin && today > opportunity.LastDay ? opportunity.LastDay : today;
    }
}
