using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Implementation;
using static MiiWrap.Learning.Domain.Tests.Implementation.Months;

namespace MiiWrap.Learning.Domain.Tests.Implementation;

/// <summary>Months before and after are pooled, six on each side at least, and what can't be told of them has a reason.</summary>
public sealed class BeforeAndAfterTests
{
    private const double Z = 1.959964;

    private static readonly DateOnly Start = First.AddMonths(12);

    [Fact]
    public void Of_meetings_the_difference_has_this_interval()
    {
        IndicatorCounts[] before = [Parts(30, 50), Parts(40, 50), Parts(35, 50), Parts(37, 50), Parts(30, 40), Parts(40, 60)];
        IndicatorCounts[] after = [Parts(31, 40), Parts(32, 40), Parts(30, 40), Parts(34, 40), Parts(30, 38), Parts(30, 42)];
        var comparison = Of(IndicatorKind.Proportion, before, after);
        Assert.Equal(
            ((212m, 300m, 6), (187m, 240m, 6)),
            ((comparison.Before!.Sum, comparison.Before.N, comparison.Before.Months),
                (comparison.After!.Sum, comparison.After.N, comparison.After.Months)));
        Assert.Equal((0.7067m, 0.7792m), (comparison.Before.Value.Round(4), comparison.After.Value.Round(4)));
        Assert.Equal(.0725m, comparison.Difference!.Value!.Round(4));
        Assert.Equal(-.0022, comparison.Difference.Low!.Value, 4);
        Assert.Equal(.1446, comparison.Difference.High!.Value, 4);
        Assert.Equal((null, null), (comparison.Ratio, comparison.Reason));
        var (low, high) = WilsonByBisection(212, 300);
        Assert.Equal((low, high), (comparison.Before.Low!.Value, comparison.Before.High!.Value), Near);
    }

    /// <summary>Each agency is cut at its own start; one that has too few months on a side counts on neither.</summary>
    [Fact]
    public void Several_agencies_are_pooled_each_before_and_after_its_own_start()
    {
        var indicator = Indicator(IndicatorKind.Proportion);
        IReadOnlyCollection<IndicatorMonth> one =
            [.. InARow([.. Enumerable.Repeat(Parts(5, 10), 6), Parts(9, 9), .. Enumerable.Repeat(Parts(8, 10), 6)])];
        IReadOnlyCollection<IndicatorMonth> other =
            [.. InARow([.. Enumerable.Repeat(Parts(1, 20), 8), Parts(0, 7), .. Enumerable.Repeat(Parts(4, 20), 7)], 3)];
        IReadOnlyCollection<IndicatorMonth> few = [.. InARow(Enumerable.Repeat(Parts(1, 1), 11))];
        var (pooled, agencies) = BeforeAndAfter.Pooled(
            indicator, [(one, First.AddMonths(6)), (other, First.AddMonths(11)), (few, First.AddMonths(5)), (one, null)]);
        // By hand: 6 · 5 + 8 · 1 of 6 · 10 + 8 · 20, and 6 · 8 + 7 · 4 of 6 · 10 + 7 · 20.
        Assert.Equal(2, agencies);
        Assert.Equal(((38m, 220m), (76m, 200m)), ((pooled.Before!.Sum, pooled.Before.N), (pooled.After!.Sum, pooled.After.N)));
        Assert.Equal((76m / 200) - (38m / 220), (decimal)pooled.Difference!.Value!.ToDouble(), 9);
        Assert.Equal(
            ("tooFewMonths", 0),
            BeforeAndAfter.Pooled(indicator, [(few, First.AddMonths(5))]) is var (none, n) ? (none.Reason, n) : default);
    }

    [Fact]
    public void Of_nine_who_left_and_four_the_ratio_has_this_interval()
    {
        var comparison = Of(IndicatorKind.Rate, Leavers(9, 20), Leavers(4, 21));
        Assert.Equal((240m, 252m), (comparison.Before!.N, comparison.After!.N));
        Assert.Equal((0.450m, 0.190m), (comparison.Before.Value.Round(3), comparison.After.Value.Round(3)));
        Assert.Equal(.4233m, comparison.Ratio!.Value!.Round(4));
        Assert.Equal(.1383, comparison.Ratio.Low!.Value, 4);
        Assert.Equal(1.2954, comparison.Ratio.High!.Value, 4);
        Assert.Equal((null, null, null, null), (comparison.Difference, comparison.Reason, comparison.Before.Low, comparison.Before.High));
    }

