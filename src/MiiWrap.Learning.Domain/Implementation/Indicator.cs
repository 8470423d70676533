using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Domain.Implementation;

/// <summary>What a month's value is made of.</summary>
public enum IndicatorKind
{
    /// <summary>So many of so many.</summary>
    Proportion,

    /// <summary>Events by the person-months in which they could happen, shown for a year.</summary>
    Rate,

    /// <summary>A mean that another system worked out, with how many it is of.</summary>
    Mean,

    /// <summary>A number of people or posts, as it was on one day.</summary>
    Count,
}

/// <summary>To which side an agency would like a figure to move.</summary>
public enum Direction
{
    Up,
    Down,
}

/// <summary>
/// A figure that an agency brings of each month, as data. A published version never changes, and a new one begins a new series.
/// </summary>
/// <param name="Better">Null where neither side is better.</param>
/// <param name="Definition">What is counted and of what, so that two agencies count alike.</param>
/// <param name="Least">The least value that a month can have, of a rate that of a year; null where there is none.</param>
/// <param name="Most">The largest, likewise.</param>
public sealed record Indicator(
    string Code, int Version, string Title, string Definition, IndicatorKind Kind, Direction? Better, decimal? Least, decimal? Most)
{
    /// <summary>The most that any number of a month can be.</summary>
    public const int Largest = 1_000_000;

    public const int LongestCode = 40;
    public const int ExposureDecimals = 2;
    public const int MeanDecimals = 3;

    private const int MonthsOfYear = 12;

    private bool HasParts => Kind is IndicatorKind.Proportion or IndicatorKind.Rate;

    /// <summary>Why these counts can be no month of this indicator: one of <see cref="IndicatorFaults"/>, null where they can.</summary>
    public string? FaultOf(IndicatorCounts counts) =>
        PresenceFaultOf(counts) ?? SizeFaultOf(counts) ?? PrecisionFaultOf(counts) ?? RangeFaultOf(counts);

    /// <summary>The month's value, of a rate that of a year; null where there was nothing of which to count.</summary>
    /// <param name="counts">Without a fault.</param>
    public Fraction? ValueOf(IndicatorCounts counts)
    {
        var (sum, n) = PartsOf(counts);
        return n == 0 ? null : ValueOf(sum, n);
    }

    /// <summary>What is added up over months, so that a month weighs as much as was counted in it, and both then divided.</summary>
    public (decimal Sum, decimal N) PartsOf(IndicatorCounts counts) => Kind switch
    {
        IndicatorKind.Mean => (counts.Value!.Value * counts.N!.Value, counts.N.Value),
        IndicatorKind.Count => (counts.Value!.Value, 1),
        _ => (counts.Numerator!.Value, counts.Denominator!.Value),
    };

    /// <summary>The value of several months together.</summary>
    public Fraction ValueOf(decimal sum, decimal n) =>
        Fraction.Of(Kind == IndicatorKind.Rate ? MonthsOfYear * sum : sum) / Fraction.Of(n);

    private string? PresenceFaultOf(IndicatorCounts counts)
    {
        (bool IsNeeded, bool IsGiven)[] members =
        [
            (HasParts, counts.Numerator is not null),
            (HasParts, counts.Denominator is not null),
            (!HasParts, counts.Value is not null),
            (Kind == IndicatorKind.Mean, counts.N is not null),
        ];
        return members.Any(m => m.IsNeeded && !m.IsGiven) ? IndicatorFaults.Missing
            : members.Any(m => m.IsGiven && !m.IsNeeded) ? IndicatorFaults.Extra
            : null;
    }

    private static string? SizeFaultOf(IndicatorCounts counts)
    {
        decimal?[] members = [counts.Numerator, counts.Denominator, counts.Value, counts.N];
        return members.Any(m => m < 0) ? IndicatorFaults.Negative : members.Any(m => m > Largest) ? IndicatorFaults.TooLarge : null;
    }

    private string? PrecisionFaultOf(IndicatorCounts counts) =>
        PrecisionFaultOf(counts.Numerator, 0)
        ?? PrecisionFaultOf(counts.Denominator, Kind == IndicatorKind.Rate ? ExposureDecimals : 0)
        ?? PrecisionFaultOf(counts.Value, Kind == IndicatorKind.Mean ? MeanDecimals : 0);

    // By the number and not by how it was written: 12.500 has one decimal.
    private static string? PrecisionFaultOf(decimal? number, int decimals) =>
        number is not { } given || decimal.Round(given, decimals) == given ? null
        : decimals == 0 ? IndicatorFaults.NotWhole
        : IndicatorFaults.TooPrecise;

    private string? RangeFaultOf(IndicatorCounts counts)
    {
        if (Kind == IndicatorKind.Proportion && counts.Numerator > counts.Denominator) return IndicatorFaults.NumeratorOverDenominator;
        // A month without meetings is a month of which nothing can be told; without staff or forms there is no month to record.
        if (ValueOf(counts) is not { } value) return Kind == IndicatorKind.Proportion ? null : IndicatorFaults.OutOfBounds;
        var isWithin = !(Least is { } least && value < Fraction.Of(least)) && !(Most is { } most && value > Fraction.Of(most));
        return isWithin ? null : IndicatorFaults.OutOfBounds;
    }
}

/// <summary>What is given of a month: counts alone, never a person or a family.</summary>
/// <param name="Numerator">Of a proportion what was met, of a rate its events; else null.</param>
/// <param name="Denominator">Of a proportion what was counted, of a rate its person-months; else null.</param>
/// <param name="Value">Of a mean or a count; else null.</param>
/// <param name="N">Of how many a mean is; else null.</param>
public sealed record IndicatorCounts(decimal? Numerator, decimal? Denominator, decimal? Value, int? N);

/// <summary>The counts that are in force for a month.</summary>
/// <param name="Month">The first day of it.</param>
public sealed record IndicatorMonth(DateOnly Month, IndicatorCounts Counts);

/// <summary>Why counts are refused. Other programs hold these codes: they stay.</summary>
public static class IndicatorFaults
{
    public const string Missing = "missing";

    /// <summary>This kind of indicator has no such member.</summary>
    public const string Extra = "extra";

    public const string Negative = "negative";
    public const string TooLarge = "tooLarge";
    public const string NotWhole = "notWhole";

    /// <summary>It may have decimals, but not so many.</summary>
    public const string TooPrecise = "tooPrecise";

    public const string NumeratorOverDenominator = "numeratorOverDenominator";

    /// <summary>The value is outside the indicator's bounds, or a rate's exposure or a mean's n is zero.</summary>
    public const string OutOfBounds = "outOfBounds";
}

/// <summary>Why a figure of several months, or its interval, is not told. Other programs hold these codes: they stay.</summary>
public static class IndicatorReasons
{
    public const string NotStarted = "notStarted";
    public const string TooFewMonths = "tooFewMonths";

    /// <summary>Without an event before there is nothing to divide by.</summary>
    public const string NoneBefore = "noneBefore";

    /// <summary>How far values lie apart within a month is not known, so that no interval can be told.</summary>
    public const string NoSpread = "noSpread";
}
