using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Domain.Tests.Fidelity;

/// <summary>A rater is calibrated by their newest three pairs or by appointment, and for a year.</summary>
public sealed class CalibrationTests
{
    private static readonly DateOnly Today = new(2027, 9, 1);

    private static readonly Dictionary<string, int?> Twos = Forms.Ratings(Forms.Tpo, new string('2', 28));

    [Fact]
    public void Three_close_pairs_calibrate_until_a_year_after_the_oldest()
    {
        RatedPair[] pairs = [Pair(new(2027, 1, 31)), Pair(new(2027, 4, 2)), Pair(new(2027, 6, 3))];
        Assert.Equal(new(CalibrationBasis.Pairs, new(2028, 1, 31)), Of(pairs));
        Assert.Null(Of(pairs[1..]));
        Assert.Null(Calibration.Of(Forms.Tpo, pairs, null, new(2028, 1, 31)));
        Assert.NotNull(Calibration.Of(Forms.Tpo, pairs, null, new(2028, 1, 30)));
        Assert.Equal(new(2028, 4, 2), Of([.. pairs, Pair(new(2027, 8, 1))])!.Until);
    }

    [Fact]
    public void The_newest_pairs_decide_and_not_the_best_ones()
    {
        RatedPair[] pairs = [Pair(new(2027, 1, 31)), Pair(new(2027, 4, 2)), Pair(new(2027, 6, 3))];
        Assert.Null(Of([.. pairs, Pair(new(2027, 8, 1), within: 22)]));
        Assert.NotNull(Of([Pair(new(2026, 12, 1), within: 22), .. pairs]));
    }

    [Fact]
    public void A_pair_that_can_show_nothing_is_passed_over()
    {
        RatedPair[] pairs = [Pair(new(2027, 1, 31)), Pair(new(2027, 4, 2)), Pair(new(2027, 6, 3))];
        var untested = Pair(new(2027, 8, 1), within: 10) with { PartnerWasCalibrated = false };
        var thin = RatedPair.Of(Forms.Tpo, Forms.Ratings(Forms.Tpo, 38, 19), Twos, new(2027, 8, 2), partnerWasCalibrated: true);
        Assert.NotNull(Of([.. pairs, untested, thin]));
        Assert.Null(Of([.. pairs[1..], untested, thin]));
        var enough = RatedPair.Of(Forms.Tpo, Forms.Ratings(Forms.Tpo, 40, 20), Twos, new(2027, 8, 2), partnerWasCalibrated: true);
        Assert.NotNull(Of([.. pairs[1..], enough]));
    }

    [Theory]
    [InlineData(23, true), InlineData(22, false)]
    public void Four_fifths_of_the_items_are_within_one(int within, bool isClose) =>
        Assert.Equal(isClose, Pair(Today, within).IsClose);

    [Fact]
    public void A_gap_of_two_on_a_critical_item_calibrates_nobody()
    {
        var pair = RatedPair.Of(
            Forms.Tpo, Forms.Ratings(Forms.Tpo, "3211221023211222321122222121"), Forms.Ratings(Forms.Tpo, "2132230122201223311212222022"),
            Today, partnerWasCalibrated: true);
        Assert.Equal((2, 27), (pair.CriticalGap, (int)Math.Round(pair.Agreement.WithinOne!.Value * 28)));
        Assert.False(pair.IsClose);
        Assert.True((pair with { CriticalGap = 1 }).IsClose);
    }

    [Fact]
    public void A_form_of_seven_items_needs_six_in_common()
    {
        var pairs = Enumerable.Range(1, 3).Select(m => RatedPair.Of(
            Forms.Cso, Forms.Ratings(Forms.Cso, "3234322"), Forms.Ratings(Forms.Cso, "22243-2"), new(2027, m, 1),
                partnerWasCalibrated: true));
        Assert.NotNull(Calibration.Of(Forms.Cso, pairs, null, Today));
        Assert.Null(Calibration.Of(Forms.Cso with { CommonItems = 7 }, pairs, null, Today));
    }

