using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Domain.Implementation;

/// <summary>The months on one side of the start, taken together.</summary>
/// <param name="Months">Those with a value.</param>
/// <param name="Value">Of a rate that of a year.</param>
/// <param name="Sum">All numerators; of a mean each month's value times its n, of a count all values.</param>
/// <param name="N">All denominators; of a mean all n, of a count the months.</param>
/// <param name="Low">Wilson's lower end of a proportion; else null.</param>
/// <param name="High">The upper one, likewise.</param>
public sealed record IndicatorPeriod(int Months, Fraction Value, decimal Sum, decimal N, double? Low, double? High)
{
    internal static IndicatorPeriod? Of(Indicator indicator, IEnumerable<IndicatorMonth> months)
    {
        var parts = months.Select(m => indicator.PartsOf(m.Counts)).Where(p => p.N > 0).ToList();
        if (parts.Count < BeforeAndAfter.LeastMonths) return null;
        var (sum, n) = (parts.Sum(p => p.Sum), parts.Sum(p => p.N));
        var interval = indicator.Kind == IndicatorKind.Proportion ? new Proportion((int)sum, (int)n).Interval : null;
        return new(parts.Count, indicator.ValueOf(sum, n), sum, n, interval?.Low, interval?.High);
    }
}

/// <summary>How the months after compare with those before: a difference or a ratio, with its 95 % interval where there is one.</summary>
/// <param name="Value">Null for a ratio to nothing.</param>
/// <param name="Low">Of a ratio to nothing too: so much more it is at the least.</param>
/// <param name="High">Null where the interval has no upper end, or there is none.</param>
public sealed record IndicatorChange(Fraction? Value, double? Low, double? High);

/// <summary>
/// An indicator before and after coaching began. Other things changed too, and months and meetings are not independent: it says what
/// was, and cannot say what caused what.
/// </summary>
/// <param name="Before">Null, like all that follow, where there are too few months on either side, or no start.</param>
/// <param name="Difference">After less before; null for a rate.</param>
/// <param name="Ratio">After by before, of a rate alone; null too where nothing happened on either side.</param>
/// <param name="Reason">Why there is no comparison, no ratio or no interval, one of <see cref="IndicatorReasons"/>; else null.</param>
public sealed record BeforeAndAfter(
    IndicatorPeriod? Before, IndicatorPeriod? After, IndicatorChange? Difference, IndicatorChange? Ratio, string? Reason)
{
    /// <summary>On each side, with a value each.</summary>
    public const int LeastMonths = 6;

    /// <param name="months">In any order, each once, and of one version of the indicator.</param>
    /// <param name="start">The first day of the month in which coaching began, which is on neither side; null before it has.</param>
    public static BeforeAndAfter Of(Indicator indicator, IReadOnlyCollection<IndicatorMonth> months, DateOnly? start)
    {
        if (start is null) return new(null, null, null, null, IndicatorReasons.NotStarted);
        return Of(indicator, months.Where(m => m.Month < start), months.Where(m => m.Month > start));
    }

    /// <summary>
    /// Several agencies together, each before and after a start of its own; one with too few months on either side counts for neither.
    /// </summary>
    /// <param name="agencies">The months of each, and when coaching began there.</param>
    public static (BeforeAndAfter Pooled, int Agencies) Pooled(
        Indicator indicator, IEnumerable<(IReadOnlyCollection<IndicatorMonth> Months, DateOnly? Start)> agencies)
    {
        var compared = agencies.Where(a => Of(indicator, a.Months, a.Start).Before is not null).ToList();
        return (
            Of(
                indicator, compared.SelectMany(a => a.Months.Where(m => m.Month < a.Start)),
                compared.SelectMany(a => a.Months.Where(m => m.Month > a.Start))),
            compared.Count);
    }

    private static BeforeAndAfter Of(Indicator indicator, IEnumerable<IndicatorMonth> before, IEnumerable<IndicatorMonth> after) =>
        IndicatorPeriod.Of(indicator, before) is { } one && IndicatorPeriod.Of(indicator, after) is { } other
            ? Of(indicator.Kind, one, other)
            : new(null, null, null, null, IndicatorReasons.TooFewMonths);

    private static BeforeAndAfter Of(IndicatorKind kind, IndicatorPeriod before, IndicatorPeriod after) => kind switch
    {
        IndicatorKind.Proportion => new(before, after, DifferenceOf(before, after), null, null),
        IndicatorKind.Rate => new(before, after, null, RatioOf(before, after), before.Sum == 0 ? IndicatorReasons.NoneBefore : null),
        _ => new(before, after, new(after.Value - before.Value, null, null), null, IndicatorReasons.NoSpread),
    };

    private static IndicatorChange DifferenceOf(IndicatorPeriod before, IndicatorPeriod after)
    {
        var interval = Transfer.Difference.Of(after.Value.ToDouble(), (int)after.N, before.Value.ToDouble(), (int)before.N);
        return new(after.Value - before.Value, interval.Low, interval.High);
    }

    /// <summary>
    /// Of all events, so many fell on the months after: that is a proportion, whose odds by the exposures are the ratio of the rates. So
    /// Wilson's ends of it become the ratio's.
    /// </summary>
    private static IndicatorChange? RatioOf(IndicatorPeriod before, IndicatorPeriod after)
    {
        if (new Proportion((int)after.Sum, (int)(before.Sum + after.Sum)).Interval is not { } interval) return null;
        var exposures = (double)(before.N / after.N);
        return new(
            before.Sum == 0 ? null : after.Value / before.Value, OddsOf(interval.Low) * exposures, OddsOf(interval.High) * exposures);
    }

    private static double? OddsOf(double share) => share >= 1 ? null : share / (1 - share);
}
