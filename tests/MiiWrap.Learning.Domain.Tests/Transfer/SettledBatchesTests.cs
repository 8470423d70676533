using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Domain.Tests.Transfer;

/// <summary>Whoever looks every day and subtracts learns of enough people or of none.</summary>
public sealed class SettledBatchesTests
{
    private static readonly DateOnly Day = new(2027, 1, 1);
    private static readonly HashSet<Guid> NoOne = [];

    private sealed record Item(DateOnly SettledOn, Guid PersonId);

    [Fact]
    public void A_batch_is_told_as_a_whole_once_five_people_are_in_it_and_a_day_is_never_split()
    {
        var people = Enumerable.Range(0, 8).Select(_ => Guid.NewGuid()).ToList();
        // Four on the first day, one of them again on the second, a fifth on the third, and three more on the fourth.
        List<Item> items =
        [
            .. people.Take(4).Select(p => new Item(Day, p)), new(Day.AddDays(1), people[0]), new(Day.AddDays(2), people[4]),
            .. people.Skip(5).Select(p => new Item(Day.AddDays(3), p)),
        ];
        Assert.Equal([0, 0, 6, 6], Enumerable.Range(0, 4).Select(d => Told(items, Day.AddDays(d), NoOne).Count));
        // The reader knows one of the first five: they are counted, and another one is needed.
        Assert.Equal([0, 0, 0, 9], Enumerable.Range(0, 4).Select(d => Told(items, Day.AddDays(d), new HashSet<Guid> { people[4] }).Count));
    }

    [Fact]
    public void What_any_two_days_and_audiences_differ_by_is_of_nobody_or_of_enough()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            var people = Enumerable.Range(0, random.Next(1, 30)).Select(_ => Guid.NewGuid()).ToList();
            var known = people.Where(_ => random.Next(6) == 0).ToHashSet();
            var items = Enumerable.Range(0, random.Next(60))
                .Select(_ => new Item(Day.AddDays(random.Next(40)), people[random.Next(people.Count)])).ToList();
            var shown = Enumerable.Range(0, 42).SelectMany(d => new[]
            {
                Told(items, Day.AddDays(d), known), Told(items, Day.AddDays(d), known, isOutside: true),
            }).ToList();
            foreach (var (one, other) in shown.SelectMany(one => shown.Select(other => (one, other))))
            {
                // Each is the beginning of the same list, so they differ by what the longer one has more.
                if (one.Count >= other.Count) continue;
                Assert.Equal(one, other.Take(one.Count));
                var more = other.Skip(one.Count).Select(i => i.PersonId).Where(p => !known.Contains(p)).Distinct().Count();
                Assert.True(more >= Suppression.FewestLearners, $"seed {seed}: {more}");
            }
        }
    }

    [Fact]
    public void Who_is_outside_is_told_of_eleven()
    {
        var items = Enumerable.Range(0, 22).Select(i => new Item(Day.AddDays(i), Guid.NewGuid())).ToList();
        Assert.Equal([10, 15, 20], new[] { 10, 15, 20 }.Select(d => Told(items, Day.AddDays(d), NoOne).Count));
        Assert.Equal([0, 15, 15], new[] { 10, 15, 20 }.Select(d => Told(items, Day.AddDays(d), NoOne, isOutside: true).Count));
    }

    private static List<Item> Told(IEnumerable<Item> items, DateOnly today, IReadOnlySet<Guid> known, bool isOutside = false) =>
        SettledBatches.Of(items, i => i.SettledOn, i => i.PersonId, today, known, isOutside);
}
