using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Domain.Coaching;

/// <summary>An action item that was agreed, as it counts.</summary>
public sealed record AgreedStep(DateOnly DueOn, DateOnly? ClosedOn, ActionOutcome? Outcome);

/// <summary>
/// Whether what was agreed is talked over again: of the action items that were due <see cref="ActionItem.DaysToClose"/> days ago or
/// earlier, the share that got its outcome within as many days, and the share that was kept.
/// </summary>
public sealed record LoopClosure(Proportion InTime, Proportion Kept)
{
    public static LoopClosure Of(IEnumerable<AgreedStep> steps, DateOnly today)
    {
        var due = steps.Where(s => s.DueOn <= today.AddDays(-ActionItem.DaysToClose)).ToList();
        return new(
            Proportion.Of(due, s => s.ClosedOn <= s.DueOn.AddDays(ActionItem.DaysToClose)),
            Proportion.Of(due, s => s.Outcome == ActionOutcome.Kept));
    }
}
