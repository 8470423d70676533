using System.Net;
using System.Net.Http.Headers;

namespace MiiWrap.Learning.Benchmarks;

/// <summary>How long and how often to measure.</summary>
internal sealed record Pace(TimeSpan WarmUp, TimeSpan Round, int Rounds)
{
    public static readonly Pace Quick = new(TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(2), 3);
    public static readonly Pace Full = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), 5);

    /// <summary>For the other numbers of connections, to which nothing is held.</summary>
    public static readonly Pace Variant = new(TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(2), 3);
}

/// <summary>The measurements themselves; product and bare server take turns, so that a noisy minute meets both.</summary>
internal static class Measure
{
    private const double MostGrowth = 1.5;
    private const int CountedRequests = 200;
    private const int MostWarmUps = 12;
    private const int FewCompiled = 15;
    private const int SweepWarmUps = 8;

    public static async Task<Result> Ratio(Scene scene, Row row, int connections, Pace pace, bool isNamedPlain)
    {
        await scene.SignIn(row.IsOfCompleters);
        var (product, bare) = (row.Product(scene), row.Bare(scene));
        await WarmUp(scene.Product, connections, pace, row.Expected, product, () => scene.Renew(row));
        await WarmUp(scene.BareServer, connections, pace, row.Expected, bare, () => scene.Renew(row));
        List<Round> ours = [], theirs = [];
        for (var round = 0; round < pace.Rounds; round++)
        {
            scene.Renew(row);
            ours.Add(await Load.Run(scene.Product, connections, pace.Round, row.Expected, product));
            theirs.Add(await Load.Run(scene.BareServer, connections, pace.Round, row.Expected, bare));
        }

        scene.Renew(row);
        var ratio = ours.Zip(theirs, (o, t) => o.PerCpuSecond / t.PerCpuSecond).Median();
        var name = isNamedPlain ? row.Name : $"{row.Name}/{connections}";
        return Of(name, ours, await Statements(scene.Product, row.Expected, product)) with
        {
            Connections = connections,
            RatioToBare = ratio,
            Bound = row.LeastRatio,
            Bare = new(theirs.Select(t => t.PerSecond).Median(), theirs.Select(t => t.Milliseconds.Percentile(99))
                .Median(), theirs.Select(t => t.CpuMicroseconds).Median(), theirs.Select(t => t.AllocatedBytes).Median()),
            Missed = row.LeastRatio > ratio
                ? $"{name} does {ratio:0.00} of the bare server's requests for each CPU second, and {row.LeastRatio:0.00} is the least."
                : null,
        };
    }

    /// <summary>A page of fifty learners of cohorts that differ in size alone.</summary>
    public static async Task<Result> CohortPage(Scene scene, IReadOnlyList<int> sizes, int small, int large, Pace pace)
    {
        var token = await World.SignInLead(scene.Product);
        Requests Page(int size) =>
            _ => new HttpRequestMessage(
                HttpMethod.Get, new Uri(scene.Product.Address, $"/v1/cohorts/{World.GrowthCohort(size)}/progress?limit=50"))
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
        var rounds = sizes.ToDictionary(s => s, _ => new List<Round>());
        await WarmUp(scene.Product, 1, pace, HttpStatusCode.OK, Page(small));
        for (var round = 0; round < pace.Rounds; round++)
        {
            foreach (var size in sizes) rounds[size].Add(await Load.Run(scene.Product, 1, pace.Round / 2, HttpStatusCode.OK, Page(size)));
        }

        var growth = rounds[small].Zip(rounds[large], (s, l) => l.Milliseconds.Percentile(50) / s.Milliseconds.Percentile(50)).Median();
        var result = Of("cohort-progress-page", rounds[large], await Statements(scene.Product, HttpStatusCode.OK, Page(large)));
        return result with
        {
            Connections = 1,
            Growth = growth,
            Bound = MostGrowth,
            Sizes = [.. sizes.Select(s => new Point(s, rounds[s].Select(r => r.Milliseconds.Percentile(50)).Median()))],
            Missed = growth > MostGrowth
                ? $"a page of a cohort of {large} takes {growth:0.00} times as long as of {small}, and 1.50 is the most."
                : result.Statements > 3 ? $"a cohort's page takes {result.Statements:0.#} statements, and 3 is the most." : null,
        };
    }

    /// <summary>A thousand nudges due, each of another person, among more and more that are planned for later.</summary>
    public static async Task<Result> Sweep(World world, IReadOnlyList<int> sizes, int small, int large, int port, int rounds)
    {
        const int Due = 1000;
        var times = sizes.ToDictionary(s => s, _ => new List<(double Ms, Usage Used)>());
        var folders = sizes.ToDictionary(s => s, s => world.MakeSweep(Due, s));
        var servers = new Dictionary<int, Server>();
        try
        {
            foreach (var size in sizes) servers[size] = await Server.Product(folders[size], port + servers.Count);
            for (var round = -SweepWarmUps; round < rounds; round++)
            {
                foreach (var (size, server) in servers)
                {
                    var before = await server.Read();
                    var answer = (await server.Ask("sweep")).Split(' ').Select(long.Parse).ToArray();
                    if (answer[1] != Due) throw new InvalidOperationException($"The sweep sent {answer[1]} messages, not {Due}.");
                    if (round >= 0) times[size].Add((TimeSpan.FromTicks(answer[0]).TotalMilliseconds, await server.Read() - before));
                    MakeDueAgain(folders[size]);
                }
            }

            await servers[large].Ask("count");
            await Task.Delay(LoggingCacheTime);
            var counted = await servers[large].Read();
            await servers[large].Ask("sweep");
            var statements = (await servers[large].Read() - counted).Statements;
            var milliseconds = times[large].Select(t => t.Ms).Order().ToArray();
            var growth = times[small].Zip(times[large], (s, l) => l.Ms / s.Ms).Median();
            var perSecond = Due * 1000 / milliseconds.Percentile(50);
            return new("nudge-sweep")
            {
                Growth = growth,
                Bound = MostGrowth,
                Rps = perSecond,
                MedianMs = milliseconds.Percentile(50),
                P95Ms = milliseconds.Percentile(95),
                P99Ms = milliseconds.Percentile(99),
                CpuMicroseconds = times[large].Select(t => t.Used.Cpu.TotalMicroseconds / Due).Median(),
                AllocatedBytes = times[large].Select(t => (double)t.Used.Allocated / Due).Median(),
                Statements = statements / (double)Due,
                Sizes = [.. sizes.Select(s => new Point(s, times[s].Select(t => t.Ms).Median()))],
                Missed = growth > MostGrowth
                    ? $"a sweep of {Due} among {large} takes {growth:0.00} times as long as among {small}, and 1.50 is the most." : null,
            };
        }
        finally
        {
            foreach (var server in servers.Values) await server.DisposeAsync();
        }
    }

