using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Implementation;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>What became of coaching in an agency: what is in use, what was done for it, and what moved at home.</summary>
/// <param name="Agency" example="Riverbend Wraparound">The agency's name.</param>
/// <param name="Audience">For whom the figures are meant.</param>
/// <param name="AsOf">The moment that is looked at.</param>
/// <param name="Curriculum" example="miiwrap-coaching-cohort">
/// The course that transfer, dosage and barriers are of; those of two courses are never added up. Null before anybody learns.
/// </param>
/// <param name="CoachingStart">The month before and after which indicators are compared.</param>
/// <param name="Transfer">What learners apply of what they learned.</param>
/// <param name="Dosage">How much coaching they had.</param>
/// <param name="Fidelity">How their practice was rated, by instrument and quarter; the newest quarter last.</param>
/// <param name="Coaches">Certified coaches against the need.</param>
/// <param name="Barriers">What of the organisation stood in the way, in the newest half-year that is settled.</param>
/// <param name="Indicators">What the agency counts itself.</param>
/// <param name="CannotSay">What these figures cannot say; it belongs beside them.</param>
/// <param name="Independence">Why real intervals are wider; it belongs under them.</param>
public sealed record ImplementationView(
    string Agency, FigureAudience Audience, DateTime AsOf, string? Curriculum, AgencyCoachingStart CoachingStart, TransferBlock Transfer,
    DosageBlock Dosage, IReadOnlyList<FidelityBlock> Fidelity, CoachesBlock Coaches, BarrierBlock Barriers,
    IReadOnlyList<IndicatorSeries> Indicators, string CannotSay, string Independence) : IMadeAtMoment, IImplementationFigures
{
    ICoachFigures IImplementationFigures.CoachFigures => Coaches;

    internal const string BeforeAndAfterSentence =
        "These months lie before and after coaching began. Other things changed too. This page cannot say what caused what.";

    internal const string IndependenceSentence = "They take meetings and months as independent; real ones are wider.";

    object IMadeAtMoment.WithoutMoment => this with { AsOf = default };
}

/// <summary>One figure, which never stands without its count or the reason why it is not there.</summary>
/// <param name="Value">The figure; null with a reason.</param>
/// <param name="N">Of how many it is.</param>
/// <param name="CiLow">The lower end of its 95 % interval; null where it has none.</param>
/// <param name="CiHigh">The upper end.</param>
/// <param name="Reason" example="tooFewMonths">Why there is no figure, or no interval; null where there is.</param>
public sealed record Figure(double? Value, double? N, double? CiLow, double? CiHigh, string? Reason)
{
    internal static Figure None(string reason) => new(null, null, null, null, reason);

    internal static Figure Count(int number) => new(number, number, null, null, null);

    /// <param name="none">Why there is no share of nothing.</param>
    internal static Figure Of(Proportion share, string none) => share.Rate is { } rate
        ? new(rate, share.Denominator, share.Interval!.Value.Low, share.Interval.Value.High, null)
        : None(none);
}

/// <summary>Why a figure of this view alone is not there. Other programs hold these codes: they stay.</summary>
internal static class FigureReasons
{
    public const string NoWindowsOver = "noWindowsOver";
    public const string NoItemsDue = "noItemsDue";
    public const string NoCredentials = "noCredentials";
    public const string FacilitatorsUnknown = "facilitatorsUnknown";

    /// <summary>Nothing that two people rated blindly has settled yet.</summary>
    public const string NoPairs = "noBlindPairs";

    /// <summary>Over so few ratings agreement swings too widely to be told.</summary>
    public const string TooFewRatings = "tooFewRatings";

    /// <summary>All ratings are the same: chance alone would have them agree.</summary>
    public const string AllAlike = "allRatingsAlike";

    /// <summary>Nothing was held, or nobody was there, of which to count.</summary>
    public const string NothingToCount = "nothingToCount";
}

/// <summary>What is applied within thirty days, of all units whose time is over.</summary>
/// <param name="Rate">TR30, as learners say; silence counts as not applied.</param>
/// <param name="Verified">VTR30, as coaches saw; never mixed with the former.</param>
/// <param name="Coverage">The share with any answer.</param>
/// <param name="Learners">Distinct learners; null where there is no figure.</param>
public sealed record TransferBlock(Figure Rate, Figure Verified, Figure Coverage, int? Learners);

