using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Domain.Tests.Fidelity;

/// <summary>Scores come of ratings by a closed set of operators, exactly, and a band begins exactly at its edge.</summary>
public sealed class ScoringTests
{
    [Theory]
    [InlineData("tpo-1", 60, 25, "80.0", "strong")]
    [InlineData("tpo-1", 67, 28, "79.8", "adequate")]
    [InlineData("tpo-1", 55, 23, "79.7", "adequate")]
    [InlineData("tpo-1", 63, 28, "75.0", "adequate")]
    [InlineData("tpo-1", 51, 28, "60.7", "developing")]
    [InlineData("tpo-1", 50, 28, "59.5", "focus")]
    [InlineData("tpo-1", 56, 28, "66.7", "developing")]
    [InlineData("tpo-1", 72, 24, "100.0", "strong")]
    [InlineData("tpo-1", 56, 23, "81.2", "strong")]
    [InlineData("tpo-1", 52, 23, "75.4", "adequate")]
    [InlineData("cso-1", 23, 7, "82.1", "strong")]
    [InlineData("cso-1", 19, 6, "79.2", "adequate")]
    [InlineData("cso-1", 17, 7, "60.7", "developing")]
    public void A_total_has_this_value_and_this_band(string form, int sum, int rated, string value, string band)
    {
        var instrument = form == "tpo-1" ? Forms.Tpo : Forms.Cso;
        var total = instrument.Result("total", Forms.Ratings(instrument, sum, rated));
        Assert.Equal(value, $"{total.Shown:0.0}");
        Assert.Equal(band, total.Band!.Name);
        Assert.Equal((sum, rated * instrument.Scales[0].Largest, rated), ((int)total.Numerator, (int)total.Denominator, total.Rated));
        Assert.Null(total.Reason);
    }

    [Theory]
    [InlineData("tpo-1", 45, 20), InlineData("cso-1", 20, 5)]
    public void A_total_of_too_few_ratings_has_no_value_and_keeps_what_was_counted(string form, int sum, int rated)
    {
        var instrument = form == "tpo-1" ? Forms.Tpo : Forms.Cso;
        var total = instrument.Result("total", Forms.Ratings(instrument, sum, rated));
        Assert.Equal((null, null, "tooFewRated"), (total.Value, total.Band, total.Reason));
        Assert.Equal((sum, rated), ((int)total.Numerator, total.Rated));
    }

    [Fact]
    public void A_total_needs_five_sections_of_two_ratings_besides_the_ratings()
    {
        // All of five sections and one line of another: 21. The same 21 over six sections of which two have one each: four are scorable.
        Assert.NotNull(Forms.Tpo.Result("total", Forms.Ratings(Forms.Tpo, "22222222222222222222" + "2---" + "----")).Value);
        var thin = Forms.Tpo with
        {
            Scores = [.. Forms.Tpo.Scores.Select(s => s.Code == "total" ? s with { Needs = s.Needs with { Rated = 18 } } : s)],
        };
        Assert.NotNull(thin.Result("total", Forms.Ratings(thin, "2222222222222222" + "22--" + "----" + "----")).Value);
        Assert.Equal("tooFewRated", thin.Result("total", Forms.Ratings(thin, "2222222222222222" + "2---" + "2---" + "----")).Reason);
    }

    // Cultivating, softening, partnership, empathy | SR CR Q AF SEEK EMPHASIZE PERSUADE CONFRONT.
    [Theory]
    [InlineData("4 4 4 4", "8 12 9 3 4 2 0 0", "4.0 good, 4.0 good, 60.0 good, 2.22 good, 9.0, 0.0")]
    [InlineData("3 3 3 4", "9 6 15 2 1 0 2 0", "3.0 fair, 3.5 fair, 40.0 fair, 1.00 fair, 3.0, 2.0")]
    [InlineData("2 3 3 3", "5 2 21 1 0 0 4 1", "2.5 below, 3.0 below, 28.6 below, 0.33 below, 1.0, 5.0")]
    [InlineData("3 4 4 3", "0 0 4 0 0 0 0 0", "3.5 fair, 3.5 fair, noReflections, 0.00 below, 0.0, 0.0")]
    [InlineData("4 3 4 5", "6 4 0 1 1 1 0 0", "3.5 fair, 4.5 good, 40.0 fair, noQuestions, 3.0, 0.0")]
    public void Samples_of_a_conversation_have_these_scores(string globals, string counts, string scores)
    {
        var codes = Forms.Names("CCT SST PART EMP SR CR Q AF SEEK EMPHASIZE PERSUADE CONFRONT");
        var ratings = codes.Zip(Forms.Names($"{globals} {counts}").Select(int.Parse)).ToDictionary(r => r.First, r => (int?)r.Second);
        Assert.Equal(scores, string.Join(", ", Forms.Miti.ScoresOf(ratings, Forms.Sample).Select(Told)));
    }

