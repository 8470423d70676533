using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Contracts;

/// <summary>One ask with the words that it takes to show it.</summary>
internal abstract record Ask(Nudge Nudge)
{
    public abstract string Title { get; }

    public abstract string Text { get; }

    /// <summary>The question that says what "applied" means, where the text does not ask it already.</summary>
    public virtual string? Question => null;

    /// <summary>The learner's own if-then plan; null where there is none.</summary>
    public abstract string? IfThen { get; }
}

/// <summary>One ask about a unit.</summary>
internal sealed record UnitAsk(Nudge Nudge, TransferOpportunity Opportunity, TrainingUnit Unit) : Ask(Nudge)
{
    public override string Title => Unit.Title;

    /// <summary>
    /// The author's words for this unit and step, or the plan's; with the learner's own if-then plan and the unit's check put in.
    /// </summary>
    public override string Text
    {
        get
        {
            var step = Unit.Plan.Step(Nudge.Step)!;
            var isVariant = step.WhenApplied is { } applied && applied.Kind == Nudge.Kind;
            var text = isVariant ? step.WhenApplied!.Text : Unit.NudgeTexts.GetValueOrDefault(Nudge.Step, step.Text);
            return text.Replace("{ifThen}", IfThen ?? "", StringComparison.Ordinal)
                .Replace("{check}", Unit.Check, StringComparison.Ordinal);
        }
    }

    public override string? Question =>
        Nudge.Kind is NudgeKind.Check or NudgeKind.Closeout && !Text.Contains(Unit.Check, StringComparison.Ordinal) ? Unit.Check : null;

    public override string? IfThen => Opportunity.IfThen is { Cue.Length: > 0 } plan ? IfThenText.Of(plan) : null;
}

/// <summary>One ask about an action item.</summary>
internal sealed record ItemAsk(Nudge Nudge, IfThenPlan Plan) : Ask(Nudge)
{
    public override string Title => "A step that you chose";

    public override string Text => ItemNudges.TextOf(Nudge, IfThen);

    public override string IfThen => IfThenText.Of(Plan);
}

internal static class IfThenText
{
    private static readonly char[] Stops = ['.', ' ', '!'];

    /// <summary>"If cue, then action.", whether or not the learner wrote those words themselves.</summary>
    public static string Of(IfThenPlan plan)
    {
        var cue = Without("if ", plan.Cue.Trim().TrimEnd(',', '.', ' '));
        var action = Without("then ", plan.Action.Trim().TrimEnd(Stops));
        return $"If {cue}, then {action}.";
    }

    private static string Without(string word, string text) =>
        text.StartsWith(word, StringComparison.OrdinalIgnoreCase) ? text[word.Length..] : text;
}
