using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Domain.Tests.Transfer;

/// <summary>The transfer rate on the published vectors, and on a small group with everything in it that makes rates go wrong.</summary>
public sealed class TransferFiguresTests
{
    private static readonly DateTime Start = new(2027, 1, 4, 16, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime Mature = Start.AddDays(60);

    [Theory]
    [InlineData(5, 8, .6250, .3057, .8632)]
    [InlineData(0, 8, 0, 0, .3244)]
    [InlineData(8, 8, 1, .6756, 1)]
    [InlineData(12, 20, .6000, .3866, .7812)]
    [InlineData(45, 100, .4500, .3561, .5476)]
    public void Has_Wilsons_interval(int numerator, int denominator, double rate, double low, double high)
    {
        var proportion = new Proportion(numerator, denominator);
        Assert.Equal(rate, proportion.Rate!.Value, 4);
        Assert.Equal(low, proportion.Interval!.Value.Low, 4);
        Assert.Equal(high, proportion.Interval.Value.High, 4);
    }

    [Fact]
    public void Of_nothing_is_null_and_not_zero()
    {
        var none = TransferFigures.Of([], Mature);
        Assert.Null(none.Strict.Rate);
        Assert.Null(none.Strict.Interval);
        Assert.Null(none.Weighted);
        Assert.Null(none.MedianDaysToFirst);
        Assert.Null(none.MeanOfLearners);
    }

    [Fact]
    public void Keeps_silence_in_the_denominator()
    {
        CountedOpportunity[] eight =
        [
            .. Enumerable.Range(0, 5).Select(_ => Opportunity(o => o.Say(TransferLevel.Applied, 7))),
            Opportunity(o => o.Say(TransferLevel.Partly, 7)),
            Opportunity(o => o.Say(TransferLevel.NotYet, 7, Barrier.Forgot)),
            Opportunity(),
        ];
        var figures = TransferFigures.Of(eight, Mature);
        Assert.Equal(new(5, 8), figures.Strict);
        Assert.Equal(.8750, figures.Covered.Rate!.Value, 4);
        Assert.Equal(.7143, figures.Responders.Rate!.Value, 4);
        Assert.Equal(.6875, figures.Weighted!.Value, 4);
    }

    [Fact]
    public void Counts_a_group_with_everything_in_it()
    {
        var (ana, ben, cy) = (NewId.At(Start), NewId.At(Start), NewId.At(Start));
        CountedOpportunity[] all =
        [
            Opportunity(o => o.Say(TransferLevel.Applied, 3), ana),
            Opportunity(o => o.Say(TransferLevel.NotYet, 7, Barrier.NoOpportunity), ana),
            // Said on day 36 of day 30: in time.
            Opportunity(o => o.Say(TransferLevel.Applied, 30, answeredOnDay: 36), ana),
            // Said on day 38: too late, and no answer as far as the thirty days go.
            Opportunity(o => o.Say(TransferLevel.Applied, 10, answeredOnDay: 38), ben),
            // Used on day 31: outside, but an answer.
            Opportunity(o => o.Say(TransferLevel.Applied, 31), ben),
            // Withdrawn on day 29: not counted. On day 31: counted.
            Opportunity(o => o.Withdraw(Start.AddDays(29)), ben),
            Opportunity(o => o.Withdraw(Start.AddDays(31)), ben),
            Opportunity(o => o.Exempt(ExemptionReason.NotMyRole, Start.AddDays(40)), cy),
            // Enrolled late: its time is not over.
            Opportunity(o => o.Say(TransferLevel.Applied, 3, at: Start.AddDays(30)), cy, Start.AddDays(30)),
            // Seen by a coach, denied by the learner: neither takes the other's place.
            Opportunity(o => { o.Say(TransferLevel.NotYet, 5, Barrier.LowConfidence); o.See(TransferLevel.Applied, 6); }, cy),
            Opportunity(o => { o.Say(TransferLevel.Applied, 12); o.See(TransferLevel.NotYet, 12); }, cy),
        ];

        var figures = TransferFigures.Of(all, Mature);
        Assert.Equal((1, 1, 1), (figures.Exempt, figures.Withdrawn, figures.Immature));
        Assert.Equal(new(3, 8), figures.Strict);
        Assert.Equal(3, figures.Learners);
        Assert.Equal(new(6, 8), figures.Covered);
        Assert.Equal(new(3, 6), figures.Responders);
        Assert.Equal(new(3, 7), figures.Adjusted);
        Assert.Equal(new(1, 8), figures.Verified);
        Assert.Equal(new(2, 8), figures.Observed);
        Assert.Equal(12, figures.MedianDaysToFirst);
        Assert.Equal(((2 / 3.0) + 0 + (1 / 2.0)) / 3, figures.MeanOfLearners!.Value, 6);
    }

    [Fact]
    public void Matures_after_thirty_days_and_a_week()
    {
        CountedOpportunity[] one = [Opportunity()];
        Assert.Equal(1, TransferFigures.Of(one, Start.AddDays(37).AddMilliseconds(-1)).Immature);
        Assert.Equal(1, TransferFigures.Of(one, Start.AddDays(37)).Strict.Denominator);
    }

    [Fact]
    public void Takes_the_newest_claim_about_a_day()
    {
        CountedOpportunity[] corrected =
        [
            Opportunity(o => { o.Say(TransferLevel.Applied, 7); o.Say(TransferLevel.NotYet, 7, Barrier.Forgot, answeredOnDay: 8); }),
            Opportunity(o => { o.Say(TransferLevel.NotYet, 7, Barrier.Forgot); o.Say(TransferLevel.Applied, 9); }),
        ];
        Assert.Equal(new(1, 2), TransferFigures.Of(corrected, Mature).Strict);
    }

    [Fact]
    public void Of_three_months_is_the_newest_answer_of_an_anchor()
    {
        CountedOpportunity[] all =
        [
            Opportunity(o => { o.Say(TransferLevel.Applied, 7); o.Say(TransferLevel.Applied, 90); }),
            Opportunity(o => { o.Say(TransferLevel.Applied, 80); o.Say(TransferLevel.NotYet, 95, Barrier.Forgot); }),
            Opportunity(o => o.Say(TransferLevel.Applied, 7)),
            Opportunity(o => o.Say(TransferLevel.Applied, 74)),
            Opportunity(o => o.Withdraw(Start.AddDays(60))),
            Opportunity(o => o.Say(TransferLevel.Applied, 90), plan: PlanKind.Standard),
        ];
        Assert.Equal(new(1, 4), TransferFigures.Of(all, Start.AddDays(104)).Sustained);
        Assert.Equal(new(0, 0), TransferFigures.Of(all, Start.AddDays(103)).Sustained);
    }

    [Fact]
    public void Is_kept_with_the_evidence_as_a_recount_would_have_it()
    {
        var random = new Random(11);
        for (var round = 0; round < 2000; round++)
        {
            var opportunity = Make(Start, NewId.At(Start), PlanKind.Anchor);
            for (var i = random.Next(6); i > 0; i--)
            {
                var day = random.Next(100);
                opportunity.Record(
                    (TransferLevel)random.Next(3), (EvidenceSource)random.Next(3), opportunity.StartedOn.AddDays(day), random.Next(2) == 0
                        ? Barrier.NoOpportunity : null,
                    Start.AddDays(day + random.Next(9)).AddHours(random.Next(24)));
                var recount = TransferStanding.Of(
                    opportunity.Evidence.OrderBy(_ => random.Next()), opportunity.StartedOn, opportunity.MaturesAt);
                Assert.Equal(
                    (recount.Best, recount.Answered, recount.NoOpportunity, recount.DaysToFirst, recount.Verified, recount.Observed,
                        recount.Sustained, recount.Best == TransferLevel.Applied),
                    (opportunity.Best30, opportunity.Answered30, opportunity.NoOpportunity30, opportunity.DaysToFirst30,
                        opportunity.Verified30, opportunity.Observed30, opportunity.Sustained90, opportunity.Transferred30));
            }
        }
    }

    [Fact]
    public void Hides_small_groups_and_whatever_would_reveal_them()
    {
        Assert.Equal(["b", "c"], Hidden(("a", [0, 1, 2, 3, 4, 5, 6, 7]), ("b", [0, 1, 2, 3, 4, 5]), ("c", [0, 1])));
        // Two hidden units of three people together: their sum speaks of three people, so a third unit is hidden too.
        Assert.Equal(["b", "c", "d"], Hidden(("a", [0, 1, 2, 3, 4, 5, 6]), ("b", [0, 1, 2, 3, 4]), ("c", [0, 1]), ("d", [1, 2])));
        Assert.Equal(["c", "d"], Hidden(("a", [0, 1, 2, 3, 4, 5, 6]), ("c", [0, 1, 2]), ("d", [3, 4])));
        Assert.Equal(["c"], Hidden(("a", [0, 1, 2, 3, 4]), ("c", [])));
        Assert.Empty(Hidden(("a", [0, 1, 2, 3, 4]), ("b", [0, 1, 2, 3, 4])));
    }

    [Fact]
    public void Reaches_those_who_should_have_been_asked_by_now()
    {
        var curriculum = new Curriculum("c", 1, "", "C", "", null, [Module("m1", 1, 2, "u1", "u2"), Module("m2", 3, 4, "u3")]);
        var startsOn = new DateOnly(2027, 1, 4);
        var (early, late) = (NewId.At(Start), NewId.At(Start));
        AssignedLearner[] learners = [new(early, startsOn), new(late, startsOn.AddDays(40))];
        CountedOpportunity[] done =
        [
            Opportunity(o => o.Say(TransferLevel.Applied, 3)) with { EnrolmentId = early, Unit = "u1" },
            Opportunity(o => o.Exempt(ExemptionReason.NotMyRole, Start)) with { EnrolmentId = early, Unit = "u3" },
        ];
        // Module 1 is over on day 14 and matures on day 51; the late one is expected 37 days after their first day.
        Assert.Equal(new(0, 0), TransferReach.Of(curriculum, startsOn, startsOn.AddDays(50), learners, done));
        Assert.Equal(new(1, 2), TransferReach.Of(curriculum, startsOn, startsOn.AddDays(51), learners, done));
        Assert.Equal(new(1, 5), TransferReach.Of(curriculum, startsOn, startsOn.AddDays(77), learners, done));
    }

    private static string[] Hidden(params (string Unit, int[] Learners)[] groups)
    {
        var people = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid()).ToArray();
        return [.. Suppression
            .HiddenOf(groups.ToDictionary(g => g.Unit, g => (IReadOnlySet<Guid>)g.Learners.Select(i => people[i]).ToHashSet()))
            .Order(StringComparer.Ordinal)];
    }

