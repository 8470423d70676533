namespace MiiWrap.Learning.Domain.Transfer;

/// <summary>
/// Decides which sums over a table may be shown, so that adding and subtracting what is shown never tells anything about fewer learners
/// than the least. Sums are offered one after another, what matters most first; one that would give a small group away is refused, and with
/// it the secret is kept: this is suppression and complementary suppression in one, for sums that overlap in any way.
/// </summary>
/// <remarks>
/// What is shown spans a space of vectors over the cells. A small group is given away when some vector of that space lies in cells of few
/// learners alone. The cells of enough learners come first in each vector, so that by elimination those that lie in the small cells alone
/// stand apart. These are kept fully reduced, and all of them by what is not zero in them: of a programme's thousands of cells each sum
/// has a few.
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
    private readonly Dictionary<int, Row> rows = [];

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

    /// <summary>The cells in which there is anybody.</summary>
    public IReadOnlyCollection<TCell> Cells => columns.Keys;

    public bool Has(TCell cell) => columns.ContainsKey(cell);

    /// <summary>How many of those who count there are in these cells together.</summary>
    public int LearnersIn(IEnumerable<TCell> cells) =>
        cells.Where(columns.ContainsKey).SelectMany(c => learners[columns[c]]).Distinct().Count();

    /// <summary>The same as <see cref="Allows"/>, of a sum that is about enough learners by itself.</summary>
    public bool AllowsGroup(IReadOnlyCollection<TCell> cells) => LearnersIn(cells) >= fewest && Allows(cells);

    /// <summary>True when the sum over these cells may be shown beside all that was allowed before; then it counts as shown.</summary>
    public bool Allows(IEnumerable<TCell> cells)
    {
        var sum = new long[learners.Length];
        foreach (var cell in cells)
        {
            if (columns.TryGetValue(cell, out var column)) sum[column] = 1;
        }

        // What can be worked out from the rest already tells nothing new, and nothing at all tells that nobody is there.
        if (Array.TrueForAll(sum, n => n == 0)) return false;
        if (Reduce(sum) is not { } pivot) return true;
        var row = Row.Of(sum, pivot);
        if (pivot < large)
        {
            rows[pivot] = row;
            return true;
        }

        var small = rows.Where(r => r.Key >= large)
            .Select(r => (
                Pivot: r.Key, Row: r.Value.At(pivot) is var times and not 0 ? r.Value.Less(row, times, learners.Length) : r.Value))
            .Append((Pivot: pivot, Row: row)).ToList();
        if (TellsOfFew(small.ConvertAll(r => r.Row))) return false;
        foreach (var (at, reduced) in small) rows[at] = reduced;
        return true;
    }

    /// <summary>Takes away what the earlier sums explain: the first column that is left, and null when none is.</summary>
    private int? Reduce(long[] sum)
    {
        int? pivot = null;
        for (var column = 0; column < sum.Length; column++)
        {
            if (sum[column] == 0) continue;
            if (rows.TryGetValue(column, out var row)) row.SubtractFrom(sum, sum[column]);
            else pivot ??= column;
        }

        return pivot;
    }

    /// <summary>
    /// True unless every vector that these span is surely about enough learners. Whatever is combined, the cells that one basis vector has
    /// to itself stay in it: if those alone are of enough learners, for each of them, no combination is about fewer.
    /// </summary>
    private bool TellsOfFew(List<Row> reduced)
    {
        var uses = new int[learners.Length];
        foreach (var row in reduced)
        {
            foreach (var column in row.Columns) uses[column]++;
        }

        return reduced.Exists(
            row => row.Columns.Where(c => uses[c] == 1).SelectMany(c => learners[c]).Distinct().Take(fewest).Count() < fewest);
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

    /// <summary>A vector by its columns that are not zero, in their order, of which the first is one.</summary>
    private sealed record Row(int[] Columns, long[] Values)
    {
        public static Row Of(long[] vector, int pivot)
        {
            var columns = Enumerable.Range(pivot, vector.Length - pivot).Where(c => vector[c] != 0).ToArray();
            var by = Inverse(vector[pivot]);
            return new(columns, Array.ConvertAll(columns, c => vector[c] * by % Prime));
        }

        public long At(int column) => Array.BinarySearch(Columns, column) is var at and >= 0 ? Values[at] : 0;

        public void SubtractFrom(long[] vector, long times)
        {
            for (var i = 0; i < Columns.Length; i++) vector[Columns[i]] = (vector[Columns[i]] + ((Prime - times) * Values[i])) % Prime;
        }

        public Row Less(Row other, long times, int length)
        {
            var vector = new long[length];
            for (var i = 0; i < Columns.Length; i++) vector[Columns[i]] = Values[i];
            other.SubtractFrom(vector, times);
            return Of(vector, Columns[0]);
        }
    }
}
