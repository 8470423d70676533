using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Domain.Nudges;

/// <summary>One ask of the ledger, as far as it matters for how asking goes.</summary>
public sealed record CountedNudge(
    PlanKind Plan, int Step, NudgeStatus Status, string? StatusReason, NudgeChannel Channel, DateTime DueAt, DateTime ExpiresAt,
    DateTime? SentAt, NudgeOutcome? Outcome,
    DateTime? RespondedAt, bool WasHeld)
{
    public bool IsOpen(DateTime now) => Status == NudgeStatus.Sent && Outcome is null && now < ExpiresAt;
}

/// <summary>What became of so many asks; the states add up to all that was ever planned.</summary>
/// <param name="All">Every ask that was ever planned.</param>
/// <param name="Waiting">Those that are still to come.</param>
public sealed record NudgeStates(int All, int Waiting, int Sent, int Skipped, int Expired, int Cancelled, int Failed)
{
    public static NudgeStates Of(IReadOnlyCollection<CountedNudge> asks)
    {
        int In(NudgeStatus status) => asks.Count(a => a.Status == status);
        return new(
            asks.Count, In(NudgeStatus.Planned), In(NudgeStatus.Sent), In(NudgeStatus.Skipped), In(NudgeStatus.Expired),
            In(NudgeStatus.Cancelled), In(NudgeStatus.Failed));
    }
}

/// <summary>How long something took, in hours; null where nothing has happened yet.</summary>
/// <param name="Count">How many waits that are.</param>
/// <param name="MedianHours">Half of them took so many hours at most; null without any.</param>
/// <param name="P90Hours">Nine of ten took so many hours at most; null without any.</param>
/// <param name="MostHours">The longest, in hours; null without any.</param>
public sealed record Waits(int Count, double? MedianHours, double? P90Hours, double? MostHours)
{
    public static Waits Of(IEnumerable<TimeSpan> waits)
    {
        var hours = waits.Select(w => w.TotalHours).Order().ToList();
        if (hours.Count == 0) return new(0, null, null, null);
        var median = (hours[(hours.Count - 1) / 2] + hours[hours.Count / 2]) / 2;
        // The nearest rank: a wait that really happened, and at least nine of ten were no longer.
        return new(hours.Count, median, hours[(int)Math.Ceiling(.9 * hours.Count) - 1], hours[^1]);
    }
}

/// <summary>What learners said to so many asks that were sent.</summary>
/// <param name="Answered">Of those sent, how many were answered.</param>
/// <param name="Open">Of those sent, how many can still be answered.</param>
/// <param name="Early">Answered in the app before they were sent; they are among the skipped.</param>
public sealed record AnswerFigures(Proportion Answered, int Open, int Early, int Applied, int Partly, int NotYet, Waits ToAnswer)
{
    public static AnswerFigures Of(IReadOnlyCollection<CountedNudge> asks, DateTime now)
    {
        var sent = asks.Where(a => a.Status == NudgeStatus.Sent).ToList();
        int Said(NudgeOutcome outcome) => asks.Count(a => a.Outcome == outcome);
        return new(
            Proportion.Of(sent, a => a.Outcome is not null),
            sent.Count(a => a.IsOpen(now)),
            asks.Count(a => a.Status != NudgeStatus.Sent && a.Outcome is not null),
            Said(NudgeOutcome.Applied),
            Said(NudgeOutcome.Partly),
            Said(NudgeOutcome.NotYet),
            Waits.Of(sent.Where(a => a.Outcome is not null).Select(a => a.RespondedAt!.Value - a.SentAt!.Value)));
    }
}