    [Theory]
    [InlineData(true, 9, "segmentTooShort"), InlineData(true, null, "segmentTooShort"), InlineData(false, 20, "raterNotCalibrated")]
    public void Bands_are_withheld_of_short_segments_and_raters_who_are_not_calibrated(bool calibrated, int? minutes, string reason)
    {
        var ratings = Forms.Miti.Items.ToDictionary(i => i.Code, _ => (int?)3);
        var scores = Forms.Miti.ScoresOf(ratings, new(calibrated, minutes));
        Assert.All(scores, s => Assert.NotNull(s.Value));
        Assert.All(scores, s => Assert.Null(s.Band));
        Assert.All(scores, s => Assert.Equal(s.Score.Bands.Count > 0 ? reason : null, s.Reason));
        Assert.NotNull(Forms.Miti.ScoresOf(ratings, new(true, 10))[0].Band);
    }

    [Fact]
    public void A_zero_on_a_critical_item_raises_the_flag_whatever_the_total()
    {
        var strong = Forms.Ratings(Forms.Tpo, new string('3', 28));
        Assert.Empty(Forms.Tpo.FlagsOf(strong));
        strong["B4"] = 0;
        Assert.Equal("criticalZero", Assert.Single(Forms.Tpo.FlagsOf(strong)).Code);
        Assert.Equal("strong", Forms.Tpo.Result("total", strong).Band!.Name);
        strong["B4"] = null;
        Assert.Empty(Forms.Tpo.FlagsOf(strong));
    }

    [Fact]
    public void Null_goes_on_and_what_is_not_rated_is_left_out_of_all_but_a_sum()
    {
        var scale = new RatingScale("s", [0, 1, 2], [], HasNotApplicable: true);
        Instrument form = Of([Forms.Item("A", scale), Forms.Item("B", scale), Forms.Item("C", scale)],
            new("sum", "", new(ScoreOperator.Sum, ["A", "B", "C"], [])),
            new("mean", "", new(ScoreOperator.Mean, ["A", "B", "C"], [])),
            new("count", "", new(ScoreOperator.Count, ["A", "B", "C"], [], new(1, OrMore: true))),
            new("ones", "", new(ScoreOperator.Count, ["A", "B", "C"], [], new(1, OrMore: false))),
            new("max", "", new(ScoreOperator.PercentOfMax, ["A", "B", "C"], [])),
            new("onSum", "", new(ScoreOperator.Mean, ["sum", "A"], [])),
            new("onThat", "", new(ScoreOperator.Ratio, ["mean"], ["onSum"])),
            new("onMean", "", new(ScoreOperator.Ratio, ["mean", "count"], ["ones"])));

        var one = form.ScoresOf(new Dictionary<string, int?> { ["A"] = 1, ["B"] = 2, ["C"] = null }, Forms.Sample).Select(Told);
        Assert.Equal(["unrated", "1.5", "2.0", "1.0", "75.0", "unrated", "unrated", "3.50"], one);
        var none = form.ScoresOf(new Dictionary<string, int?>(), Forms.Sample).Select(Told);
        Assert.Equal(["unrated", "nothingRated", "0.0", "0.0", "nothingRated", "unrated", "nothingRated", "nothingRated"], none);
    }

    [Fact]
    public void Ratings_that_the_form_does_not_have_are_named()
    {
        var refused = Forms.Miti.Refused(new Dictionary<string, int?> { ["CCT"] = 6, ["EMP"] = null, ["Q"] = -1, ["SR"] = 10_000, ["X"] = 1,
            ["AF"] = 0 });
        Assert.Equal(
            ["CCT 'CCT' must be one of 1, 2, 3, 4, 5.", "EMP 'EMP' must be one of 1, 2, 3, 4, 5.",
                "Q 'Q' must be a whole number from 0 to 9999.",
                "SR 'SR' must be a whole number from 0 to 9999.", "X There is no item 'X' in miti."],
            refused.Select(r => $"{r.Item} {r.Message}"));
        Assert.Empty(Forms.Tpo.Refused(new Dictionary<string, int?> { ["A1"] = 0, ["A2"] = null, ["A3"] = 3 }));
        Assert.Equal(25, Forms.Tpo.Missing(new Dictionary<string, int?> { ["A1"] = 0, ["A2"] = null, ["A3"] = 3 }).Count());
    }

    /// <summary>
    /// The same in decimals, by recursion from the score downwards. Half of the bands begin at a value that some ratings have exactly.
    /// </summary>
    [Fact]
    public void Another_computation_agrees_over_ten_thousand_forms_with_ratings()
    {
        var random = new Random(20270302);
        var (edges, nulls) = (0, 0);
        for (var run = 0; run < 10_000; run++)
        {
            var form = RandomForm(random);
            var ratings = new Dictionary<string, int?>();
            foreach (var item in form.Items)
            {
                var draw = random.Next(8);
                if (draw > 0) ratings[item.Code] = draw == 1 ? null : item.Scale.Values[random.Next(item.Scale.Values.Count)];
            }

            foreach (var result in form.ScoresOf(ratings, Forms.Sample))
            {
                var (over, under) = Parts(form, result.Score, ratings);
                var expected = under is > 0 ? over / under : null;
                Assert.Equal(expected is null, result.Value is null);
                Assert.Equal(result.Value is null, result.Reason is not null);
                if (expected is not { } value)
                {
                    nulls++;
                    continue;
                }

                Assert.InRange(result.Value!.Round(9) - value, -1e-9m, 1e-9m);
                // Compared as the bands must be, crosswise and without a division.
                var band = result.Score.Bands.FirstOrDefault(b => over >= b.From * under);
                if (result.Score.Bands.Any(b => over == b.From * under)) edges++;
                if (result.Score.Formula.Operands.All(o => form.Item(o) is not null)) Assert.Equal(band, result.Band);
            }
        }

        Assert.InRange(nulls, 1_000, 40_000);
        Assert.InRange(edges, 1_000, 60_000);
    }

