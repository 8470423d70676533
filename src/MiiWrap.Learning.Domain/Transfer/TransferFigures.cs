using System.Linq.Expressions;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Domain.Transfer;

/// <summary>One opportunity with all that the rates need to know of it.</summary>
public sealed record CountedOpportunity(
    Guid Id, Guid EnrolmentId, Guid CohortId, Guid PersonId, string Curriculum, int CurriculumVersion, string Unit, PlanKind Plan,
    DateTime StartsAt, string TimeZone,
    DateTime WindowEndsAt, DateTime MaturesAt, DateTime? WithdrawnAt, DateTime? ExemptAt, TransferLevel? Best30, bool Answered30,
    bool NoOpportunity30,
    int? DaysToFirst30, bool Verified30, bool Observed30, bool? Sustained90, TrialArm? Arm)
{
    private DateTime SustainedEndsAt => Zones.AddDays(StartsAt, TransferOpportunity.SustainedDay, Zones.Find(TimeZone));

    private DateTime SustainedMaturesAt =>
        Zones.AddDays(StartsAt, TransferOpportunity.SustainedUntilDay + TransferOpportunity.GraceDays, Zones.Find(TimeZone));

    /// <summary>The Monday of the week in which the unit was completed, on the learner's own calendar.</summary>
    public DateOnly WeekOf
    {
        get
        {
            var day = Zones.LocalDate(StartsAt, Zones.Find(TimeZone));
            return day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
        }
    }

    public bool Transferred30 => Best30 == TransferLevel.Applied;

    /// <summary>In the weighted rate partly is half of applied.</summary>
    public double Credit => Best30 switch
    {
        TransferLevel.Applied => 1,
        TransferLevel.Partly => 0.5,
        _ => 0,
    };

    /// <summary>Why it is not counted, or not yet; in scope when nothing speaks against it.</summary>
    public TransferScope ScopeAt(DateTime asOf) =>
        ExemptAt is not null ? TransferScope.Exempt
        : WithdrawnAt < WindowEndsAt ? TransferScope.Withdrawn
        : asOf < MaturesAt ? TransferScope.Immature
        : TransferScope.InScope;

    /// <summary>Anchors alone are asked after three months; leaving before then takes the question away.</summary>
    public bool IsInSustainedScope(DateTime asOf) =>
        Plan == PlanKind.Anchor && ExemptAt is null && !(WithdrawnAt < SustainedEndsAt) && asOf >= SustainedMaturesAt;

    /// <summary>How the database gives it, a narrow row each.</summary>
    public static readonly Expression<Func<TransferOpportunity, CountedOpportunity>> Projection = o => new CountedOpportunity(
        o.Id, o.EnrolmentId, o.CohortId, o.PersonId, o.Curriculum, o.CurriculumVersion, o.Unit, o.Plan, o.StartsAt, o.TimeZone,
        o.WindowEndsAt, o.MaturesAt, o.WithdrawnAt,
        o.ExemptAt, o.Best30, o.Answered30, o.NoOpportunity30, o.DaysToFirst30, o.Verified30, o.Observed30, o.Sustained90, o.Arm);
}

/// <summary>Whether an opportunity is counted.</summary>
public enum TransferScope
{
    InScope,
    Immature,
    Exempt,
    Withdrawn,
}

/// <summary>
/// What a group's opportunities add up to; silence counts against the rate, and what coaches saw stands beside it, never in it.
/// </summary>
/// <param name="Learners">Distinct people among those counted.</param>
/// <param name="MeanOfLearners">The mean of each learner's own rate, so that whoever completes much does not speak for all.</param>
public sealed record TransferFigures(
    int Learners, Proportion Strict, Proportion Covered, Proportion Responders, Proportion Adjusted, double? Weighted,
    double? MeanOfLearners,
    double? MedianDaysToFirst, Proportion Verified, Proportion Observed, Proportion Sustained, int SustainedLearners, int Exempt,
    int Withdrawn, int Immature)
{
    /// <summary>Why there is no rate of none.</summary>
    public const string NoneMatured = "noMaturedOpportunities";

    public static TransferFigures Of(IReadOnlyCollection<CountedOpportunity> opportunities, DateTime asOf)
    {
        var scopes = opportunities.ToLookup(o => o.ScopeAt(asOf));
        var counted = scopes[TransferScope.InScope].ToList();
        var lasting = opportunities.Where(o => o.IsInSustainedScope(asOf)).ToList();
        var learners = counted.GroupBy(o => o.PersonId).Select(own => Proportion.Of(own.ToList(), o => o.Transferred30).Rate!.Value)
            .ToList();
        return new(
            learners.Count,
            Proportion.Of(counted, o => o.Transferred30),
            Proportion.Of(counted, o => o.Answered30),
            Proportion.Of(counted.FindAll(o => o.Answered30), o => o.Transferred30),
            Proportion.Of(counted.FindAll(o => !o.NoOpportunity30), o => o.Transferred30),
            counted.Count == 0 ? null : counted.Sum(o => o.Credit) / counted.Count,
            learners.Count == 0 ? null : learners.Average(),
            Median([.. counted.Where(o => o.Transferred30).Select(o => o.DaysToFirst30!.Value).Order()]),
            Proportion.Of(counted, o => o.Verified30),
            Proportion.Of(counted, o => o.Observed30),
            Proportion.Of(lasting, o => o.Sustained90 == true),
            lasting.Select(o => o.PersonId).Distinct().Count(),
            scopes[TransferScope.Exempt].Count(),
            scopes[TransferScope.Withdrawn].Count(),
            scopes[TransferScope.Immature].Count());
    }

    /// <summary>The same with another count of what lasts.</summary>
    public TransferFigures WithLasting(IReadOnlyCollection<CountedOpportunity> lasting, DateTime asOf)
    {
        var figures = Of(lasting, asOf);
        return this with { Sustained = figures.Sustained, SustainedLearners = figures.SustainedLearners };
    }

    private static double? Median(int[] sorted) =>
        sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2.0;
}

