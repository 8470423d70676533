using System.Numerics;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Implementation;
using static MiiWrap.Learning.Domain.Tests.Implementation.Months;

namespace MiiWrap.Learning.Domain.Tests.Implementation;

/// <summary>A shift is told by the longest run and the crossings alone, of ten months off the centre or more.</summary>
public sealed class RunChartTests
{
    private const string Before = "70 74 68 72 71 69 75 70 73 68";
    private const string After = "72 76 78 75 79 77 80 76 81 78";

    private static readonly DateOnly Start = First.AddMonths(10);

    [Fact]
    public void The_months_before_show_no_signal_and_all_of_them_do()
    {
        var before = RunChart.Of(Series(Before), Start);
        Assert.Equal(
            (new Fraction(141, 2), 10, 6, 8, 2), (before.Centre, before.N, before.RunLimit, before.Crossings, before.CrossingsLimit));
        Assert.Equal((2, false, null), (before.LongestRun!.Length, before.IsSignal, before.Reason));

        var all = RunChart.Of(Series($"{Before} {After}"), Start);
        Assert.Equal((new Fraction(141, 2), 20, 7, 9, 6), (all.Centre, all.N, all.RunLimit, all.Crossings, all.CrossingsLimit));
        Assert.Equal(new Run(IsAbove: true, 10, Start, First.AddMonths(19)), all.LongestRun);
        Assert.Equal((true, null), (all.IsSignal, all.Reason));
    }

    [Fact]
    public void Months_on_the_centre_are_not_counted()
    {
        var chart = RunChart.Of(Series("5 7 6 6 8 4 6 7 5 6 7 5"), null);
        Assert.Equal(new RunChart(new(6, 1), 8, null, null, null, null), chart);
        Assert.Equal((null, "tooFewMonths"), (chart.IsSignal, chart.Reason));
    }

    [Theory]
    [InlineData(10, 6, 2), InlineData(12, 7, 3), InlineData(16, 7, 4), InlineData(20, 7, 6), InlineData(24, 8, 8)]
    public void So_many_months_have_these_limits(int n, int run, int crossings)
    {
        Assert.Equal((run, crossings), (RunChart.RunLimitOf(n), RunChart.CrossingsLimitOf(n)));
        var chart = RunChart.Of(Series(string.Join(' ', Enumerable.Range(0, n).Select(i => i % 2))), null);
        Assert.Equal((n, run, crossings, n - 1, false), (chart.N, chart.RunLimit, chart.CrossingsLimit, chart.Crossings, chart.IsSignal));
    }

    [Fact]
    public void The_limits_are_those_of_all_sequences_of_signs()
    {
        for (var n = 10; n <= 18; n++)
        {
            var withCrossings = new int[n];
            for (var signs = 0u; signs < 1u << n; signs++)
            {
                var changes = (signs ^ (signs >> 1)) & ((1u << (n - 1)) - 1);
                withCrossings[BitOperations.PopCount(changes)]++;
            }

            var limit = Enumerable.Range(0, n).First(c => withCrossings.Take(c + 1).Sum() / (double)(1 << n) >= .05);
            Assert.Equal(limit, RunChart.CrossingsLimitOf(n));
        }
    }

    [Fact]
    public void The_limits_of_any_series_are_those_of_a_triangle_of_chances_in_doubles()
    {
        double[] chances = [1];
        for (var n = 2; n <= 600; n++)
        {
            chances = [.. Enumerable.Range(0, n).Select(c => (chances.ElementAtOrDefault(c - 1) + chances.ElementAtOrDefault(c)) / 2)];
            var (limit, upTo) = (0, chances[0]);
            while (upTo < .05) upTo += chances[++limit];
            Assert.Equal((limit, (int)Math.Round(Math.Log2(n)) + 3), (RunChart.CrossingsLimitOf(n), RunChart.RunLimitOf(n)));
        }
    }

