using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;
using static MiiWrap.Learning.Tests.Features.Implementation.ImplementationSteps;

namespace MiiWrap.Learning.Tests.Features.Implementation;

/// <summary>
/// A programme's totals are told first, then its agencies; whoever reads every page in every form and subtracts learns of nobody.
/// </summary>
[StandingClock(YearsLater = true)]
public sealed partial class ProgramImplementationTests : IAsyncDisposable
{
    private const string Unit = "2.4-watching-voice-and-power";
    private const string Program = "/v1/implementation";

    // A programme of its own each: totals are of all that it holds.
    private readonly OwnDatabaseApp app = new();

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Of_agencies_of_twelve_three_and_four_the_total_and_the_large_one_are_told_and_outside_the_total_alone()
    {
        await app.InitializeAsync();
        var (agencies, cohort) = (new List<Guid>(), await app.Cohort());
        foreach (var size in new[] { 12, 3, 4 }) agencies.Add(await Learning(cohort, size));
        var (admin, client) = (await app.Admin(), await app.Client(null, "implementation:read", "progress:read"));
        FlowingClock.Set(new(2034, 10, 2, 12, 0, 0, TimeSpan.Zero));
        foreach (var reader in new[] { client, admin.Http })
        {
            var inside = (await reader.Read(Program)).Ok().Json;
            Assert.Equal([19, 12, null, null], Told(inside, agencies, Transfer));
            Assert.Equal([19, 12, null, null], Told(inside, agencies, Windows));
            Assert.Equal([19, 12, null, null], Told(inside, agencies, Fidelity("2034-01")));
            var outside = (await reader.Read($"{Program}?audience=outside")).Ok().Json;
            foreach (var figure in new[] { Transfer, Windows, Fidelity("2034-01") })
            {
                Assert.Equal([19, null, null, null], Told(outside, agencies, figure));
                Assert.All(
                    outside["agencies"]!.AsArray(), a => Assert.Equal("fewerThanElevenLearners", (string?)figure(a!)!["reason"]));
            }
        }

        // The agencies' own pages tell the client the same; outside an admin passes on no more than that.
        for (var i = 0; i < agencies.Count; i++)
        {
            foreach (var (reader, audience, told) in new[]
            {
                (client, "", i == 0 ? 12 : (int?)null), (client, "?audience=outside", null), (admin.Http, "?audience=outside", null),
            })
            {
                var view = (await reader.Read($"{View(agencies[i])}{audience}")).Ok().Json;
                Assert.Equal([told, told, told], [N(Transfer(view)), N(Windows(view)), N(Fidelity("2034-01")(view))]);
                var transfer = (await reader.Read($"/v1/agencies/{agencies[i]}/transfer{audience}")).Ok();
                Assert.Equal(told, (int?)transfer["pooled"]!["denominator"]);
            }
        }

        // An admin sees an agency whole.
        Assert.Equal(3, N(Transfer((await admin.Http.Read(View(agencies[1]))).Ok().Json)));
    }

