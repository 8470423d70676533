using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Reflections;

/// <summary>
/// How long the words of reflections, sessions, action items, check-ins, follow-ups and plans are kept: from the end of the cohort, or from
/// the last writing if that came later.
/// </summary>
public static class Retention
{
    public const int DefaultMonths = 12;

    /// <summary>Shorter, and learners lose what they still work with.</summary>
    public const int LeastMonths = 3;

    /// <summary>Longer than records of policy must be kept, and nothing here is one.</summary>
    public const int MostMonths = 72;

    /// <summary>
    /// Words of fidelity reviews are kept for two terms of a credential, and for longer where an agency keeps all words for longer.
    /// </summary>
    public const int FidelityMonths = 36;

    /// <summary>The first day on which the words of a cohort that ended then may go.</summary>
    public static DateOnly EndsOn(DateOnly cohortEnd, int months) => cohortEnd.AddMonths(months).AddDays(1);
}

/// <summary>What was done about the keeping of words.</summary>
public enum RetentionAct
{
    PeriodChanged,
    LegalHoldSet,
    LegalHoldLifted,
    Purged,
}

/// <summary>One line of what was kept, held or purged in an agency, or among the learners who have none; it is written once.</summary>
public sealed class RetentionRecord : IAppendOnly
{
    private RetentionRecord()
    {
    }

    public Guid Id { get; private init; }

    /// <summary>Null for learners without an agency.</summary>
    public Guid? AgencyId { get; private init; }

    public RetentionAct Act { get; private init; }

    /// <summary>Who did it; null when the clock did.</summary>
    public Guid? PersonId { get; private init; }

    /// <summary>As the person was called then.</summary>
    public string? Name { get; private init; }

    public string? Reason { get; private init; }

    /// <summary>The period as it was set, or by which was purged.</summary>
    public int? Months { get; private init; }

    public Guid? CohortId { get; private init; }

    public int Reflections { get; private init; }

    public int Revisions { get; private init; }

    public int Messages { get; private init; }

    /// <summary>How many sessions lost their words; null of a purge of reflections.</summary>
    public int? Sessions { get; private init; }

    /// <summary>How many action items lost their words; null of another purge.</summary>
    public int? Items { get; private init; }

    /// <summary>How many fidelity reviews lost their words; null of another purge.</summary>
    public int? FidelityReviews { get; private init; }

    public DateTime At { get; private init; }

    public static RetentionRecord Of(
        Guid agencyId, RetentionAct act, Guid personId, string name, string? reason, int? months, DateTime now) => new()
    {
        Id = NewId.At(now),
        AgencyId = agencyId,
        Act = act,
        PersonId = personId,
        Name = name,
        Reason = reason,
        Months = months,
        At = now,
    };

    public static RetentionRecord OfPurge(
        Guid? agencyId, Guid cohortId, int months, IReadOnlyCollection<Reflection> purged, int messages, DateTime now) => new()
    {
        Id = NewId.At(now),
        AgencyId = agencyId,
        Act = RetentionAct.Purged,
        CohortId = cohortId,
        Months = months,
        Reflections = purged.Count,
        Revisions = purged.Sum(r => r.Revisions.Count),
        Messages = messages,
        At = now,
    };

    /// <param name="cohortId">Null for sessions that were held for no cohort.</param>
    public static RetentionRecord OfSessions(Guid? agencyId, Guid? cohortId, int months, int sessions, DateTime now) =>
        OfOthers(agencyId, cohortId, months, now, sessions: sessions);

    public static RetentionRecord OfItems(Guid? agencyId, Guid cohortId, int months, int items, DateTime now) =>
        OfOthers(agencyId, cohortId, months, now, items: items);

    /// <summary>Of notes and plans beside a learner's work, which are not counted.</summary>
    public static RetentionRecord OfNotes(Guid? agencyId, Guid cohortId, int months, DateTime now) =>
        OfOthers(agencyId, cohortId, months, now);

    public static RetentionRecord OfFidelityReviews(Guid? agencyId, int months, int reviews, DateTime now) =>
        OfOthers(agencyId, null, months, now, reviews: reviews);

    /// <summary>Of other words than those of reflections.</summary>
    private static RetentionRecord OfOthers(
        Guid? agencyId, Guid? cohortId, int months, DateTime now, int? sessions = null, int? items = null, int? reviews = null) => new()
    {
        Id = NewId.At(now),
        AgencyId = agencyId,
        Act = RetentionAct.Purged,
        CohortId = cohortId,
        Months = months,
        Sessions = sessions,
        Items = items,
        FidelityReviews = reviews,
        At = now,
    };
}
