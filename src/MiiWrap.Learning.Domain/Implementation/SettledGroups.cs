using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Domain.Implementation;

/// <summary>
/// What may be added up of a programme and of each of its agencies for somebody who may look every day: items by the quarter in which they
/// settle, and a quarter of too few people together with the next. What is told of such a batch never changes, and batches have nothing in
/// common, so no sum over them tells more than its parts do.
/// </summary>
public sealed class SettledGroups<T>
{
    private readonly IReadOnlyList<T> program;
    private readonly ILookup<Guid, T> agencies;

    internal SettledGroups(IReadOnlyList<T> program, ILookup<Guid, T> agencies) => (this.program, this.agencies) = (program, agencies);

    /// <summary>What is told of an agency; null for the programme.</summary>
    public IReadOnlyList<T> Of(Guid? agencyId) => agencyId is { } id ? [.. agencies[id]] : program;
}

/// <inheritdoc cref="SettledGroups{T}"/>
public static class SettledGroups
{
    /// <param name="settledOn">The first day on which nothing of an item changes any more.</param>
    /// <param name="personOf">Whom it is about, and where.</param>
    /// <param name="known">People of whom the reader knows by themselves.</param>
    /// <param name="isOutside">
    /// For readers outside the programme: batches of more people, each made of whole ones of those inside, and of no group that is not told
    /// of there.
    /// </param>
    public static SettledGroups<T> Of<T>(
        IEnumerable<T> items, Func<T, DateOnly> settledOn, Func<T, CountedPerson> personOf, DateOnly today, IReadOnlySet<Guid> known,
        bool isOutside)
    {
        var quarters = items.GroupBy(i => FidelityQuarter.QuarterOf(settledOn(i)), i => (Item: i, Of: personOf(i)))
            .Where(q => q.Key.AddMonths(FidelityQuarter.Months) <= today)
            .OrderBy(q => q.Key).Select(q => q.ToList());
        var batches = SettledBatches.Closed(quarters, q => q.Select(i => i.Of.PersonId), Suppression.FewestLearners)
            .ConvertAll(b => Batch<T>.Inside([.. b.SelectMany(q => q)], known));
        if (isOutside)
            batches = SettledBatches.Closed(batches, b => b.Items.Select(i => i.Of.PersonId), Suppression.FewestOutside)
                .ConvertAll(Batch<T>.Outside);
        return new(
            [.. batches.Where(b => b.Told.Contains(null)).SelectMany(b => b.Items).Select(i => i.Item)],
            batches.SelectMany(b => b.Items.Where(i => b.Told.Contains(i.Of.AgencyId))).ToLookup(i => i.Of.AgencyId, i => i.Item));
    }

    /// <param name="Told">Agencies that are told of; null among them for the programme.</param>
    private sealed record Batch<T>(List<(T Item, CountedPerson Of)> Items, HashSet<Guid?> Told)
    {
        private readonly HashSet<Guid> agencies = [.. Items.Select(i => i.Of.AgencyId)];

        public static Batch<T> Inside(List<(T Item, CountedPerson Of)> items, IReadOnlySet<Guid> known)
        {
            var disclosure = new GroupDisclosure([.. items.Select(i => i.Of)], known, isOutside: false);
            return new(items, [.. disclosure.Groups.Where(g => disclosure.Allows(g))]);
        }

        public static Batch<T> Outside(List<Batch<T>> parts)
        {
            var items = parts.SelectMany(p => p.Items).ToList();
            var disclosure = new GroupDisclosure([.. items.Select(i => i.Of)], new HashSet<Guid>(), isOutside: true);
            return new(items, [.. disclosure.Groups.Where(g => parts.TrueForAll(p => p.TellsAllOf(g)) && disclosure.Allows(g))]);
        }

        /// <summary>Whether all that it has of a group, if anything, is told.</summary>
        private bool TellsAllOf(Guid? agencyId) => Told.Contains(agencyId) || (agencyId is { } id && !agencies.Contains(id));
    }
}