    [Fact]
    public void Of_nine_who_left_and_none_the_ratio_is_nothing_with_an_upper_end()
    {
        var ratio = Of(IndicatorKind.Rate, Leavers(9, 20), Leavers(0, 21)).Ratio!;
        Assert.Equal((new Fraction(0, 1), 0), (ratio.Value, ratio.Low));
        Assert.Equal(.4065, ratio.High!.Value, 4);
    }

    [Fact]
    public void Where_none_had_left_there_is_no_ratio_but_how_large_it_is_at_the_least()
    {
        var comparison = Of(IndicatorKind.Rate, Leavers(0, 21), Leavers(9, 20));
        Assert.Equal(("noneBefore", null, null), (comparison.Reason, comparison.Ratio!.Value, comparison.Ratio.High));
        // The other way round than nine and none.
        var turned = Of(IndicatorKind.Rate, Leavers(9, 20), Leavers(0, 21)).Ratio!.High!.Value;
        Assert.Equal(1 / turned, comparison.Ratio.Low!.Value, 9);
        Assert.Equal((new Fraction(0, 1), 0.45m), (comparison.Before!.Value, comparison.After!.Value.Round(2)));
    }

    [Fact]
    public void Where_nobody_left_at_all_there_is_nothing_to_compare()
    {
        var comparison = Of(IndicatorKind.Rate, Leavers(0, 20), Leavers(0, 21));
        Assert.Equal((null, "noneBefore", 12), (comparison.Ratio, comparison.Reason, comparison.After!.Months));
    }

    [Fact]
    public void A_mean_weighs_a_month_by_its_n_and_has_no_interval()
    {
        var comparison = Of(
            IndicatorKind.Mean,
            [Mean(70.5m, 2), .. Enumerable.Repeat(Mean(60, 1), 5)], [Mean(80.125m, 8), .. Enumerable.Repeat(Mean(70, 2), 5)]);
        Assert.Equal((7m, 18m), (comparison.Before!.N, comparison.After!.N));
        Assert.Equal((new Fraction(63, 1), new Fraction(149, 2)), (comparison.Before.Value, comparison.After.Value));
        Assert.Equal(new IndicatorChange(new(23, 2), null, null), comparison.Difference);
        Assert.Equal((null, "noSpread", null), (comparison.Ratio, comparison.Reason, comparison.Before.Low));
    }

    [Fact]
    public void A_count_is_the_mean_of_its_months_and_has_no_interval()
    {
        var comparison = Of(
            IndicatorKind.Count, [.. Enumerable.Range(10, 8).Select(i => Count(i))], [.. Enumerable.Range(9, 6).Select(i => Count(i))]);
        Assert.Equal((8m, 6m), (comparison.Before!.N, comparison.After!.N));
        Assert.Equal((new Fraction(27, 2), new Fraction(23, 2)), (comparison.Before.Value, comparison.After.Value));
        Assert.Equal(new IndicatorChange(new(-2, 1), null, null), comparison.Difference);
        Assert.Equal((null, "noSpread"), (comparison.Ratio, comparison.Reason));
    }

    [Theory]
    [InlineData(6, 6, true), InlineData(5, 6, false), InlineData(6, 5, false), InlineData(0, 20, false), InlineData(20, 0, false)]
    public void Six_months_are_needed_on_each_side(int before, int after, bool suffices)
    {
        foreach (var kind in Enum.GetValues<IndicatorKind>())
        {
            var month = kind switch { IndicatorKind.Mean => Mean(7, 2), IndicatorKind.Count => Count(7), _ => Parts(3, 7) };
            var comparison = Of(kind, [.. Enumerable.Repeat(month, before)], [.. Enumerable.Repeat(month, after)]);
            if (suffices) Assert.NotEqual("tooFewMonths", comparison.Reason);
            else Assert.Equal(new BeforeAndAfter(null, null, null, null, "tooFewMonths"), comparison);
        }
    }

    [Fact]
    public void A_month_in_which_nothing_was_held_is_none_of_the_six()
    {
        IndicatorCounts[] six = [.. Enumerable.Repeat(Parts(3, 7), 6)];
        Assert.Equal("tooFewMonths", Of(IndicatorKind.Proportion, [.. six[1..], Parts(0, 0)], six).Reason);
        Assert.Equal(6, Of(IndicatorKind.Proportion, [.. six, Parts(0, 0)], six).Before!.Months);
    }

