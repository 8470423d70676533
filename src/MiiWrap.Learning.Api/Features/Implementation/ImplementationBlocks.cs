using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Implementation;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>How many hold what makes a coach a certified one, and how many of these soon do not.</summary>
internal sealed record CertifiedFigures(Figure Certified, Figure Expiring);

/// <summary>Makes the blocks of the view out of what may be told, whoever weighed that.</summary>
internal static class ImplementationBlocks
{
    /// <summary>Of so many quarters fidelity is told.</summary>
    public const int Quarters = 8;

    private const string Facilitators = "facilitators";

    public static TransferBlock Transfer(Proportion strict, Proportion verified, Proportion covered, int learners)
    {
        return learners == 0
            ? NoTransfer(TransferFigures.NoneMatured)
            : new(Of(strict), Of(verified), Of(covered), learners);

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

    /// <summary>What two people rated alike without seeing each other's.</summary>
    /// <param name="why">Why there is no figure of none.</param>
    public static Figure AgreementOf(IReadOnlyCollection<AgencyRating> told, string why)
    {
        if (told.Count == 0) return Figure.None(why);
        var agreement = BlindRating.AgreementOf(told.Select(t => t.Rating));
        return agreement.ShownKappa is { } kappa
            ? new(kappa, agreement.Scores, null, null, IndicatorReasons.NoSpread)
            : Figure.None(agreement.Scores < Agreement.LeastForKappa ? FigureReasons.TooFewRatings : FigureReasons.AllAlike);
    }

    public static FidelityBlock Fidelity(RatedInstrument rated, IEnumerable<FidelityPeriod> quarters, Figure agreement) =>
        new(rated.Instrument.Code, rated.Instrument.Title, rated.Line, [.. quarters], agreement);

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

    /// <summary>Who is certified today, for whoever reads by name where each of them stands.</summary>
    /// <param name="terms">Of those who are counted.</param>
    public static CertifiedFigures CertifiedToday(IReadOnlyCollection<HeldTerm> terms, DateOnly today) => terms.Count == 0
        ? new(Figure.None(FigureReasons.NoCredentials), Figure.None(FigureReasons.NoCredentials))
        : new(Figure.Count(CredentialHolders.On(terms, today).Count), Figure.Count(CredentialHolders.Expiring(terms, today)));

    /// <summary>The same for whoever knows nobody: by quarters, and of whose end is near nothing.</summary>
    public static CertifiedFigures CertifiedTold(IReadOnlyCollection<HeldTerm> terms, DateOnly today, bool isOutside)
    {
        var none = Figure.None(Suppression.WhyNotTold(isOutside));
        return new(
            CredentialHolders.Told(terms, today, Suppression.FewestTold(isOutside)) is { } told ? Figure.Count(told.Count) : none, none);
    }

    /// <param name="months">By the agency and the indicator that they are of.</param>
    public static CoachesBlock Coaches(
        FollowedAgency agency, CertifiedFigures certified, ILookup<(Guid AgencyId, string Code, int Version), IndicatorMonth> months,
        IndicatorSet set, bool isOutside)
    {
        var each = FacilitatorsPerCoach.Of(agency.FacilitatorsPerCoach).Value;
        var newest = set.Find(Facilitators, null) is { } counted
            ? months[(agency.Id, Facilitators, counted.Version)].LastOrDefault()
            : null;
        return new(certified.Certified, certified.Expiring, newest?.Counts.Value is not { } facilitators
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
