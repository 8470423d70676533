using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Reliability;

/// <summary>
/// Thirty-two people write at once, each one write after the other over a connection of their own. LEARNING_WRITERS_SECONDS=120 goes on for
/// two minutes and prints how long a write took.
/// </summary>
[Collection(nameof(ReadTimeoutApp))]
[StandingClock(YearsLater = true)]
public sealed class ManyWritersTests(ReadTimeoutApp app, ITestOutputHelper output)
{
    private const int Writers = 32;
    private const int UnitsEach = 3;

    /// <summary>
    /// How many writes of others may end while one waits: fairness, counted in writes and not in seconds. A write takes a turn or two.
    /// </summary>
    private const int MostOvertakers = 5 * Writers;

    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("LEARNING_WRITERS_SECONDS"), NumberStyles.None, CultureInfo.InvariantCulture,
            out var seconds) ? seconds : 0);

    private readonly ConcurrentBag<Written> written = [];
    private readonly ConcurrentBag<(TimeSpan Took, long Overtakers)> waits = [];
    private readonly long begun = Stopwatch.GetTimestamp();
    private long done;

    [Fact]
    public async Task Thirty_two_writers_lose_no_write_and_wait_their_turn()
    {
        var cohort = await app.Cohort();
        var learners = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => app.Learner(cohort)));
        await Task.WhenAll(learners.Select(l => l.Http.Read("/v1/me")));
        await Task.WhenAll(learners.Select(async learner =>
        {
            await Write(learner);
            while (Stopwatch.GetElapsedTime(begun) < AtLeast) await Write(await app.Learner(cohort));
        }));

        var took = waits.Select(w => w.Took.TotalMilliseconds).Order().ToList();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{took.Count} writes in {Stopwatch.GetElapsedTime(begun).TotalSeconds:f0} s; p50 {took[took.Count / 2]:f0} ms, p99 {took[took.Count * 99 / 100]:f0} ms, longest {took[^1]:f0} ms; at most {waits.Max(w => w.Overtakers)} others ended while one waited"));
        Assert.True(took.Count >= Writers * UnitsEach * 4);
        if (app.IsSqlite)
        {
            // They wait before SQLite, each for its turn, and not in it; a server has many writers at once and promises no order.
            Assert.InRange(waits.Max(w => w.Overtakers), 0, MostOvertakers);
            Assert.Equal(1, app.MostWriters);
        }

        Assert.DoesNotContain(
            app.Services.GetRequiredService<LogSink>().Lines, line => line.Contains("database is locked", StringComparison.Ordinal));
        foreach (var its in written) await FindAgain(its);
    }

    /// <summary>Starts units, writes a draft on, completes them and changes preferences, in turn.</summary>
    private async Task Write(TestLearner learner)
    {
        var units = (await learner.Http.Read(learner.Journey)).Ok()["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray())
            .Select(u => (string)u!["slug"]!).ToList();
        var prompt = (string)(await learner.GetReflection())["assignment"]!["prompts"]![0]!["slug"]!;
        var its = new Written(learner, prompt);
        written.Add(its);
        var precondition = ("If-None-Match", "*");
        foreach (var unit in AtLeast > TimeSpan.Zero ? units : units.Take(UnitsEach))
        {
            (await Timed(() => learner.Http.Post($"{learner.Unit(unit)}/start"))).Ok();
            its.Started.Add(unit);

            var words = $"{unit} {Guid.NewGuid():N}";
            var saved =
                (await Timed(() => learner.Http.Put($"{learner.Reflection()}/draft",
                    new { answers = new Dictionary<string, string> { [prompt] = words } }, precondition))).Ok();
            (its.Draft, precondition) = (words, ("If-Match", saved.ETag!));

            var cue = $"I open {unit}";
            (await Timed(() => learner.Http.Post(
                $"{learner.Unit(unit)}/complete", new { ifThen = new { cue, action = "I will ask before I tell" } }))).Ok();
            its.Completed.Add((unit, cue));

            var end = string.Create(CultureInfo.InvariantCulture, $"08:{30 + (its.Completed.Count % 30):00}");
            (await Timed(() => learner.Http.Patch(
                "/v1/me/preferences", new { quietHours = new { start = "17:30", end } }, ("If-Match", "*")))).Ok();
            its.QuietUntil = end;
        }
    }

    private async Task<Answer> Timed(Func<Task<Answer>> ask)
    {
        var (before, at) = (Interlocked.Read(ref done), Stopwatch.GetTimestamp());
        var answer = await ask();
        waits.Add((Stopwatch.GetElapsedTime(at), Interlocked.Increment(ref done) - before - 1));
        return answer;
    }

    private static async Task FindAgain(Written its)
    {
        var learner = its.Learner;
        var journey = (await learner.Http.Read(learner.Journey)).Ok();
        var units = journey["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray()).ToDictionary(u => (string)u!["slug"]!);
        Assert.All(its.Started, unit => Assert.NotNull(units[unit]!["startedAt"]));
        Assert.All(its.Completed, c => Assert.Equal(
            ("completed", c.Cue), ((string)units[c.Unit]!["state"]!, (string)units[c.Unit]!["ifThen"]!["cue"]!)));
        Assert.Equal(its.Completed.Count, (int)journey["progress"]!["unitsCompleted"]!);
        Assert.Equal(its.Draft, (string)(await learner.GetReflection())["draft"]!["answers"]![its.Prompt]!);
        Assert.Equal(its.QuietUntil, (string)(await learner.Http.Read("/v1/me/preferences")).Ok()["quietHours"]!["end"]!);
        var asked = new HashSet<string>();
        for (var next = "/v1/nudges?limit=200"; next is not null;)
        {
            var nudges = (await learner.Http.Read(next)).Expect(HttpStatusCode.OK);
            asked.UnionWith(nudges["items"]!.AsArray().Select(n => (string)n!["unit"]!));
            next = (string?)nudges["next"] is { } cursor ? $"/v1/nudges?limit=200&cursor={Uri.EscapeDataString(cursor)}" : null;
        }

        Assert.Equal(its.Completed.Select(c => c.Unit).Order(), asked.Order());
    }

    /// <summary>What of one learner's writes was acknowledged.</summary>
    private sealed record Written(TestLearner Learner, string Prompt)
    {
        public List<string> Started { get; } = [];

        public List<(string Unit, string Cue)> Completed { get; } = [];

        public string? Draft { get; set; }

        public string? QuietUntil { get; set; }
    }
}
