using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>An instrument's form and formulas; the newest version unless one is named.</summary>
/// <param name="Code" example="tpo-1">The instrument's code.</param>
/// <param name="Version" example="1">A version number.</param>
public sealed record GetInstrument(string Code, string? Version) : IQuery<InstrumentForm>;

/// <summary>A version of an instrument: what is rated, on which scales, and how scores come of it.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Version">The number of this version; a review is pinned to one.</param>
/// <param name="Major">The author's number: only scores of the same one are compared.</param>
/// <param name="Licence">What may be done with its words; of <c>summaryOnly</c>, names and formulas alone are here.</param>
/// <param name="Use">What it is for, and what it is not for; show it wherever a score stands.</param>
/// <param name="Guidance">How to rate by it; null for none.</param>
/// <param name="Attribution">Whose work it builds on; null for nobody's.</param>
/// <param name="BandsNeed">What must hold of a review before a band is told.</param>
/// <param name="CommonItems">How many items two raters must both have rated for their pair to count for calibration.</param>
/// <param name="Scales">What items can be given.</param>
/// <param name="Sections">The form, in order.</param>
/// <param name="Scores">What is worked out, in order: each rests on items and on scores before it.</param>
/// <param name="Flags">What is raised whatever the scores.</param>
public sealed record InstrumentForm(
    string Code,
    int Version,
    int Major,
    string Title,
    Licence Licence,
    string Use,
    string? Guidance,
    string? Attribution,
    string ContentHash,
    FormBandConditions BandsNeed,
    int CommonItems,
    IReadOnlyList<FormScale> Scales,
    IReadOnlyList<FormSection> Sections,
    IReadOnlyList<FormScore> Scores,
    IReadOnlyList<FormFlag> Flags)
{
    public static InstrumentForm Of(Instrument i) => new(
        i.Code, i.Version, i.Major, i.Title, i.Licence, i.Use, i.Guidance, i.Attribution, i.ContentHash,
        new(i.Conditions.RaterCalibrated, i.Conditions.SegmentMinutes), i.CommonItems,
        [.. i.Scales.Select(s => new FormScale(s.Code, s.Counts, s.Values, s.Words, s.HasNotApplicable))],
        [.. i.Sections.Select(s => new FormSection(s.Slug, s.Title, [.. s.Items.Select(FormItem.Of)]))],
        [.. i.Scores.Select(FormScore.Of)],
        [.. i.Flags.Select(f => new FormFlag(f.Code, f.Text, f.AnyOf, f.Equal))]);
}

/// <summary>What must hold of a review before a band is told; its scores are told anyway.</summary>
/// <param name="CalibratedRater">Whether the rater must be calibrated on this instrument.</param>
/// <param name="SegmentMinutes">The least minutes of the segment; 0 for any.</param>
public sealed record FormBandConditions(bool CalibratedRater, int SegmentMinutes);

/// <summary>What an item can be given.</summary>
/// <param name="Code">What items name it by.</param>
/// <param name="Counts">True where any whole number from 0 is taken, and there are no values.</param>
/// <param name="Values">The values, from the lowest to the highest.</param>
/// <param name="Words">A word for each value; none where the words are somebody else's.</param>
/// <param name="NotApplicable">Whether an item can be marked N/A.</param>
public sealed record FormScale(string Code, bool Counts, IReadOnlyList<int> Values, IReadOnlyList<string> Words, bool NotApplicable);

/// <summary>Items that belong together: a competency, with the instrument's code before its slug.</summary>
/// <param name="Items">Its items, in order.</param>
public sealed record FormSection(string Slug, string Title, IReadOnlyList<FormItem> Items);

