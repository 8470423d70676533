using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MiiWrap.Learning.Tests.Conventions;
using MiiWrap.Learning.Tests.TestHost;
using YamlDotNet.RepresentationModel;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>What an operator sees of a running program: traces, metrics and log lines, and what they never see.</summary>
public sealed partial class TelemetryTests(WatchedProgram watched) : IClassFixture<WatchedProgram>
{
    private const string Canary = "zwitscherling";
    private const string Requests = "MiiWrap.Learning.Requests";

    [Fact]
    public async Task A_trace_goes_from_the_request_through_its_statements_to_the_mail()
    {
        using var admin = await watched.Program.SignIn("admin@example.org");
        var email = Given.Address("traced");
        var invited = (await admin.Post("/v1/people", new { email, name = "Tracy Traced", timeZone = Given.Zone }))
            .Expect(HttpStatusCode.Created);
        var trace = TraceOf(invited);
        await Polling.Until(() => SpansOf(trace).Any(s => s.Name == "send mail"));
        Assert.Single(await watched.Home.UntilMailTo(email));

        var spans = SpansOf(trace);
        var request = Assert.Single(spans, s => s.ParentId.Length == 0);
        Assert.Equal(invited.Headers["Request-Id"], $"00-{trace}-{request.SpanId}-01");
        Assert.StartsWith("POST /v1/people", request.Name, StringComparison.Ordinal);
        Assert.StartsWith("/v1/people", request.Tags["url.path"], StringComparison.Ordinal);
        Assert.Contains(spans, s => s.ParentId == request.SpanId && IsStatement(s, "INSERT INTO \"OutboundMails\""));
        var mail = Assert.Single(spans, s => s.Name == "send mail");
        Assert.Equal((request.SpanId, "invitation", "sent"),
            (mail.ParentId, mail.Tags["learning.message.kind"], mail.Tags["learning.outcome"]));
        Assert.Contains(spans, s => s.ParentId == mail.SpanId && IsStatement(s, "UPDATE \"OutboundMails\""));
        // The sweep that sent it has a trace of its own.
        var sweep = Assert.Single(mail.Links);
        Assert.NotEqual(trace, sweep);
        await Polling.Until(() => SpansOf(sweep).Any(s => s.Name == "job send-mails"));

        var line = Assert.Single(watched.Log, l => TraceOf(l) == trace && (string?)l["Category"] == Requests);
        var state = line["State"]!;
        Assert.Equal(("POST", 201, (string)(await admin.Read("/v1/me")).Ok()["id"]!),
            ((string)state["Method"]!, (int)state["StatusCode"]!, (string)state["Caller"]!));
        Assert.Equal(request.Tags["http.route"], (string)state["Route"]!);
        Assert.Equal(trace, (string)state["TraceId"]!);
        Assert.Matches(@"^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z$", (string)line["Timestamp"]!);
    }

    [Fact]
    public async Task Check_ins_are_sent_in_the_trace_of_their_sweep()
    {
        await Polling.Until(() => watched.Receiver.Spans.Any(s => s.Name == "send check-in"));
        var sent = watched.Receiver.Spans.First(s => s.Name == "send check-in");
        await Polling.Until(() => SpansOf(sent.TraceId).Any(s => s.SpanId == sent.ParentId));
        var job = SpansOf(sent.TraceId).Single(s => s.SpanId == sent.ParentId);
        Assert.StartsWith("job ", job.Name, StringComparison.Ordinal);
        Assert.Empty(job.ParentId);
        Assert.Equal("checkIn", sent.Tags["learning.message.kind"]);
    }

