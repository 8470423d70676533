using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Domain.Tests.Fidelity;

/// <summary>A direction is told of few points only where chance would seldom make it, and never across a change of raters.</summary>
public sealed class TrendTests
{
    private static readonly DateOnly Now = new(2027, 3, 1);

    private static readonly Dictionary<string, Dictionary<int, long>> Known = [];

    private static readonly Guid Ana = Guid.Parse("00000000-0000-0000-0000-000000000001");
    private static readonly Guid Bo = Guid.Parse("00000000-0000-0000-0000-000000000002");

    [Theory]
    [InlineData("0 3 6 9", "84 82 79 75", -6, 1, 24, "-1.000", TrendSignal.Falling)]
    [InlineData("0 3 6 9", "84 85 79 75", -4, 1, 6, null, TrendSignal.NoSignal)]
    [InlineData("0 2 5 8 11", "88 84 85 80 76", -8, 1, 24, "-1.045", TrendSignal.Falling)]
    [InlineData("0 2 5 8 11", "88 84 84 80 76", -9, 1, 60, null, TrendSignal.Falling)]
    [InlineData("0 3 6 9 12 15", "81 84 80 83 82 81", -2, 77, 180, null, TrendSignal.NoSignal)]
    [InlineData("0 3 6 9 12 15", "90 88 88 85 85 82", -13, 1, 180, "-0.500", TrendSignal.Falling)]
    [InlineData("0 1 3 4 6 8 9", "62 66 65 71 74 73 79", 17, 27, 5040, "1.625", TrendSignal.Rising)]
    [InlineData("0 3 6 9 12", "80 80 80 80 80", 0, 1, 1, "0.000", TrendSignal.NoSignal)]
    public void A_series_has_this_direction(string months, string totals, int s, int over, int under, string? slope, TrendSignal signal)
    {
        var trend = Trend.Of(Series(months, totals), Now, 80, 0.5m);
        Assert.Equal((s, new Fraction(over, under), signal), (trend.S, trend.P, trend.Signal));
        if (slope is not null) Assert.Equal(slope, $"{trend.Slope!.Round(3):0.000}");
    }

    [Fact]
    public void Three_points_are_too_few_and_show_nothing_but_themselves()
    {
        var trend = Trend.Of(Series("0 3 6", "90 80 70"), Now, 80, 0.5m);
        Assert.Equal((TrendSignal.TooFew, null, null, null, 3), (trend.Signal, trend.S, trend.P, trend.Slope, trend.Points.Count));
    }

    [Theory]
    [InlineData("A A B B", true), InlineData("A B B B", false), InlineData("A A B B B", true), InlineData("A B A B B", false)]
    [InlineData("A A A B B", true), InlineData("A A B B A", false)]
    public void No_direction_is_told_where_no_rater_is_in_both_halves(string raters, bool changed)
    {
        var count = Forms.Names(raters).Length;
        var (months, totals) = (Enumerable.Range(0, count).Select(i => 3 * i), Enumerable.Range(0, count).Select(i => 90 - (4 * i)));
        var reviews = Series(string.Join(' ', months), string.Join(' ', totals))
            .Zip(Forms.Names(raters)).Select(p => p.First with { Rater = p.Second == "A" ? Ana : Bo });
        var trend = Trend.Of(reviews, Now, 80, 0.5m);
        Assert.Equal(changed ? TrendSignal.RatersChanged : TrendSignal.Falling, trend.Signal);
        Assert.Equal(changed, trend.S is null && trend.P is null && trend.Slope is null);
    }

    [Theory]
    [InlineData("84 79 78", true), InlineData("84 79 80", false), InlineData("79 78 77", false), InlineData("80 70 79", true)]
    [InlineData("79 80 79 79", true), InlineData("84 79", false)]
    public void Below_the_line_are_the_newest_two_where_an_earlier_one_was_not(string totals, bool isBelow)
    {
        var months = string.Join(' ', Enumerable.Range(0, Forms.Names(totals).Length));
        Assert.Equal(isBelow, Trend.Of(Series(months, totals), Now, 80, 0.5m).BelowLine);
        Assert.False(Trend.Of(Series(months, totals), Now, null, 0.5m).BelowLine);
    }

    [Fact]
    public void A_month_is_one_point_and_a_pair_is_one_sample_of_it()
    {
        var pair = Guid.Parse("00000000-0000-0000-0000-000000000009");
        var point = Assert.Single(Trend.Of(
            [
                new(Now, new(80, 1), Ana, pair), new(Now, new(84, 1), Bo, pair), new(Now, new(90, 1), Ana, null),
            ], Now, 80, 0.5m).Points);
        Assert.Equal(new Fraction(86, 1), point.Value);
        Assert.Equal([Ana, Bo], point.Raters.Order());
    }