    [Fact]
    public void The_appointed_rate_for_a_year_and_nobody_else_where_the_words_are_not_ours()
    {
        Assert.Equal(new(CalibrationBasis.Appointed, new(2028, 2, 28)), Calibration.Of(Forms.Tpo, [], new(2027, 2, 28), Today));
        Assert.Null(Calibration.Of(Forms.Tpo, [], new(2026, 9, 1), Today));
        RatedPair[] pairs = [Pair(new(2027, 6, 1)), Pair(new(2027, 7, 1)), Pair(new(2027, 8, 1))];
        Assert.Equal(CalibrationBasis.Pairs, Calibration.Of(Forms.Tpo, pairs, new(2027, 5, 1), Today)!.Basis);
        var summary = Forms.Tpo with { Licence = Licence.SummaryOnly };
        Assert.Null(Calibration.Of(summary, pairs, null, Today));
        Assert.Equal(CalibrationBasis.Appointed, Calibration.Of(summary, pairs, new(2027, 5, 1), Today)!.Basis);
    }

    [Fact]
    public void Bias_is_the_mean_difference_of_three_pairs_or_more()
    {
        (Fraction?, Fraction?)[] totals = [(new(80, 1), new(75, 1)), (new(70, 1), new(71, 1)), (new(66, 1), new(64, 1))];
        Assert.Equal(new Fraction(2, 1), Calibration.Bias(totals));
        Assert.Equal(new Fraction(2, 1), Calibration.Bias([.. totals, (null, new(20, 1))]));
        Assert.Null(Calibration.Bias([.. totals[1..], (null, new(20, 1))]));
    }

    [Fact]
    public void What_began_and_what_ended_is_told_once_and_what_ran_out_unseen_before_it_begins_again()
    {
        var now = new DateTime(2027, 9, 1, 12, 0, 0, DateTimeKind.Utc);
        var row = RaterCalibration.Begin(Guid.NewGuid(), "tpo-1", now);
        row.Become(null, now);
        row.RunOut(now);
        Assert.Empty(row.TakeEvents());
        row.Become(new(CalibrationBasis.Appointed, new(2028, 9, 1)), now);
        row.Become(new(CalibrationBasis.Pairs, new(2028, 9, 2)), now.AddDays(1));
        row.RunOut(new(2028, 9, 1, 23, 59, 59, DateTimeKind.Utc));
        Assert.IsType<RaterCalibrated>(Assert.Single(row.TakeEvents()));
        Assert.True(row.HoldsOn(new(2028, 9, 1)));
        var later = new DateTime(2028, 9, 2, 0, 0, 0, DateTimeKind.Utc);
        row.Become(new(CalibrationBasis.Pairs, new(2029, 1, 1)), later);
        Assert.Equal([typeof(RaterLapsed), typeof(RaterCalibrated)], row.TakeEvents().Select(e => e.GetType()));
        row.Become(null, later);
        row.Become(null, later);
        Assert.IsType<RaterLapsed>(Assert.Single(row.TakeEvents()));
        Assert.Equal((CalibrationBasis.Pairs, new DateOnly(2029, 1, 1), later), (row.Basis, row.Until, row.LapsedAt));
    }

    private static Calibration? Of(RatedPair[] pairs) => Calibration.Of(Forms.Tpo, pairs, null, Today);

    /// <summary>A pair of 28 items of which so many are within one, the others two apart, and none of those critical.</summary>
    private static RatedPair Pair(DateOnly on, int within = 28)
    {
        var own = new Dictionary<string, int?>(Twos);
        foreach (var item in Forms.Tpo.Items.Where(i => !i.Critical).Take(28 - within)) own[item.Code] = 0;
        return RatedPair.Of(Forms.Tpo, own, Twos, on, partnerWasCalibrated: true);
    }
}
