using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Contracts;

/// <summary>One ask of the nudge ledger.</summary>
/// <param name="Step">The number of the step in the unit's plan.</param>
/// <param name="Next">What could help next, once a barrier has been named.</param>
/// <param name="StatusReason">
/// Why it ended without being sent. A planned one says superseded while leave or closed days push it onto the next of its unit: it will be
/// left out then, unless they change again.
/// </param>
public sealed record NudgeItem(
    Guid Id, Guid EnrolmentId, string Unit, int Step, NudgeKind Kind, NudgeChannel Channel, DateTime DueAt, NudgeStatus Status,
    string? StatusReason,
    DateTime ExpiresAt, NudgeAnswer? Response, SuggestedAction? Next)
{
    public static NudgeItem Of(Nudge n) =>
        new(n.Id, n.EnrolmentId, n.Unit, n.Step, n.Kind, n.Channel, n.DueAt, n.Status, n.StatusReason, n.ExpiresAt, n.Response is { } r
            ? NudgeAnswer.Of(r) : null,
                n.Response?.Barrier is { } barrier ? SuggestedAction.For(barrier) : null);
}

/// <summary>What could help next, after something stood in the way.</summary>
/// <param name="Text">To be shown as it is.</param>
public sealed record SuggestedAction(NextAction Action, string Text)
{
    public static SuggestedAction For(Barrier barrier)
    {
        var action = BarrierGuide.NextActionFor(barrier);
        return new(action, BarrierGuide.WordsOf(action));
    }
}

/// <summary>What the learner said.</summary>
/// <param name="OccurredOn">The day on which it was done.</param>
/// <param name="Note">The learner's own note; null for none.</param>
/// <param name="NeedHelp">Whether the learner asks for a word with their coach.</param>
/// <param name="RespondedAt">When it was answered.</param>
public sealed record NudgeAnswer(
    NudgeOutcome Outcome, DateOnly? OccurredOn, DateOnly? PlannedFor, Barrier? Barrier, string? Note, bool NeedHelp, DateTime RespondedAt)
{
    public static NudgeAnswer Of(NudgeResponse r) =>
        new(r.Outcome, r.OccurredOn, r.PlannedFor, r.Barrier, r.Note, r.NeedHelp, r.RespondedAt);
}
