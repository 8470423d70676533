using System.Globalization;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Domain.Tests.Transfer;

/// <summary>However what is shown is added and subtracted, nothing is told of fewer learners than the least.</summary>
public sealed class DisclosureTests
{
    private static readonly int Seed = int.TryParse(
        Environment.GetEnvironmentVariable("LEARNING_TEST_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 20270201;

    [Fact]
    public void Nothing_that_is_shown_tells_of_a_small_group_in_any_combination()
    {
        var random = new Random(Seed);
        var (allowed, refused) = (0, 0);
        for (var round = 0; round < 400; round++)
        {
            var (cohorts, units, people) = (random.Next(1, 4), random.Next(1, 5), random.Next(5, 10));
            var learnersOf = new Dictionary<(int Cohort, int Unit), IReadOnlySet<Guid>>();
            var home = Enumerable.Range(0, people).Select(i => (Id: new Guid(i + 1, 0, 0, new byte[8]), Cohort: random.Next(cohorts)))
                .ToList();
            for (var c = 0; c < cohorts; c++)
            {
                for (var u = 0; u < units; u++) learnersOf[(c, u)] = home.Where(p => p.Cohort == c && random.Next(4) > 0).Select(p => p.Id)
                    .ToHashSet();
            }

            var cells = learnersOf.Keys.ToList();
            List<List<(int Cohort, int Unit)>> sums = [cells];
            sums.AddRange(Enumerable.Range(0, cohorts).Select(c => cells.FindAll(x => x.Cohort == c)));
            sums.AddRange(Enumerable.Range(0, units).Select(u => cells.FindAll(x => x.Unit == u)));
            sums.AddRange(cells.Select(c => new List<(int, int)> { c }));

            var disclosure = new Disclosure<(int, int)>(learnersOf);
            var shown = sums.FindAll(disclosure.Allows);
            (allowed, refused) = (allowed + shown.Count, refused + sums.Count - shown.Count);
            foreach (var few in Few(home.ConvertAll(p => p.Id), Suppression.FewestLearners - 1))
            {
                var told = Leaks(shown, cells.FindAll(c => learnersOf[c].Count > 0), c => learnersOf[c].All(few.Contains));
                Assert.False(told,
                    $"seed {Seed}, round {round}: {shown.Count} sums over {cohorts} cohorts and {units} units tell of {few.Count} learners alone");
            }
        }

        // It must refuse some and allow some, or the test would look at nothing.
        Assert.True(allowed > 400 && refused > 400, $"{allowed} allowed, {refused} refused");
    }

    [Fact]
    public void What_gives_nobody_away_is_shown_whole()
    {
        var people = Enumerable.Range(0, 12).Select(_ => Guid.NewGuid()).ToList();
        var units = Enumerable.Range(0, 6).ToDictionary(u => u, u => (IReadOnlySet<Guid>)people.Take(12 - u).ToHashSet());
        var disclosure = new Disclosure<int>(units);
        Assert.True(disclosure.Allows(units.Keys));
        Assert.All(units.Keys, u => Assert.True(disclosure.Allows([u])));
        Assert.False(disclosure.Allows([99]));
    }

    [Fact]
    public void A_whole_less_its_part_is_hidden_when_little_is_left()
    {
        var people = Enumerable.Range(0, 8).Select(_ => Guid.NewGuid()).ToList();
        var disclosure = new Disclosure<string>(
            new Dictionary<string, IReadOnlySet<Guid>>
            {
                ["spring"] = people.Take(6).ToHashSet(),
                ["autumn"] = people.Skip(6).ToHashSet()
            });
        Assert.True(disclosure.Allows(["spring", "autumn"]));
        Assert.False(disclosure.Allows(["spring"]));
        Assert.False(disclosure.Allows(["autumn"]));
        Assert.True(new Disclosure<string>(new Dictionary<string, IReadOnlySet<Guid>> { ["spring"] = people.Take(6).ToHashSet() })
            .Allows(["spring"]));
    }

    [Fact]
    public void Who_does_not_count_is_protected_and_makes_no_group_large()
    {
        var people = Enumerable.Range(0, 8).Select(_ => Guid.NewGuid()).ToList();
        var learnersOf = new Dictionary<string, IReadOnlySet<Guid>>
        {
            ["spring"] = people.Take(6).ToHashSet(),
            ["autumn"] = people.Skip(6).Take(1).ToHashSet()
        };
        Assert.True(new Disclosure<string>(learnersOf, uncounted: people.Take(1).ToHashSet()).Allows(["spring"]));
        Assert.False(new Disclosure<string>(learnersOf, uncounted: people.Take(2).ToHashSet()).Allows(["spring"]));
        // Nobody in autumn counts, and still the whole less spring would tell of them.
        var disclosure = new Disclosure<string>(learnersOf, uncounted: people.Skip(6).ToHashSet());
        Assert.True(disclosure.Allows(["spring", "autumn"]));
        Assert.False(disclosure.Allows(["spring"]));
    }

    /// <summary>Three thousand cells of one learner each, as a large programme has them in a month.</summary>
    [Fact]
    public void Of_two_hundred_agencies_those_two_are_not_told_that_would_be_too_few_together()
    {
        const int agencies = 200;
        var learnersOf = (
            from agency in Enumerable.Range(0, agencies)
            from unit in Enumerable.Range(0, 15)
            select (Cell: (agency, unit), Learner: new Guid((100 * agency) + (unit % (agency < 2 ? 3 : 6)), 0, 0, new byte[8])))
            .ToDictionary(c => c.Cell, c => (IReadOnlySet<Guid>)new HashSet<Guid> { c.Learner });
        var disclosure = new Disclosure<(int Agency, int Unit)>(learnersOf);
        Assert.True(disclosure.Allows(learnersOf.Keys));
        Assert.All(
            Enumerable.Range(0, agencies).Reverse(),
            agency => Assert.Equal(agency >= 2, disclosure.Allows(learnersOf.Keys.Where(c => c.agency == agency))));
    }

    /// <summary>
    /// Whether the sums span a vector that is nothing outside these cells: they do when leaving those cells out costs them a dimension.
    /// Counted with fractions and without any of the tested code.
    /// </summary>
    private static bool Leaks(List<List<(int, int)>> sums, List<(int, int)> cells, Func<(int, int), bool> isAboutFew)
    {
        double[][] Vectors(List<(int, int)> over) => [.. sums.Select(s => over.Select(c => s.Contains(c) ? 1.0 : 0).ToArray())];
        var others = cells.FindAll(c => !isAboutFew(c));
        return others.Count < cells.Count && Rank(Vectors(cells)) > Rank(Vectors(others));
    }

    private static int Rank(double[][] rows)
    {
        var rank = 0;
        for (var column = 0; rows.Length > 0 && column < rows[0].Length && rank < rows.Length; column++)
        {
            var pivot = Enumerable.Range(rank, rows.Length - rank).MaxBy(r => Math.Abs(rows[r][column]));
            if (Math.Abs(rows[pivot][column]) < 1e-9) continue;
            (rows[rank], rows[pivot]) = (rows[pivot], rows[rank]);
            for (var r = rank + 1; r < rows.Length; r++)
            {
                var times = rows[r][column] / rows[rank][column];
                for (var c = column; c < rows[r].Length; c++) rows[r][c] -= times * rows[rank][c];
            }

            rank++;
        }

        return rank;
    }

    private static IEnumerable<HashSet<Guid>> Few(List<Guid> people, int most)
    {
        for (var bits = 0; bits < 1 << people.Count; bits++)
        {
            // Fewer than the most tell nothing that the most do not.
            if (System.Numerics.BitOperations.PopCount((uint)bits) == most)
                yield return [.. people.Where((_, i) => (bits & (1 << i)) != 0)];
        }
    }
}
