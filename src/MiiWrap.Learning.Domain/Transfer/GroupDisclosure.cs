namespace MiiWrap.Learning.Domain.Transfer;

/// <summary>Somebody who is counted, in the agency and the part of a figure in which they are.</summary>
/// <param name="AgencyId">Empty for none: of those without an agency the programme's total alone can tell.</param>
/// <param name="Part">What of the figure may be told by itself; the same for all where it has no parts.</param>
public readonly record struct CountedPerson(Guid AgencyId, Guid PersonId, string Part = "");

/// <summary>
/// Decides what may be told of a programme and of its agencies, of people who are counted in one period. A page is passed on, so it is
/// weighed for somebody who knows nobody, and beside it for a reader who takes away those whom they know.
/// </summary>
public sealed class GroupDisclosure
{
    private readonly ILookup<Guid, Cell> cells;
    private readonly Disclosure<Cell> inside;
    private readonly Disclosure<Cell>? outside;
    private readonly Disclosure<Cell>? unknown;

    /// <param name="known">People of whom the reader knows by themselves.</param>
    /// <param name="isOutside">For readers outside the programme, who are told of no group that is not told of inside.</param>
    public GroupDisclosure(IReadOnlyCollection<CountedPerson> counted, IReadOnlySet<Guid> known, bool isOutside)
    {
        inside = Over(counted, Suppression.FewestLearners);
        if (isOutside) outside = Over(counted, Suppression.FewestOutside);
        if (known.Count > 0) unknown = Over(counted.Where(c => !known.Contains(c.PersonId)), Suppression.FewestLearners);
        cells = inside.Cells.ToLookup(c => c.AgencyId);
        Agencies =
        [
            .. counted.Where(c => c.AgencyId != Guid.Empty).GroupBy(c => c.AgencyId, c => c.PersonId)
                .OrderByDescending(a => a.Distinct().Count()).ThenBy(a => a.Key).Select(a => a.Key),
        ];
    }

    /// <summary>The largest first: what has to be hidden for the sake of a small one is then the smallest that will do.</summary>
    public IReadOnlyList<Guid> Agencies { get; }

    /// <summary>The programme, as null, and then the agencies: totals are told first.</summary>
    public IEnumerable<Guid?> Groups => Agencies.Select(a => (Guid?)a).Prepend(null);

    /// <summary>True when these parts of a group may be told beside all that was allowed before; then they count as told.</summary>
    /// <param name="agencyId">Null for the programme.</param>
    /// <param name="isPart">Null for all parts.</param>
    public bool Allows(Guid? agencyId, Func<string, bool>? isPart = null)
    {
        var sum = (agencyId is { } id ? cells[id] : inside.Cells).Where(c => isPart is null || isPart(c.Part)).ToList();
        // What everybody is told must not depend on what one reader knows: it is weighed first, and counts as told whatever comes of that.
        return inside.AllowsGroup(sum) && outside?.AllowsGroup(sum) != false
            && (unknown is null || !sum.Exists(unknown.Has) || unknown.AllowsGroup(sum.FindAll(unknown.Has)));
    }

    private readonly record struct Cell(Guid AgencyId, string Part);

    private static Disclosure<Cell> Over(IEnumerable<CountedPerson> counted, int fewest) => new(
        counted.GroupBy(c => new Cell(c.AgencyId, c.Part))
            .ToDictionary(c => c.Key, c => (IReadOnlySet<Guid>)c.Select(p => p.PersonId).ToHashSet()), fewest);
}
