using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Implementation;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>Makes the series of an indicator out of its months, as its reader may see them.</summary>
internal static class SeriesOfMonths
{
    /// <summary>The series of an agency, in the order of the indicators.</summary>
    /// <param name="months">In force, oldest first, by the agency and the indicator that they are of.</param>
    public static IEnumerable<IndicatorSeries> All(
        FollowedAgency agency, IndicatorSet set, ILookup<(Guid AgencyId, string Code, int Version), IndicatorMonth> months,
        bool isOutside) =>
        set.InOrder.Where(i => months.Contains((agency.Id, i.Code, i.Version)))
            .Select(i => Of(i, [.. months[(agency.Id, i.Code, i.Version)]], agency.CoachingStart, isOutside));

    private static IndicatorSeries Of(Indicator indicator, IReadOnlyList<IndicatorMonth> months, DateOnly? start, bool isOutside) =>
        isOutside ? Outside(indicator, months, start) : Inside(indicator, months, start);

    /// <summary>
    /// Several agencies together, of the months of which their own series are made: nothing is told that these do not tell.
    /// </summary>
    /// <param name="agencies">The months of each, in force, by their order, and of one version; and when coaching began there.</param>
    public static PooledIndicator Pooled(
        Indicator indicator, IEnumerable<(List<IndicatorMonth> Months, DateOnly? Start)> agencies, bool isOutside)
    {
        var (compared, count) = BeforeAndAfter.Pooled(indicator, agencies.Select(a => (
            (IReadOnlyCollection<IndicatorMonth>)(isOutside
                ? [.. PartsOf(indicator, a.Months, a.Start).SelectMany(p => p)]
                : a.Months), a.Start)));
        return new(
            IndicatorDefinition.Of(indicator), count, SideOf(indicator, compared, compared.Before),
            SideOf(indicator, compared, compared.After), MoveOf(indicator, compared));
    }

    private static IndicatorSeries Inside(Indicator indicator, IReadOnlyList<IndicatorMonth> months, DateOnly? start)
    {
        var valued = months.Select(m => (m.Month, Value: indicator.ValueOf(m.Counts))).Where(m => m.Value is not null)
            .Select(m => (m.Month, m.Value!)).ToList();
        return Of(
            indicator,
            months.Select(m => new IndicatorPoint(
                Months.NameOf(m.Month), Months.NameOf(m.Month), indicator.ValueOf(m.Counts)?.ToDouble(), NOf(indicator, m.Counts))),
            BeforeAndAfter.Of(indicator, months, start), RunChartView.Of(RunChart.Of(valued, start)));
    }

    /// <summary>
    /// Months in parts that each hold nobody or eleven on either side, and the sides out of whole parts: what is told next month less what
    /// is told today is such a part too.
    /// </summary>
    private static IndicatorSeries Outside(Indicator indicator, IReadOnlyList<IndicatorMonth> months, DateOnly? start)
    {
        var parts = PartsOf(indicator, months, start);
        return Of(
            indicator, parts.Select(p => PointOf(indicator, p)),
            BeforeAndAfter.Of(indicator, [.. parts.SelectMany(p => p)], start),
            // Runs are of months, of which none is told.
            RunChartView.Of(RunChart.Of([], start)) with { Reason = Suppression.TooFewOutside });
    }

    private static IndicatorSeries Of(
        Indicator indicator, IEnumerable<IndicatorPoint> points, BeforeAndAfter compared, RunChartView chart) => new(
        IndicatorDefinition.Of(indicator), [.. points], SideOf(indicator, compared, compared.Before),
        SideOf(indicator, compared, compared.After), MoveOf(indicator, compared), chart);

    private static List<List<IndicatorMonth>> PartsOf(Indicator indicator, IReadOnlyList<IndicatorMonth> months, DateOnly? start) =>
    [
        .. months.GroupBy(m => start is null ? 0 : m.Month.CompareTo(start.Value)).OrderBy(s => s.Key)
            .SelectMany(side => PartsOf(indicator, [.. side])),
    ];

    private static IEnumerable<List<IndicatorMonth>> PartsOf(Indicator indicator, List<IndicatorMonth> months)
    {
        var open = new List<IndicatorMonth>();
        foreach (var month in months)
        {
            // How many there were on the last day of a month adds up to nothing: each month stands by itself.
            if (indicator.Kind == IndicatorKind.Count) open.Clear();
            open.Add(month);
            if (!IsTold(indicator, open)) continue;
            yield return open;
            open = [];
        }
    }

    private static bool IsTold(Indicator indicator, List<IndicatorMonth> part)
    {
        static bool IsNoneOrEnough(decimal people) => people is 0 or >= Suppression.FewestOutside;
        var counts = part.ConvertAll(m => m.Counts);
        return indicator.Kind switch
        {
            IndicatorKind.Proportion => counts.Sum(c => c.Denominator) is { } of and > 0 && counts.Sum(c => c.Numerator) is { } met
                && IsNoneOrEnough(met) && IsNoneOrEnough(of - met),
            IndicatorKind.Rate => IsNoneOrEnough(counts.Sum(c => c.Numerator) ?? 0)
                && counts.TrueForAll(c => c.Denominator >= Suppression.FewestOutside),
            IndicatorKind.Mean => counts.Sum(c => c.N) >= Suppression.FewestOutside,
            _ => IsNoneOrEnough(counts[0].Value ?? 0),
        };
    }

    private static IndicatorPoint PointOf(Indicator indicator, List<IndicatorMonth> part)
    {
        var parts = part.ConvertAll(m => indicator.PartsOf(m.Counts));
        var (sum, n) = (parts.Sum(p => p.Sum), parts.Sum(p => p.N));
        return new(
            Months.NameOf(part[0].Month), Months.NameOf(part[^1].Month), n == 0 ? null : indicator.ValueOf(sum, n).ToDouble(),
            indicator.Kind == IndicatorKind.Count ? null : (double)n);
    }

    private static double? NOf(Indicator indicator, IndicatorCounts counts) => indicator.Kind switch
    {
        IndicatorKind.Count => null,
        IndicatorKind.Mean => counts.N,
        _ => (double?)counts.Denominator,
    };

    private static Figure SideOf(Indicator indicator, BeforeAndAfter compared, IndicatorPeriod? side) =>
        side is { } period
            ? new(period.Value.ToDouble(), (double)period.N, period.Low, period.High,
                indicator.Kind == IndicatorKind.Proportion ? null : IndicatorReasons.NoSpread)
            : Figure.None(compared.Reason!);

    private static IndicatorMove MoveOf(Indicator indicator, BeforeAndAfter compared)
    {
        var kind = indicator.Kind == IndicatorKind.Rate ? IndicatorMoveKind.Ratio : IndicatorMoveKind.Difference;
        var change = compared.Ratio ?? compared.Difference;
        return new(kind, change?.Value?.ToDouble(), change?.Low, change?.High, compared.Reason);
    }
}