    [Fact]
    public async Task Certified_coaches_are_counted_for_who_reads_names_and_told_to_others_by_quarters()
    {
        const string coach = "practising-coach";
        await app.InitializeAsync();
        await app.PublishAttested(coach);
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (large, small) = (await app.Agency(), await app.Agency());
        var issued = await Certify(large, 6);
        await Certify(small, 1);
        var supervisor = await app.Member(large, AgencyRole.Supervisor);
        var client = await app.Client(null, "implementation:read");
        var (ofLarge, ofSmall) = (await app.Client(large, "implementation:read"), await app.Client(small, "implementation:read"));
        Assert.Equal((6d, null), Certified((await supervisor.Http.Read(View(large))).Ok().Json));
        Assert.Equal((7d, null), Certified((await admin.Http.Read(Program)).Ok().Json));
        Assert.Equal(1d, Certified((await admin.Http.Read(View(small))).Ok().Json).Value);
        foreach (var (reader, path) in new[] { (client, Program), (ofLarge, View(large)), (ofSmall, View(small)) })
            Assert.Equal((null, "fewerThanFiveLearners"), Certified((await reader.Read(path)).Ok().Json));

        // A quarter is over: the programme is told of, and an agency to its own client.
        FlowingClock.Advance(TimeSpan.FromDays(100));
        (await admin.Http.Post($"{issued[0]}/revoke", new { reason = "It was issued to the wrong learner." })).Ok();
        Assert.Equal((5d, null), Certified((await supervisor.Http.Read(View(large))).Ok().Json));
        var program = (await client.Read(Program)).Ok().Json;
        Assert.Equal((7d, null), Certified(program));
        Assert.All(program["agencies"]!.AsArray(), a => Assert.Equal((null, "fewerThanFiveLearners"), Certified(a!)));
        Assert.Equal((null, "fewerThanFiveLearners"), Certified((await client.Read(View(large))).Ok().Json));
        Assert.Equal((6d, null), Certified((await ofLarge.Read(View(large))).Ok().Json));
        Assert.Equal((null, "fewerThanFiveLearners"), Certified((await ofSmall.Read(View(small))).Ok().Json));
        foreach (var (reader, path) in new[] { (admin.Http, Program), (supervisor.Http, View(large)), (client, Program) })
            Assert.Equal((null, "fewerThanElevenLearners"), Certified((await reader.Read($"{path}?audience=outside")).Ok().Json));
        // One who has gone is no difference that is told.
        FlowingClock.Advance(TimeSpan.FromDays(100));
        Assert.Equal(7d, Certified((await client.Read(Program)).Ok().Json).Value);
        // Who renews nothing runs out within the ninety days that are told of.
        FlowingClock.Advance(TimeSpan.FromDays(300));
        Assert.Equal(5d, (double?)(await supervisor.Http.Read(View(large))).Ok()["coaches"]!["expiring"]!["value"]);

        async Task<List<string>> Certify(Guid agency, int count)
        {
            var paths = new List<string>();
            for (var i = 0; i < count; i++)
            {
                var learner = await app.Learner(cohort, agencyId: agency);
                paths.Add((await cohort.Lead.Http.Issue(coach, learner)).Expect(HttpStatusCode.Created).Headers["Location"]);
                (await learner.Http.Post($"{paths[i]}/accept")).Ok();
            }

            return paths;
        }

        static (double? Value, string? Reason) Certified(JsonNode view) =>
            ((double?)view["coaches"]!["certified"]!["value"], (string?)view["coaches"]!["certified"]!["reason"]);
    }

    /// <summary>
    /// A client of the programme, and whoever is handed what an admin passes on, read all pages over months. Each figure's count says of
    /// which cells (agency and wave) it is; a solver looks for a combination about fewer people than may be told of.
    /// </summary>
    [Theory]
    [InlineData(1), InlineData(2)]
    public async Task A_reader_of_all_pages_who_subtracts_over_months_learns_of_nobody(int seed)
    {
        await app.InitializeAsync();
        var random = new Random(seed);
        var (agencies, sizes) = (new List<Guid>(), Sizes(random));
        for (var i = 0; i < sizes.Count; i++) agencies.Add(await app.Agency());
        var (admin, client) = (await app.Admin(), await app.Client(null, "implementation:read", "progress:read"));
        var waves = new List<TestCohort>();
        var (inside, outside) = (new Sums(sizes), new Sums(sizes));
        var start = FlowingClock.Now;
        foreach (var day in new[] { 0, 45, 80, 100, 150, 200, 250, 330 })
        {
            FlowingClock.Set(start.AddDays(day));
            if (day is 0 or 100)
            {
                waves.Add(await app.Cohort());
                for (var i = 0; i < agencies.Count; i++) await Learning(waves[^1], sizes[i][waves.Count - 1], agencies[i]);
            }

            await Read(client, "", inside);
            await Read(client, "?audience=outside", inside);
            await Read(admin.Http, "?audience=outside", outside);
            for (var w = 0; w < waves.Count; w++)
            {
                var cohort = (await client.Read($"{waves[w].Path}/transfer")).Ok();
                inside.Add("transfer", (_, wave) => wave == w, (int?)cohort["pooled"]!["denominator"]);
            }
        }

        inside.AssertNoneOfFewerThan(5);
        outside.AssertNoneOfFewerThan(11);
        Assert.True(inside.Count > 5, "Too little was told to look at.");

        async Task Read(HttpClient reader, string audience, Sums sums)
        {
            var program = await reader.Read($"{Program}{audience}");
            Add(program.Ok().Json, null);
            foreach (var one in program["agencies"]!.AsArray()) Add(one!, (Guid)one!["id"]!);
            for (var i = 0; i < agencies.Count; i++)
            {
                Add((await reader.Read($"{View(agencies[i])}{audience}")).Ok().Json, agencies[i]);
                var transfer = (await reader.Read($"/v1/agencies/{agencies[i]}/transfer{audience}")).Ok();
                var agency = agencies[i];
                sums.Add("transfer", (a, _) => agencies[a] == agency, (int?)transfer["pooled"]!["denominator"]);
            }

            await AssertOtherFormsTellTheSame(reader, audience, program.Json);

            void Add(JsonNode view, Guid? agency)
            {
                AddOf("transfer", Transfer(view));
                AddOf("dosage", Windows(view));
                foreach (var quarter in view["fidelity"]!.AsArray().SelectMany(b => b!["quarters"]!.AsArray()))
                    AddOf("fidelity", quarter!["median"]);

                void AddOf(string kind, JsonNode? figure) => sums.Add(kind, (a, _) => agency is null || agencies[a] == agency, N(figure));
            }
        }
    }