/// <summary>How much coaching those had whose window is over.</summary>
/// <param name="Met">The share who had the contacts that they were promised.</param>
/// <param name="Minutes">The mean of minutes in sessions, a learner.</param>
/// <param name="NoShows">The mean of sessions missed without a word, a learner.</param>
/// <param name="LoopClosure">The share of action items that were talked over again in time.</param>
public sealed record DosageBlock(Figure Met, Figure Minutes, Figure NoShows, Figure LoopClosure);

/// <summary>Ratings by one instrument.</summary>
/// <param name="Instrument" example="tpo-1">The instrument's code.</param>
/// <param name="Title">The instrument's title.</param>
/// <param name="Line" example="80">The value that practice should reach and keep; null where the instrument has none.</param>
/// <param name="Quarters">The last eight that are settled, the newest last.</param>
/// <param name="Agreement">
/// How alike two people rate who do not see each other's ratings, over all such pairs that are settled: kappa, weighted by the square of
/// the distance; n is what both rated.
/// </param>
public sealed record FidelityBlock(
    string Instrument, string Title, decimal? Line, IReadOnlyList<FidelityPeriod> Quarters, Figure Agreement);

/// <summary>Three months of ratings. It never changes once it is told.</summary>
/// <param name="From" example="2027-04">Its first month.</param>
/// <param name="Until" example="2027-06">Its last month.</param>
/// <param name="Median">Of each subject's newest total; n is the subjects.</param>
/// <param name="AtLine">The share at the line or above it, of those whom calibrated raters have rated.</param>
/// <param name="Falling">Of how many the trend falls.</param>
/// <param name="Rising">Of how many it rises.</param>
public sealed record FidelityPeriod(string From, string Until, Figure Median, Figure AtLine, Figure Falling, Figure Rising);

/// <summary>Certified coaches against the need.</summary>
/// <param name="Certified">
/// How many of the agency hold the coach's credential today; to programs and outside as of the end of a quarter, and of a later one once
/// enough people have come or gone.
/// </param>
/// <param name="Expiring">How many of these hold none 90 days from now; to programs and outside never told.</param>
/// <param name="Need">Facilitators by <c>facilitatorsPerCoach</c>, rounded up; n is the facilitators.</param>
/// <param name="FacilitatorsPerCoach">For how many facilitators one certified coach is needed.</param>
public sealed record CoachesBlock(Figure Certified, Figure Expiring, Figure Need, int FacilitatorsPerCoach) : ICoachFigures;

/// <summary>Certified coaches against the need, of an agency or of the programme.</summary>
internal interface ICoachFigures
{
    Figure Certified { get; }

    Figure Expiring { get; }

    Figure Need { get; }
}

/// <summary>What of the organisation stood in the way of using a skill.</summary>
/// <param name="From" example="2027-01">The first month of the half-year.</param>
/// <param name="Until" example="2027-06">Its last month.</param>
/// <param name="Items">How many learners named each, the most named first; those of fewer than five together, where they are five.</param>
/// <param name="Reason">Why none is told; null where one is.</param>
public sealed record BarrierBlock(string From, string Until, IReadOnlyList<NamedBarrier> Items, string? Reason);

/// <summary>One barrier.</summary>
/// <param name="Barrier" example="agencyPolicy">The barrier, or <c>other</c> for several that too few have named.</param>
/// <param name="Learners">How many learners named it.</param>
public sealed record NamedBarrier(string Barrier, int Learners);

/// <summary>What an agency counted by one version of an indicator, and whether it moved.</summary>
/// <param name="Definition">The indicator.</param>
/// <param name="Points">
/// Its months, oldest first; those who are outside are told of several together, as many as it takes for eleven on each side.
/// </param>
/// <param name="Before">All months before coaching began together; of a rate for twelve months.</param>
/// <param name="After">All months after it.</param>
/// <param name="Change">How far after lies from before.</param>
/// <param name="RunChart">Whether the months are more than chance would make of them.</param>
public sealed record IndicatorSeries(
    IndicatorDefinition Definition, IReadOnlyList<IndicatorPoint> Points, Figure Before, Figure After, IndicatorMove Change,
    RunChartView RunChart) : IComparedIndicator;

