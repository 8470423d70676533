using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Domain.Tests.Fidelity;

/// <summary>What an agency is told of a quarter is told of five at least, once, and stays as it was told.</summary>
public sealed class FidelityQuarterTests
{
    private static readonly DateOnly Quarter = new(2027, 4, 1);
    private static readonly DateTime InTime = new(2027, 7, 31, 0, 0, 0, DateTimeKind.Utc);
    private static readonly IReadOnlySet<Guid> Nobody = new HashSet<Guid>();
    private static readonly Guid[] People = [.. Enumerable.Range(1, 9).Select(i => new Guid(i, 0, 0, new byte[8]))];

    [Fact]
    public void Of_five_the_newest_totals_have_a_median_and_of_four_nothing_is_told()
    {
        List<CountedReview> reviews = [.. Enumerable.Range(0, 5).Select(i => Review(People[i], 70 + (5 * i)))];
        // An earlier one of the same person's does not count beside the newest.
        reviews.Add(Review(People[0], 100) with { Month = Quarter });
        Assert.Equal(
            new FidelityQuarter(Quarter, 5, new(80, 1), new Proportion(3, 5), 0, 0), Of(reviews));
        Assert.Null(Of(reviews.Where(r => r.SubjectId != People[0])));
    }

    [Fact]
    public void Whom_the_reader_has_rated_makes_no_group_large_enough()
    {
        List<CountedReview> reviews = [.. Enumerable.Range(0, 6).Select(i => Review(People[i], 80))];
        Assert.Equal(6, Of(reviews, People[0])!.Subjects);
        Assert.Null(Of(reviews, People[0], People[1]));
    }

    [Fact]
    public void The_share_at_the_line_is_that_of_calibrated_raters_and_leaves_no_few_over()
    {
        List<CountedReview> ReviewsWith(int uncalibrated) =>
            [.. People.Select((p, i) => Review(p, 82) with { RaterCalibrated = i >= uncalibrated })];
        Assert.Equal(new(9, 9), Of(ReviewsWith(0))!.AtLine);
        Assert.Null(Of(ReviewsWith(1))!.AtLine);
        Assert.Null(Of(ReviewsWith(5))!.AtLine);
        Assert.Null(FidelityQuarter.Of(ReviewsWith(0), Quarter, null, 0.5m, Nobody)!.AtLine);
        Assert.Equal((9, new Fraction(82, 1)), (Of(ReviewsWith(5))!.Subjects, Of(ReviewsWith(5))!.Median));
    }

    [Fact]
    public void An_amended_review_counts_once_and_a_void_one_not_at_all_as_of_the_release()
    {
        List<CountedReview> reviews = [.. Enumerable.Range(0, 5).Select(i => Review(People[i], 80))];
        var amendment = Review(People[0], 60) with { Supersedes = reviews[0].Id };
        Assert.Equal((5, new Proportion(4, 5)), (Of([.. reviews, amendment])!.Subjects, Of([.. reviews, amendment])!.AtLine));
        Assert.Null(Of([.. reviews, amendment with { VoidedAt = InTime }]));
        var released = FidelityQuarter.ReleasedAt(Quarter);
        Assert.Equal(new DateTime(2027, 8, 1, 0, 0, 0, DateTimeKind.Utc), released);
        Assert.Equal(Of(reviews), Of([.. reviews, amendment with { LockedAt = released }]));
        Assert.Equal(Of(reviews), Of([reviews[0] with { VoidedAt = released }, .. reviews.Skip(1)]));
    }

    [Theory]
    [InlineData(4, 4), InlineData(5, 4), InlineData(6, 4), InlineData(1, 1), InlineData(3, 1), InlineData(12, 10)]
    public void A_month_lies_in_its_quarter(int month, int first) =>
        Assert.Equal(new DateOnly(2027, first, 1), FidelityQuarter.QuarterOf(new(2027, month, 1)));

    /// <summary>
    /// Of random histories a reader asks after every act. Once a quarter is released its answer never changes, and whenever it says
    /// anything, five at least of whom they know nothing stand behind it; counted by another way than the product's.
    /// </summary>
    [Fact]
    public void A_reader_who_waits_and_subtracts_learns_of_nobody()
    {
        var random = new Random(20261201);
        var told = 0;
        for (var history = 0; history < 300; history++)
        {
            var reviews = new List<CountedReview>();
            var known = People.Where(_ => random.Next(5) == 0).ToHashSet();
            FidelityQuarter? settled = null;
            var isSettled = false;
            for (var now = Quarter.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc); now < InTime.AddDays(60); now = now.AddDays(2))
            {
                var standing = reviews.Where(r => r.VoidedAt is null && reviews.TrueForAll(o => o.Supersedes != r.Id)).ToList();
                var act = random.Next(4);
                if (act < 2)
                {
                    reviews.Add(Review(People[random.Next(People.Length)], random.Next(40, 101)) with
                    {
                        LockedAt = now,
                        Month = Quarter.AddMonths(random.Next(-2, 3)),
                        RaterCalibrated = random.Next(2) == 0,
                    });
                }
                else if (standing.Count > 0)
                {
                    var one = standing[random.Next(standing.Count)];
                    if (act == 2) reviews.Add(one with { Id = Guid.NewGuid(), Supersedes = one.Id, LockedAt = now, Total = new(50, 1) });
                    else reviews[reviews.IndexOf(one)] = one with { VoidedAt = now };
                }

                if (now < FidelityQuarter.ReleasedAt(Quarter)) continue;
                var answer = FidelityQuarter.Of(reviews, Quarter, 80, 0.5m, known);
                if (isSettled) Assert.Equal(settled, answer);
                (settled, isSettled) = (answer, true);
                if (answer is null) continue;
                told++;
                var behind = reviews.Where(r => r.Month >= Quarter).Select(r => r.SubjectId).ToHashSet();
                Assert.True(behind.Except(known).Count() >= 5);
            }
        }

        Assert.InRange(told, 1_000, 9_000);
    }

    private static FidelityQuarter? Of(IEnumerable<CountedReview> reviews, params Guid[] known) =>
        FidelityQuarter.Of(reviews, Quarter, 80, 0.5m, known.ToHashSet());

    private static CountedReview Review(Guid subject, int total) =>
        new(Guid.NewGuid(), null, subject, People[^1], null, Quarter.AddMonths(2), new(total, 1), true, InTime.AddDays(-30), null);
}
