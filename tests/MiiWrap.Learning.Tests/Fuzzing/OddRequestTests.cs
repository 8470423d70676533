using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Fuzzing;

/// <summary>
/// Every operation of the served document, asked oddly as everybody: no 5xx, every error a problem document, every status and every body as
/// described, and nothing stored that a read cannot give back. LEARNING_FUZZ says how often, LEARNING_FUZZ_SEED from which number on.
/// </summary>
[StandingClock(YearsLater = true)]
public sealed class OddRequestTests(FuzzedApp app) : IClassFixture<FuzzedApp>
{
    private const int PerStage = 1000;
    // To get ready to ask takes longer than to ask a few hundred times.
    private const int FewForTwo = 1000;

    // Where what an operation has stored can be read, for those whose own path or Location does not show it.
    private static readonly Dictionary<string, Func<string, string>> Shown = new()
    {
        ["SaveDraft"] = path => path[..path.LastIndexOf('/')],
        ["EnrolLearners"] = path => path.Replace("/enrolments", "/progress?limit=200", StringComparison.Ordinal),
        ["CompleteUnit"] = path => path[..path.IndexOf("/units/", StringComparison.Ordinal)],
        ["CreateClient"] = _ => "/v1/clients?limit=200",
        ["AnswerNudge"] = _ => "/v1/nudges?limit=200",
        ["SubmitReflection"] = path => path[..path.LastIndexOf('/')],
    };

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var given) ? given : otherwise;

    [Fact]
    public async Task Whoever_asks_whatever()
    {
        var (count, seed) = (Setting("LEARNING_FUZZ", 400), Setting("LEARNING_FUZZ_SEED", 1));
        var contract = new Contract((await Session.Anonymous(app).Read("/openapi/v1.json")).Ok().Json);
        Assert.True(contract.Operations.Count > 60, $"Only {contract.Operations.Count} operations.");
        var judge = new AnswerChecker(contract);
        var crew = count < FewForTwo ? 1 : 2;
        var watch = Stopwatch.StartNew();
        var workers = await Task.WhenAll(Enumerable.Range(0, crew)
            .Select(w => Task.Run(() => Work(contract, judge, new Random((seed * 31) + w), count / crew))));
        var (sent, compared) = (workers.Sum(w => w.Sent), workers.Sum(w => w.Compared));
        Console.WriteLine(
            $"fuzz: {sent} requests to {contract.Operations.Count} operations as {Enum.GetValues<Role>().Length} roles in {watch.Elapsed.TotalSeconds:F0} s, seed {seed}; " +
            $"{string.Join(", ", judge.Statuses.OrderBy(s => s.Key).Select(s => $"{s.Key}: {s.Value}"))}; succeeded in {judge.Succeeded.Count} operations; {compared} texts read back; {judge.Faults.Count()} faults");
        List<string> all = [.. judge.Faults, .. workers.SelectMany(w => w.Elsewhere), .. await StoredElsewhere.FaultsInMails(app)];
        Assert.True(all.Count == 0, $"{all.Count} kinds of fault, seed {seed}:\n{string.Join('\n', all)}");
        Assert.True(judge.Succeeded.Count > contract.Operations.Count / 3,
            $"Only {judge.Succeeded.Count} operations ever succeeded: this asked too oddly.");
        Assert.True(compared > count / 1000, $"Only {compared} texts were read back.");
    }

    private async Task<(int Sent, int Compared, IReadOnlyList<string> Elsewhere)> Work(
        Contract contract, AnswerChecker judge, Random random, int count)
    {
        using var http = new HttpClient(app.Way()) { Timeout = Polling.Longest };
        var (sent, compared, elsewhere) = (0, 0, new List<string>());
        while (sent < count)
        {
            var stage = await FuzzScenario.Set(app, contract, random);
            var requests = new OddRequestGenerator(contract, stage, random);
            for (var i = 0; i < PerStage && sent < count; i++, sent++)
            {
                var odd = requests.Next();
                var (status, body, location) = await Send(http, stage, odd, judge);
                if (status == 401 && odd.Role != Role.Anonymous && !odd.Headers.Any(h => h.Name == "Authorization")
                    && !await stage.SignIn(odd.Role)) break;
                if (status is < 200 or > 299) continue;
                requests.Learn(NextOf(body));
                if (odd.Marked.Count > 0 && ReadingOf(odd, location, contract) is { } path)
                    compared += await ReadBack(http, stage, odd, path, judge, body);
            }

            elsewhere.AddRange(await StoredElsewhere.FaultsIn(http, app.Address, stage, judge.Stored));
        }

        return (sent, compared, elsewhere);
    }

    private static string? ReadingOf(OddRequest odd, string? location, Contract contract)
    {
        var operation = odd.Sound.Operation;
        if (odd.IsPathOdd) return null;
        var path = odd.Path.Split('?')[0];
        if (Shown.TryGetValue(operation.Id, out var shown)) return shown(path);
        return location ?? (contract.Reads(operation.Template) ? path : null);
    }

    private static string? NextOf(string body) =>
        body.StartsWith('{') && JsonNode.Parse(body) is JsonObject page && page["next"] is JsonValue next
        && next.TryGetValue<string>(out var cursor) ? cursor : null;

    private async Task<int> ReadBack(HttpClient http, FuzzScenario stage, OddRequest odd, string path, AnswerChecker judge, string answer)
    {
        // What was stored last may be on any page of a list: ids of one moment are in no order.
        var pages = new List<string>();
        for (var next = path; next is not null;)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(app.Address, next));
            request.Headers.Authorization = stage.TokenOf(odd.Role);
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
            var read = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                judge.Fault(odd, $"what it stored is not readable: {(int)response.StatusCode} at {next}", read);
                return 0;
            }

            if (response.Content.Headers.ContentType?.MediaType != "application/json") return 0;
            pages.Add(read);
            next = path.Contains("?limit=", StringComparison.Ordinal) && NextOf(read) is { } cursor
                ? $"{path}&cursor={Uri.EscapeDataString(cursor)}" : null;
        }

        // An answer row by row repeats the rows that it has refused too.
        judge.Compare(odd, pages, odd.Sound.Operation.Id is "EnrolLearners" or "RecordIndicators" ? "" : answer, path);
        return odd.Marked.Count;
    }

    private async Task<(int Status, string Body, string? Location)> Send(
        HttpClient http, FuzzScenario stage, OddRequest odd, AnswerChecker judge)
    {
        var ct = TestContext.Current.CancellationToken;
        // As written: the client must not tidy the path up.
        using var request = new HttpRequestMessage(new HttpMethod(odd.Sound.Operation.Method),
            new Uri($"{app.Address.Scheme}://{app.Address.Authority}{odd.Path}",
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (odd.Body is not null || odd.Type is not null)
        {
            request.Content = new ByteArrayContent(odd.Body ?? []);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", odd.Type);
        }

        request.Headers.Authorization = stage.TokenOf(odd.Role);
        foreach (var (name, value) in odd.Headers)
        {
            if (name == "Authorization") request.Headers.Remove(name);
            if (name == "Content-Encoding") request.Content?.Headers.TryAddWithoutValidation(name, value);
            else request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            // A stream of events goes on for ever.
            var type = response.Content.Headers.ContentType;
            var body = type?.MediaType == "text/event-stream" ? "" : await response.Content.ReadAsStringAsync(ct);
            judge.Hear(odd, (int)response.StatusCode, type, body);
            return ((int)response.StatusCode, body, response.Headers.Location?.ToString());
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            judge.Fault(odd, $"no answer: {e.Message}");
            return (0, "", null);
        }
    }
}
