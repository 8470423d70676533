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
        var inside = Closed(days, personOf, Suppression.FewestLearners, known);
        return [.. (isOutside ? Closed(inside, personOf, Suppression.FewestOutside, new HashSet<Guid>()) : inside).SelectMany(b => b)];
    }

    private static List<List<T>> Closed<T>(
        IEnumerable<List<T>> parts, Func<T, Guid> personOf, int fewest, IReadOnlySet<Guid> known)
    {
        var (closed, open) = (new List<List<T>>(), new List<T>());
        foreach (var part in parts)
        {
            open.AddRange(part);
            if (open.Select(personOf).Distinct().Count(p => !known.Contains(p)) < fewest) continue;
            closed.Add(open);
            open = [];
        }

        return closed;
    }
}
