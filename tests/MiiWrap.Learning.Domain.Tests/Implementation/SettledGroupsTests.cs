using System.Globalization;
using MiiWrap.Learning.Domain.Implementation;

namespace MiiWrap.Learning.Domain.Tests.Implementation;

/// <summary>A programme's totals are told first, then its agencies, and no reader who subtracts is told of a few.</summary>
public sealed class SettledGroupsTests
{
    private static readonly DateOnly First = new(2027, 1, 1);
    private static readonly HashSet<Guid> NoOne = [];

    private static readonly int Seed = int.TryParse(
        Environment.GetEnvironmentVariable("LEARNING_TEST_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 20270201;

    [Theory]
    [InlineData(false, 19, 12), InlineData(true, 19, 0)]
    public void Of_agencies_of_twelve_three_and_four_the_total_comes_first(bool isOutside, int total, int largest)
    {
        int[] sizes = [12, 3, 4];
        var items = sizes
            .SelectMany((size, agency) => Enumerable.Range(0, size).Select(i => new Item(agency, 0, Id((100 * agency) + i + 1)))).ToList();
        var told = Told(items, First.AddMonths(3), NoOne, isOutside);
        Assert.Equal(
            [total, largest, 0, 0],
            [told.Of(null).Count, .. Enumerable.Range(0, sizes.Length).Select(a => told.Of(AgencyOf(a)).Count)]);
        // Before the quarter is over nothing of it is told.
        Assert.Empty(Told(items, First.AddMonths(3).AddDays(-1), NoOne, isOutside).Of(null));
        // Another reckoning: what remains of the total when an agency is taken away is nobody or enough.
        var fewest = isOutside ? 11 : 5;
        Assert.Equal(
            sizes.Select(s => s >= fewest && 19 - s >= fewest), [largest > 0, false, false]);
    }

    [Fact]
    public void A_quarter_of_too_few_is_told_together_with_the_next()
    {
        Item[] items =
        [
            .. Enumerable.Range(1, 4).Select(i => new Item(0, 0, Id(i))), .. Enumerable.Range(3, 3).Select(i => new Item(0, 1, Id(i))),
        ];
        Assert.Empty(Told(items, First.AddMonths(3), NoOne, isOutside: false).Of(null));
        Assert.Equal(7, Told(items, First.AddMonths(6), NoOne, isOutside: false).Of(null).Count);
        Assert.Empty(Told(items, First.AddMonths(6), NoOne, isOutside: true).Of(null));
    }

    [Fact]
    public void Whom_the_reader_knows_protects_nobody_and_changes_nothing_for_others()
    {
        Item[] items =
        [
            .. Enumerable.Range(1, 12).Select(i => new Item(0, 0, Id(i))), .. Enumerable.Range(20, 7).Select(i => new Item(1, 0, Id(i))),
        ];
        HashSet<Guid> known = [.. Enumerable.Range(1, 9).Select(Id)];
        var told = Told(items, First.AddMonths(3), known, isOutside: false);
        Assert.Equal((19, 0, 0), (told.Of(null).Count, told.Of(AgencyOf(0)).Count, told.Of(AgencyOf(1)).Count));
        var other = Told(items, First.AddMonths(3), NoOne, isOutside: false);
        Assert.Equal((19, 12, 7), (other.Of(null).Count, other.Of(AgencyOf(0)).Count, other.Of(AgencyOf(1)).Count));
    }

    /// <summary>Every small combination of all that is told on any day, worked out by trying each of them.</summary>
    [Fact]
    public void No_combination_of_what_is_told_on_any_day_is_about_a_few()
    {
        var random = new Random(Seed);
        var (shown, hidden) = (0, 0);
        for (var round = 0; round < 80; round++)
        {
            var (agencies, quarters) = (random.Next(2, 4), random.Next(1, 4));
            var people = Enumerable.Range(1, 25).Select(Id).ToList();
            var items = (
                from agency in Enumerable.Range(0, agencies)
                from quarter in Enumerable.Range(0, quarters)
                from person in people.OrderBy(_ => random.Next()).Take(random.Next(13))
                select new Item(agency, quarter, person)).ToList();
            HashSet<Guid> known = random.Next(3) == 0 ? [.. people.Take(random.Next(1, 12))] : NoOne;
            foreach (var readsInside in new[] { true, false })
            {
                var sums = new HashSet<HashSet<(int, int)>>(HashSet<(int, int)>.CreateSetComparer());
                var before = new Dictionary<(int Agency, bool IsOutside), HashSet<Item>>();
                for (var day = First; day <= First.AddMonths(3 * quarters); day = day.AddDays(40))
                    foreach (var isOutside in readsInside ? [false, true] : new[] { true })
                    {
                        var told = Told(items, day, readsInside ? known : NoOne, isOutside);
                        for (var group = -1; group < agencies; group++)
                        {
                            HashSet<Item> now = [.. told.Of(group < 0 ? null : AgencyOf(group))];
                            // What was told stays.
                            Assert.Superset(before.GetValueOrDefault((group, isOutside)) ?? [], now);
                            before[(group, isOutside)] = now;
                            if (now.Count == 0) hidden++;
                            else if (sums.Add([.. now.Select(i => (i.Agency, i.Quarter))])) shown++;
                        }
                    }

                AssertNoFew([.. sums], items, readsInside ? known : NoOne, readsInside ? 5 : 11, $"seed {Seed}, round {round}");
            }
        }

        Assert.True(shown > 200 && hidden > 200, $"{shown} shown, {hidden} hidden");
    }

    private static void AssertNoFew(
        List<HashSet<(int, int)>> sums, List<Item> items, HashSet<Guid> known, int fewest, string where)
    {
        var peopleOf = items.Where(i => !known.Contains(i.Person)).ToLookup(i => (i.Agency, i.Quarter), i => i.Person);
        var cells = peopleOf.Select(c => c.Key).ToList();
        // Of more there are too many combinations to try; the first hold the totals.
        var tried = sums.Take(7).Select(s => cells.ConvertAll(c => s.Contains(c) ? 1 : 0)).ToList();
        var factors = new int[tried.Count];
        for (var number = 1; number < Math.Pow(3, tried.Count); number++)
        {
            for (var (i, rest) = (0, number); i < factors.Length; i++, rest /= 3) factors[i] = (rest % 3) - 1;
            var left = cells.Where((_, c) => tried.Select((s, i) => s[c] * factors[i]).Sum() != 0);
            var people = left.SelectMany(c => peopleOf[c]).Distinct().Count();
            Assert.True(people == 0 || people >= fewest, $"{where}: a combination is about {people}");
        }
    }

    private static SettledGroups<Item> Told(IReadOnlyCollection<Item> items, DateOnly today, HashSet<Guid> known, bool isOutside) =>
        SettledGroups.Of(
            items, i => First.AddMonths(3 * i.Quarter).AddDays(20), i => new(AgencyOf(i.Agency), i.Person), today, known, isOutside);

    private static Guid AgencyOf(int number) => new(1000 + number, 0, 0, new byte[8]);

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    private sealed record Item(int Agency, int Quarter, Guid Person);
}
