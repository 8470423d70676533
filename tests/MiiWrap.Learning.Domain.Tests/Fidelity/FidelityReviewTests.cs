using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Domain.Tests.Fidelity;

/// <summary>Whatever is done to a review in whatever order, what came of it when it was locked stays.</summary>
public sealed class FidelityReviewTests
{
    private static readonly Dictionary<string, string> NoNotes = [];

    [Fact]
    public void A_locked_result_is_the_same_after_any_acts()
    {
        var random = new Random(20270201);
        var (locked, refused) = (0, 0);
        for (var run = 0; run < 300; run++)
        {
            var now = Given.Monday;
            var review = Begin(now);
            FidelityReview? amendment = null;
            FidelityResult? result = null;
            for (var act = 0; act < 12; act++)
            {
                now = now.AddDays(random.Next(0, 40));
                try
                {
                    Do(random.Next(7), random, review, ref amendment, now);
                }
                catch (RuleException)
                {
                    refused++;
                }

                if (result is not null) Assert.Same(result, review.Result);
                if (review.Result is null) continue;
                result = review.Result;
                Assert.Equal(result.Ratings, review.Ratings);
                Assert.Empty(review.Draft);
                Assert.Equal(
                    review.Status == FidelityReviewStatus.Amended, amendment?.Result is not null && amendment.SupersedesId == review.Id);
            }

            if (result is not null) locked++;
        }

        Assert.True(locked > 100 && refused > 100, $"{locked} were locked, and {refused} acts refused.");
    }

    [Fact]
    public void Exact_totals_are_kept_as_they_were_counted()
    {
        var review = Begin(Given.Monday);
        review.Rate(Forms.Ratings(Forms.Tpo, 67, 28), NoNotes, Given.Monday);
        review.Submit(Forms.Tpo, Given.Monday);
        review.Lock(Forms.Tpo, raterCalibrated: true, null, Given.Monday);
        var total = review.Result!.Total!;
        Assert.Equal(new Fraction(6700, 84), total.Exact());
        Assert.Same(total, review.Result.Scores.Single(s => s.Code == Instrument.Total));
        Assert.Equal(("67", "84", "6700/84", 79.8m, "adequate"), (total.Numerator, total.Denominator, total.Value, total.Shown, total.Band));
        Assert.Equal(Fraction.Parse("-3/7"), new Fraction(-6, 14));
    }

    [Fact]
    public void A_pair_is_complete_with_both_and_given_up_after_thirty_days()
    {
        var (first, second, now) = (Guid.NewGuid(), Guid.NewGuid(), Given.Monday);
        var pair = InterRaterPair.Begin(Forms.Tpo, first, second, now);
        Assert.False(pair.Take(second, now));
        pair.GiveUp(now.AddDays(30));
        Assert.True(pair.IsOpen);
        Assert.True(pair.Take(first, now));
        Assert.Empty(pair.TakeEvents());
        foreach (var late in new[] { 1, 2 }) pair.GiveUp(now.AddDays(30).AddSeconds(late));
        Assert.Equal((false, now.AddDays(30).AddSeconds(1)), (pair.IsOpen, pair.AbandonedAt));
        Assert.IsType<PairAbandoned>(Assert.Single(pair.TakeEvents()));
    }

    private static void Do(int act, Random random, FidelityReview review, ref FidelityReview? amendment, DateTime now)
    {
        switch (act)
        {
            case 0: review.Rate(Forms.Ratings(Forms.Tpo, random.Next(0, 85), 28), NoNotes, now); break;
            case 1 or 2:
                review.Submit(Forms.Tpo, now);
                review.Lock(Forms.Tpo, raterCalibrated: false, null, now);
                break;
            case 3 when amendment is null: amendment = review.Amend("Two items were swapped.", now); break;
            case 3 or 4 when amendment is not null:
                amendment.Submit(Forms.Tpo, now);
                amendment.Lock(Forms.Tpo, raterCalibrated: false, review, now);
                break;
            case 5: review.Void("Another talk was rated.", Guid.NewGuid(), now); break;
            default: review.ReplyWith("They had asked for it.", now); break;
        }
    }

    private static FidelityReview Begin(DateTime now) => FidelityReview.Begin(
        Forms.Tpo, Enrolment(), Guid.NewGuid(), RaterRole.Coach, new(ObservationKind.Live, new(2027, 2, 1), null, true), null, null, now);

    private static Enrolment Enrolment()
    {
        var unit = Given.Unit("u", Given.Light);
        var curriculum = new Curriculum("c", 1, "", "C", "", null, [new("all", "All", 1, 4, [unit])]);
        var cohort = Cohort.Create("C", curriculum, DateOnly.FromDateTime(Given.Monday), "America/Chicago", Gate.Open, Given.Monday);
        return Domain.Enrolments.Enrolment.Create(cohort, curriculum, Guid.NewGuid(), "", null, Given.Monday);
    }
}