    private static Module Module(string slug, int first, int last, params string[] units) =>
        new(slug, slug, first, last, [.. units.Select(u => Unit(u, PlanKind.Standard))]);

    private static TrainingUnit Unit(string slug, PlanKind plan) =>
        new(slug, slug, 10, new(plan, "", false, []),
            new(slug, [], new("r", "", "", 1, [], new Dictionary<string, int>(), new Dictionary<string, int>())), [], "", "", null,
            new Dictionary<int, string>(), "", "");

    private static CountedOpportunity Opportunity(
        Action<TransferOpportunity>? life = null, Guid? person = null, DateTime? at = null, PlanKind plan = PlanKind.Anchor)
    {
        var opportunity = Make(at ?? Start, person ?? Guid.NewGuid(), plan);
        life?.Invoke(opportunity);
        return Counted(opportunity);
    }

    private static readonly Func<TransferOpportunity, CountedOpportunity> Counted = CountedOpportunity.Projection.Compile();

    private static TransferOpportunity Make(DateTime at, Guid person, PlanKind plan)
    {
        var unit = Unit("u1", plan);
        var curriculum = new Curriculum("c", 1, "", "C", "", null, [new("m", "M", 1, 1, [unit])]);
        var cohort = Cohort.Create("Cohort", curriculum, DateOnly.FromDateTime(at), "America/Chicago", Gate.Open, at);
        return TransferOpportunity.Open(
            Enrolment.Create(cohort, curriculum, person, "", null, at), curriculum, unit, null, "America/Chicago", at);
    }
}

internal static class Evidence
{
    public static void Say(this TransferOpportunity opportunity, TransferLevel level, int day, Barrier? barrier = null,
        int? answeredOnDay = null, DateTime? at = null) =>
        opportunity.Record(level, EvidenceSource.SelfReport, opportunity.StartedOn.AddDays(day), barrier,
            (at ?? opportunity.StartsAt).AddDays(answeredOnDay ?? day));

    public static void See(this TransferOpportunity opportunity, TransferLevel level, int day) =>
        opportunity.Record(
            level, EvidenceSource.CoachVerified, opportunity.StartedOn.AddDays(day), null, opportunity.StartsAt.AddDays(day));
}
