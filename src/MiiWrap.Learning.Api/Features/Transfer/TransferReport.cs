using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Transfer;

/// <summary>How much of what was learned is in use after thirty days.</summary>
/// <param name="Subject" example="Riverbend, spring">Whose transfer this is: the name of the cohort, the agency or the learner.</param>
/// <param name="Curriculum" example="miiwrap-coaching-cohort">
/// The course; what is learned in two is never added up. Null of an agency in which nobody has learned.
/// </param>
/// <param name="AsOf">
/// The moment that is looked at: for those who do not teach the learners, the newest release of figures to them, four weeks at least after
/// the one before.
/// </param>
/// <param name="Window" example="TR30">Thirty days from each completion, and seven for saying so.</param>
/// <param name="Pooled">All units together.</param>
/// <param name="Units">The figures of each unit, in the order of the curriculum.</param>
/// <param name="Trend">The same by the week of completion, from the first week to the last, at most the newest 52.</param>
/// <param name="Lift">
/// Where a share of learners was held out: how much more is applied with nudges, by plan; for those who teach, and programme admins.
/// </param>
public sealed record TransferReport(
    string Subject, string? Curriculum, DateTime AsOf, string Window, PooledTransfer Pooled, IReadOnlyList<UnitTransfer> Units,
    IReadOnlyList<TransferWeek> Trend, IReadOnlyList<PlanLift> Lift) : IMadeAtMoment
{
    public const string Tr30 = "TR30";
    private const int MostWeeks = 52;

    /// <summary>That of the request; the moment of a release is told, and stays until the next.</summary>
    private bool IsOfNow { get; init; }

    object IMadeAtMoment.WithoutMoment => IsOfNow ? this with { AsOf = default } : this;

    /// <param name="view">What this reader may see; everything when null.</param>
    internal static TransferReport Of(
        string subject, string course, IReadOnlyList<CountedOpportunity> opportunities, IEnumerable<UnitKey> units, Proportion reach,
        DateTime asOf, TransferView? view)
    {
        var now = asOf;
        asOf = view?.AsOf ?? now;
        var byUnit = opportunities.ToLookup(o => (o.Curriculum, o.CurriculumVersion, o.Unit));
        var counted = view is null ? opportunities : Released(opportunities, view.Pooled, asOf);
        var pooled = counted is null ? null : TransferFigures.Of(counted, asOf);
        if (pooled is not null && view is not null) pooled = pooled.WithLasting(SustainedIn(counted!, view, now), now);
        IReadOnlyCollection<CountedOpportunity>? InUnit(UnitKey unit) =>
            view is null ? [.. byUnit[unit.Of]] : Released(byUnit[unit.Of], view.OfUnit(unit), asOf);
        return new(
            subject,
            course.Length > 0 ? course : null,
            asOf,
            Tr30,
            new(pooled, reach, view),
            [.. units.Select(k => new UnitTransfer(k, pooled is null || InUnit(k) is not { } own
                ? null
                : TransferFigures.Of(own, asOf), view))],
            pooled is null || view is { IsAll: false } ? [] : TrendOf(counted!, asOf, view),
            // The sides of a comparison are parts of the groups above: who may not see those would work them out.
            view is not null ? [] : [.. Domain.Transfer.Lift.Of(opportunities, asOf).Select(PlanLift.Of)])
        { IsOfNow = view?.AsOf is null };
    }

    /// <summary>What has been released of a group, with what is not counted anyway; null where nothing has.</summary>
    private static List<CountedOpportunity>? Released(
        IEnumerable<CountedOpportunity> opportunities, Func<DateTime, bool>? isReleased, DateTime asOf) =>
        isReleased is null
            ? null
            : [.. opportunities.Where(o => o.ScopeAt(asOf) != TransferScope.InScope || isReleased(o.MaturesAt))];

    /// <summary>
    /// Anchors of those batches whose three months are all over, each of enough learners: else a later answer of one would show by itself.
    /// </summary>
    private static List<CountedOpportunity> SustainedIn(
        IReadOnlyCollection<CountedOpportunity> counted, TransferView view, DateTime now) =>
        [.. counted.Where(o => o.IsInSustainedScope(DateTime.MaxValue)).GroupBy(o => view.BatchOf(o.MaturesAt))
            .Where(b => b.Key is not null && b.All(o => o.IsInSustainedScope(now))
                && b.Select(o => o.PersonId).Distinct().Count() >= view.Fewest).SelectMany(b => b)];

    private static List<TransferWeek> TrendOf(
        IReadOnlyCollection<CountedOpportunity> opportunities, DateTime asOf, TransferView? view)
    {
        if (opportunities.Count == 0) return [];
        var byWeek = opportunities.ToLookup(o => o.WeekOf);
        var hidden = view is null
            ? new HashSet<DateOnly>()
            : HiddenWeeks(byWeek, opportunities.Where(o => o.ScopeAt(asOf) == TransferScope.InScope).ToList(), asOf, view);
        var (first, last) = (byWeek.Min(w => w.Key), byWeek.Max(w => w.Key));
        if (first < last.AddDays(-7 * (MostWeeks - 1))) first = last.AddDays(-7 * (MostWeeks - 1));
        var weeks = new List<TransferWeek>();
        for (var week = first; week <= last; week = week.AddDays(7)) weeks
            .Add(TransferWeek.Of(week, hidden.Contains(week) ? null : TransferFigures.Of([.. byWeek[week]], asOf), view));
        return weeks;
    }

    private static IReadOnlySet<DateOnly> HiddenWeeks(
        ILookup<DateOnly, CountedOpportunity> byWeek, List<CountedOpportunity> counted, DateTime asOf, TransferView view)
    {
        var shown = counted.GroupBy(o => new UnitKey(o.Curriculum, o.CurriculumVersion, o.Unit, ""))
            .Select(u => Released(u, view.OfUnit(u.Key), asOf) ?? []).Where(u => u.Count > 0).ToList();
        // What is shown beside the weeks: the units, and what they leave of the whole.
        List<List<CountedOpportunity>> others = [.. shown, [.. counted.Except(shown.SelectMany(u => u))]];
        // A week that two releases share would show what the second one added.
        bool GivesAway(IReadOnlyCollection<CountedOpportunity> week) =>
            week.Select(o => view.BatchOf(o.MaturesAt)).Distinct().Count() > 1
            || others.Exists(o => IsPart(o, week) || IsPart(week, o));
        bool IsPart(IReadOnlyCollection<CountedOpportunity> part, IReadOnlyCollection<CountedOpportunity> whole) =>
            part.Count > 0 && part.Count < whole.Count && !part.Except(whole).Any()
            && LearnersOf(whole.Except(part), asOf).Count < view.Fewest;
        return Suppression.HiddenOf(
            byWeek.ToDictionary(w => w.Key, w => (IReadOnlySet<Guid>)LearnersOf(w, asOf)), view.Fewest,
            counted.GroupBy(o => o.WeekOf).Where(w => GivesAway([.. w])).Select(w => w.Key));
    }

    private static HashSet<Guid> LearnersOf(IEnumerable<CountedOpportunity> opportunities, DateTime asOf) =>
        opportunities.Where(o => o.ScopeAt(asOf) == TransferScope.InScope).Select(o => o.PersonId).ToHashSet();
}