    [Fact]
    public void The_month_of_the_start_is_on_neither_side()
    {
        var months = InARow(Enumerable.Repeat(Parts(3, 7), 13)).ToList();
        var start = First.AddMonths(6);
        var comparison = BeforeAndAfter.Of(Indicator(IndicatorKind.Proportion), months, start);
        Assert.Equal((42m, 42m), (comparison.Before!.N, comparison.After!.N));
        months[6] = months[6] with { Counts = Parts(0, 1_000_000) };
        Assert.Equal(comparison, BeforeAndAfter.Of(Indicator(IndicatorKind.Proportion), months, start));
        Assert.Equal("tooFewMonths", BeforeAndAfter.Of(Indicator(IndicatorKind.Proportion), months, start.AddMonths(1)).Reason);
        Assert.Equal("tooFewMonths", BeforeAndAfter.Of(Indicator(IndicatorKind.Proportion), months, start.AddMonths(-1)).Reason);
    }

    [Fact]
    public void Before_coaching_began_and_without_months_there_is_nothing_to_compare()
    {
        var months = InARow(Enumerable.Repeat(Parts(3, 7), 30)).ToList();
        var indicator = Indicator(IndicatorKind.Proportion);
        Assert.Equal(new(null, null, null, null, "notStarted"), BeforeAndAfter.Of(indicator, months, null));
        Assert.Equal("tooFewMonths", BeforeAndAfter.Of(indicator, months, First.AddMonths(-1)).Reason);
        Assert.Equal("tooFewMonths", BeforeAndAfter.Of(indicator, months, First.AddMonths(30)).Reason);
        Assert.Equal("tooFewMonths", BeforeAndAfter.Of(indicator, [], First).Reason);
    }

    /// <summary>
    /// Wilson's ends by bisection of what they solve, of a rate straight on the scale of the ratio; means from every single value written
    /// out.
    /// </summary>
    [Fact]
    public void Another_computation_agrees_over_ten_thousand_comparisons()
    {
        var random = new Random(20270403);
        var met = new Dictionary<string, int>();
        for (var run = 0; run < 10_000; run++)
        {
            var kind = random.GetItems(Enum.GetValues<IndicatorKind>(), 1)[0];
            var (before, after) = (Random(kind, random), Random(kind, random));
            var all = InARow([.. before, Random(kind, random, 1)[0], .. after]).ToArray();
            random.Shuffle(all);
            var comparison = BeforeAndAfter.Of(Indicator(kind), all, First.AddMonths(before.Length));
            var reason = Check(kind, before, after, comparison);
            Assert.Equal(reason, comparison.Reason);
            met[$"{kind} {reason}"] = met.GetValueOrDefault($"{kind} {reason}") + 1;
        }

        Assert.Equal(9, met.Count);
        Assert.All(met.Values, count => Assert.InRange(count, 100, 2_500));
    }

