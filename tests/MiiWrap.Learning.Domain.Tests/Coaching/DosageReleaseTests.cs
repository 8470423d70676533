using System.Globalization;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Domain.Tests.Coaching;

/// <summary>Whoever is told no names reads as often as they like, and learns by no difference where any few learners stand.</summary>
public sealed class DosageReleaseTests
{
    private const int Days = 400;

    private static readonly int Seed = int.TryParse(
        Environment.GetEnvironmentVariable("LEARNING_TEST_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 20270201;

    private static readonly DateOnly Start = new(2027, 2, 1);

    [Fact]
    public void Whoever_reads_on_any_two_days_sees_no_few_learners_move_come_or_leave()
    {
        var random = new Random(Seed);
        var (releases, changes, silent) = (0, 0, 0);
        for (var round = 0; round < 300; round++)
        {
            var history = Enumerable.Range(0, random.Next(4, 16)).Select(_ => Person.Of(random)).ToList();
            var read = new List<DosageRelease>();
            for (var day = random.Next(5); day < Days; day += random.Next(1, 12))
            {
                var now = Start.AddDays(day);
                if (DosageRelease.Latest(DosageRule.Default, KnownOn(history, now), now) is { } release) read.Add(release);
                else silent++;
            }

            var distinct = read.DistinctBy(r => r.AsOf).ToList();
            // What was told of a day stays so, whatever is recorded, and whoever leaves, afterwards.
            Assert.All(read, r => Assert.Equal(
                distinct.Single(d => d.AsOf == r.AsOf).States.OrderBy(s => s.Key), r.States.OrderBy(s => s.Key)));
            var somebody = history.Where(p => p.SomebodySince is not null).Select(p => p.Id).ToHashSet();
            foreach (var (one, other) in distinct.SelectMany((one, i) => distinct.Skip(i + 1).Select(other => (one, other))))
            {
                var moved = one.States.Where(s => other.States[s.Key] != s.Value).Select(s => s.Key).ToList();
                var came = other.States.Keys.Except(one.States.Keys).ToList();
                Assert.True(moved.Count == 0 || moved.Count(somebody.Contains) >= Suppression.FewestLearners,
                    $"seed {Seed}, round {round}: {moved.Count} moved between {one.AsOf} and {other.AsOf}");
                Assert.True(moved.Count > 0 || came.Count == 0 || came.Count(somebody.Contains) >= Suppression.FewestLearners,
                    $"seed {Seed}, round {round}: {came.Count} came between {one.AsOf} and {other.AsOf}");
                if (moved.Count > 0) changes++;
            }

            releases += distinct.Count;
        }

        Assert.True(releases > 500 && changes > 100 && silent > 100, $"{releases} releases, {changes} changes, {silent} silent days");
    }

    /// <summary>What is stored on a day: a session up to two weeks after it was held.</summary>
    private static List<CountedLearner> KnownOn(IEnumerable<Person> history, DateOnly now) =>
    [
        .. history.Where(p => p.Joined <= now).Select(p => new CountedLearner(
            p.Id, p.Joined, p.Joined, p.Left <= now ? p.Left : null, p.SomebodySince <= now ? p.SomebodySince : null,
            [.. p.Sessions.Where(s => s.LoggedOn <= now).Select(s => s.Session)])),
    ];

    private sealed record Person(
        Guid Id, DateOnly Joined, DateOnly? Left, DateOnly? SomebodySince,
        IReadOnlyList<(AttendedSession Session, DateOnly LoggedOn)> Sessions)
    {
        public static Person Of(Random random)
        {
            var joined = Start.AddDays(random.Next(3) == 0 ? random.Next(200) : 0);
            var sessions = Enumerable.Range(0, random.Next(7)).Select(_ =>
            {
                var day = joined.AddDays(random.Next(200));
                return (new AttendedSession(Guid.NewGuid(), day, 30, Attendance.Attended, IsObserved: true, Feedback: true, Debriefs: null),
                    day.AddDays(random.Next(CoachingSession.DaysToRecord + 1)));
            }).ToList();
            return new(Guid.NewGuid(), joined, random.Next(4) == 0 ? joined.AddDays(random.Next(1, 250)) : null,
                random.Next(8) == 0 ? null : joined.AddDays(random.Next(60)), sessions);
        }
    }
}