/// <summary>The units completed in one week, as far as their time is over.</summary>
/// <param name="WeekOf" example="2027-02-01">The week's Monday, on each learner's own calendar.</param>
/// <param name="Reason">
/// Why there is no rate: noMaturedOpportunities, fewerThanFiveLearners, or outside the programme fewerThanElevenLearners; what
/// would give such a group away has the same reason.
/// </param>
public sealed record TransferWeek(
    DateOnly WeekOf, int? Numerator, int? Denominator, double? Rate, string? Reason, double? CiLow, double? CiHigh, double? Coverage,
    int? Learners)
{
    internal static TransferWeek Of(DateOnly week, TransferFigures? figures, TransferView? view) => figures is { Strict: var s }
        ? new(week, s.Numerator, s.Denominator, s.Rate, s.Denominator == 0
            ? TransferFigures.NoneMatured
            : null, s.Interval?.Low, s.Interval?.High, figures.Covered.Rate, figures.Learners)
        : new(week, null, null, null, view?.Reason, null, null, null, null);
}

/// <summary>
/// What nudging adds for the units of one plan: learners were drawn by lot, those held out are asked only what closes a window.
/// </summary>
/// <param name="Difference">
/// The rate of the nudged less that of the held out. Nudged learners are also asked more often, so part of it may be asking alone.
/// </param>
/// <param name="Reason">Why there is no difference: fewerThanFiveLearners on a side.</param>
/// <param name="CiLow">The lower end of Newcombe's 95 % interval, counting each learner once.</param>
/// <param name="Verified">The same difference in what coaches saw, which does not depend on being asked.</param>
public sealed record PlanLift(PlanKind Plan, LiftSide Nudged, LiftSide HeldOut, double? Difference, string? Reason, double? CiLow,
    double? CiHigh, VerifiedLift Verified)
{
    internal static PlanLift Of(Lift l) => new(
        l.Plan, LiftSide.Of(l.Nudged), LiftSide.Of(l.HeldOut), l.Applied?.Value, l.IsTooSmall
            ? Suppression.TooFew
            : null, l.Applied?.Low, l.Applied?.High,
        new(l.Verified?.Value, l.Verified?.Low, l.Verified?.High));
}

