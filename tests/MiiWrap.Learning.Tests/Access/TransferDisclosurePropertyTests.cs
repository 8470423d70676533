using System.Globalization;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Tests.Access;

/// <summary>
/// A reader with any set of roles, who has enrolled whom they like and had the invitations of others sent to themselves, reads every figure
/// that they may on as many days as they like, adds and subtracts them and takes away what they know anyway: nothing of it is about fewer
/// than five learners.
/// </summary>
public sealed class TransferDisclosurePropertyTests
{
    private const int Rounds = 250;
    private const long Prime = 1_000_003;

    private static readonly int Seed = int.TryParse(
        Environment.GetEnvironmentVariable("LEARNING_TEST_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 20270201;

    private static readonly DateTime Start = new(2027, 3, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void A_reader_of_any_roles_who_subtracts_and_waits_learns_of_nobody()
    {
        var random = new Random(Seed);
        var (shown, hidden, releases) = (0, 0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var world = World.Of(random);
            var sums = world.ReadAsOftenAs(random);
            (shown, hidden, releases) = (shown + sums.Count, hidden + world.Hidden, releases + world.Releases);
            // What the reader knows by themselves can be taken away from every sum.
            var secret = world.All.FindAll(o => !o.IsKnown && !o.IsByReader);
            var rank = Rank(sums, secret);
            foreach (var few in World.Few(random, secret.Select(o => o.PersonId).Distinct().ToList()))
            {
                var others = secret.FindAll(o => !few.Contains(o.PersonId));
                Assert.True(rank == Rank(sums, others),
                    $"seed {Seed}, round {round}: {sums.Count} sums of {world.Releases} releases tell of {few.Count} learners alone");
            }
        }

        // It must show some and hide some, and time must pass, or the test would look at nothing.
        Assert.True(shown > 500 && hidden > 1000 && releases > Rounds, $"{shown} shown, {hidden} hidden, {releases} releases");
    }

    /// <summary>The rank of the sums over these opportunities, counted modulo a prime and without any of the tested code.</summary>
    private static int Rank(List<HashSet<int>> sums, List<Matured> over)
    {
        var rows = sums.ConvertAll(s => over.Select(o => s.Contains(o.Number) ? 1L : 0).ToArray());
        var rank = 0;
        for (var column = 0; column < over.Count && rank < rows.Count; column++)
        {
            var pivot = rows.FindIndex(rank, r => r[column] != 0);
            if (pivot < 0) continue;
            (rows[rank], rows[pivot]) = (rows[pivot], rows[rank]);
            for (var r = rank + 1; r < rows.Count; r++)
            {
                if (rows[r][column] == 0) continue;
                var (by, times) = (rows[rank][column], rows[r][column]);
                for (var c = column; c < over.Count; c++)
                    rows[r][c] = ((((rows[r][c] * by) - (rows[rank][c] * times)) % Prime) + Prime) % Prime;
            }

            rank++;
        }

        return rank;
    }

    /// <summary>One learner's outcome in one unit.</summary>
    private sealed record Matured(
        int Number, DisclosureCell Cell, Guid PersonId, DateTime At, bool IsKnown, bool IsEnrolledByReader, bool IsAddressByReader)
    {
        public bool IsByReader => IsEnrolledByReader || IsAddressByReader;
    }

    private sealed class World
    {
        private readonly List<Guid> people = [];

        public List<Matured> All { get; } = [];

        public int Hidden { get; private set; }

        public int Releases { get; private set; }

        public static World Of(Random random)
        {
            var world = new World();
            var (agencies, cohorts, units, count) = (random.Next(1, 3), random.Next(1, 4), random.Next(1, 4), random.Next(5, 22));
            // With one in three rounds each, the reader teaches some cohorts, has enrolled some learners, corrects the addresses of some
            // before they accept, or learns too.
            var taught = Enumerable.Range(0, cohorts).Where(_ => random.Next(5) == 0).ToHashSet();
            var enrols = random.Next(3) == 0;
            var corrects = random.Next(3) == 0;
            var learns = random.Next(3) == 0;
            var (days, courses) = (new[] { 1, 40, 200 }[random.Next(3)], random.Next(1, 3));
            for (var i = 0; i < count; i++)
            {
                var person = Id(i + 1);
                world.people.Add(person);
                var (agency, isReader) = (random.Next(agencies), learns && i == 0);
                var (isEnrolled, isCorrected) = (enrols && random.Next(3) == 0, corrects && random.Next(3) == 0);
                for (var c = 0; c < cohorts; c++)
                {
                    if (random.Next(cohorts) > 1) continue;
                    for (var u = 0; u < units; u++)
                    {
                        if (random.Next(4) == 0) continue;
                        // A cohort has one course; an agency and the programme may have both.
                        var cell = new DisclosureCell(Id(1000 + agency), Id(2000 + c), $"course {c % courses}", 1, $"unit {u}");
                        world.All.Add(new(world.All.Count, cell, person, Start.AddDays(random.Next(days)).AddHours(random.Next(24)),
                            isReader || taught.Contains(c), isEnrolled, isCorrected));
                    }
                }
            }

            return world;
        }

        /// <summary>All sums that are shown to the reader on any of their days.</summary>
        public List<HashSet<int>> ReadAsOftenAs(Random random)
        {
            var isOfAll = random.Next(2) == 0;
            var (sums, releases) = (new HashSet<HashSet<int>>(HashSet<int>.CreateSetComparer()), new List<DateTime>());
            for (var day = Start.AddDays(random.Next(3)); day < Start.AddDays(300); day = day.AddDays(random.Next(5, 50)))
            {
                var rows = All.FindAll(o => o.At <= day);
                var policy = TransferDisclosurePolicy.Of(rows.ConvertAll(o => new MaturedOpportunity(
                    o.Cell, o.PersonId, o.At, IsTransferred: false, IsVerified: false, IsAnswered: false, o.IsKnown, o.IsEnrolledByReader,
                    o.IsAddressByReader,
                    releases.Where(r => r >= o.At).Select(r => (DateTime?)r).FirstOrDefault(),
                    releases.Count > 0 ? releases[^1] : null)), day, isOfAll);
                if (policy.NextRelease is { } release) releases.Add(release);
                foreach (var (group, released) in Groups(policy))
                {
                    var members = rows.Where(o => group(o.Cell)).ToList();
                    if (members.Count == 0) continue;
                    if (released is null) Hidden++;
                    else sums.Add([.. members.Where(o => released.Has(o.At)).Select(o => o.Number)]);
                }
            }

            Releases = releases.Count;
            return [.. sums];
        }

        private IEnumerable<(Func<DisclosureCell, bool> Of, ReleasedGroup? Released)> Groups(TransferDisclosurePolicy policy)
        {
            var cells = All.Select(o => o.Cell).Distinct().ToList();
            var courses = cells.Select(c => c.Curriculum).Distinct().ToList();
            var units = cells.Select(c => (c.Curriculum, c.Unit)).Distinct().ToList();
            foreach (var course in courses) yield return (c => c.Curriculum == course, policy.Program(course));
            foreach (var agency in cells.Select(c => c.AgencyId).Distinct())
            {
                foreach (var course in courses)
                    yield return (c => c.AgencyId == agency && c.Curriculum == course, policy.Agency(agency, course));
                foreach (var (course, unit) in units)
                    yield return (
                        c => c.AgencyId == agency && c.Curriculum == course && c.Unit == unit, policy.Agency(agency, (course, 1, unit)));
            }

            foreach (var cohort in cells.Select(c => c.CohortId).Distinct())
            {
                yield return (c => c.CohortId == cohort, policy.Cohort(cohort));
                foreach (var (course, unit) in units)
                    yield return (
                        c => c.CohortId == cohort && c.Curriculum == course && c.Unit == unit, policy.Cohort(cohort, (course, 1, unit)));
            }
        }

        /// <summary>Groups of one learner fewer than the least, so that each learner is in some.</summary>
        public static IEnumerable<HashSet<Guid>> Few(Random random, List<Guid> secret)
        {
            for (var times = 0; times < 2; times++)
            {
                var shuffled = secret.OrderBy(_ => random.Next()).ToList();
                foreach (var few in shuffled.Chunk(Suppression.FewestLearners - 1)) yield return [.. few];
            }
        }

        private static Guid Id(int number) => new(number, 0, 0, new byte[8]);
    }
}