    [Fact]
    public async Task What_is_learned_in_two_courses_is_never_added_up_in_the_programme_or_in_an_agency()
    {
        await app.InitializeAsync();
        var (coaches, facilitators) = (await app.Cohort(), await app.Cohort(curriculum: Given.FacilitatorCourse));
        var agency = await Learning(coaches, 6);
        FlowingClock.Advance(TimeSpan.FromDays(1));
        await Learning(facilitators, 5, agency, "2.3-voice-in-the-meeting");
        var (admin, client) = (await app.Admin(), await app.Client(null, "implementation:read"));
        FlowingClock.Set(new(2034, 10, 2, 12, 0, 0, TimeSpan.Zero));
        foreach (var (course, size, asked) in new[]
        {
            // The course that was there first, unless another is named.
            (Given.Course, 6, ""), (Given.Course, 6, $"?curriculum={Given.Course}"),
            (Given.FacilitatorCourse, 5, $"?curriculum={Given.FacilitatorCourse}"),
        })
        {
            foreach (var reader in new[] { client, admin.Http })
            {
                var program = (await reader.Read($"{Program}{asked}")).Ok().Json;
                var own = (await reader.Read($"{View(agency)}{asked}")).Ok().Json;
                foreach (var figure in new[] { Transfer, Windows }) Assert.Equal([size, size], Told(program, [agency], figure));
                Assert.Equal((course, course, size, size),
                    ((string)program["curriculum"]!, (string)own["curriculum"]!, N(Transfer(own)), N(Windows(own))));
                var page = (await reader.Read($"{View(agency)}{asked}", ("Accept", "text/html"))).Ok().Body;
                Assert.Contains($"Learners of the agency, {course}", page, StringComparison.Ordinal);
                // Practice is one, whatever was learned.
                Assert.Equal(11, N(Fidelity("2034-01")(own)));
            }
        }

        foreach (var path in new[] { Program, View(agency) })
            (await client.Read($"{path}?curriculum=No%20slug")).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Fact]
    public async Task Who_is_bound_to_an_agency_or_a_cohort_may_not_ask()
    {
        await app.InitializeAsync();
        var (agency, cohort) = (await app.Agency(), await app.Cohort());
        var learner = await app.Learner(cohort, agencyId: agency);
        foreach (var reader in new[]
        {
            (await app.Member(agency, AgencyRole.AgencyAdmin)).Http, (await app.Member(agency, AgencyRole.Supervisor)).Http,
            cohort.Lead.Http, learner.Http, await app.Client(agency, "implementation:read"), await app.Client(null, "progress:read"),
        })
            Assert.Equal(HttpStatusCode.Forbidden, (await reader.Read(Program)).Status);
        foreach (var reader in new[] { (await app.Admin()).Http, await app.Client(null, "implementation:read") })
        {
            (await reader.Read(Program)).Ok();
            (await reader.Read($"{Program}?audience=everybody")).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        }
    }

