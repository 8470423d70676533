namespace MiiWrap.Learning.Domain.Transfer;

/// <summary>
/// Decides which sums over a table may be shown, so that adding and subtracting what is shown never tells anything about fewer learners
/// than the least. Sums are offered one after another, what matters most first; one that would give a small group away is refused, and with
/// it the secret is kept: this is suppression and complementary suppression in one, for sums that overlap in any way.
/// </summary>
/// <remarks>
/// What is shown spans a space of vectors over the cells. A small group is given away when some vector of that space lies in cells of few
/// learners alone. The cells of enough learners come first in each vector, so that by elimination those that lie in the small cells alone
/// stand apart.
/// </remarks>
public sealed class Disclosure<TCell>
    where TCell : notnull
{
    // Counting modulo a large prime is exact, unlike fractions, and a false zero is as good as impossible.
    private const long Prime = 2_147_483_647;

    private readonly int fewest;
    private readonly int large;
    private readonly IReadOnlySet<Guid>[] learners;
    private readonly Dictionary<TCell, int> columns;
    private readonly SortedDictionary<int, long[]> rows = [];

    /// <param name="uncounted">Learners who are protected as the others are, and make no group large enough.</param>
    public Disclosure(
        IReadOnlyDictionary<TCell, IReadOnlySet<Guid>> learnersOf, int fewest = Suppression.FewestLearners,
        IReadOnlySet<Guid>? uncounted = null)
    {
        this.fewest = fewest;
        var cells = learnersOf.Where(c => c.Value.Count > 0)
            .Select(c => (c.Key, Counted: uncounted is { Count: > 0 } ? c.Value.Except(uncounted).ToHashSet() : c.Value))
            .OrderByDescending(c => c.Counted.Count).ToList();
        learners = [.. cells.Select(c => c.Counted)];
        columns = cells.Select((c, i) => (c.Key, i)).ToDictionary(c => c.Key, c => c.i);
        large = learners.TakeWhile(l => l.Count >= fewest).Count();
    }

    /// <summary>True when the sum over these cells may be shown beside all that was allowed before; then it counts as shown.</summary>
    public bool Allows(IEnumerable<TCell> cells)
    {
        var sum = new long[learners.Length];
        foreach (var cell in cells)
        {
            if (columns.TryGetValue(cell, out var column)) sum[column] = 1;
        }

        // What can be worked out from the rest already tells nothing new, and nothing at all tells that nobody is there.
        if (sum.All(n => n == 0)) return false;
        if (Reduce(sum) is not { } pivot) return true;
        if (pivot >= large && TellsOfFew([.. rows.Where(r => r.Key >= large).Select(r => r.Value), sum])) return false;
        rows[pivot] = sum;
        return true;
    }

    /// <summary>Takes away what the earlier sums explain, and scales the rest to begin with one; null when nothing is left.</summary>
    private int? Reduce(long[] sum)
    {
        for (var column = 0; column < sum.Length; column++)
        {
            if (sum[column] == 0) continue;
            if (!rows.TryGetValue(column, out var row))
            {
                Scale(sum, Inverse(sum[column]));
                return column;
            }

            Subtract(sum, row, sum[column]);
        }

        return null;
    }

    /// <summary>
    /// True unless every vector that these span is surely about enough learners. Whatever is combined, the cells that one basis vector has
    /// to itself stay in it: if those alone are of enough learners, for each of them, no combination is about fewer.
    /// </summary>
    private bool TellsOfFew(List<long[]> basis)
    {
        var reduced = basis.ConvertAll(b => (long[])b.Clone());
        foreach (var row in reduced)
        {
            var pivot = Array.FindIndex(row, n => n != 0);
            Scale(row, Inverse(row[pivot]));
            foreach (var other in reduced.Where(o => o != row && o[pivot] != 0)) Subtract(other, row, other[pivot]);
        }

        var uses = Enumerable.Range(0, learners.Length).Select(c => reduced.Count(r => r[c] != 0)).ToArray();
        return reduced.Exists(r => Enumerable.Range(0, r.Length).Where(c => r[c] != 0 && uses[c] == 1).SelectMany(c => learners[c])
            .Distinct().Count() < fewest);
    }

    private static void Subtract(long[] from, long[] row, long times)
    {
        for (var i = 0; i < from.Length; i++)
        {
            if (row[i] != 0) from[i] = (from[i] + ((Prime - times) * row[i])) % Prime;
        }
    }

    private static void Scale(long[] row, long by)
    {
        for (var i = 0; i < row.Length; i++) row[i] = row[i] * by % Prime;
    }

    private static long Inverse(long number)
    {
        // Fermat: the power of p - 2 undoes a multiplication modulo p.
        var (result, power) = (1L, number);
        for (var exponent = Prime - 2; exponent > 0; exponent >>= 1, power = power * power % Prime)
        {
            if ((exponent & 1) == 1) result = result * power % Prime;
        }

        return result;
    }
}
