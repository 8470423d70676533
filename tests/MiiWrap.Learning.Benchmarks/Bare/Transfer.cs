using System.Runtime.InteropServices;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Benchmarks.Bare;

// The product's answer once more, in its order.
internal sealed record TransferReport(
    string Subject, DateTime AsOf, string Window, PooledTransfer Pooled, IReadOnlyList<UnitTransfer> Units,
    IReadOnlyList<WeekTransfer> Trend, IReadOnlyList<string> Lift);

internal sealed record PooledTransfer(
    Share Reach, int Numerator, int Denominator, double? Rate, string? Reason, double? CiLow, double? CiHigh, double? Coverage,
    double? RespondersRate, double? Weighted, double? Adjusted,
    double? MeanOfLearners, double? MedianDaysToFirst, int Learners, SeenTransfer Verified, LastingTransfer Sustained, NotCounted Excluded);

internal sealed record UnitTransfer(
    string Unit, string Title, int Version, int Numerator, int Denominator, double? Rate, string? Reason, double? CiLow, double? CiHigh,
    double? Coverage, double? RespondersRate, double? Weighted,
    double? Adjusted, double? MeanOfLearners, double? MedianDaysToFirst, int Learners, SeenTransfer Verified, LastingTransfer Sustained,
    NotCounted Excluded);

internal sealed record WeekTransfer(
    DateOnly WeekOf, int Numerator, int Denominator, double? Rate, string? Reason, double? CiLow, double? CiHigh, double? Coverage,
    int Learners);

internal sealed record Share(int Numerator, int Denominator, double? Rate);

internal sealed record SeenTransfer(int Numerator, int Denominator, double? Rate, double? CiLow, double? CiHigh, double? Coverage);

internal sealed record LastingTransfer(int Numerator, int Denominator, double? Rate, string? Reason, double? CiLow, double? CiHigh);

internal sealed record NotCounted(int Exempt, int Withdrawn, int Immature);

/// <summary>
/// What one pass over a cohort's rows adds up to; three months after the start are left out, since nothing in this world is that old.
/// </summary>
internal sealed class TransferSums
{
    private readonly Dictionary<string, (int Applied, int Counted)> learners = [];
    private readonly List<int> days = [];
    private int counted, applied, partly, answered, appliedOfAnswered, free, appliedOfFree, verified, observed, exempt, withdrawn, immature;

    public void Add(TransferRow row)
    {
        if (row.Scope != TransferScope.InScope)
        {
            _ = row.Scope switch { TransferScope.Exempt => exempt++, TransferScope.Withdrawn => withdrawn++, _ => immature++ };
            return;
        }

        var one = row.Best == "Applied" ? 1 : 0;
        counted++;
        applied += one;
        if (row.Best == "Partly") partly++;
        if (row.Answered) (answered, appliedOfAnswered) = (answered + 1, appliedOfAnswered + one);
        if (!row.NoOpportunity) (free, appliedOfFree) = (free + 1, appliedOfFree + one);
        if (row.Verified) verified++;
        if (row.Observed) observed++;
        if (one == 1) days.Add(row.DaysToFirst);
        ref var own = ref CollectionsMarshal.GetValueRefOrAddDefault(learners, row.Person, out _);
        own = (own.Applied + one, own.Counted + 1);
    }

    public PooledTransfer Pooled(Proportion reach)
    {
        var (rate, low, high) = Of(applied, counted);
        return new(
            new(reach.Numerator, reach.Denominator, reach.Rate), applied, counted, rate, Reason, low, high, Rate(answered, counted),
            Rate(appliedOfAnswered, answered), Weighted, Rate(appliedOfFree, free),
            MeanOfLearners, MedianDays(), learners.Count, Verified(), Nothing, new(exempt, withdrawn, immature));
    }

    public UnitTransfer Unit(UnitTransfer unit)
    {
        var (rate, low, high) = Of(applied, counted);
        return new(
            unit.Unit, unit.Title, unit.Version, applied, counted, rate, Reason, low, high, Rate(answered, counted),
            Rate(appliedOfAnswered, answered), Weighted, Rate(appliedOfFree, free),
            MeanOfLearners, MedianDays(), learners.Count, Verified(), Nothing, new(exempt, withdrawn, immature));
    }

    public WeekTransfer Week(DateOnly week)
    {
        var (rate, low, high) = Of(applied, counted);
        return new(week, applied, counted, rate, Reason, low, high, Rate(answered, counted), learners.Count);
    }

    private static LastingTransfer Nothing { get; } = new(0, 0, null, "noMaturedOpportunities", null, null);

    private string? Reason => counted == 0 ? "noMaturedOpportunities" : null;

    private double? Weighted => counted == 0 ? null : (applied + (0.5 * partly)) / counted;

    private double? MeanOfLearners => learners.Count == 0 ? null : learners.Values.Average(l => (double)l.Applied / l.Counted);

    private SeenTransfer Verified()
    {
        var (rate, low, high) = Of(verified, counted);
        return new(verified, counted, rate, low, high, Rate(observed, counted));
    }

    private double? MedianDays()
    {
        if (days.Count == 0) return null;
        days.Sort();
        return (days[(days.Count - 1) / 2] + days[days.Count / 2]) / 2.0;
    }

    private static double? Rate(int part, int whole) => whole == 0 ? null : (double)part / whole;

    private static (double? Rate, double? Low, double? High) Of(int part, int whole) =>
        Rate(part, whole) is { } rate && Wilson.Of(rate, whole) is var (low, high) ? (rate, low, high) : (null, null, null);
}

/// <summary>What the sums need to know of an opportunity.</summary>
internal readonly record struct TransferRow(
    string Unit, string Person, DateOnly Week, TransferScope Scope, string? Best, bool Answered, bool NoOpportunity, int DaysToFirst,
    bool Verified, bool Observed);
