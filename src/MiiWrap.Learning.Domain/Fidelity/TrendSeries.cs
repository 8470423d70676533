namespace MiiWrap.Learning.Domain.Fidelity;

/// <summary>
/// The head of a chain of reviews, as far as figures need it: each chain counts once, and what was amended or voided is no head.
/// </summary>
/// <param name="Major">Only totals of the same one are compared.</param>
/// <param name="Month">The first day of the month in which the event was.</param>
/// <param name="PairId">The blind pair of which it is a half; null for none.</param>
/// <param name="Total">Without a value where too little was rated; null where the instrument has none.</param>
public sealed record ReviewHead(
    Guid Id, Guid SubjectId, string Instrument, int InstrumentVersion, int Major, Guid RaterId, RaterRole RaterRole, DateOnly Month,
    Guid? PairId, KeptScore? Total);

/// <summary>What can be compared of one person's reviews by one instrument: those of the newest one's major version.</summary>
/// <param name="Version">The newest review's version of the instrument, whose line and bands hold.</param>
/// <param name="Month">The first day of the month that it is.</param>
/// <param name="Others">By coaches, leads and raters from outside.</param>
/// <param name="Own">By the person themselves; they enter no figure.</param>
public sealed record TrendSeries(
    string Instrument, int Version, int Major, DateOnly Month, IReadOnlyList<ReviewHead> Others, IReadOnlyList<ReviewHead> Own)
{
    /// <summary>What the person's own ratings come to, by month.</summary>
    public IReadOnlyList<TrendPoint> OwnPoints => Fidelity.Trend.PointsOf(Own.Select(Counted), Month);

    /// <summary>A series for each instrument by which this person was rated within the time of a trend.</summary>
    /// <param name="heads">Of one person.</param>
    /// <param name="today">By the calendar of UTC.</param>
    public static IEnumerable<TrendSeries> Of(IEnumerable<ReviewHead> heads, DateOnly today)
    {
        var month = new DateOnly(today.Year, today.Month, 1);
        foreach (var rated in heads.Where(h => h.Total?.Value is not null).GroupBy(h => h.Instrument, StringComparer.Ordinal))
        {
            // East of Greenwich a month begins earlier.
            var now = rated.Max(h => h.Month) is var last && last > month ? last : month;
            var since = now.AddMonths(-Fidelity.Trend.Months);
            if (rated.Where(h => h.Month >= since).OrderBy(h => h.RaterRole == RaterRole.Self).ThenByDescending(h => h.Month)
                .ThenByDescending(h => h.InstrumentVersion).FirstOrDefault() is not { } newest) continue;
            var alike = rated.Where(h => h.Major == newest.Major).ToLookup(h => h.RaterRole == RaterRole.Self);
            yield return new(rated.Key, newest.InstrumentVersion, newest.Major, now, [.. alike[false]], [.. alike[true]]);
        }
    }

    /// <param name="line">The line of the instrument's total, if it has one.</param>
    /// <param name="driftSlope">The points a month from which a direction is worth a word.</param>
    public Trend Trend(decimal? line, decimal driftSlope) =>
        Fidelity.Trend.Of(Others.Select(Counted), Month, line, driftSlope);

    private static TrendReview Counted(ReviewHead head) => new(head.Month, head.Total!.Exact()!, head.RaterId, head.PairId);
}
