using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Fidelity;

/// <summary>Why somebody's ratings count as calibrated.</summary>
public enum CalibrationBasis
{
    Pairs,

    /// <summary>A programme admin said so, with a reason: nobody could begin otherwise.</summary>
    Appointed,
}

/// <summary>One blind pair, as it stands for one of its two raters.</summary>
/// <param name="LockedOn">The day on which both halves were in.</param>
/// <param name="CriticalGap">The widest distance on a critical item that both have rated.</param>
/// <param name="PartnerWasCalibrated">Whether the other rater was calibrated on that day.</param>
public sealed record RatedPair(DateOnly LockedOn, Agreement Agreement, int CriticalGap, bool PartnerWasCalibrated)
{
    private const double LeastWithinOne = 0.8;
    private const int WidestCriticalGap = 1;

    public bool IsClose => Agreement.WithinOne >= LeastWithinOne && CriticalGap <= WidestCriticalGap;

    public static RatedPair Of(
        Instrument instrument,
        IReadOnlyDictionary<string, int?> own,
        IReadOnlyDictionary<string, int?> partners,
        DateOnly lockedOn,
        bool partnerWasCalibrated)
    {
        var gaps = instrument.Items.Where(i => i.Critical)
            .Select(i => Math.Abs((own.GetValueOrDefault(i.Code) - partners.GetValueOrDefault(i.Code)) ?? 0));
        return new(lockedOn, Agreement.Of([(own, partners)]), gaps.DefaultIfEmpty().Max(), partnerWasCalibrated);
    }
}

/// <summary>
/// Whether somebody rates on one instrument as others who were checked do, and until when. It ends by itself, for raters drift as practice
/// does.
/// </summary>
/// <param name="Until">The first day on which it holds no more.</param>
public sealed record Calibration(CalibrationBasis Basis, DateOnly Until)
{
    public const int Months = 12;
    public const int PairsNeeded = 3;

    /// <summary>
    /// The newest pairs decide, not the best ones. A pair with a partner who was not calibrated, or with too few items in common, shows
    /// nothing and is passed over.
    /// </summary>
    public static Calibration? Of(Instrument instrument, IEnumerable<RatedPair> pairs, DateOnly? appointedOn, DateOnly today)
    {
        var appointed = appointedOn is { } day ? new Calibration(CalibrationBasis.Appointed, day.AddMonths(Months)) : null;
        return new[] { ByPairs(instrument, pairs, today), appointed }.OfType<Calibration>().Where(c => c.Until > today).MaxBy(c => c.Until);
    }

    /// <summary>How much higher somebody's totals are than their partners', on average; null over fewer than three pairs.</summary>
    public static Fraction? Bias(IEnumerable<(Fraction? Own, Fraction? Partners)> totals)
    {
        var differences = totals.Where(t => t is { Own: not null, Partners: not null }).Select(t => t.Own! - t.Partners!).ToList();
        return differences.Count < PairsNeeded ? null : Fraction.Mean(differences);
    }

    // Where the words are not ours, being alike says nothing of being right.
    private static Calibration? ByPairs(Instrument instrument, IEnumerable<RatedPair> pairs, DateOnly today)
    {
        if (instrument.Licence == Licence.SummaryOnly) return null;
        var newest = pairs.Where(p => p.PartnerWasCalibrated && p.Agreement.Scores >= instrument.CommonItems)
            .Where(p => p.LockedOn <= today && p.LockedOn.AddMonths(Months) > today)
            .OrderByDescending(p => p.LockedOn).Take(PairsNeeded).ToList();
        return newest.Count == PairsNeeded && newest.TrueForAll(p => p.IsClose)
            ? new(CalibrationBasis.Pairs, newest[^1].LockedOn.AddMonths(Months))
            : null;
    }
}
