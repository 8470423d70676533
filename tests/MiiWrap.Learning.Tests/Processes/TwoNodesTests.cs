using System.Net;
using System.Text;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>Two programs that were started at the same moment on one empty folder.</summary>
public sealed class TwoNodes : IAsyncLifetime
{
    private readonly List<RunningProgram> programs = [];

    public Home Home { get; } = new();

    public RunningProgram First => programs[0];

    public RunningProgram Second => programs[1];

    public async ValueTask InitializeAsync() =>
        programs.AddRange(await Task.WhenAll(RunningProgram.Start(Home), RunningProgram.Start(Home)));

    public async ValueTask DisposeAsync()
    {
        foreach (var program in programs) await program.DisposeAsync();
        Home.Dispose();
    }
}

/// <summary>Two nodes on one database, and what can be asked of any running program.</summary>
public sealed class TwoNodesTests(TwoNodes nodes) : IClassFixture<TwoNodes>
{
    private const string Asked = "Asked for at once ";
    private const int Mebibyte = 1024 * 1024;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_serve_and_one_has_seeded()
    {
        foreach (var node in new[] { nodes.First, nodes.Second })
        {
            using var admin = await node.SignIn("admin@example.org");
            Assert.Equal(
                [Given.FacilitatorCourse, Given.Course],
                (await admin.Read("/v1/curricula")).Ok()["items"]!.AsArray().Select(c => (string)c!["slug"]!)
                    .Order(StringComparer.Ordinal));
            // Others may be of another test here.
            var cohorts = (await admin.Read("/v1/cohorts")).Ok()["items"]!.AsArray()
                .Where(c => !((string)c!["name"]!).StartsWith(Asked, StringComparison.Ordinal)).ToList();
            Assert.Equal(
                ["Riverbend coaches", "Riverbend coaches, first group", "Riverbend coaches, pilot group"],
                cohorts.Select(c => (string)c!["name"]!).Order());
            foreach (var (cohort, learners) in cohorts.OrderBy(c => (string)c!["name"]!).Zip([12, 3, 3]))
                Assert.Equal(learners, (int)(await admin.Read($"/v1/cohorts/{cohort!["id"]}/progress")).Ok()["summary"]!["learners"]!);
        }
    }

    [Fact]
    public async Task A_token_of_one_is_good_on_the_other()
    {
        foreach (var (from, to) in new[] { (nodes.First, nodes.Second), (nodes.Second, nodes.First) })
        {
            using var signedIn = await from.SignIn("learner2@example.org");
            using var there = to.Anonymous();
            there.DefaultRequestHeaders.Authorization = signedIn.DefaultRequestHeaders.Authorization;
            Assert.Equal("learner2@example.org", (string)(await there.Read("/v1/me")).Ok()["email"]!);
        }
    }

    [Fact(Explicit = true)]
    public async Task A_hundred_at_once_under_one_key_on_both_nodes_have_one_effect_and_one_answer()
    {
        using var admin = await nodes.First.SignIn("admin@example.org");
        using var there = nodes.Second.Anonymous();
        there.DefaultRequestHeaders.Authorization = admin.DefaultRequestHeaders.Authorization;
        var (name, key) = ($"{Asked}{Guid.NewGuid():N}", $"key-{Guid.NewGuid():N}");
        var wish = new { name, curriculum = Given.Course, startsOn = "2027-04-05", timeZone = Given.Zone, gate = "open",
            instructors = Array.Empty<Guid>() };

        // As a client does that was told that the first is still running, or that it asks too often: it asks again.
        async Task<Answer> Insist(Func<Task<Answer>> ask)
        {
            while (true)
            {
                var answer = await ask();
                if (answer.Status is not (HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests)) return answer;
                await Task.Delay(TimeSpan.FromMilliseconds(20), Ct);
            }
        }

        Task<Answer> Create(HttpClient node) => Insist(() => node.Post("/v1/cohorts", wish, ("Idempotency-Key", key)));
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Create(i % 2 == 0 ? admin : there)));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Created, a.Status));
        Assert.Single(answers.Select(a => a.Body).Distinct());
        Assert.Single(answers, a => !a.Headers.ContainsKey("Idempotency-Replayed"));
        Assert.Single((await Insist(() => there.Read("/v1/cohorts?limit=200"))).Ok()["items"]!.AsArray(), c => (string)c!["name"]! == name);
    }

    [Fact]
    public async Task A_taken_address_is_told_in_one_sentence()
    {
        var ended = await RunningProgram.RunToEnd(
            nodes.Home, [], ("ASPNETCORE_URLS", nodes.First.Address.ToString()), ("Jobs__Enabled", "false"));

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("choose another address with ASPNETCORE_URLS", Assert.Single(ended.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_body_of_more_than_a_mebibyte_is_refused(bool chunked, bool keyed)
    {
        using var http = await nodes.First.SignIn("learner3@example.org");
        using var request = new HttpRequestMessage(HttpMethod.Post, keyed ? $"/v1/nudges/{Guid.NewGuid()}/response" : "/v1/nudges/preview");
        request.Content = new StringContent($$"""{"curriculum":"{{new string('x', Mebibyte)}}"}""", Encoding.UTF8, "application/json");
        // The client waits for the server's word before it sends, so that neither hangs up on the other.
        request.Headers.ExpectContinue = true;
        request.Headers.TransferEncodingChunked = chunked;
        if (keyed) request.Headers.Add("Idempotency-Key", "a-key-of-this-test");
        using var answer = await http.SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("\"code\":\"body.tooLarge\"", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_headers_or_a_longer_line_than_the_server_takes_are_refused()
    {
        using var http = nodes.First.Anonymous();
        var many = Enumerable.Range(0, 120).Select(i => ($"X-Header-{i}", "any")).ToArray();
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, (await http.Read("/health/live", many)).Status);
        Assert.Equal(
            HttpStatusCode.RequestHeaderFieldsTooLarge, (await http.Read("/health/live", ("X-Header", new string('x', 40_000)))).Status);
        Assert.Equal(HttpStatusCode.RequestUriTooLong, (await http.Read($"/health/live?{new string('x', 20_000)}")).Status);
        (await http.Read($"/health/live?{new string('x', 5_000)}")).Expect(HttpStatusCode.RequestUriTooLong, "query.tooLong");
        (await http.Read("/health/live", many[..50])).Ok();
    }

    [Fact]
    public async Task Health_needs_no_sign_in()
    {
        using var anyone = nodes.First.Anonymous();
        foreach (var path in new[] { "/health/live", "/health/ready" }) (await anyone.Read(path)).Ok();
        Assert.DoesNotContain("Server", (await anyone.Read("/health/live")).Headers.Keys);
    }
}
