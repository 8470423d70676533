using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Implementation;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>Makes the blocks of the view out of what may be told, whoever weighed that.</summary>
internal static class ImplementationBlocks
{
    private const string Facilitators = "facilitators";

    public static TransferBlock Transfer(TransferFigures figures)
    {
        return figures.Learners == 0
            ? NoTransfer(TransferFigures.NoneMatured)
            : new(Of(figures.Strict), Of(figures.Verified), Of(figures.Covered), figures.Learners);

        static Figure Of(Proportion share) => Figure.Of(share, TransferFigures.NoneMatured);
    }

    public static TransferBlock NoTransfer(string reason) => new(Figure.None(reason), Figure.None(reason), Figure.None(reason), null);

    /// <param name="why">Why there is no figure of none.</param>
    public static DosageBlock Dosage(IReadOnlyCollection<WindowOver> told, string why, Figure loopClosure) => new(
        Figure.Of(Proportion.Of(told, w => w.Dosage.State == DosageState.Met), why),
        MeanOf([.. told.Select(w => w.Dosage.Minutes)], why), MeanOf([.. told.Select(w => w.Dosage.NoShows)], why), loopClosure);

    /// <param name="why">Why there is no figure of none.</param>
    public static Figure LoopClosureOf(IEnumerable<CoachedStep> told, DateOnly today, string why) =>
        Figure.Of(LoopClosure.Of(told.Select(s => s.Step), today).InTime, why);

    /// <param name="why">Why nothing is told of the quarter.</param>
    public static FidelityPeriod Period(DateOnly from, FidelityQuarter? quarter, string why)
    {
        var until = from.AddMonths(FidelityQuarter.Months - 1);
        var none = Figure.None(why);
        return quarter is null
            ? new(Months.NameOf(from), Months.NameOf(until), none, none, none, none)
            : new(Months.NameOf(from), Months.NameOf(until),
                new(quarter.Median.ToDouble(), quarter.Subjects, null, null, IndicatorReasons.NoSpread),
                quarter.AtLine is { } share ? Figure.Of(share, why) : none,
                new(quarter.Falling, quarter.Subjects, null, null, null), new(quarter.Rising, quarter.Subjects, null, null, null));
    }

    /// <param name="months">Of the agency, by the indicator that they are of.</param>
    public static CoachesBlock Coaches(
        FollowedAgency agency, ILookup<(string Code, int Version), IndicatorMonth> months, IndicatorSet set, bool isOutside)
    {
        var each = FacilitatorsPerCoach.Of(agency.FacilitatorsPerCoach).Value;
        var newest = set.Find(Facilitators, null) is { } counted ? months[(Facilitators, counted.Version)].LastOrDefault() : null;
        var uncertified = Figure.None(FigureReasons.NoCredentials);
        return new(uncertified, uncertified, newest?.Counts.Value is not { } facilitators
            ? Figure.None(FigureReasons.FacilitatorsUnknown)
            : isOutside && facilitators < Suppression.FewestOutside ? Figure.None(Suppression.TooFewOutside)
            : new((double)Math.Ceiling(facilitators / each), (double)facilitators, null, null, null), each);
    }

    /// <param name="told">By how many people each barrier was named that is told of by itself.</param>
    /// <param name="others">By how many the others were, together; null where these are not told either.</param>
    public static BarrierBlock Barriers(
        SettledHalf half, IEnumerable<(Barrier Barrier, int People)> told, int? others, bool isOutside)
    {
        List<NamedBarrier> items =
        [
            .. told.Select(b => new NamedBarrier(EnumNames.NameOf(b.Barrier), b.People))
                .OrderByDescending(b => b.Learners).ThenBy(b => b.Barrier, StringComparer.Ordinal),
        ];
        if (others is { } together) items.Add(new("other", together));
        return new(
            Months.NameOf(half.From), Months.NameOf(half.Until.AddMonths(-1)), items,
            items.Count == 0 ? Suppression.WhyNotTold(isOutside) : null);
    }

    private static Figure MeanOf(List<int> numbers, string none) => numbers.Count == 0
        ? Figure.None(none)
        : new(numbers.Average(), numbers.Count, null, null, IndicatorReasons.NoSpread);
}