/// <summary>One side; its figures are null while it has fewer than five learners.</summary>
/// <param name="Rate">The mean of each learner's own rate: learners were drawn, not units.</param>
public sealed record LiftSide(
    int? Learners, int? Numerator, int? Denominator, double? Coverage, double? Rate, double? CiLow, double? CiHigh)
{
    internal static LiftSide Of(ArmFigures a) => a.Learners < Suppression.FewestLearners
        ? new(null, null, null, null, null, null, null)
        : new(a.Learners, a.Applied.Numerator, a.Applied.Denominator, a.Covered.Rate, a.Rate, a.Interval?.Low, a.Interval?.High);
}

/// <summary>What coaches saw, nudged less held out.</summary>
/// <param name="Difference">How much higher the rate is with check-ins, from -1 to 1; null where it is not shown.</param>
public sealed record VerifiedLift(double? Difference, double? CiLow, double? CiHigh);

/// <summary>What those see who do not teach the learners.</summary>
/// <param name="Pooled">Of which moments all units together are shown, by when opportunities mature; null when of none.</param>
/// <param name="OfUnit">The same of one unit.</param>
/// <param name="IsAll">
/// Whether these are all the learners whose figures the reader sees: a part of them shows no more than its rates by unit.
/// </param>
/// <param name="AsOf">The moment up to which figures are released; null when none are.</param>
internal sealed record TransferView(
    Func<DateTime, bool>? Pooled, Func<UnitKey, Func<DateTime, bool>?> OfUnit, bool IsAll, int Fewest, DateTime? AsOf,
    ReleasedGroup? Batches)
{
    public static readonly TransferView Nothing =
        new(Pooled: null, _ => null, IsAll: false, Suppression.FewestLearners, AsOf: null, Batches: null);

    /// <summary>The batch in which something was released, by its end.</summary>
    public DateTime? BatchOf(DateTime maturesAt) => Batches?.BatchOf(maturesAt);

    public string Reason => Suppression.WhyNotTold(Fewest == Suppression.FewestOutside);
}

/// <summary>A unit of one curriculum version.</summary>
internal sealed record UnitKey(string Curriculum, int Version, string Unit, string Title)
{
    public (string Curriculum, int Version, string Unit) Of => (Curriculum, Version, Unit);
}

/// <summary>A transfer rate with all that it takes to read it. Figures are null where there are none, or too few people to show.</summary>
public record TransferCell
{
    internal TransferCell(TransferFigures? figures, SustainedTransfer sustained, TransferView? view)
    {
        Sustained = sustained;
        Verified = VerifiedTransfer.Of(figures);
        Excluded = new(figures?.Exempt, figures?.Withdrawn, figures?.Immature);
        Reason = view?.Reason;
        if (figures is null) return;
        var strict = figures.Strict;
        (Numerator, Denominator, Rate, CiLow, CiHigh) =
            (strict.Numerator, strict.Denominator, strict.Rate, strict.Interval?.Low, strict.Interval?.High);
        Reason = strict.Denominator == 0 ? TransferFigures.NoneMatured : null;
        (Coverage, RespondersRate, Weighted, Adjusted) =
            (figures.Covered.Rate, figures.Responders.Rate, figures.Weighted, figures.Adjusted.Rate);
        (Learners, MeanOfLearners, MedianDaysToFirst) = (figures.Learners, figures.MeanOfLearners, figures.MedianDaysToFirst);
    }

    /// <summary>Skills applied within thirty days, as the learners say.</summary>
    public int? Numerator { get; init; }

    /// <summary>Skills whose time is over; who never answered is in it.</summary>
    public int? Denominator { get; init; }

    public double? Rate { get; init; }

    /// <summary>
    /// Why there is no rate: noMaturedOpportunities, fewerThanFiveLearners, or outside the programme fewerThanElevenLearners; what
    /// would give such a group away has the same reason.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>The lower end of Wilson's 95 % interval.</summary>
    public double? CiLow { get; init; }