    /// <summary>The share of all sequences of signs that either rule takes for a shift.</summary>
    [Theory]
    [InlineData(10, 4.5), InlineData(12, 4.3), InlineData(24, 6.6), InlineData(36, 8.5)]
    public void Of_so_many_months_chance_alone_makes_this_many_signals(int n, double percent)
    {
        var quiet = new Dictionary<(int Run, int Crossings), long> { [(1, 0)] = 2 };
        for (var month = 1; month < n; month++)
        {
            var next = new Dictionary<(int Run, int Crossings), long>();
            foreach (var ((run, crossings), ways) in quiet)
            {
                next[(1, crossings + 1)] = next.GetValueOrDefault((1, crossings + 1)) + ways;
                if (run < RunChart.RunLimitOf(n)) next[(run + 1, crossings)] = next.GetValueOrDefault((run + 1, crossings)) + ways;
            }

            quiet = next;
        }

        var silent = quiet.Where(w => w.Key.Crossings >= RunChart.CrossingsLimitOf(n)).Sum(w => w.Value);
        Assert.Equal(percent, 100 * (1 - (silent / Math.Pow(2, n))), 1);
    }

    [Fact]
    public void Without_months_there_is_not_even_a_centre()
    {
        var none = RunChart.Of([], Start);
        Assert.Equal(new RunChart(null, 0, null, null, null, null), none);
        Assert.Equal("tooFewMonths", none.Reason);
    }

    [Fact]
    public void Where_all_lie_on_the_centre_nothing_runs()
    {
        var chart = RunChart.Of(Series(string.Join(' ', Enumerable.Repeat(7, 24))), Start);
        Assert.Equal(new RunChart(new(7, 1), 0, null, null, null, null), chart);
    }

    [Fact]
    public void The_centre_is_of_the_months_before_only_where_they_are_ten()
    {
        var series = Series($"{Before} {After}");
        var (lower, common) = (new Fraction(141, 2), Fraction.Median(series.Select(p => p.Value)));
        Assert.Equal(new(149, 2), common);
        Assert.Equal(lower, RunChart.Of(series, Start).Centre);
        Assert.Equal(common, RunChart.Of(series, Start.AddMonths(-1)).Centre);
        // Before the first month, in it, after the last, and not yet.
        Assert.Equal(common, RunChart.Of(series, First.AddMonths(-5)).Centre);
        Assert.Equal(common, RunChart.Of(series, First).Centre);
        Assert.Equal(RunChart.Of(series, null), RunChart.Of(series, First.AddMonths(40)));
        Assert.Equal(20, RunChart.Of(series, null).N);
    }

    [Fact]
    public void A_run_goes_on_over_a_month_on_the_centre_and_over_a_gap_and_starts_and_ends_off_it()
    {
        // Ten before, of which the centre is 5; then 5, six above with a 5 among them, another 5.
        var chart = RunChart.Of(Series("4 6 4 6 4 6 4 6 4 6 5 7 8 5 9 7 8 9 5"), Start);
        Assert.Equal((new Fraction(5, 1), 16), (chart.Centre, chart.N));
        Assert.Equal(new Run(IsAbove: true, 7, First.AddMonths(9), First.AddMonths(17)), chart.LongestRun);
        Assert.Equal((7, false), (chart.RunLimit, chart.IsSignal));
        var longer = RunChart.Of([.. Series("4 6 4 6 4 6 4 6 4 6 5 7 8 5 9 7 8 9 5"), (First.AddMonths(30), new(6, 1))], Start);
        Assert.Equal(new Run(IsAbove: true, 8, First.AddMonths(9), First.AddMonths(30)), longer.LongestRun);
        Assert.True(longer.IsSignal);
    }

    [Fact]
    public void Crossings_alone_make_a_signal_only_where_they_are_fewer_than_the_limit()
    {
        // Five by five: no run is too long, and twenty months must cross six times.
        Assert.True(RunChart.Of(Series("1 1 1 1 1 9 9 9 9 9 1 1 1 1 1 9 9 9 9 9"), null) is { IsSignal: true, Crossings: 3 });
        Assert.True(RunChart.Of(Series("1 1 1 1 9 9 9 9 1 1 1 9 9 9 1 1 1 9 9 9"), null) is { IsSignal: true, Crossings: 5 });
        Assert.True(RunChart.Of(Series("1 1 1 1 9 9 9 9 1 1 1 9 9 9 1 1 9 9 9 1"), null) is { IsSignal: false, Crossings: 6 });
    }

