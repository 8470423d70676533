using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Http;

/// <summary>One ask of the nudge ledger.</summary>
/// <param name="Step">The number of the step in the unit's plan.</param>
/// <param name="StatusReason">Why it ended without being sent; null while planned and when sent.</param>
public sealed record NudgeItem(
    Guid Id, Guid EnrolmentId, string Unit, int Step, NudgeKind Kind, NudgeChannel Channel, DateTime DueAt, NudgeStatus Status, string? StatusReason,
    DateTime ExpiresAt, NudgeAnswer? Response)
{
    public static NudgeItem Of(Nudge n) =>
        new(n.Id, n.EnrolmentId, n.Unit, n.Step, n.Kind, n.Channel, n.DueAt, n.Status, n.StatusReason, n.ExpiresAt, n.Response is { } r ? NudgeAnswer.Of(r) : null);
}

/// <summary>What the learner said.</summary>
public sealed record NudgeAnswer(
    NudgeOutcome Outcome, DateOnly? OccurredOn, DateOnly? PlannedFor, Barrier? Barrier, string? Note, bool NeedHelp, DateTime RespondedAt)
{
    public static NudgeAnswer Of(NudgeResponse r) => new(r.Outcome, r.OccurredOn, r.PlannedFor, r.Barrier, r.Note, r.NeedHelp, r.RespondedAt);
}
