using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Domain.Transfer;

/// <summary>One side of a comparison. Learners were drawn, so each counts once: the rate is the mean of their own rates.</summary>
public sealed record ArmFigures(int Learners, Proportion Applied, Proportion Covered, double? Rate, double? VerifiedRate)
{
    public (double Low, double High)? Interval => Rate is { } rate ? Wilson.Of(rate, Learners) : null;

    public static ArmFigures Of(IReadOnlyCollection<CountedOpportunity> opportunities)
    {
        var learners = opportunities.GroupBy(o => o.PersonId).ToList();
        return new(
            learners.Count,
            Proportion.Of(opportunities, o => o.Transferred30),
            Proportion.Of(opportunities, o => o.Answered30),
            learners.Count == 0 ? null : learners.Average(own => own.Average(o => o.Transferred30 ? 1.0 : 0)),
            learners.Count == 0 ? null : learners.Average(own => own.Average(o => o.Verified30 ? 1.0 : 0)));
    }
}

/// <summary>How much more is applied where learners are nudged, with an interval that takes both sides' chance into account.</summary>
public sealed record Lift(PlanKind Plan, ArmFigures Nudged, ArmFigures HeldOut)
{
    /// <summary>With fewer than that on a side there is no figure, for anybody.</summary>
    public bool IsTooSmall => Nudged.Learners < Suppression.FewestLearners || HeldOut.Learners < Suppression.FewestLearners;

    public Difference? Applied =>
        IsTooSmall ? null : Difference.Of(Nudged.Rate!.Value, Nudged.Learners, HeldOut.Rate!.Value, HeldOut.Learners);

    /// <summary>The same for what coaches saw, which does not depend on being asked.</summary>
    public Difference? Verified =>
        IsTooSmall ? null : Difference.Of(Nudged.VerifiedRate!.Value, Nudged.Learners, HeldOut.VerifiedRate!.Value, HeldOut.Learners);

    /// <summary>One for each plan for which anybody was drawn.</summary>
    public static IReadOnlyList<Lift> Of(IEnumerable<CountedOpportunity> opportunities, DateTime asOf) =>
        [.. opportunities.Where(o => o.Arm is not null).GroupBy(o => o.Plan).OrderBy(p => p.Key).Select(p =>
        {
            var counted = p.Where(o => o.ScopeAt(asOf) == TransferScope.InScope).ToLookup(o => o.Arm!.Value);
            return new Lift(p.Key, ArmFigures.Of([.. counted[TrialArm.Nudged]]), ArmFigures.Of([.. counted[TrialArm.HeldOut]]));
        })];
}

/// <summary>The difference of two rates with Newcombe's 95 % interval (1998, method 10), made of both sides' Wilson intervals.</summary>
public sealed record Difference(double Value, double Low, double High)
{
    public static Difference Of(double rate, int n, double otherRate, int otherN)
    {
        var (low, high) = Wilson.Of(rate, n);
        var (otherLow, otherHigh) = Wilson.Of(otherRate, otherN);
        var difference = rate - otherRate;
        return new(
            difference,
            difference - Math.Sqrt(Math.Pow(rate - low, 2) + Math.Pow(otherHigh - otherRate, 2)),
            difference + Math.Sqrt(Math.Pow(high - rate, 2) + Math.Pow(otherRate - otherLow, 2)));
    }
}
