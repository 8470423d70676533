using System.Globalization;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Cohorts;

/// <summary>Who is left without nudges, for comparison, and what the comparison says.</summary>
public sealed class HoldOutTests
{
    private static readonly int Seed = int.TryParse(
        Environment.GetEnvironmentVariable("LEARNING_TEST_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 20270201;

    [Fact]
    public void The_share_is_near_the_one_asked_for_and_a_larger_one_keeps_the_smaller()
    {
        var random = new Random(Seed);
        var people = Enumerable.Range(0, 20_000).Select(_ => Some(random)).ToList();
        foreach (var percent in new[] { 1, 10, 20, 33, 50 })
        {
            var cohort = Some(random);
            HashSet<Guid> Held(int share) =>
                [.. people.Where(p => new HoldOut(0, share, 0).ArmOf(cohort, p, PlanKind.Standard) == TrialArm.HeldOut)];
            var held = Held(percent);
            // Five standard deviations of a fair draw.
            var most = 5 * Math.Sqrt(people.Count * (percent / 100.0) * (1 - (percent / 100.0)));
            Assert.True(Math.Abs(held.Count - (people.Count * percent / 100.0)) < most,
                $"seed {Seed}: {held.Count} of {people.Count} for {percent} %");
            Assert.Equal(held, Held(percent));
            Assert.Subset(Held(HoldOut.MostPercent), held);
        }
    }

    [Fact]
    public void Cohorts_and_plans_draw_each_for_themselves()
    {
        var random = new Random(Seed);
        var (cohort, other, half) = (Some(random), Some(random), new HoldOut(50, 50, 50));
        var people = Enumerable.Range(0, 4_000).Select(_ => Some(random)).ToList();
        bool Held(Guid where, Guid person, PlanKind plan) => half.ArmOf(where, person, plan) == TrialArm.HeldOut;
        Assert.InRange(people.Count(p => Held(cohort, p, PlanKind.Anchor) == Held(other, p, PlanKind.Anchor)), 1_800, 2_200);
        Assert.InRange(people.Count(p => Held(cohort, p, PlanKind.Anchor) == Held(cohort, p, PlanKind.Light)), 1_800, 2_200);
    }

    [Fact]
    public void The_draw_is_the_same_on_every_machine_and_in_every_year()
    {
        Assert.Equal(0.34927868710433474, HoldOut.Draw(
            new("01980000-0000-7000-8000-000000000001"), "01980000000070008000000000000002/Anchor"), 15);
        Assert.Null(HoldOut.None.ArmOf(Guid.Empty, Guid.Empty, PlanKind.Light));
    }

    [Fact]
    public void Who_is_held_out_is_asked_only_what_closes_a_window()
    {
        foreach (var unit in new[] { AnchorUnit, StandardUnit, LightUnit })
        {
            var opportunity = TransferOpportunity.Open(Enrolment(), Course, unit, IfThen, "America/Chicago", Monday, TrialArm.HeldOut);
            var nudges = NudgeLedger.Open(opportunity, unit.Plan, SendingWindow.Default, NudgeChannel.Email, Monday);
            Assert.Equal(unit.Plan.Steps.Select(s => s.Step), nudges.Select(n => n.Step));
            Assert.All(nudges, n => Assert.Equal(
                n.ClosesWindow
                    ? (NudgeStatus.Planned, null)
                    : (NudgeStatus.Skipped, Domain.Nudges.Nudge.HeldOut), (n.Status, n.StatusReason)));
            Assert.Contains(nudges, n => n.ClosesWindow);
        }
    }

    [Theory]
    // Newcombe 1998, method 10: 56/70 against 48/80 is .2000, .0524 to .3339; 9/10 against 3/10 is .6000, .1705 to .8090; 10/10 against
    // 0/10 is 1, .6075 to 1.
    [InlineData(56, 70, 48, 80, .2, .0524, .3339)]
    [InlineData(9, 10, 3, 10, .6, .1705, .8090)]
    [InlineData(10, 10, 0, 10, 1, .6075, 1)]
    public void The_interval_of_a_difference_is_the_published_one(int a, int n, int b, int m, double value, double low, double high)
    {
        var difference = Difference.Of((double)a / n, n, (double)b / m, m);
        Assert.Equal((value, low, high), (Math.Round(difference.Value, 4), Math.Round(difference.Low, 4), Math.Round(difference.High, 4)));
    }

    [Fact]
    public void Each_learner_counts_once_and_small_sides_show_nothing()
    {
        var asOf = Monday.AddDays(60);
        CountedOpportunity Unit(Guid person, TrialArm? arm, bool applied) => new(
            Guid.NewGuid(), person, Guid.Empty, person, "c", 1, "u", PlanKind.Standard, Monday, "UTC", Monday.AddDays(30),
            Monday.AddDays(37), null, null,
            applied ? TransferLevel.Applied : null, applied, false, applied ? 3 : null, false, false, null, arm);
        var (busy, others) = (Guid.NewGuid(), Enumerable.Range(0, 4).Select(_ => Guid.NewGuid()).ToList());
        List<CountedOpportunity> all = [.. Enumerable.Range(0, 6).Select(_ => Unit(busy, TrialArm.Nudged, true)),
            .. others.Select(p => Unit(p, TrialArm.Nudged, false))];
        all.AddRange(Enumerable.Range(0, 4).Select(_ => Unit(Guid.NewGuid(), TrialArm.HeldOut, false)));
        all.Add(Unit(Guid.NewGuid(), null, true));

        var small = Assert.Single(Lift.Of(all, asOf));
        Assert.Equal((5, new Proportion(6, 10), .2), (small.Nudged.Learners, small.Nudged.Applied, small.Nudged.Rate!.Value));
        Assert.True(small.IsTooSmall && small.Applied is null && small.Verified is null);
        all.Add(Unit(Guid.NewGuid(), TrialArm.HeldOut, false));
        Assert.Equal(.2, Assert.Single(Lift.Of(all, asOf)).Applied!.Value, 9);
        Assert.Equal(0, Assert.Single(Lift.Of(all, asOf.AddDays(-30))).Nudged.Learners);
    }

    private static Guid Some(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new(bytes);
    }
}
