using System.Numerics;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Domain.Implementation;

/// <summary>Months in a row on one side of the centre; a month on the centre neither belongs to a run nor ends it.</summary>
/// <param name="First">The first day of its first month.</param>
/// <param name="Last">The first day of its last month.</param>
public sealed record Run(bool IsAbove, int Length, DateOnly First, DateOnly Last);

/// <summary>
/// Whether an agency's months shifted, by the longest run and the number of crossings alone: a rule for trends and control limits would
/// each add false alarms. A signal says that it is not chance alone, and never what it is because of.
/// </summary>
/// <param name="Centre">A median; null where there are no months.</param>
/// <param name="N">Months that are not on the centre.</param>
/// <param name="LongestRun">The newest of several that are equally long; null, like all that follow, with too few months.</param>
/// <param name="RunLimit">The longest run that chance would often make.</param>
/// <param name="Crossings">How often the line goes over to the other side of the centre.</param>
/// <param name="CrossingsLimit">The fewest crossings that chance would often leave.</param>
public sealed record RunChart(Fraction? Centre, int N, Run? LongestRun, int? RunLimit, int? Crossings, int? CrossingsLimit)
{
    /// <summary>Fewer make no limits, and fewer before the start no centre.</summary>
    public const int LeastMonths = 10;

    private const int RunMargin = 3;

    // A chance of one in twenty.
    private const int RareIsOneIn = 20;

    /// <summary>Null with too few months.</summary>
    public bool? IsSignal => LongestRun is null ? null : LongestRun.Length > RunLimit || Crossings < CrossingsLimit;

    /// <summary>Why no signal can be told; null where it can.</summary>
    public string? Reason => LongestRun is null ? IndicatorReasons.TooFewMonths : null;

    /// <param name="points">One for each month that has a value.</param>
    /// <param name="start">The first day of the month in which coaching began, which is plotted like any other; null before it has.</param>
    public static RunChart Of(IReadOnlyList<(DateOnly Month, Fraction Value)> points, DateOnly? start)
    {
        if (CentreOf(points, start) is not { } centre) return new(null, 0, null, null, null, null);
        var runs = RunsOf(points, centre);
        var n = runs.Sum(r => r.Length);
        return n < LeastMonths
            ? new(centre, n, null, null, null, null)
            : new(centre, n, Enumerable.Reverse(runs).MaxBy(r => r.Length), RunLimitOf(n), runs.Count - 1, CrossingsLimitOf(n));
    }

    // What came before alone, if it suffices: a shift afterwards would draw a common centre towards itself, and hide in it.
    private static Fraction? CentreOf(IReadOnlyList<(DateOnly Month, Fraction Value)> points, DateOnly? start)
    {
        var before = points.Where(p => p.Month < start).Select(p => p.Value).ToList();
        if (before.Count >= LeastMonths) return Fraction.Median(before);
        return points.Count == 0 ? null : Fraction.Median(points.Select(p => p.Value));
    }

    private static List<Run> RunsOf(IEnumerable<(DateOnly Month, Fraction Value)> points, Fraction centre)
    {
        var runs = new List<Run>();
        foreach (var (month, value) in points.OrderBy(p => p.Month))
        {
            var side = value.CompareTo(centre);
            if (side == 0) continue;
            if (runs.Count > 0 && runs[^1].IsAbove == side > 0) runs[^1] = runs[^1] with { Length = runs[^1].Length + 1, Last = month };
            else runs.Add(new(side > 0, 1, month, month));
        }

        return runs;
    }

    /// <summary>log₂ n, rounded, and three: half of the whole logarithm of 2n² is that, without a double.</summary>
    internal static int RunLimitOf(int n) => (BitOperations.Log2(2UL * (ulong)n * (ulong)n) / 2) + RunMargin;

    /// <summary>The least c of which n − 1 tosses of a coin show as many heads or fewer in one case of twenty at least.</summary>
    internal static int CrossingsLimitOf(int n)
    {
        var all = BigInteger.One << (n - 1);
        var (crossings, ways, upTo) = (0, BigInteger.One, BigInteger.One);
        while (RareIsOneIn * upTo < all)
        {
            crossings++;
            ways = ways * (n - crossings) / crossings;
            upTo += ways;
        }

        return crossings;
    }
}
