namespace MiiWrap.Learning.Domain.Common;

/// <summary>
/// How alike two people rate, over everything that both have rated without seeing the other's. Kappa is weighted by the square of the
/// distance and is null where chance alone explains everything, as when all ratings are the same.
/// </summary>
/// <param name="Scores">What both have given a value.</param>
/// <param name="Mismatches">Where one gave a value and the other said that none applies; they enter no other figure.</param>
public sealed record Agreement(int Pairs, int Scores, int Mismatches, double? Exact, double? WithinOne, double? WeightedKappa)
{
    /// <summary>Over fewer scores kappa swings too widely to be shown.</summary>
    public const int LeastForKappa = 20;

    public double? ShownKappa => Scores < LeastForKappa ? null : WeightedKappa;

    /// <param name="pairs">Two people's values by what they rated; null where none applies, and no entry where nothing was said.</param>
    public static Agreement Of(
        IReadOnlyCollection<(IReadOnlyDictionary<string, int?> First, IReadOnlyDictionary<string, int?> Second)> pairs)
    {
        var both = pairs
            .SelectMany(p => p.First.Where(s => p.Second.ContainsKey(s.Key)).Select(s => (First: s.Value, Second: p.Second[s.Key])))
            .ToList();
        var mismatches = both.Count(s => s.First is null != s.Second is null);
        var scores = both.Where(s => s is { First: not null, Second: not null })
            .Select(s => (First: s.First!.Value, Second: s.Second!.Value)).ToList();
        if (scores.Count == 0) return new(pairs.Count, 0, mismatches, null, null, null);

        // The usual divisor of the weights, one less than the number of levels and squared, stands above and below and cancels: no number
        // of levels is needed. Whole numbers up to the last division, so that no variance is exactly none.
        var first = scores.CountBy(s => s.First).ToList();
        var second = scores.CountBy(s => s.Second).ToList();
        var observed = scores.Sum(s => Weight(s.First, s.Second));
        var expected = first.Sum(a => second.Sum(b => Weight(a.Key, b.Key) * a.Value * b.Value));
        double n = scores.Count;
        return new(
            pairs.Count,
            scores.Count,
            mismatches,
            scores.Count(s => s.First == s.Second) / n,
            scores.Count(s => Math.Abs(s.First - s.Second) <= 1) / n,
            expected == 0 ? null : 1 - (observed * n / expected));
    }

    private static long Weight(long a, long b) => (a - b) * (a - b);
}