    [Theory]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData("00-5bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")]
    public async Task A_stranger_chooses_neither_the_trace_nor_whether_it_is_kept(string parent)
    {
        using var http = watched.Program.Anonymous();
        var answer = await http.Read("/v1/me", ("traceparent", parent), ("baggage", $"of={Canary}"), ("tracestate", $"of={Canary}"));
        var trace = TraceOf(answer.Expect(HttpStatusCode.Unauthorized));
        Assert.NotEqual(parent.Split('-')[1], trace);
        Assert.Equal(answer.Headers["Request-Id"], (string)answer["traceId"]!);
        await Polling.Until(() => SpansOf(trace).Any());
        Assert.Empty(SpansOf(parent.Split('-')[1]));
    }

    [Fact]
    public async Task No_name_address_title_token_or_word_is_in_any_exported_byte_label_or_log_line()
    {
        using var admin = await watched.Program.SignIn("admin@example.org");
        using var anyone = watched.Program.Anonymous();
        (await admin.Post("/v1/agencies", new { name = $"The {Canary} agency" })).Expect(HttpStatusCode.Created);
        var ada = (await admin.Post("/v1/people", new { email = $"{Canary}@example.org", name = $"Ada {Canary}", timeZone = Given.Zone }))
            .Expect(HttpStatusCode.Created);
        (await admin.Post("/v1/cohorts", new
        {
            name = $"Cohort {Canary}", curriculum = Given.Course, startsOn = "2027-03-29", timeZone = Given.Zone, gate = "open",
            instructors = new[] { (Guid)ada["id"]! },
        })).Expect(HttpStatusCode.Created);
        (await admin.Post("/v1/people", new { email = $"{Canary} at home", name = Canary, timeZone = Given.Zone }))
            .Expect(HttpStatusCode.UnprocessableEntity);
        Answer[] answers =
        [
            (await admin.Read($"/v1/people?q={Canary}")).Ok(),
            await anyone.Read($"/n/{Canary}"),
            await anyone.Read($"/calendar/{Canary}.ics"),
            await anyone.Read($"/invitation?token={Canary}"),
            await anyone.Read($"/{Canary}"),
            await anyone.Post("/v1/identity/login", new { email = $"{Canary}@example.org", password = $"{Canary}-{Canary}" }),
            await anyone.Read("/v1/me", ("User-Agent", Canary), ("Authorization", $"Bearer {Canary}"), ("X-Forwarded-For", Canary)),
            await anyone.Read("/v1/me", ("Host", $"{Canary}.example.org")),
            await anyone.Call(new(Canary.ToUpperInvariant()), "/v1/me", null),
        ];
        await watched.Home.UntilMailTo($"{Canary}@example.org");
        foreach (var answer in answers) await Polling.Until(() => SpansOf(TraceOf(answer)).Any(s => s.ParentId.Length == 0));
        await Polling.Until(() => watched.Log.Count(l => (string?)l["Category"] == Requests) >= answers.Length);

        Assert.Contains("/n/{", watched.Receiver.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, watched.Receiver.Everything, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Canary, await watched.Scrape(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(watched.Program.Output, l => l.Contains(Canary, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("@example.org", watched.Receiver.Everything, StringComparison.Ordinal);
        // Each has one line, and none is of the framework.
        var traces = answers.Select(TraceOf).ToHashSet();
        Assert.Equal(answers.Length, watched.Log.Count(l => traces.Contains(TraceOf(l) ?? "") && (string?)l["Category"] == Requests));
        Assert.DoesNotContain(watched.Log, l => ((string)l["Category"]!).StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_measured_goes_to_the_endpoint_too()
    {
        string[] expected = ["learning.nudges.due", "learning.messages.owed", "learning.messages.oldest.age", "learning.jobs.duration",
            "learning.database.wal.size", "learning.mails.attempts", "http.server.request.duration", "dotnet.process.cpu.time"];
        using var http = watched.Program.Anonymous();
        await http.Read("/v1/me");
        await Polling.Until(() => expected.All(watched.Receiver.Metrics.Contains));
    }

    [Fact]
    public async Task The_port_of_the_metrics_shows_them_and_nothing_else_and_no_other_port_does()
    {
        using var port = new HttpClient { BaseAddress = watched.MetricsAddress };
        foreach (var path in new[] { "/", "/v1/me", "/health/live", "/jobs", "/openapi/v1.json", "/metrics/x", "/Metrics" })
            Assert.Equal(HttpStatusCode.NotFound, (await port.Read(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await port.Post("/metrics", new { })).Status);
        (await port.Head("/metrics")).Ok();

        using var main = watched.Program.Anonymous();
        using var admin = await watched.Program.SignIn("admin@example.org");
        foreach (var host in new[] { watched.Program.Address.Authority, watched.MetricsAddress.Authority, "localhost" })
        {
            (await main.Read("/metrics", ("Host", host))).Expect(HttpStatusCode.Unauthorized);
            (await admin.Read("/metrics", ("Host", host))).Expect(HttpStatusCode.NotFound);
        }

        // Nobody who scrapes is counted among the requests.
        Assert.DoesNotContain($"server_port=\"{watched.MetricsAddress.Port}\"", await watched.Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_come_from_closed_sets()
    {
        await Polling.Until(async () =>
            (await watched.Scrape()).Contains("learning_nudges_lateness_seconds_count", StringComparison.Ordinal));
        string[] known = ["learning_message_kind", "learning_job_name", "learning_outcome", "learning_nudge_kind", "learning_nudge_channel",
            "learning_sign_in_refusal", "learning_nudge_state", "learning_health_part", "le", "otel_scope_name"];
        var labels = Exported(await watched.Scrape()).Where(m => m.Key.StartsWith("learning_", StringComparison.Ordinal))
            .SelectMany(m => m.Value).ToHashSet();
        Assert.Empty(labels.Except(known));
    }

    [Fact]
    public async Task The_dashboard_and_the_alerts_ask_for_what_is_exported_and_nothing_else()
    {
        using var http = watched.Program.Anonymous();
        await http.Read("/v1/me");
        await Polling.Until(async () => (await watched.Scrape()) is var text
            && text.Contains("learning_nudges_lateness_seconds_bucket", StringComparison.Ordinal)
            && text.Contains("http_server_request_duration_seconds_bucket", StringComparison.Ordinal)
            && text.Contains("learning_messages_owed", StringComparison.Ordinal));
        var exported = Exported(await watched.Scrape());
        var expressions = (await DashboardExpressions()).Concat(await AlertExpressions()).ToList();
        Assert.True(expressions.Count > 30, $"Only {expressions.Count} expressions were found.");
        Faults.None(expressions.SelectMany(e => Faulty(e, exported)));
        // A name that nobody exports is found.
        Assert.Single(Faulty("sum(rate(learning_nudges_posted_total[5m]))", exported));
        Assert.Single(Faulty("sum by (learner) (learning_messages_owed)", exported));
    }

    [Fact]
    public async Task Each_line_of_what_to_watch_has_an_alert()
    {
        var guide = await TextOf("deploy", "OPERATIONS.md");
        var table = guide[guide.IndexOf("## What to watch", StringComparison.Ordinal)..guide.IndexOf("## Metrics", StringComparison.Ordinal)];
        var lines = WatchedLine().Matches(table).Select(m => m.Groups["what"].Value).Where(w => w.Trim('-', ' ').Length > 0).ToHashSet();
        Assert.True(lines.Count >= 7, $"Only {lines.Count} lines were found.");
        var alerts = (await Alerts()).Select(a => ((YamlScalarNode)a["labels"]["watch"]).Value!).ToHashSet();
        Assert.Equal(lines.Order(), alerts.Order());
        // And the guide names each alert.
        Faults.None((await Alerts()).Select(a => ((YamlScalarNode)a["alert"]).Value!)
            .Where(name => !guide.Contains($"`{name}`", StringComparison.Ordinal)).Select(name => $"The guide does not tell of {name}."));
    }

    private static bool IsStatement(OtlpSpan span, string words) =>
        (span.Tags.GetValueOrDefault("db.query.text") ?? span.Tags.GetValueOrDefault("db.statement") ?? "")
            .Contains(words, StringComparison.Ordinal);

    private IReadOnlyList<OtlpSpan> SpansOf(string trace) => [.. watched.Receiver.Spans.Where(s => s.TraceId == trace)];

    private static string TraceOf(Answer answer) => answer.Headers["Request-Id"].Split('-')[1];

    /// <summary>By the line's scopes.</summary>
    private static string? TraceOf(JsonNode line) =>
        line["Scopes"]?.AsArray().OfType<JsonObject>().Select(s => (string?)s["TraceId"]).FirstOrDefault(t => t is not null);

    /// <summary>The names of all series with the labels that each has.</summary>
    private static Dictionary<string, HashSet<string>> Exported(string text)
    {
        var series = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n').Where(l => l.Length > 0 && l[0] != '#'))
        {
            var name = line[..line.IndexOfAny(['{', ' '])];
            if (!series.TryGetValue(name, out var labels)) series[name] = labels = new(StringComparer.Ordinal);
            labels.UnionWith(Label().Matches(line).Select(m => m.Groups["name"].Value));
        }

        return series;
    }

    /// <summary>What an expression of PromQL asks for that is not there.</summary>
    private static IEnumerable<string> Faulty(string expression, Dictionary<string, HashSet<string>> exported)
    {
        // Given by Prometheus to each series.
        string[] always = ["job", "instance", "le"];
        string[] words = ["by", "on", "and", "or", "unless", "without", "ignoring", "bool", "offset"];
        var labels = Grouping().Matches(expression).SelectMany(m => m.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries))
            .Concat(Matcher().Matches(expression).Select(m => m.Groups["name"].Value)).ToHashSet();
        var bare = Range().Replace(Grouping().Replace(Selector().Replace(expression, ""), ""), "");
        var names = Name().Matches(bare).Select(m => m.Value).Where(n => !words.Contains(n)).ToHashSet();
        Assert.NotEmpty(names);
        foreach (var name in names.Where(n => n != "up" && !exported.ContainsKey(n))) yield return $"{name} is not exported: {expression}";
        var there = names.Where(exported.ContainsKey).SelectMany(n => exported[n]).Concat(always).ToHashSet();
        foreach (var label in labels.Where(l => !there.Contains(l))) yield return $"No series has the label {label}: {expression}";
    }

    private static async Task<IEnumerable<string>> DashboardExpressions()
    {
        var dashboard = JsonNode.Parse(await TextOf("deploy", "grafana", "learning.json"))!;
        Assert.Equal("MiiWrap.Learning", (string)dashboard["title"]!);
        var panels = dashboard["panels"]!.AsArray();
        Assert.Equal(panels.Count, panels.Select(p => (int)p!["id"]!).Distinct().Count());
        return panels.Where(p => (string)p!["type"]! != "row").SelectMany(p => p!["targets"]!.AsArray()).Select(t => (string)t!["expr"]!);
    }

    private static async Task<IEnumerable<string>> AlertExpressions() =>
        (await Alerts()).Select(a => ((YamlScalarNode)a["expr"]).Value!);

    private static async Task<IReadOnlyList<YamlNode>> Alerts()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(await TextOf("deploy", "prometheus", "alerts.yml")));
        return [.. ((YamlSequenceNode)yaml.Documents[0].RootNode["groups"]).SelectMany(g => (YamlSequenceNode)g["rules"])];
    }

    private static Task<string> TextOf(params string[] path) =>
        File.ReadAllTextAsync(Path.Combine([Repository.Folder, .. path]), TestContext.Current.CancellationToken);

    [GeneratedRegex("[{,](?<name>[a-z_]+)=\"", RegexOptions.ExplicitCapture, -1)]
    private static partial Regex Label();

    [GeneratedRegex(@"\b(by|on|without|ignoring) \((?<labels>[^)]*)\)", RegexOptions.ExplicitCapture, -1)]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, -1)]
    private static partial Regex Selector();

    [GeneratedRegex("[{,](?<name>[a-z_]+)(=~|!~|!=|=)\"", RegexOptions.ExplicitCapture, -1)]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\[[^\]]*\]", RegexOptions.None, -1)]
    private static partial Regex Range();

    // A word that is no function: no bracket follows it.
    [GeneratedRegex(@"(?<![\w$.])(?>[a-z_][a-z0-9_]*)(?!\s*\()", RegexOptions.None, -1)]
    private static partial Regex Name();

    [GeneratedRegex(@"^\| (?<what>[a-z][a-z ]*) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, -1)]
    private static partial Regex WatchedLine();
}
