using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Fidelity;

/// <summary>What may be done with an instrument's words.</summary>
public enum Licence
{
    Original,
    Public,

    /// <summary>Names and formulas alone: the words of its items are somebody else's.</summary>
    SummaryOnly,

    /// <summary>Somebody else's, and refused.</summary>
    Licensed,
}

/// <summary>
/// A fidelity instrument as data: what is rated, on which scale, and how scores come of it. Ratings are values by item code; null is N/A,
/// and what was not rated has no entry.
/// </summary>
/// <param name="Major">The author's number: scores of different ones cannot be compared.</param>
/// <param name="Use">What it is for, and what it is not for; stands wherever a score does.</param>
/// <param name="Guidance">How to rate by it, for raters.</param>
/// <param name="Attribution">Whose work it builds on.</param>
public sealed record Instrument(
    string Code,
    int Major,
    string Title,
    Licence Licence,
    string Use,
    string? Guidance,
    string? Attribution,
    IReadOnlyList<RatingScale> Scales,
    IReadOnlyList<InstrumentSection> Sections,
    IReadOnlyList<Score> Scores,
    IReadOnlyList<Flag> Flags)
{
    /// <summary>The score by which a trend is drawn and two raters' bias is told, where an instrument has it.</summary>
    public const string Total = "total";

    public const int UsualCommonItems = 20;

    public const string LicensedRefused =
        "Items of a licensed instrument are not taken: score it in its own system, and bring in totals as indicators of the agency.";

    /// <summary>The published version's number; 0 before it is published.</summary>
    public int Version { get; init; }

    public string ContentHash { get; init; } = "";

    /// <summary>What must hold of a review before a band is told.</summary>
    public BandConditions Conditions { get; init; } = BandConditions.None;

    /// <summary>How many items two raters must both have rated before their pair can count for calibration.</summary>
    public int CommonItems { get; init; } = UsualCommonItems;

    public IEnumerable<InstrumentItem> Items => Sections.SelectMany(s => s.Items);

    /// <summary>The score by which a trend is drawn; null where there is none.</summary>
    public Score? TotalScore => Scores.FirstOrDefault(s => s.Code == Total);

    public InstrumentItem? Item(string code) => Items.FirstOrDefault(i => i.Code == code);

    public void RequirePublishable()
    {
        if (Licence == Licence.Licensed) throw new RuleException("instrument.licensed", LicensedRefused, RuleKind.Invalid);
    }

    /// <summary>
    /// Every rating that the form does not have: an unknown item, a value that is not on its scale, N/A where the scale has none.
    /// </summary>
    public IEnumerable<RefusedRating> Refused(IReadOnlyDictionary<string, int?> ratings)
    {
        foreach (var (code, value) in ratings)
        {
            if (Item(code) is not { } item) yield return new(code, $"There is no item '{code}' in {Code}.");
            else if (!item.Scale.Has(value)) yield return new(code, $"'{code}' must be {item.Scale.Expected}.");
        }
    }

    /// <summary>Items that were neither rated nor marked N/A, in the form's order.</summary>
    public IEnumerable<InstrumentItem> Missing(IReadOnlyDictionary<string, int?> ratings) => Items.Where(i => !ratings.ContainsKey(i.Code));

    public IEnumerable<Flag> FlagsOf(IReadOnlyDictionary<string, int?> ratings) =>
        Flags.Where(f => f.AnyOf.Any(code => ratings.GetValueOrDefault(code) == f.Equal));

    public IReadOnlyList<ScoreResult> ScoresOf(IReadOnlyDictionary<string, int?> ratings, RatedSample sample) =>
        Scoring.Of(this, ratings, sample);
}

/// <summary>A rating that the form does not have, and what it has instead.</summary>
public sealed record RefusedRating(string Item, string Message);

/// <summary>What an item can be given; a scale without values counts: any whole number from zero.</summary>
/// <param name="Words">A word for each value; none for a scale that counts.</param>
public sealed record RatingScale(string Code, IReadOnlyList<int> Values, IReadOnlyList<string> Words, bool HasNotApplicable)
{
    public const int MostCounted = 9_999;

    public bool Counts => Values.Count == 0;

    public int Largest => Values.Max();

    internal string Expected =>
        (Counts ? $"a whole number from 0 to {MostCounted}" : $"one of {string.Join(", ", Values)}") + (HasNotApplicable ? ", or N/A" : "");

    public bool Has(int? value) => value switch
    {
        null => HasNotApplicable,
        { } number when Counts => number is >= 0 and <= MostCounted,
        { } number => Values.Contains(number),
    };
}

/// <summary>Items that belong together; a competency, where coach and coachee agree on a next step.</summary>
public sealed record InstrumentSection(string Slug, string Title, IReadOnlyList<InstrumentItem> Items);

/// <summary>One line of the form.</summary>
/// <param name="Required">No review locks without it.</param>
/// <param name="Critical">Talked about first when it is low; two calibrated raters are never more than one apart here.</param>
/// <param name="LookFor">What is seen or heard at each value of the scale, in its order; none where the words are not ours.</param>
public sealed record InstrumentItem(
    string Code, string Text, RatingScale Scale, bool Required, bool Critical, IReadOnlyList<string> LookFor);

/// <summary>Raised whatever the score, when any of these items has this value.</summary>
/// <param name="Text">What it means for the talk afterwards.</param>
public sealed record Flag(string Code, string Text, IReadOnlyList<string> AnyOf, int Equal);

/// <summary>What must hold of a review before a band is told; its counts and scores are told anyway.</summary>
public sealed record BandConditions(bool RaterCalibrated, int SegmentMinutes)
{
    public static readonly BandConditions None = new(RaterCalibrated: false, SegmentMinutes: 0);
}
