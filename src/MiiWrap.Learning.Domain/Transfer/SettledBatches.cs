namespace MiiWrap.Learning.Domain.Transfer;

/// <summary>
/// What may be added up for somebody who may look every day: items in the order in which they settle, in batches of enough people each. A
/// batch that is closed changes no more, and the next is added as a whole, so the difference between two days is about enough people too.
/// </summary>
public static class SettledBatches
{
    /// <summary>The items of all batches that are closed.</summary>
    /// <param name="settledOn">The first day on which nothing of an item changes any more.</param>
    /// <param name="known">People of whom the reader knows by themselves: they are counted, and make no batch large enough.</param>
    /// <param name="isOutside">
    /// For readers outside the programme: batches of more people, each made of whole ones of those inside, whose difference to them is told
    /// inside anyway.
    /// </param>
    public static List<T> Of<T>(
        IEnumerable<T> items, Func<T, DateOnly> settledOn, Func<T, Guid> personOf, DateOnly today, IReadOnlySet<Guid> known,
        bool isOutside = false)
    {
        // A day is never split: who looks in its morning and in its evening sees the same.
        var days = items.Where(i => settledOn(i) <= today).GroupBy(settledOn).OrderBy(d => d.Key).Select(d => d.ToList());
        IEnumerable<Guid> PeopleOf(IEnumerable<T> part) => part.Select(personOf);
        List<List<T>> inside = [.. Closed(days, PeopleOf, Suppression.FewestLearners, known).Select(b => b.SelectMany(d => d).ToList())];
        return isOutside
            ? [.. Closed(inside, PeopleOf, Suppression.FewestOutside).SelectMany(b => b).SelectMany(b => b)]
            : [.. inside.SelectMany(b => b)];
    }

    /// <summary>Parts in their order, in batches of enough people each; what is left over is in none yet.</summary>
    internal static List<List<TPart>> Closed<TPart>(
        IEnumerable<TPart> parts, Func<TPart, IEnumerable<Guid>> peopleOf, int fewest, IReadOnlySet<Guid>? known = null)
    {
        var (closed, open) = (new List<List<TPart>>(), new List<TPart>());
        var people = new HashSet<Guid>();
        foreach (var part in parts)
        {
            open.Add(part);
            people.UnionWith(peopleOf(part).Where(p => known?.Contains(p) != true));
            if (people.Count < fewest) continue;
            closed.Add(open);
            open = [];
            people.Clear();
        }

        return closed;
    }
}