    /// <summary>Its upper end.</summary>
    public double? CiHigh { get; init; }

    /// <summary>The share of the denominator with any answer.</summary>
    public double? Coverage { get; init; }

    /// <summary>The rate among those who answered, to be read beside the coverage alone.</summary>
    public double? RespondersRate { get; init; }

    /// <summary>With half a credit for partly.</summary>
    public double? Weighted { get; init; }

    /// <summary>The rate without those who last said that no opportunity came.</summary>
    public double? Adjusted { get; init; }

    /// <summary>The mean of each learner's own rate.</summary>
    public double? MeanOfLearners { get; init; }

    /// <summary>The median of days from completion to the first use.</summary>
    public double? MedianDaysToFirst { get; init; }

    /// <summary>Distinct learners in the denominator.</summary>
    public int? Learners { get; init; }

    public VerifiedTransfer Verified { get; init; }

    public SustainedTransfer Sustained { get; init; }

    public ExcludedFromTransfer Excluded { get; init; }
}

/// <summary>All units together.</summary>
public sealed record PooledTransfer : TransferCell
{
    internal PooledTransfer(TransferFigures? figures, Proportion reach, TransferView? view)
        : base(figures, view is not null && (!view.IsAll || figures?.SustainedLearners < view.Fewest)
            ? SustainedTransfer.Hidden(view)
            : SustainedTransfer.Of(figures, view), view) =>
        Reach = figures is null || view is { IsAll: false } ? new(null, null, null)
            : view is null ? ReachOfTransfer.Of(reach)
            // What was applied before its time was over is not released yet.
            : ReachOfTransfer.Of(new(figures.Strict.Numerator, Math.Max(reach.Denominator, figures.Strict.Numerator)));

    /// <summary>Of all units that by the calendar should have matured, how many are applied: completion times transfer.</summary>
    public ReachOfTransfer Reach { get; init; }
}

/// <summary>One unit of one curriculum version.</summary>
public sealed record UnitTransfer : TransferCell
{
    // The pooled figure less the other units' would show a small unit's: by unit, the three months are for those who teach.
    internal UnitTransfer(UnitKey key, TransferFigures? figures, TransferView? view)
        : base(figures, view is not null ? SustainedTransfer.Hidden(view) : SustainedTransfer.Of(figures, view), view) =>
        (Unit, Version, Title) = (key.Unit, key.Version, key.Title);

    public string Unit { get; init; }

    public string Title { get; init; }

    /// <summary>The number of the curriculum's version.</summary>
    public int Version { get; init; }
}

/// <summary>What coaches saw, of the same denominator; never mixed with what learners say.</summary>
/// <param name="Coverage">The share at which a coach looked at all.</param>
public sealed record VerifiedTransfer(int? Numerator, int? Denominator, double? Rate, double? CiLow, double? CiHigh, double? Coverage)
{
    internal static VerifiedTransfer Of(TransferFigures? figures) => figures is { Verified: var v, Observed: var o }
        ? new(v.Numerator, v.Denominator, v.Rate, v.Interval?.Low, v.Interval?.High, o.Rate)
        : new(null, null, null, null, null, null);
}

/// <summary>STR90: anchors that the newest answer around day 90 says are in use.</summary>
/// <param name="Reason">Why there is no rate; null where there is one.</param>
public sealed record SustainedTransfer(int? Numerator, int? Denominator, double? Rate, string? Reason, double? CiLow, double? CiHigh)
{
    internal static SustainedTransfer Hidden(TransferView? view) => new(null, null, null, view?.Reason, null, null);

    internal static SustainedTransfer Of(TransferFigures? figures, TransferView? view) => figures is { Sustained: var s }
        ? new(s.Numerator, s.Denominator, s.Rate, s.Denominator == 0 ? TransferFigures.NoneMatured : null, s.Interval?.Low,
            s.Interval?.High)
        : Hidden(view);
}

/// <summary>What reached practice of all that was assigned.</summary>
public sealed record ReachOfTransfer(int? Numerator, int? Denominator, double? Rate)
{
    internal static ReachOfTransfer Of(Proportion reach) => new(reach.Numerator, reach.Denominator, reach.Rate);
}

/// <summary>What is not in the denominator, or not yet.</summary>
/// <param name="Exempt">Taken out by a coach, with a reason.</param>
/// <param name="Withdrawn">Of learners who were withdrawn before it counted.</param>
/// <param name="Immature">Not thirty days old yet.</param>
public sealed record ExcludedFromTransfer(int? Exempt, int? Withdrawn, int? Immature);
