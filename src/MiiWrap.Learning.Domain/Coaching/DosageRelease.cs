using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Domain.Coaching;

/// <summary>One learner of a cohort, as they are counted for who is told no names.</summary>
/// <param name="From">The first day of their window.</param>
/// <param name="Joined">The day on which they came to the cohort.</param>
/// <param name="Left">The day on which they left it; null for who has not.</param>
/// <param name="SomebodySince">
/// The day of their first unit; null for who has completed none, and may be an address that was made up for the sake of the count.
/// </param>
public sealed record CountedLearner(
    Guid EnrolmentId, DateOnly From, DateOnly Joined, DateOnly? Left, DateOnly? SomebodySince,
    IReadOnlyCollection<AttendedSession> Sessions);

/// <summary>
/// Where the learners of a cohort stood on one day, for those who are told no names and may read as often as they like. One is made every
/// four weeks, from what was recorded by then and does not change any more; it is shown where it differs from each one before by nobody or
/// by enough learners. Whoever has left is counted on as they stood on that day, so that their leaving tells nothing.
/// </summary>
public sealed record DosageRelease(DateOnly AsOf, IReadOnlyDictionary<Guid, DosageState> States)
{
    /// <summary>As far apart as releases of transfer figures.</summary>
    private const int DaysApart = 28;

    /// <summary>Until every session before it is recorded, or can be no more.</summary>
    private const int DaysToSettle = CoachingSession.DaysToRecord + 1;

    /// <summary>The last release that may be shown; null when none may be.</summary>
    public static DosageRelease? Latest(DosageRule rule, IReadOnlyCollection<CountedLearner> learners, DateOnly today)
    {
        if (learners.Count == 0) return null;
        var (shown, settled) = (new List<DosageRelease>(), today.AddDays(-DaysToSettle).DayNumber);
        for (var day = ((learners.Min(l => l.Joined).DayNumber / DaysApart) + 1) * DaysApart; day <= settled; day += DaysApart)
        {
            var on = DateOnly.FromDayNumber(day);
            var release = new DosageRelease(
                on, learners.Where(l => l.Joined < on).ToDictionary(l => l.EnrolmentId, l => StateOf(rule, l, on)));
            var counted = learners.Where(l => l.Joined < on && l.SomebodySince < on).Select(l => l.EnrolmentId).ToHashSet();
            if (counted.Count >= Suppression.FewestLearners && shown.TrueForAll(s => release.MayFollow(s, counted))) shown.Add(release);
        }

        return shown.LastOrDefault();
    }

    /// <summary>Those who came since are mostly known to stand at the beginning, so they hide nobody who has moved.</summary>
    private bool MayFollow(DosageRelease earlier, HashSet<Guid> counted)
    {
        var moved = States.Keys.Where(id => earlier.States.TryGetValue(id, out var state) && state != States[id]).ToList();
        var came = States.Keys.Where(id => !earlier.States.ContainsKey(id)).ToList();
        return IsEnough(moved) || (moved.Count == 0 && (came.Count == 0 || IsEnough(came)));

        bool IsEnough(List<Guid> some) => some.Count(counted.Contains) >= Suppression.FewestLearners;
    }

    private static DosageState StateOf(DosageRule rule, CountedLearner learner, DateOnly day)
    {
        var end = learner.Left < day ? learner.Left.Value : day;
        return Dosage.Of(rule, learner.From, [.. learner.Sessions.Where(s => s.Day < end)], end).State;
    }
}
