namespace MiiWrap.Learning.Domain.Transfer;

/// <summary>What the evidence of one opportunity adds up to.</summary>
public sealed record TransferStanding(
    TransferLevel? Best, bool Answered, bool NoOpportunity, int? DaysToFirst, bool Verified, bool Observed, bool? Sustained)
{
    /// <summary>
    /// Evidence of the thirty days counts until it matures. Of several claims about one day the newest holds: corrections are appended.
    /// </summary>
    public static TransferStanding Of(IEnumerable<TransferEvidence> evidence, DateOnly startedOn, DateTime maturesAt)
    {
        var bySource = evidence.OrderBy(e => e.RecordedAt).ThenBy(e => e.Id).ToLookup(e => e.Source == EvidenceSource.CoachVerified);
        var said = bySource[false].Where(e => e.RecordedAt <= maturesAt).ToList();
        var within = Newest(said).Where(e => IsWithin(e, startedOn, 0, TransferOpportunity.WindowDays)).ToList();
        var seen = Newest(bySource[true].Where(e => e.RecordedAt <= maturesAt))
            .Where(e => IsWithin(e, startedOn, 0, TransferOpportunity.WindowDays)).ToList();
        var lasting = Newest(bySource[false])
            .Where(e => IsWithin(e, startedOn, TransferOpportunity.SustainedFromDay, TransferOpportunity.SustainedUntilDay))
            .MaxBy(e => e.OccurredOn);
        return new(
            within.Count == 0 ? null : within.Max(e => e.Level),
            said.Count > 0,
            said is [.., { Level: TransferLevel.NotYet, Barrier: Barrier.NoOpportunity }],
            within.Where(e => e.Level == TransferLevel.Applied).Select(e => (int?)(e.OccurredOn.DayNumber - startedOn.DayNumber)).Min(),
            seen.Exists(e => e.Level == TransferLevel.Applied),
            seen.Count > 0,
            lasting is null ? null : lasting.Level == TransferLevel.Applied);
    }

    private static IEnumerable<TransferEvidence> Newest(IEnumerable<TransferEvidence> inOrder) =>
        inOrder.GroupBy(e => e.OccurredOn).Select(day => day.Last());

    private static bool IsWithin(TransferEvidence evidence, DateOnly startedOn, int from, int until) =>
        evidence.OccurredOn >= startedOn.AddDays(from) && evidence.OccurredOn <= startedOn.AddDays(until);
}