    /// <summary>Resident memory while a hundred thousand mixed requests pass; flat when the second half adds next to nothing.</summary>
    public static async Task<Result> Memory(Scene scene)
    {
        const int Steps = 10;
        const int EachStep = 10_000;
        await scene.SignIn();
        var mix = Row.All.Select(r => (Row: r, Ask: r.Product(scene))).ToArray();
        var shares = Row.All.Sum(r => r.Share);
        var points = new List<Point>();
        for (var step = 1; step <= Steps; step++)
        {
            await scene.SignIn(completers: true);
            foreach (var (row, ask) in mix)
            {
                scene.Renew(row);
                var left = EachStep * row.Share / shares;
                await Load.Run(scene.Product, 8, TimeSpan.FromMinutes(5), row.Expected, c => Interlocked.Decrement(ref left) >= 0
                    ? ask(c)
                    : null);
            }

            points.Add(new(step * EachStep, (await scene.Product.Read()).Resident));
        }

        var (half, end) = (points[(Steps / 2) - 1].Value, points[^1].Value);
        return new(Result.Memory)
        {
            Bytes = end,
            Growth = end / half,
            Sizes = points,
            Missed = end > 1.1 * half
                ? $"resident memory grew from {half / 1024 / 1024:0} to {end / 1024 / 1024:0} MiB in the second half of {Steps * EachStep} requests." : null,
        };
    }

    /// <summary>From the start of the process on a migrated database to the first answer.</summary>
    public static async Task<Result> Start(string folder, int port, int times)
    {
        var milliseconds = new List<double>();
        for (var i = 0; i < times; i++)
        {
            await using var server = await Server.Product(folder, port);
            milliseconds.Add(server.StartTime.TotalMilliseconds);
        }

        var median = milliseconds.Median();
        return new(Result.Starting) { MedianMs = median, P99Ms = milliseconds.Max() };
    }

    /// <summary>
    /// Until next to nothing is left to compile: that goes on in the background for many seconds, and would be counted as the requests'.
    /// </summary>
    private static async Task WarmUp(
        Server server, int connections, Pace pace, HttpStatusCode expected, Requests requests, Action? renew = null)
    {
        for (var rounds = 0; rounds < MostWarmUps; rounds++)
        {
            renew?.Invoke();
            if ((await Load.Run(server, connections, pace.WarmUp, expected, requests)).Used.MethodsCompiled < FewCompiled) return;
        }
    }

    // EF keeps for a second what it knows of its listeners.
    private static readonly TimeSpan LoggingCacheTime = TimeSpan.FromSeconds(1.5);

    private static async Task<double> Statements(Server server, HttpStatusCode expected, Requests requests)
    {
        await server.Ask("count");
        await Task.Delay(LoggingCacheTime);
        var left = CountedRequests;
        var round = await Load.Run(server, 1, TimeSpan.FromMinutes(1), expected, c => left-- > 0 ? requests(c) : null);
        await server.Ask("ignore");
        return Math.Round((double)round.Used.Statements / round.Count, 2);
    }

    private static Result Of(string name, List<Round> rounds, double statements) => new(name)
    {
        Rps = rounds.Select(r => r.PerSecond).Median(),
        MedianMs = rounds.Select(r => r.Milliseconds.Percentile(50)).Median(),
        P95Ms = rounds.Select(r => r.Milliseconds.Percentile(95)).Median(),
        P99Ms = rounds.Select(r => r.Milliseconds.Percentile(99)).Median(),
        CpuMicroseconds = rounds.Select(r => r.CpuMicroseconds).Median(),
        AllocatedBytes = rounds.Select(r => r.AllocatedBytes).Median(),
        Bytes = rounds.Select(r => r.BytesEach).Median(),
        Statements = statements,
    };

    private static void MakeDueAgain(string folder)
    {
        using var copies = new Copies(Path.Combine(folder, World.File));
        copies.Run(
            "DELETE FROM NudgeMessages; DELETE FROM Nudges WHERE Id IN (SELECT Id FROM Due); INSERT INTO Nudges SELECT * FROM Due; PRAGMA wal_checkpoint(TRUNCATE)");
        // Moved away and not deleted: a file system may look long for room for new files where others have just been deleted.
        var taken = Directory.CreateDirectory(Path.Combine(folder, $"taken-{Guid.NewGuid():N}")).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "mail"), "*.eml"))
            File.Move(file, Path.Combine(taken, Path.GetFileName(file)));
    }
}