    [Fact]
    public void The_newest_eight_within_two_years_are_taken_and_none_of_a_month_to_come()
    {
        var reviews = Enumerable.Range(-13, 15).Select(i => new TrendReview(Now.AddMonths(2 * i), new(80, 1), Ana, null)).ToList();
        var months = Trend.Of(reviews, Now, 80, 0.5m).Points.Select(p => p.Month);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => Now.AddMonths(-14 + (2 * i))), months);
        var ends = Trend.Of(reviews.Where(r => r.Month <= Now.AddMonths(-24) || r.Month >= Now), Now, 80, 0.5m);
        Assert.Equal([Now.AddMonths(-24), Now], ends.Points.Select(p => p.Month));
    }

    /// <summary>
    /// The chance by counting orders from what is left to place, and the slope in whole multiples of what all spans divide: neither the
    /// product nor fractions.
    /// </summary>
    [Fact]
    public void Another_computation_agrees_over_ten_thousand_series()
    {
        const long allSpans = 5_354_228_880; // Divided by every number up to 24.
        var random = new Random(20270304);
        var signals = new Dictionary<TrendSignal, int>();
        for (var run = 0; run < 10_000; run++)
        {
            int[] months = [.. Enumerable.Range(0, 25)];
            random.Shuffle(months);
            months = [.. months.Take(random.Next(4, 9)).Order()];
            // Steps of a half and of a tenth, flat and steep, so that ties and slopes of just a half a month are met.
            var tenths = random.Next(2) == 0 ? 1 : 5;
            var drift = random.Next(-2, 3) * 5;
            long[] totals = [.. months.Select(m => 800 + (drift * m) + (tenths * random.Next(-random.Next(1, 12), 12)))];
            var trend = Trend.Of(
                months.Zip(totals).Select(p => new TrendReview(Now.AddMonths(p.First - 24), new(p.Second, 10), Ana, null)), Now, 80, 0.5m);

            var (s, slopes) = (0, new List<long>());
            for (var i = 0; i < totals.Length; i++)
            {
                for (var j = i + 1; j < totals.Length; j++)
                {
                    s += Math.Sign(totals[j] - totals[i]);
                    slopes.Add((totals[j] - totals[i]) * (allSpans / (months[j] - months[i])));
                }
            }

            slopes.Sort();
            // Twice the median in tenths of a point, times all spans.
            var twice = slopes[(slopes.Count - 1) / 2] + slopes[slopes.Count / 2];
            var orders = Orders([.. totals.Order().GroupBy(t => t).Select(g => g.Count())]);
            var (far, all) = (orders.Where(o => s <= 0 ? o.Key <= s : o.Key >= s).Sum(o => o.Value), orders.Values.Sum());
            Assert.Equal((s, new Fraction(far, all), new Fraction(twice, 20 * allSpans)), (trend.S, trend.P, trend.Slope));
            var isRare = 20 * far <= all;
            var expected = isRare && s < 0 && twice <= -10 * allSpans ? TrendSignal.Falling
                : isRare && s > 0 && twice >= 10 * allSpans ? TrendSignal.Rising : TrendSignal.NoSignal;
            Assert.Equal(expected, trend.Signal);
            signals[expected] = signals.GetValueOrDefault(expected) + 1;
            if (Math.Abs(twice) == 10 * allSpans && isRare) signals[TrendSignal.TooFew] = signals.GetValueOrDefault(TrendSignal.TooFew) + 1;
        }

        // The last are those at the very edge.
        Assert.All([TrendSignal.Falling, TrendSignal.Rising, TrendSignal.NoSignal, TrendSignal.TooFew],
            signal => Assert.InRange(signals.GetValueOrDefault(signal), 50, 9_000));
    }

    /// <summary>How many orders of so many equal totals each, from the lowest to the highest, have each S.</summary>
    private static Dictionary<int, long> Orders(int[] left)
    {
        if (left.Sum() == 0) return new() { [0] = 1 };
        var key = string.Join(' ', left);
        if (Known.TryGetValue(key, out var known)) return known;
        var orders = new Dictionary<int, long>();
        for (var next = 0; next < left.Length; next++)
        {
            if (left[next] == 0) continue;
            // Whatever is still to come stands later: what is higher counts up, what is lower down.
            var step = left[(next + 1)..].Sum() - left[..next].Sum();
            int[] rest = [.. left];
            rest[next]--;
            foreach (var (s, count) in Orders(rest)) orders[s + step] = orders.GetValueOrDefault(s + step) + count;
        }

        return Known[key] = orders;
    }

    private static IEnumerable<TrendReview> Series(string months, string totals) =>
        Forms.Names(months).Zip(Forms.Names(totals))
            .Select(p => new TrendReview(Now.AddMonths(int.Parse(p.First) - 24), new(int.Parse(p.Second), 1), Ana, null));
}