    [Fact]
    public async Task Indicators_are_pooled_by_each_agencys_own_start_and_agencies_stand_by_name()
    {
        await app.InitializeAsync();
        var admin = await app.Admin();
        var agencies = new List<Guid>();
        foreach (var name in new[] { "Ödland Homes", "alder Street", "Pinewood" })
            agencies.Add((Guid)(await admin.Http.Post("/v1/agencies", new { name })).Expect(HttpStatusCode.Created)["id"]!);
        // Of two the start is known, seven and nine months after their first; the third has too few months.
        foreach (var (agency, before, start) in new[] { (agencies[0], 5m, -7), (agencies[1], 2m, -9) })
        {
            (await admin.Http.RecordMonths(agency, Months("familyAtMeeting",
                [.. Enumerable.Repeat((before, 10m), 14 + start + 6), .. Enumerable.Repeat((8m, 10m), -start)]))).Ok();
            (await admin.Http.StartCoaching(agency, Month(start))).Ok();
        }

        (await admin.Http.RecordMonths(agencies[2], Months("familyAtMeeting", (1, 10), (1, 10)))).Ok();
        (await admin.Http.RecordMonths(agencies[2], new { month = Month(-1), indicator = "facilitators", value = 17 })).Ok();
        (await admin.Http.RecordMonths(agencies[1], new { month = Month(-1), indicator = "facilitators", value = 9 })).Ok();

        var view = (await admin.Http.Read(Program)).Ok();
        Assert.Equal(["alder Street", "Ödland Homes", "Pinewood"], view["agencies"]!.AsArray().Select(a => (string)a!["name"]!));
        var pooled = Assert.Single(view["indicators"]!.AsArray(), i => (string)i!["definition"]!["code"]! == "familyAtMeeting")!;
        // Before: 13 months of 5 and 11 of 2; after: 6 and 8 of 8.
        Assert.Equal(2, (int)pooled["agencies"]!);
        Assert.Equal((87.0 / 240, 240), ((double)pooled["before"]!["value"]!, (int)pooled["before"]!["n"]!));
        Assert.Equal((.8, 140), ((double)pooled["after"]!["value"]!, (int)pooled["after"]!["n"]!));
        Assert.Equal(.8 - (87.0 / 240), (double)pooled["change"]!["value"]!, 9);
        Assert.Equal((5, 26), ((int)view["coaches"]!["need"]!["value"]!, (int)view["coaches"]!["need"]!["n"]!));
        var last = view["agencies"]!.AsArray()[2]!["indicators"]!.AsArray().Single(i => (string)i!["code"]! == "familyAtMeeting")!;
        Assert.Equal(("notStarted", "tooFewMonths"), ((string)last["change"]!["reason"]!, (string)last["reason"]!));
        var csv = (await admin.Http.Read(Program, ("Accept", "text/csv"))).Ok().Body;
        Assert.StartsWith("agency,block,figure,period,value,n,low,high,reason\r\n", csv, StringComparison.Ordinal);
        Assert.Contains(",indicators,familyAtMeeting.1,after,0.8,140,", csv, StringComparison.Ordinal);
        Assert.Contains("Pinewood,coaches,need,all,3,17,,,", csv, StringComparison.Ordinal);
        var page = (await admin.Http.Read(Program, ("Accept", "text/html"))).Ok().Body;
        Assert.Contains((string)view["cannotSay"]!, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.True(page.IndexOf("alder Street", StringComparison.Ordinal) < page.IndexOf("Pinewood", StringComparison.Ordinal));
        FlowingClock.Advance(TimeSpan.FromMinutes(5));
        foreach (var type in new[] { "application/json", "text/html" })
        {
            var tag = (await admin.Http.Read(Program, ("Accept", type))).Ok().Headers["ETag"];
            Assert.Equal(HttpStatusCode.NotModified,
                (await admin.Http.Read(Program, ("Accept", type), ("If-None-Match", tag))).Status);
        }
    }

    [Fact]
    public async Task Agreement_is_of_blind_pairs_of_five_once_they_are_settled()
    {
        await app.InitializeAsync();
        var (agency, cohort) = (await app.Agency(), await app.Cohort());
        var supervisor = await app.Member(agency, AgencyRole.Supervisor);
        for (var i = 0; i < 5; i++)
        {
            var learner = await app.Learner(cohort, agencyId: agency);
            await cohort.Instructor.LockPair(cohort.Lead, learner.Id, "2232223122213-2232122222221-", "22322231232122223212222-2221");
        }

        var client = await app.Client(null, "implementation:read");
        FlowingClock.Set(new(2034, 4, 30, 12, 0, 0, TimeSpan.Zero));
        Assert.Equal((null, null, "fewerThanFiveLearners"), await Agreement(supervisor.Http, View(agency)));
        // Told at once to the agency's own people, and with its quarter where the programme is weighed.
        FlowingClock.Set(new(2034, 5, 1, 12, 0, 0, TimeSpan.Zero));
        Assert.Equal((.8, 125, "noSpread"), await Agreement(supervisor.Http, View(agency)));
        Assert.Equal((null, null, "fewerThanFiveLearners"), await Agreement(client, Program));
        FlowingClock.Set(new(2034, 7, 1, 12, 0, 0, TimeSpan.Zero));
        Assert.Equal((.8, 125, "noSpread"), await Agreement(client, Program));
        Assert.Equal((.8, 125, "noSpread"), await Agreement(client, View(agency)));
        Assert.Equal((null, null, "fewerThanElevenLearners"), await Agreement(client, $"{Program}?audience=outside"));

        static async Task<(double?, int?, string?)> Agreement(HttpClient reader, string path)
        {
            var figure = Assert.Single((await reader.Read(path)).Ok()["fidelity"]!.AsArray())!["agreement"]!;
            return ((double?)figure["value"] is { } kappa ? Math.Round(kappa, 4) : null, (int?)figure["n"], (string?)figure["reason"]);
        }
    }

    /// <summary>Learners who complete a unit and are rated, in an agency of their own or in this one.</summary>
    private async Task<Guid> Learning(TestCohort cohort, int size, Guid? inAgency = null, string unit = Unit)
    {
        var agency = inAgency ?? await app.Agency();
        for (var i = 0; i < size; i++)
        {
            var learner = await app.Learner(cohort, agencyId: agency);
            (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
            await cohort.Instructor.Http.LockReview(learner.Id, i % 4);
        }

        return agency;
    }

    /// <summary>A table and a page tell of no group of whom the view does not.</summary>
    private static async Task AssertOtherFormsTellTheSame(HttpClient reader, string audience, JsonNode view)
    {
        var csv = (await reader.Read($"{Program}{audience}", ("Accept", "text/csv"))).Ok().Body;
        var rows = csv.Split("\r\n").Select(l => l.Split(',')).Where(r => r.Length > 5).ToList();
        var page = (await reader.Read($"{Program}{audience}", ("Accept", "text/html"))).Ok().Body;
        foreach (var (name, group) in view["agencies"]!.AsArray().Select(a => ((string)a!["name"]!, a!)).Append(("", view)))
        {
            foreach (var (figure, n) in new[] { ("rate", N(Transfer(group))), ("met", N(Windows(group))) })
                Assert.Equal(
                    n?.ToString(CultureInfo.InvariantCulture) ?? "", rows.Single(r => r[0] == name && r[2] == figure)[5]);
            if (name.Length == 0) continue;
            var cells = Cell().Matches(page[page.IndexOf($"<th scope=\"row\">{name}</th>", StringComparison.Ordinal)..]).Take(3)
                .Select(c => c.Groups["cell"].Value).ToList();
            foreach (var (n, cell) in new[] { (N(Transfer(group)), cells[1]), (N(Windows(group)), cells[2]) })
                Assert.True(
                    n is null ? !cell.Contains('%', StringComparison.Ordinal) : cell.EndsWith($"of {n}", StringComparison.Ordinal), cell);
        }
    }

    [GeneratedRegex("<td>(?<cell>[^<]*)</td>", RegexOptions.ExplicitCapture, -1)]
    private static partial Regex Cell();

    private static JsonNode Transfer(JsonNode group) => group["transfer"]!["rate"]!;

    private static JsonNode Windows(JsonNode group) => group["dosage"]!["met"]!;

    private static Func<JsonNode, JsonNode?> Fidelity(string from) => group => group["fidelity"]!.AsArray().Single()!["quarters"]!
        .AsArray().Single(q => (string)q!["from"]! == from)!["median"];

    private static int? N(JsonNode? figure) => (int?)(double?)figure!["n"];

    /// <summary>Of how many the programme's figure is, and each agency's.</summary>
    private static List<int?> Told(JsonNode view, List<Guid> agencies, Func<JsonNode, JsonNode?> figure) =>
        [N(figure(view)), .. agencies.Select(id => N(figure(view["agencies"]!.AsArray().Single(a => (Guid)a!["id"]! == id)!)))];

    /// <summary>How many of each agency there are in the first wave and in the second, so that each count says of whom it is.</summary>
    private static List<int[]> Sizes(Random random)
    {
        while (true)
        {
            var sizes = Enumerable.Range(0, random.Next(3, 5)).Select(_ => new[] { random.Next(1, 9), random.Next(0, 9) }).ToList();
            if (sizes.TrueForAll(s => s[0] != s[1]) && sizes.Sum(s => s[0]) != sizes.Sum(s => s[1])) return sizes;
        }
    }

    /// <summary>What was told, as sums over cells of agency and wave.</summary>
    private sealed class Sums(List<int[]> sizes)
    {
        private readonly Dictionary<string, HashSet<string>> told = [];

        private readonly List<(int Agency, int Wave)> cells =
            [.. from a in Enumerable.Range(0, sizes.Count) from w in Enumerable.Range(0, 2) where sizes[a][w] > 0 select (a, w)];

        public int Count => told.Sum(t => t.Value.Count);

        /// <param name="n">Null where nothing is told.</param>
        public void Add(string kind, Func<int, int, bool> isOf, int? n)
        {
            if (n is not { } count) return;
            var group = cells.FindAll(c => isOf(c.Agency, c.Wave));
            // All of it, or its part of the first wave, or that of the second: each number says which.
            var match = new[] { group, group.FindAll(c => c.Wave == 0), group.FindAll(c => c.Wave == 1) }
                .First(g => g.Sum(c => sizes[c.Agency][c.Wave]) == count);
            if (!told.TryGetValue(kind, out var sums)) told[kind] = sums = [];
            sums.Add(string.Concat(cells.Select(c => match.Contains(c) ? '1' : '0')));
        }

        public void AssertNoneOfFewerThan(int fewest)
        {
            foreach (var (kind, sums) in told)
            {
                var rank = Rank(sums, cells.ConvertAll(_ => true));
                for (var set = 1; set < 1 << cells.Count; set++)
                {
                    var few = cells.Select((c, i) => ((set >> i) & 1) == 1 ? sizes[c.Agency][c.Wave] : 0).Sum();
                    if (few >= fewest) continue;
                    // A vector of these cells alone is one that vanishes when they are left out.
                    Assert.True(rank == Rank(sums, [.. cells.Select((_, i) => ((set >> i) & 1) == 0)]),
                        $"{kind}: {string.Join(", ", sums)} tells of {few} in cells {set:b}");
                }
            }
        }

        private static int Rank(IEnumerable<string> sums, List<bool> isLooked)
        {
            var rows = sums.Select(s => s.Select((c, i) => isLooked[i] && c == '1' ? 1.0 : 0).ToArray()).ToList();
            var rank = 0;
            for (var column = 0; column < isLooked.Count && rank < rows.Count; column++)
            {
                var pivot = rows.FindIndex(rank, r => Math.Abs(r[column]) > 1e-9);
                if (pivot < 0) continue;
                (rows[rank], rows[pivot]) = (rows[pivot], rows[rank]);
                for (var r = rank + 1; r < rows.Count; r++)
                {
                    var times = rows[r][column] / rows[rank][column];
                    for (var c = column; c < isLooked.Count; c++) rows[r][c] -= times * rows[rank][c];
                }

                rank++;
            }

            return rank;
        }
    }
}