/// <summary>What the view of an agency and that of the programme show alike.</summary>
internal interface IImplementationFigures
{
    FigureAudience Audience { get; }

    DateTime AsOf { get; }

    string? Curriculum { get; }

    TransferBlock Transfer { get; }

    DosageBlock Dosage { get; }

    IReadOnlyList<FidelityBlock> Fidelity { get; }

    ICoachFigures CoachFigures { get; }

    BarrierBlock Barriers { get; }
}

/// <summary>An indicator before and after coaching began, of an agency or of several together.</summary>
internal interface IComparedIndicator : IBeforeAndAfter
{
    IndicatorDefinition Definition { get; }
}

/// <summary>What became of it, whatever it is called.</summary>
internal interface IBeforeAndAfter
{
    Figure Before { get; }

    Figure After { get; }

    IndicatorMove Change { get; }
}

/// <summary>What was counted in one month, or in several together.</summary>
/// <param name="From" example="2027-01">The first month.</param>
/// <param name="Until" example="2027-01">The last month.</param>
/// <param name="Value">Null where there was nothing to count.</param>
/// <param name="N">Of how many: the denominator, or the n of a mean.</param>
public sealed record IndicatorPoint(string From, string Until, double? Value, double? N);

/// <summary>How after compares with before.</summary>
/// <param name="Kind">difference: after less before; ratio: after by before, of a rate.</param>
/// <param name="Value">Null with a reason, or for a ratio to nothing.</param>
/// <param name="CiLow">The lower end of its 95 % interval: Newcombe's of a difference, Wilson's odds of a ratio.</param>
/// <param name="CiHigh">The upper end; null where it has none.</param>
/// <param name="Reason">
/// notStarted: no month is known in which coaching began; tooFewMonths: six are needed on each side; noneBefore: nothing to divide by;
/// noSpread: no interval can be told, since how far values lie apart is not known; fewerThanElevenLearners: too few for outside.
/// </param>
public sealed record IndicatorMove(IndicatorMoveKind Kind, double? Value, double? CiLow, double? CiHigh, string? Reason);

/// <summary>What is told of a change.</summary>
public enum IndicatorMoveKind
{
    Difference,
    Ratio,
}

/// <summary>
/// Runs and crossings alone: a signal says "not chance alone", never "because of". Of series that do not change, about one in twelve at 36
/// months has one.
/// </summary>
/// <param name="Centre">The median, of the months before the start where there are ten.</param>
/// <param name="N">Months that are not on the centre.</param>
/// <param name="Signal">Null with too few months.</param>
/// <param name="LongestRun">The most months in a row on one side; a signal when it is over its limit.</param>
/// <param name="RunLimit">The longest run that chance would often make.</param>
/// <param name="Crossings">How often the line goes over the centre; a signal when it is under its limit.</param>
/// <param name="CrossingsLimit">The fewest crossings that chance would often leave.</param>
/// <param name="Run">Where the longest run lies; null with too few months.</param>
/// <param name="Reason">Why no signal can be told: tooFewMonths.</param>
public sealed record RunChartView(
    double? Centre, int N, bool? Signal, int? LongestRun, int? RunLimit, int? Crossings, int? CrossingsLimit, RunView? Run, string? Reason)
{
    internal static RunChartView Of(RunChart chart) => new(
        chart.Centre?.ToDouble(), chart.N, chart.IsSignal, chart.LongestRun?.Length, chart.RunLimit, chart.Crossings, chart.CrossingsLimit,
        chart.LongestRun is { } run ? new(Months.NameOf(run.First), Months.NameOf(run.Last), run.IsAbove) : null, chart.Reason);
}

/// <summary>Months in a row on one side of the centre.</summary>
/// <param name="From" example="2027-01">The first.</param>
/// <param name="Until" example="2027-08">The last.</param>
/// <param name="Above">True above the centre.</param>
public sealed record RunView(string From, string Until, bool Above);