    private static string? Check(IndicatorKind kind, IndicatorCounts[] before, IndicatorCounts[] after, BeforeAndAfter comparison)
    {
        if (Math.Min(before.Count(c => c.Denominator != 0), after.Count(c => c.Denominator != 0)) < 6)
        {
            Assert.Null(comparison.Before ?? comparison.After);
            return "tooFewMonths";
        }

        var (earlier, later) = (comparison.Before!, comparison.After!);
        if (kind is IndicatorKind.Mean or IndicatorKind.Count)
        {
            var (first, second) = (WrittenOut(before), WrittenOut(after));
            Assert.Equal((first.Count, second.Count), (earlier.N, later.N));
            Assert.InRange(comparison.Difference!.Value!.Round(9) - (second.Average() - first.Average()), -1e-8m, 1e-8m);
            Assert.Equal((null, null), (comparison.Difference.Low, comparison.Difference.High));
            return "noSpread";
        }

        var (k1, n1) = ((double)before.Sum(c => c.Numerator)!, (double)before.Sum(c => c.Denominator)!);
        var (k2, n2) = ((double)after.Sum(c => c.Numerator)!, (double)after.Sum(c => c.Denominator)!);
        if (kind == IndicatorKind.Proportion)
        {
            var ((low1, high1), (low2, high2)) = (WilsonByBisection(k1, n1), WilsonByBisection(k2, n2));
            var (rate1, rate2) = (k1 / n1, k2 / n2);
            Assert.Equal((low1, high1), (earlier.Low!.Value, earlier.High!.Value), Near);
            Assert.Equal((low2, high2), (later.Low!.Value, later.High!.Value), Near);
            Assert.Equal(
                (rate2 - rate1 - Math.Sqrt(Square(rate2 - low2) + Square(high1 - rate1)),
                    rate2 - rate1 + Math.Sqrt(Square(high2 - rate2) + Square(rate1 - low1))),
                (comparison.Difference!.Low!.Value, comparison.Difference.High!.Value), Near);
            Assert.Equal(rate2 - rate1, comparison.Difference.Value!.ToDouble(), 9);
            return null;
        }

        Assert.Equal(12 * k1 / n1, earlier.Value.ToDouble(), 9);
        if (k1 + k2 == 0) return comparison.Ratio is null ? "noneBefore" : "a ratio";
        // How far off the events after are from what a ratio leads one to expect, in squares and beyond what chance allows.
        double Excess(double ratio)
        {
            var share = ratio * n2 / (n1 + (ratio * n2));
            return Square(k2 - ((k1 + k2) * share)) - (Z * Z * (k1 + k2) * share * (1 - share));
        }

        var observed = k1 == 0 ? 1e6 : k2 / n2 / (k1 / n1);
        var low = k2 == 0 ? 0 : Root(Excess, 0, observed);
        Assert.InRange((comparison.Ratio!.Low!.Value - low) / Math.Max(low, 1), -1e-6, 1e-6);
        if (k1 == 0)
        {
            Assert.Null(comparison.Ratio.Value);
            Assert.Null(comparison.Ratio.High);
            return "noneBefore";
        }

        Assert.Equal(observed, comparison.Ratio.Value!.ToDouble(), 9);
        var high = Root(Excess, 1e6, observed);
        Assert.InRange(comparison.Ratio.High!.Value / high, 1 - 1e-6, 1 + 1e-6);
        return null;
    }

    private static IndicatorCounts[] Random(IndicatorKind kind, Random random, int? count = null)
    {
        // Seldom one event, so that sides without any are met.
        var (most, rare) = (random.Next(1, 40), random.Next(3) == 0 ? 60 : 3);
        return [.. Enumerable.Range(0, count ?? random.Next(5, 16)).Select(_ => kind switch
        {
            IndicatorKind.Mean => Mean(random.Next(100_000) / 1000m, random.Next(1, 12)),
            IndicatorKind.Count => Count(random.Next(500)),
            IndicatorKind.Rate => Parts(random.Next(rare) == 0 ? random.Next(1, 4) : 0, random.Next(1, 100) / 2m),
            _ => random.Next(most) is var held ? Parts(random.Next(held + 1), held) : Parts(0, 0),
        })];
    }

    private static List<decimal> WrittenOut(IndicatorCounts[] months) =>
        [.. months.SelectMany(c => Enumerable.Repeat(c.Value!.Value, c.N ?? 1))];

    private static (double Low, double High) WilsonByBisection(double k, double n)
    {
        double Excess(double p) => Square(k - (n * p)) - (Z * Z * n * p * (1 - p));
        return (k == 0 ? 0 : Root(Excess, 0, k / n), k == n ? 1 : Root(Excess, 1, k / n));
    }

    /// <summary>Where a function is zero between a side on which it is above and one on which it is not.</summary>
    private static double Root(Func<double, double> function, double above, double notAbove)
    {
        for (var step = 0; step < 100; step++)
        {
            var middle = (above + notAbove) / 2;
            if (function(middle) > 0) above = middle;
            else notAbove = middle;
        }

        return above;
    }

    private static double Square(double number) => number * number;

    private static bool Near((double Low, double High) expected, (double Low, double High) actual) =>
        Math.Abs(expected.Low - actual.Low) < 1e-9 && Math.Abs(expected.High - actual.High) < 1e-9;

    private static IndicatorCounts[] Leavers(int left, decimal staff) =>
        [.. Enumerable.Range(0, 12).Select(i => Parts(i == 3 ? left - (left / 2) : i == 8 ? left / 2 : 0, staff))];

    private static BeforeAndAfter Of(IndicatorKind kind, IndicatorCounts[] before, IndicatorCounts[] after) =>
        BeforeAndAfter.Of(
            Indicator(kind), [.. InARow(before, 12 - before.Length), .. InARow(after, 13)], Start);
}
