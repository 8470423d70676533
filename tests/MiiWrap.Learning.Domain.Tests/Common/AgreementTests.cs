using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Tests.Common;

/// <summary>How alike two people rate, checked against figures worked out by hand and against another formula.</summary>
public sealed class AgreementTests
{
    [Fact]
    public void The_figures_are_those_of_the_textbook()
    {
        // Scores of two readers: (0,0) (1,1) (2,2) (3,3) (1,2) (2,1) (0,1) (3,1).
        // Squared distances: 0 0 0 0 1 1 1 4, together 7.
        var agreement = Agreement
            .Of([.. new[] { (0, 0), (1, 1), (2, 2), (3, 3), (1, 2), (2, 1), (0, 1), (3, 1) }.Select(p => (One(p.Item1), One(p.Item2)))]);
        Assert.Equal((8, 8), (agreement.Pairs, agreement.Scores));
        Assert.Equal(0.5, agreement.Exact!.Value, 10);
        Assert.Equal(0.875, agreement.WithinOne!.Value, 10);
        Assert.Equal(1 - (7.0 / ByChance()), agreement.WeightedKappa!.Value, 10);
    }

    [Fact]
    public void Where_all_say_the_same_chance_explains_it_and_there_is_no_kappa()
    {
        var agreement = Agreement.Of([(One(2), One(2)), (One(2), One(2))]);
        Assert.Equal((1.0, 1.0), (agreement.Exact!.Value, agreement.WithinOne!.Value));
        Assert.Null(agreement.WeightedKappa);
        Assert.Null(Agreement.Of([]).Exact);
    }

    [Theory]
    [InlineData("2232223122213-2232122222221-", "22322231232122223212222-2221", 25, 3, .88, 1.0, .8)]
    [InlineData("3211221023211222321122222121", "2132230122201223311212222022", 28, 0, .4643, .9643, .4615)]
    [InlineData("2222222222222222222222222222", "3333333333333333333333333333", 28, 0, .0, 1.0, .0)]
    [InlineData("3234322", "2224332", 7, 0, .5714, 1.0, .5882)]
    public void The_figures_of_two_raters_are_these(
        string first, string second, int scores, int mismatches, double exact, double withinOne, double kappa)
    {
        var agreement = Agreement.Of([(Ratings(first), Ratings(second))]);
        Assert.Equal((1, scores, mismatches), (agreement.Pairs, agreement.Scores, agreement.Mismatches));
        Assert.Equal(exact, agreement.Exact!.Value, 4);
        Assert.Equal(withinOne == 1 ? 1 : withinOne, agreement.WithinOne!.Value, 4);
        Assert.Equal(kappa, agreement.WeightedKappa!.Value, 4);
        Assert.Equal(scores < 20 ? null : agreement.WeightedKappa, agreement.ShownKappa);
    }

    [Theory]
    [InlineData(19, false), InlineData(20, true)]
    public void Kappa_is_shown_from_twenty_scores_on(int scores, bool isShown)
    {
        var agreement = Agreement.Of([(Ratings("1" + new string('2', scores - 1)), Ratings(new string('2', scores)))]);
        Assert.NotNull(agreement.WeightedKappa);
        Assert.Equal(isShown, agreement.ShownKappa is not null);
    }

    [Fact]
    public void What_only_one_has_rated_is_no_mismatch_and_NA_by_both_neither()
    {
        var agreement = Agreement.Of([(Ratings("12-- "), Ratings("1 -2-"))]);
        Assert.Equal((1, 1), (agreement.Scores, agreement.Mismatches));
    }

    /// <summary>By the moments: twice the covariance, of both variances and the squared distance of the means.</summary>
    [Fact]
    public void Another_formula_of_kappa_agrees_over_ten_thousand_pairs_of_raters()
    {
        var random = new Random(20270301);
        var nulls = 0;
        for (var run = 0; run < 10_000; run++)
        {
            // Scales of one level up to a count of hundreds, and few items, so that no variance is met as well.
            var levels = random.Next(4) == 0 ? random.Next(5, 400) : random.Next(1, 6);
            var count = random.Next(1, 30);
            string[] items = [.. Enumerable.Range(0, count).Select(i => $"I{i}")];
            var first = Random(items, levels, random);
            var second = Random(items, levels, random);
            var agreement = Agreement.Of([(first, second)]);

            var both = items.Where(i => first.GetValueOrDefault(i) is not null && second.GetValueOrDefault(i) is not null).ToList();
            Assert.Equal(both.Count, agreement.Scores);
            Assert.Equal(items.Count(i => first.ContainsKey(i) && second.ContainsKey(i) && first[i].HasValue ^ second[i].HasValue),
                agreement.Mismatches);
            if (both.Count == 0) continue;
            double[] xs = [.. both.Select(i => (double)first[i]!.Value)], ys = [.. both.Select(i => (double)second[i]!.Value)];
            Assert.Equal(both.Average(i => first[i] == second[i] ? 1 : 0), agreement.Exact!.Value, 12);
            Assert.Equal(both.Average(i => first[i] - second[i] is >= -1 and <= 1 ? 1 : 0), agreement.WithinOne!.Value, 12);
            var (x, y) = (xs.Average(), ys.Average());
            var covariance = xs.Zip(ys).Average(p => (p.First - x) * (p.Second - y));
            var spread = xs.Average(v => (v - x) * (v - x)) + ys.Average(v => (v - y) * (v - y)) + ((x - y) * (x - y));
            if (spread < 1e-12)
            {
                Assert.Null(agreement.WeightedKappa);
                nulls++;
            }
            else Assert.Equal(2 * covariance / spread, agreement.WeightedKappa!.Value, 9);
        }

        Assert.InRange(nulls, 100, 5_000);
    }

    /// <summary>Every first score against every second one, an eighth of each pairing.</summary>
    private static double ByChance()
    {
        int[] first = [0, 1, 2, 3, 1, 2, 0, 3], second = [0, 1, 2, 3, 2, 1, 1, 1];
        return first.SelectMany(a => second.Select(b => (a - b) * (a - b) / 8.0)).Sum();
    }

    private static IReadOnlyDictionary<string, int?> One(int score) => new Dictionary<string, int?> { ["experience"] = score };

    /// <summary>A digit for each item; a hyphen is N/A, a space nothing.</summary>
    private static IReadOnlyDictionary<string, int?> Ratings(string digits) =>
        digits.Index().Where(d => d.Item != ' ').ToDictionary(d => $"I{d.Index}", d => d.Item == '-' ? (int?)null : d.Item - '0');

    private static Dictionary<string, int?> Random(string[] items, int levels, Random random)
    {
        var ratings = new Dictionary<string, int?>();
        foreach (var item in items)
        {
            var draw = random.Next(20);
            if (draw > 0) ratings[item] = draw < 3 ? null : random.Next(levels);
        }

        return ratings;
    }
}
