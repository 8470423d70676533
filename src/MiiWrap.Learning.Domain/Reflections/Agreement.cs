namespace MiiWrap.Learning.Domain.Reflections;

/// <summary>
/// How alike two readers score, over all criteria of all reflections that both have read blind. Kappa is weighted by the square of the
/// distance and is null where chance alone explains everything, as when all scores are the same.
/// </summary>
public sealed record Agreement(int Pairs, int Scores, double? Exact, double? WithinOne, double? WeightedKappa)
{
    private const int Levels = 4;

    public static Agreement Of(IReadOnlyCollection<(IReadOnlyDictionary<string, int> First, IReadOnlyDictionary<string, int> Second)> pairs)
    {
        var scores = pairs.SelectMany(p => p.First.Where(s => p.Second.ContainsKey(s.Key))
            .Select(s => (First: s.Value, Second: p.Second[s.Key]))).ToList();
        if (scores.Count == 0) return new(pairs.Count, 0, null, null, null);
        var (n, first, second) = ((double)scores.Count, new double[Levels], new double[Levels]);
        var observed = 0.0;
        foreach (var (a, b) in scores)
        {
            first[a]++;
            second[b]++;
            observed += Weight(a, b);
        }

        var expected = 0.0;
        for (var a = 0; a < Levels; a++)
        {
            for (var b = 0; b < Levels; b++) expected += Weight(a, b) * first[a] * second[b] / n;
        }

        return new(
            pairs.Count,
            scores.Count,
            scores.Count(s => s.First == s.Second) / n,
            scores.Count(s => Math.Abs(s.First - s.Second) <= 1) / n,
            expected == 0 ? null : 1 - (observed / expected));
    }

    private static double Weight(int a, int b) => (a - b) * (a - b) / (double)((Levels - 1) * (Levels - 1));
}