    [Fact]
    public void Rounding_takes_a_half_away_from_zero()
    {
        Assert.Equal((0.3m, -0.3m, 2.7m, 79.8m), (new Fraction(1, 4).Round(1), new Fraction(-1, 4).Round(1), new Fraction(53, 20).Round(1),
            new Fraction(6700, 84).Round(1)));
        var random = new Random(20270303);
        for (var run = 0; run < 10_000; run++)
        {
            var (numerator, denominator) = (random.Next(-100_000, 100_000), 1 << random.Next(8));
            Assert.Equal(Math.Round((decimal)numerator / denominator, 2, MidpointRounding.AwayFromZero),
                new Fraction(numerator, denominator).Round(2));
        }
    }

    private static string Told(ScoreResult score) =>
        score.Value is null ? score.Reason!
        : $"{score.Shown!.Value.ToString(score.Score.Decimals == 2 ? "0.00" : "0.0")} {score.Band?.Name}".TrimEnd();

    private static Instrument Of(InstrumentItem[] items, params Score[] scores) =>
        new("x", 1, "x", Licence.Original, "x", null, null, [], [new("s", "s", items)], scores, []);

    private static Instrument RandomForm(Random random)
    {
        InstrumentItem[] items = [
            .. Enumerable.Range(0, random.Next(1, 9)).Select(i =>
                Forms.Item($"I{i}", new("s", [.. Enumerable.Range(0, random.Next(1, 6))], [], HasNotApplicable: true))),
        ];
        var scores = new List<Score>();
        foreach (var code in Enumerable.Range(0, random.Next(1, 5)).Select(i => $"S{i}"))
        {
            var how = random.GetItems(Enum.GetValues<ScoreOperator>(), 1)[0];
            string[] known = [.. items.Select(i => i.Code)];
            if (how != ScoreOperator.PercentOfMax && random.Next(3) == 0) known = [.. known, .. scores.Select(s => s.Code)];
            var hasUnder = how is ScoreOperator.Ratio or ScoreOperator.Percent;
            scores.Add(new(code, code, new(how, Some(known, random), hasUnder ? Some(known, random) : [],
                how == ScoreOperator.Count ? new(random.Next(3), random.Next(2) == 0) : null))
            {
                Needs = new(random.Next(3), [], 0),
                // Halves, quarters and whole numbers, which means and percentages of small forms often are.
                Bands = [.. Enumerable.Range(0, 3).Select(_ => random.Next(9) * (how is ScoreOperator.Percent or ScoreOperator.PercentOfMax
                    ? 12.5m : 0.25m))
                    .Distinct().OrderDescending().Select(from => new Band($"{from}", from, "x"))],
            });
        }

        return Of(items, [.. scores]);
    }

    private static string[] Some(string[] known, Random random)
    {
        random.Shuffle(known);
        return [.. known.Take(random.Next(1, known.Length + 1))];
    }

    /// <summary>What stands over and under the line, both null where there is no value.</summary>
    private static (decimal? Over, decimal? Under) Parts(Instrument form, Score score, Dictionary<string, int?> ratings)
    {
        var formula = score.Formula;
        var rated = formula.Operands.Count(o => o[0] == 'I' && ratings.GetValueOrDefault(o) is not null);
        if (rated < score.Needs.Rated) return (null, null);
        var values = formula.Over.Select(Value).ToList();
        var under = formula.Under.Select(Value).ToList();
        if (formula.Operands.Any(o => o[0] == 'S' && Value(o) is null)) return (null, null);
        var whole = values.Concat(under).All(v => v is not null);
        var sum = values.Sum() ?? 0;
        return formula.Operator switch
        {
            ScoreOperator.Sum => whole ? (sum, 1) : (null, null),
            ScoreOperator.Mean => (sum, values.Count(v => v is not null)),
            ScoreOperator.Count => (values.Count(v => formula.Counted!.OrMore ? v >= formula.Counted.From : v == formula.Counted.From), 1),
            ScoreOperator.Ratio => whole ? (sum, under.Sum()) : (null, null),
            ScoreOperator.Percent => whole ? (100 * sum, under.Sum()) : (null, null),
            _ => (100 * sum, formula.Over.Sum(o => Value(o) is null ? 0 : form.Item(o)!.Scale.Values[^1])),
        };

        decimal? Value(string operand)
        {
            if (operand[0] == 'I') return ratings.GetValueOrDefault(operand);
            var (a, b) = Parts(form, form.Scores.Single(s => s.Code == operand), ratings);
            return b is > 0 ? a / b : null;
        }
    }
}
