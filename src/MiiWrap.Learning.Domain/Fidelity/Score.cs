using System.Numerics;

namespace MiiWrap.Learning.Domain.Fidelity;

/// <summary>Everything that a formula can do; an instrument cannot bring an operator of its own.</summary>
public enum ScoreOperator
{
    Sum,
    Mean,
    Count,
    Ratio,
    Percent,
    PercentOfMax,
}

/// <summary>A score and how it comes of items and of scores before it.</summary>
public sealed record Score(string Code, string Title, Formula Formula)
{
    public ScoreNeeds Needs { get; init; } = ScoreNeeds.Nothing;

    /// <summary>The reason that is given where the denominator is zero, such as <c>noQuestions</c>.</summary>
    public string? WhenZero { get; init; }

    /// <summary>The value that practice should reach and keep; a chart draws it.</summary>
    public decimal? Line { get; init; }

    /// <summary>From the highest to the lowest.</summary>
    public IReadOnlyList<Band> Bands { get; init; } = [];

    /// <summary>How many decimals people are shown.</summary>
    public int Decimals => Formula.Operator == ScoreOperator.Ratio ? 2 : 1;
}

/// <summary>One operator and what it works on, by the codes of items and scores.</summary>
/// <param name="Over">What is added, averaged, counted or set in proportion.</param>
/// <param name="Under">What a ratio or a percentage is taken of; else nothing.</param>
/// <param name="Counted">Which values a count counts; else null.</param>
public sealed record Formula(ScoreOperator Operator, IReadOnlyList<string> Over, IReadOnlyList<string> Under, CountedValues? Counted = null)
{
    public IEnumerable<string> Operands => Over.Concat(Under).Distinct(StringComparer.Ordinal);
}

/// <summary>The values that a count counts: exactly one, or all from one on.</summary>
public sealed record CountedValues(int From, bool OrMore)
{
    internal bool Includes(Fraction value)
    {
        var side = value.CompareTo(new(From, 1));
        return side == 0 || (OrMore && side > 0);
    }
}

/// <summary>What a score needs before it has a value; the review is valid without.</summary>
/// <param name="Rated">Items of the formula with a value.</param>
/// <param name="Of">Scores of which some must have a value.</param>
/// <param name="Scorable">How many of these.</param>
public sealed record ScoreNeeds(int Rated, IReadOnlyList<string> Of, int Scorable)
{
    public static readonly ScoreNeeds Nothing = new(0, [], 0);
}

/// <summary>A word for a range of a score.</summary>
/// <param name="From">The least value of it.</param>
/// <param name="Provenance">Who set this edge, and on what ground; shown beside the word.</param>
public sealed record Band(string Name, decimal From, string Provenance);

/// <summary>How a review came about, as far as its bands rest on it.</summary>
public sealed record RatedSample(bool RaterCalibrated, int? SegmentMinutes);

/// <summary>A score of one review.</summary>
/// <param name="Value">Null with a reason.</param>
/// <param name="Numerator">
/// What was counted, kept where there is no value too; a percentage is a hundred times this by the denominator.
/// </param>
/// <param name="Rated">How many of the formula's items have a value.</param>
/// <param name="Reason">Why there is no value, or no band.</param>
public sealed record ScoreResult(
    Score Score, Fraction? Value, BigInteger Numerator, BigInteger Denominator, int Rated, Band? Band, string? Reason)
{
    public decimal? Shown => Value?.Round(Score.Decimals);
}
