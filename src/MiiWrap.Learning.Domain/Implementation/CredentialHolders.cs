using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Domain.Implementation;

/// <summary>One term for which somebody holds a credential, with the agency that they were of when it was issued.</summary>
/// <param name="First">Its first day.</param>
/// <param name="Last">Its last day, itself included; null where it holds for good.</param>
/// <param name="RevokedOn">The day on which it was taken back, which is no day of it any more; null while it was not.</param>
public sealed record HeldTerm(Guid? AgencyId, Guid PersonId, DateOnly First, DateOnly? Last, DateOnly? RevokedOn)
{
    public bool Covers(DateOnly day) => First <= day && !(day > Last) && !(day >= RevokedOn);
}

/// <summary>Who holds a credential, of several people.</summary>
public static class CredentialHolders
{
    /// <summary>A credential that ends within so many days may be renewed, and somebody should see to it.</summary>
    public const int DaysAhead = 90;

    /// <summary>Those who hold one on a day.</summary>
    public static IReadOnlySet<Guid> On(IEnumerable<HeldTerm> terms, DateOnly day) =>
        terms.Where(t => t.Covers(day)).Select(t => t.PersonId).ToHashSet();

    /// <summary>How many of those who hold one on a day hold none after <see cref="DaysAhead"/>.</summary>
    public static int Expiring(IReadOnlyCollection<HeldTerm> terms, DateOnly day) =>
        On(terms, day).Except(On(terms, day.AddDays(DaysAhead + 1))).Count();

    /// <summary>
    /// Those who may be told of to somebody who looks every day: as they were at the end of a quarter, and of a later one only once so many
    /// people have come or gone since that nobody is found in the difference. Null while too few have ever held one.
    /// </summary>
    /// <param name="fewest">The fewest people who may be told of, or be a difference.</param>
    public static IReadOnlySet<Guid>? Told(IReadOnlyCollection<HeldTerm> terms, DateOnly today, int fewest)
    {
        if (terms.Count == 0) return null;
        IReadOnlySet<Guid>? told = null;
        for (var next = FidelityQuarter.QuarterOf(terms.Min(t => t.First)).AddMonths(FidelityQuarter.Months);
            next <= today;
            next = next.AddMonths(FidelityQuarter.Months))
        {
            var now = On(terms, next.AddDays(-1));
            var changed = told is null ? now.Count : now.Except(told).Concat(told.Except(now)).Count();
            if (now.Count >= fewest && changed >= fewest) told = now;
        }

        return told;
    }
}
