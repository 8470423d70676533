using System.Globalization;
using MiiWrap.Learning.Domain.Implementation;

namespace MiiWrap.Learning.Domain.Tests.Implementation;

/// <summary>Indicators of each kind, and months in a row with counts of them.</summary>
internal static class Months
{
    public static readonly DateOnly First = new(2026, 1, 1);

    public static Indicator Indicator(IndicatorKind kind, decimal? least = null, decimal? most = null) =>
        new("x", 1, "x", "x", kind, Direction.Up, least, most);

    /// <summary>Counts as somebody would write them: numerator, denominator, value and n, each a number or a dash.</summary>
    public static IndicatorCounts Counts(string members)
    {
        var given = members.Split(' ').Select(m => m == "-" ? (decimal?)null : Number(m)).ToList();
        return new(given[0], given[1], given[2], (int?)given[3]);
    }

    public static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    public static IndicatorCounts Parts(decimal numerator, decimal denominator) => new(numerator, denominator, null, null);

    public static IndicatorCounts Mean(decimal value, int n) => new(null, null, value, n);

    public static IndicatorCounts Count(decimal value) => new(null, null, value, null);

    /// <summary>One month after the other, from the first on or later.</summary>
    public static IEnumerable<IndicatorMonth> InARow(IEnumerable<IndicatorCounts> counts, int from = 0) =>
        counts.Select((c, i) => new IndicatorMonth(First.AddMonths(from + i), c));
}