/// <summary>A learner of a cohort, as far as it matters for what they were assigned.</summary>
public sealed record AssignedLearner(Guid EnrolmentId, DateOnly EnrolledOn);

/// <summary>Completion times transfer: of all units that by the calendar should have matured, how many are applied.</summary>
public static class TransferReach
{
    /// <param name="learners">Those who have not withdrawn; who came late is expected from their own first day.</param>
    public static Proportion Of(Curriculum curriculum, DateOnly startsOn, DateOnly today, IEnumerable<AssignedLearner> learners,
        IEnumerable<CountedOpportunity> opportunities)
    {
        var known = opportunities.ToDictionary(o => (o.EnrolmentId, o.Unit));
        var (applied, due) = (0, 0);
        foreach (var learner in learners)
        {
            foreach (var module in curriculum.Modules)
            {
                var over = startsOn.AddDays(7 * module.LastWeek);
                var assigned = over > learner.EnrolledOn ? over : learner.EnrolledOn;
                if (today < assigned.AddDays(TransferOpportunity.WindowDays + TransferOpportunity.GraceDays)) continue;
                foreach (var unit in module.Units)
                {
                    var opportunity = known.GetValueOrDefault((learner.EnrolmentId, unit.Slug));
                    if (opportunity?.ExemptAt is not null) continue;
                    due++;
                    if (opportunity is { Transferred30: true }) applied++;
                }
            }
        }

        return new(applied, due);
    }
}

/// <summary>Keeps small groups unrecognisable to those who do not teach them.</summary>
public static class Suppression
{
    public const int FewestLearners = 5;

    /// <summary>In what leaves the programme.</summary>
    public const int FewestOutside = 11;

    /// <summary>Why fewer than <see cref="FewestLearners"/> are not told of.</summary>
    public const string TooFew = "fewerThanFiveLearners";

    /// <summary>Why fewer than <see cref="FewestOutside"/> are not told of.</summary>
    public const string TooFewOutside = "fewerThanElevenLearners";

    /// <summary>How many it takes that a figure is told.</summary>
    /// <param name="isOutside">To who is outside the programme.</param>
    public static int FewestTold(bool isOutside) => isOutside ? FewestOutside : FewestLearners;

    /// <summary>Why one of fewer is not.</summary>
    /// <param name="isOutside">To who is outside the programme.</param>
    public static string WhyNotTold(bool isOutside) => isOutside ? TooFewOutside : TooFew;

    /// <summary>
    /// The parts of a whole that must not be shown: those of too few learners, and as many of the smallest others as it takes that the
    /// hidden ones cannot be worked out from the whole.
    /// </summary>
    /// <param name="also">Parts that must not be shown for another reason.</param>
    public static IReadOnlySet<T> HiddenOf<T>(
        IReadOnlyDictionary<T, IReadOnlySet<Guid>> learnersOf, int fewest = FewestLearners, IEnumerable<T>? also = null)
        where T : notnull
    {
        var hidden = learnersOf.Where(p => p.Value.Count < fewest).Select(p => p.Key).Concat(also ?? []).ToHashSet();
        var others = new Queue<T>(learnersOf.Where(p => !hidden.Contains(p.Key)).OrderBy(p => p.Value.Count).Select(p => p.Key));
        while (others.Count > 0 && IsRevealed()) hidden.Add(others.Dequeue());
        return hidden;

        bool IsRevealed()
        {
            var filled = hidden.Where(k => learnersOf[k].Count > 0).ToList();
            return filled.Count == 1 || (filled.Count > 1 && filled.SelectMany(k => learnersOf[k]).Distinct().Count() < fewest);
        }
    }
}
