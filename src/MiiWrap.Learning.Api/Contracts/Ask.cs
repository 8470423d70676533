using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Contracts;

/// <summary>One ask with what it is about.</summary>
internal sealed record Ask(Nudge Nudge, TransferOpportunity Opportunity, TrainingUnit Unit)
{
    /// <summary>
    /// The author's words for this unit and step, or the plan's; with the learner's own if-then plan and the unit's check put in.
    /// </summary>
    public string Text
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

    /// <summary>The question that says what "applied" means, where the text does not ask it already.</summary>
    public string? Question =>
        Nudge.Kind is NudgeKind.Check or NudgeKind.Closeout && !Text.Contains(Unit.Check, StringComparison.Ordinal) ? Unit.Check : null;

    public string? IfThen => Opportunity.IfThen is { Cue.Length: > 0 } plan ? IfThenText.Of(plan) : null;
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