/// <summary>One line of the form.</summary>
/// <param name="Code" example="A1">What ratings name it by.</param>
/// <param name="Text">What is rated.</param>
/// <param name="Scale">The code of its scale.</param>
/// <param name="Required">No review locks without it.</param>
/// <param name="Critical">Whether a low value is talked about first.</param>
/// <param name="LookFor">What is seen or heard at each value of the scale, in its order; none where the words are somebody else's.</param>
public sealed record FormItem(string Code, string Text, string Scale, bool Required, bool Critical, IReadOnlyList<string> LookFor)
{
    public static FormItem Of(InstrumentItem i) => new(i.Code, i.Text, i.Scale.Code, i.Required, i.Critical, i.LookFor);
}

/// <summary>A score and how it is worked out.</summary>
/// <param name="Code" example="total">What reviews name it by.</param>
/// <param name="Operator">The one operator of its formula.</param>
/// <param name="Over">The items and scores that are added, averaged, counted or set in proportion.</param>
/// <param name="Under">What a ratio or percentage is taken of; else nothing.</param>
/// <param name="CountsEqual">Of a count: the one value that counts.</param>
/// <param name="CountsAtLeast">Of a count: the least value that counts.</param>
/// <param name="NeedsRated">How many of the items need a value.</param>
/// <param name="NeedsScores">How many of <c>needsScoresOf</c> need a value.</param>
/// <param name="NeedsScoresOf">Scores of which some need a value.</param>
/// <param name="WhenZero">The reason that is given where the denominator is zero; null for the usual one.</param>
/// <param name="Line">The value that practice should reach and keep; null for none.</param>
/// <param name="Decimals">How many decimals it is shown with.</param>
/// <param name="Bands">Words for its ranges, from the highest to the lowest.</param>
public sealed record FormScore(
    string Code,
    string Title,
    ScoreOperator Operator,
    IReadOnlyList<string> Over,
    IReadOnlyList<string> Under,
    int? CountsEqual,
    int? CountsAtLeast,
    int NeedsRated,
    int NeedsScores,
    IReadOnlyList<string> NeedsScoresOf,
    string? WhenZero,
    decimal? Line,
    int Decimals,
    IReadOnlyList<FormBand> Bands)
{
    public static FormScore Of(Score s) => new(
        s.Code, s.Title, s.Formula.Operator, s.Formula.Over, s.Formula.Under,
        s.Formula.Counted is { OrMore: false } equal ? equal.From : null, s.Formula.Counted is { OrMore: true } least ? least.From : null,
        s.Needs.Rated, s.Needs.Scorable, s.Needs.Of, s.WhenZero, s.Line, s.Decimals,
        [.. s.Bands.Select(b => new FormBand(b.Name, b.From, b.Provenance))]);
}

/// <summary>A word for a range of a score.</summary>
/// <param name="Band" example="strong">The word.</param>
/// <param name="From">The least value of it.</param>
/// <param name="Provenance">Who set this edge, and on what ground; show it beside the word.</param>
public sealed record FormBand(string Band, decimal From, string Provenance);

/// <summary>What is raised when any of some items has one value.</summary>
/// <param name="Code" example="criticalZero">What reviews name it by.</param>
/// <param name="Text">What it means for the talk afterward.</param>
/// <param name="AnyOf">The items.</param>
/// <param name="EqualTo">The value.</param>
public sealed record FormFlag(string Code, string Text, IReadOnlyList<string> AnyOf, int EqualTo);

internal sealed class GetInstrumentValidator : AbstractValidator<GetInstrument>
{
    public GetInstrumentValidator() => RuleFor(x => x.Version).MustBeVersion();
}

internal sealed class GetInstrumentHandler(LearningDb db, InstrumentLibrary library) : IRequestHandler<GetInstrument, InstrumentForm>
{
    public async Task<InstrumentForm> Handle(GetInstrument request, CancellationToken cancellationToken) =>
        await library.Find(db, request.Code, InputRules.Version(request.Version), cancellationToken) is { } instrument
        ? InstrumentForm.Of(instrument)
        : throw new NotFoundException("instrument");
}
