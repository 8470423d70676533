namespace MiiWrap.Learning.Domain.Fidelity;

/// <summary>What few samples can tell of a direction.</summary>
public enum TrendSignal
{
    TooFew,
    RatersChanged,
    Falling,
    Rising,

    /// <summary>No direction can be told from so few: never that practice is stable.</summary>
    NoSignal,
}

/// <summary>A review that can enter a trend: the head of its chain, by somebody else than the subject, with a total.</summary>
/// <param name="Month">The first day of the month in which it was.</param>
/// <param name="Pair">The blind pair that it is half of, if it is.</param>
public sealed record TrendReview(DateOnly Month, Fraction Total, Guid Rater, Guid? Pair);

/// <summary>One month of a trend; the mean where it holds several reviews, of which a pair is one.</summary>
public sealed record TrendPoint(DateOnly Month, Fraction Value, IReadOnlySet<Guid> Raters);

/// <summary>
/// The direction of one person's totals on one instrument, by the exact Mann-Kendall test and the slope of Theil and Sen: with four to
/// eight samples in two years, no control limits can be estimated.
/// </summary>
/// <param name="S">Rising pairs less falling ones; null with the signals that compare nothing.</param>
/// <param name="P">The chance of an S at least as far to its side, were all orders of these totals equally likely.</param>
/// <param name="Slope">Points a month.</param>
/// <param name="BelowLine">The newest two are under the line and an earlier one was not.</param>
public sealed record Trend(
    IReadOnlyList<TrendPoint> Points, TrendSignal Signal, int? S, Fraction? P, Fraction? Slope, bool BelowLine)
{
    public const int MostPoints = 8;
    public const int Months = 24;

    /// <summary>With three, the least chance is one in six.</summary>
    public const int LeastPoints = 4;

    private const int NewestUnderLine = 2;

    private static readonly Fraction MostChance = new(1, 20);

    /// <param name="month">The first day of the month that it is.</param>
    /// <param name="line">The line of the instrument's total, if it has one.</param>
    /// <param name="driftSlope">The points a month from which a direction is worth a word.</param>
    public static Trend Of(IEnumerable<TrendReview> reviews, DateOnly month, decimal? line, decimal driftSlope)
    {
        var points = PointsOf(reviews, month);
        var below = IsBelow(points, line);
        if (points.Count < LeastPoints) return new(points, TrendSignal.TooFew, null, null, null, below);
        if (!HasCommonRater(points)) return new(points, TrendSignal.RatersChanged, null, null, null, below);
        var s = Pairs(points).Sum(p => Math.Sign(p.Later.Value.CompareTo(p.Earlier.Value)));
        var slope = Fraction.Median(Pairs(points).Select(p => (p.Later.Value - p.Earlier.Value) / Between(p.Earlier.Month, p.Later.Month)));
        var chance = ChanceOf(points);
        var signal = chance > MostChance ? TrendSignal.NoSignal
            : s < 0 && slope <= Fraction.Of(-driftSlope) ? TrendSignal.Falling
            : s > 0 && slope >= Fraction.Of(driftSlope) ? TrendSignal.Rising
            : TrendSignal.NoSignal;
        return new(points, signal, s, chance, slope, below);
    }

    /// <summary>One for each month, the newest eight within two years.</summary>
    internal static List<TrendPoint> PointsOf(IEnumerable<TrendReview> reviews, DateOnly month) =>
        [.. reviews.Where(r => r.Month <= month && Between(r.Month, month) <= Months)
            .GroupBy(r => r.Month).OrderByDescending(g => g.Key).Take(MostPoints)
            .Select(g => new TrendPoint(g.Key, MeanOf([.. g]), g.Select(r => r.Rater).ToHashSet())).Reverse()];

    private static Fraction MeanOf(IReadOnlyCollection<TrendReview> month)
    {
        var samples = month.Where(r => r.Pair is null).Select(r => r.Total)
            .Concat(month.Where(r => r.Pair is not null).GroupBy(r => r.Pair).Select(p => Fraction.Mean([.. p.Select(r => r.Total)])));
        return Fraction.Mean([.. samples]);
    }

    /// <summary>How many months lie between two.</summary>
    public static int Between(DateOnly earlier, DateOnly later) => (12 * (later.Year - earlier.Year)) + later.Month - earlier.Month;

    // Another pair of eyes scores otherwise: a change of raters would read as a change of practice.
    private static bool HasCommonRater(List<TrendPoint> points)
    {
        var half = points.Count / 2;
        return points.Take(half).SelectMany(p => p.Raters).Intersect(points.TakeLast(half).SelectMany(p => p.Raters)).Any();
    }

    private static bool IsBelow(List<TrendPoint> points, decimal? line)
    {
        if (line is not { } drawn || points.Count <= NewestUnderLine) return false;
        var least = Fraction.Of(drawn);
        return points.TakeLast(NewestUnderLine).All(p => p.Value < least) && points.SkipLast(NewestUnderLine).Any(p => p.Value >= least);
    }

    private static IEnumerable<(TrendPoint Earlier, TrendPoint Later)> Pairs(List<TrendPoint> points) =>
        points.SelectMany((earlier, i) => points.Skip(i + 1).Select(later => (earlier, later)));

    /// <summary>
    /// The orders of these totals, ties kept, that have as many inversions as this one or more (fewer, when it rises), of all orders.
    /// </summary>
    private static Fraction ChanceOf(List<TrendPoint> points)
    {
        var orders = OrdersByInversions([.. points.CountBy(p => p.Value).Select(g => g.Value)], points.Count);
        var inversions = Pairs(points).Count(p => p.Earlier.Value > p.Later.Value);
        var rises = Pairs(points).Count(p => p.Earlier.Value < p.Later.Value);
        var asFar = rises > inversions ? orders.Take(inversions + 1) : orders.Skip(inversions);
        return new(asFar.Sum(), orders.Sum());
    }

    /// <summary>
    /// How many orders have 0, 1, 2 … inversions: the coefficients of Π(1−q^k), k up to n, divided by the same product for each group of
    /// ties.
    /// </summary>
    private static long[] OrdersByInversions(IReadOnlyList<int> ties, int n)
    {
        var orders = new long[(n * (n + 1) / 2) + 1];
        orders[0] = 1;
        for (var k = 1; k <= n; k++)
        {
            for (var power = orders.Length - 1; power >= k; power--) orders[power] -= orders[power - k];
        }

        foreach (var k in ties.SelectMany(t => Enumerable.Range(1, t)))
        {
            for (var power = k; power < orders.Length; power++) orders[power] += orders[power - k];
        }

        return orders;
    }
}
