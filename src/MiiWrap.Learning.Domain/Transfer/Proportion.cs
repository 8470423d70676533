namespace MiiWrap.Learning.Domain;

/// <summary>So many of so many: a rate that never stands without its count and its interval.</summary>
public sealed record Proportion(int Numerator, int Denominator)
{
    private const double Z = 1.959964;

    /// <summary>Null of nothing: none of none is not 0 %.</summary>
    public double? Rate => Denominator == 0 ? null : (double)Numerator / Denominator;

    /// <summary>Wilson's 95 % interval, which stays honest for small counts and at 0 and 1.</summary>
    public (double Low, double High)? Interval
    {
        get
        {
            if (Rate is not { } p) return null;
            double n = Denominator;
            var centre = p + (Z * Z / (2 * n));
            var half = Z * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4 * n * n)));
            var scale = 1 + (Z * Z / n);
            return (Numerator == 0 ? 0 : (centre - half) / scale, Numerator == Denominator ? 1 : (centre + half) / scale);
        }
    }

    public static Proportion Of<T>(IReadOnlyCollection<T> all, Func<T, bool> counts) => new(all.Count(counts), all.Count);
}