    [Fact]
    public void Of_runs_that_are_equally_long_the_newest_is_shown()
    {
        var chart = RunChart.Of(Series("1 1 1 9 9 9 1 9 1 9"), null);
        Assert.Equal(new Run(IsAbove: true, 3, First.AddMonths(3), First.AddMonths(5)), chart.LongestRun);
    }

    /// <summary>
    /// Medians of sorted decimals, and signs as text: the longest run is the longest piece that is left when the other sign is cut out.
    /// </summary>
    [Fact]
    public void Another_computation_agrees_over_ten_thousand_charts()
    {
        var random = new Random(20270402);
        var (few, signals, silences) = (0, 0, 0);
        for (var run = 0; run < 10_000; run++)
        {
            int[] months = [.. Enumerable.Range(0, 40).Where(_ => random.Next(5) > 0).Take(random.Next(1, 41))];
            var (shift, width) = (random.Next(3), random.Next(2, 9));
            var startsAt = random.Next(-3, 44);
            decimal[] values = [.. months.Select(m => 50 + (0.5m * (random.Next(width) + (m >= startsAt ? shift : 0))))];
            DateOnly? start = random.Next(6) == 0 ? null : First.AddMonths(startsAt);
            var points = months.Zip(values).Select(p => (First.AddMonths(p.First), Fraction.Of(p.Second))).ToArray();
            random.Shuffle(points);
            var chart = RunChart.Of(points, start);

            var before = start is null ? [] : values.Where((_, i) => months[i] < startsAt).ToList();
            List<decimal> sorted = [.. (before.Count < 10 ? values : before.AsEnumerable()).Order()];
            if (sorted.Count == 0)
            {
                Assert.Null(chart.Centre);
                continue;
            }

            var centre = (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
            Assert.Equal(Fraction.Of(centre), chart.Centre);
            int[] off = [.. months.Where((_, i) => values[i] != centre)];
            var signs = string.Concat(values.Where(v => v != centre).Select(v => v > centre ? '+' : '-'));
            Assert.Equal(signs.Length, chart.N);
            Assert.Equal(signs.Length < 10, chart.IsSignal is null);
            if (signs.Length < 10)
            {
                few++;
                continue;
            }

            var longest = signs.Split('+').Concat(signs.Split('-')).Max(piece => piece.Length);
            var crossings = Enumerable.Range(1, signs.Length - 1).Count(i => signs.Substring(i - 1, 2) is "+-" or "-+");
            var at = Math.Max(
                signs.LastIndexOf(new string('+', longest), StringComparison.Ordinal),
                signs.LastIndexOf(new string('-', longest), StringComparison.Ordinal));
            Assert.Equal(
                new Run(signs[at] == '+', longest, First.AddMonths(off[at]), First.AddMonths(off[at + longest - 1])), chart.LongestRun);
            Assert.Equal(crossings, chart.Crossings);
            var (chance, fewest) = (Math.Pow(.5, signs.Length - 1), 0);
            for (var upTo = chance; upTo < .05; upTo += chance) chance *= (signs.Length - 1.0 - fewest) / ++fewest;
            var isSignal = longest > Math.Round(Math.Log2(signs.Length)) + 3 || crossings < fewest;
            Assert.Equal((fewest, isSignal), (chart.CrossingsLimit, chart.IsSignal));
            if (isSignal) signals++;
            else silences++;
        }

        Assert.All([few, signals, silences], count => Assert.InRange(count, 1_000, 8_000));
    }

    private static (DateOnly Month, Fraction Value)[] Series(string values) =>
        [.. values.Split(' ').Select((v, i) => (First.AddMonths(i), new Fraction(int.Parse(v), 1)))];
}
