namespace MiiWrap.Learning.Domain.Transfer;

/// <summary>So many of so many: a rate that never stands without its count and its interval.</summary>
public sealed record Proportion(int Numerator, int Denominator)
{
    /// <summary>Null of nothing: none of none is not 0 %.</summary>
    public double? Rate => Denominator == 0 ? null : (double)Numerator / Denominator;

    public (double Low, double High)? Interval => Rate is { } rate ? Wilson.Of(rate, Denominator) : null;

    public static Proportion Of<T>(IReadOnlyCollection<T> all, Func<T, bool> counts) => new(all.Count(counts), all.Count);
}

/// <summary>Wilson's 95 % interval, which stays honest for small counts and at 0 and 1.</summary>
public static class Wilson
{
    private const double Z = 1.959964;

    public static (double Low, double High) Of(double rate, int n)
    {
        var centre = rate + (Z * Z / (2 * n));
        var half = Z * Math.Sqrt((rate * (1 - rate) / n) + (Z * Z / (4.0 * n * n)));
        var scale = 1 + (Z * Z / n);
        return (rate <= 0 ? 0 : (centre - half) / scale, rate >= 1 ? 1 : (centre + half) / scale);
    }
}
