using System.Numerics;

namespace MiiWrap.Learning.Domain.Fidelity;

/// <summary>Works out the scores of one review, each from items and from scores above it. Nothing here is rounded.</summary>
internal sealed class Scoring
{
    private const string Unrated = "unrated";
    private const string NothingRated = "nothingRated";
    private const string ZeroDenominator = "zeroDenominator";
    private const string TooFewRated = "tooFewRated";
    private const string RaterNotCalibrated = "raterNotCalibrated";
    private const string SegmentTooShort = "segmentTooShort";

    private static readonly Fraction Zero = new(0, 1);

    private readonly Dictionary<string, InstrumentItem> items;
    private readonly IReadOnlyDictionary<string, int?> ratings;
    private readonly Dictionary<string, ScoreResult> results = new(StringComparer.Ordinal);

    private Scoring(Instrument instrument, IReadOnlyDictionary<string, int?> ratings)
    {
        items = instrument.Items.ToDictionary(i => i.Code, StringComparer.Ordinal);
        this.ratings = ratings;
    }

    public static IReadOnlyList<ScoreResult> Of(Instrument instrument, IReadOnlyDictionary<string, int?> ratings, RatedSample sample)
    {
        var scoring = new Scoring(instrument, ratings);
        foreach (var score in instrument.Scores)
            scoring.results[score.Code] = WithBand(scoring.Of(score), instrument.Conditions, sample);
        return [.. instrument.Scores.Select(s => scoring.results[s.Code])];
    }

    private static ScoreResult WithBand(ScoreResult result, BandConditions conditions, RatedSample sample)
    {
        if (result.Value is not { } value || result.Score.Bands.Count == 0) return result;
        if (conditions.RaterCalibrated && !sample.RaterCalibrated) return result with { Reason = RaterNotCalibrated };
        if ((sample.SegmentMinutes ?? 0) < conditions.SegmentMinutes) return result with { Reason = SegmentTooShort };
        return result with { Band = result.Score.Bands.FirstOrDefault(b => value >= Fraction.Of(b.From)) };
    }

    private ScoreResult Of(Score score)
    {
        var formula = score.Formula;
        var rated = formula.Operands.Count(o => items.ContainsKey(o) && ratings.GetValueOrDefault(o) is not null);
        var (numerator, denominator) = formula.Operator switch
        {
            ScoreOperator.Sum => Parts(Sum(formula.Over)),
            ScoreOperator.Mean => Mean(formula.Over),
            ScoreOperator.Count => (Present(formula.Over).Count(formula.Counted!.Includes), BigInteger.One),
            ScoreOperator.PercentOfMax => OfMax(formula.Over),
            _ => Proportion(Sum(formula.Over), Sum(formula.Under)),
        };
        var reason = ReasonFor(score, rated, denominator);
        if (reason is not null) return new(score, null, numerator, denominator, rated, null, reason);
        var factor = formula.Operator is ScoreOperator.Percent or ScoreOperator.PercentOfMax ? 100 : 1;
        return new(score, new(factor * numerator, denominator), numerator, denominator, rated, null, null);
    }

    private string? ReasonFor(Score score, int rated, BigInteger denominator)
    {
        var formula = score.Formula;
        if (rated < score.Needs.Rated || score.Needs.Of.Count(o => results[o].Value is not null) < score.Needs.Scorable) return TooFewRated;
        // Null goes on: what rests on a score without a value has none, and for the same reason.
        if (formula.Operands.Select(o => results.GetValueOrDefault(o)).FirstOrDefault(r => r is { Value: null }) is { } missing)
            return missing.Reason;
        var takesAll = formula.Operator is ScoreOperator.Sum or ScoreOperator.Ratio or ScoreOperator.Percent;
        if (takesAll && formula.Operands.Any(o => items.ContainsKey(o) && ratings.GetValueOrDefault(o) is null)) return Unrated;
        if (denominator > 0) return null;
        return score.WhenZero ?? (takesAll ? ZeroDenominator : NothingRated);
    }

    /// <summary>
    /// The values that operands have; the others are left out, and whoever must not leave them out looks for them by itself.
    /// </summary>
    private IEnumerable<Fraction> Present(IEnumerable<string> operands) => operands.Select(ValueOf).OfType<Fraction>();

    private Fraction? ValueOf(string operand) =>
        results.TryGetValue(operand, out var score) ? score.Value
        : ratings.GetValueOrDefault(operand) is { } value ? new(value, 1)
        : null;

    private Fraction Sum(IEnumerable<string> operands) => Present(operands).Aggregate(Zero, (sum, next) => sum + next);

    private (BigInteger Numerator, BigInteger Denominator) Mean(IReadOnlyList<string> operands)
    {
        var sum = Sum(operands);
        return (sum.Numerator, sum.Denominator * Present(operands).Count());
    }

    private (BigInteger Numerator, BigInteger Denominator) OfMax(IReadOnlyList<string> operands)
    {
        var rated = operands.Where(o => ratings.GetValueOrDefault(o) is not null).ToList();
        return (Sum(rated).Numerator, rated.Sum(o => items[o].Scale.Largest));
    }

    private static (BigInteger Numerator, BigInteger Denominator) Parts(Fraction fraction) => (fraction.Numerator, fraction.Denominator);

    private static (BigInteger Numerator, BigInteger Denominator) Proportion(Fraction over, Fraction under) =>
        (over.Numerator * under.Denominator, over.Denominator * under.Numerator);
}
