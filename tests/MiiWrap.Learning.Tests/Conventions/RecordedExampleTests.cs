using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MiiWrap.Learning.Tests.Fuzzing;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Conventions;

/// <summary>
/// The examples of the OpenAPI document are requests that were sent and answers that came. `tests/node/frontend/renew` records them anew;
/// what differs from run to run (ids, tags, tokens) is written the same each time, so that a diff shows what has changed.
/// </summary>
[StandingClock(YearsLater = true)]
public sealed partial class RecordedExampleTests(LearningApp app)
{
    private const int MostItems = 2;
    private const int LongestText = 300;
    private static readonly string[] Secret =
        ["accessToken", "refreshToken", "deviceToken", "token", "password", "secret", "clientSecret", "access_token", "client_secret"];

    // A pattern takes several learners over weeks, and an offer somebody who was enrolled under another address.
    private static readonly string[] SeldomFull = ["ListEnrolmentOffers", "ListPatterns"];

    [Fact]
    public async Task Every_operation_shows_a_request_and_an_answer_of_its_own_kind()
    {
        var contract = new Contract((await Session.Anonymous(app).Read("/openapi/v1.json")).Ok().Json);
        Faults.None(contract.Operations.SelectMany(o => Lacking(o, contract)));
    }

    [Fact]
    public async Task Recording()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("LEARNING_RECORD") is { Length: > 0 }, "Only tests/node/frontend/renew records examples.");
        var contract = new Contract((await Session.Anonymous(app).Read("/openapi/v1.json")).Ok().Json);
        var prepared = await FuzzScenario.Set(app, contract, _ => true);
        var examples = new JsonObject();
        foreach (var sound in prepared.Sound.Where(s => s.Allowed.Count > 0 && Contents(s.Operation).Any())
            .OrderBy(s => s.Operation.Id, StringComparer.Ordinal))
        {
            // What changes something is asked of a cast of its own, so that no example is of a state that another one has left; and so is
            // what the preparation of the others leaves no longer to be read.
            var (own, answer) = sound.Operation.Method == "GET" ? await Ask(prepared, sound) : default;
            if (answer is null or { Status: >= System.Net.HttpStatusCode.BadRequest })
            {
                var stage = await FuzzScenario.Set(app, contract, id => id == sound.Operation.Id);
                (own, answer) = await Ask(stage, stage.Sound.Single());
            }

            Assert.True((int)answer.Status < 300, $"{own.Operation.Id} answered {(int)answer.Status}: {answer.Body}");
            var (ids, example) = (new Dictionary<string, string>(), new JsonObject());
            if (own.Json is { } request) example["request"] = Tidy(request, ids);
            if (answer.Headers.GetValueOrDefault("Content-Type")?.StartsWith("application/json", StringComparison.Ordinal) == true)
                example["response"] = Tidy(answer.Json, ids);
            examples[own.Operation.Id] = example;
        }

        await File.WriteAllTextAsync(
            Path.Combine(Repository.Folder, "src/MiiWrap.Learning.Api/Http/OpenApi/Examples.json"),
            examples.ToJsonString(
                new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n",
            TestContext.Current.CancellationToken);
    }

    private static async Task<(SoundRequest Asked, Answer Answer)> Ask(FuzzScenario stage, SoundRequest sound)
    {
        using var content = sound.Body is null ? null : new ByteArrayContent(sound.Body);
        if (content is not null) content.Headers.ContentType = sound.Type;
        var tellers = Tellers(sound);
        Answer? answer = null;
        // Who only reads may be asked in turn, until somebody has something to show.
        foreach (var teller in sound.Operation.Method == "GET" ? tellers : tellers.Take(1))
        {
            answer = await stage.As(teller).Call(HttpMethod.Parse(sound.Operation.Method), sound.Path, content, sound.Headers);
            if ((int)answer.Status >= 300 || !answer.Body.StartsWith('{') || !IsEmpty(answer.Json)) break;
        }

        return (sound, answer!);
    }

    /// <summary>Shows nothing of what the operation gives: no text, no number, no day.</summary>
    private static bool IsEmpty(JsonNode? example) => example switch
    {
        null => true,
        JsonObject fields => fields.All(f => IsEmpty(f.Value)),
        JsonArray items => items.All(IsEmpty),
        _ => false,
    };

    private static IEnumerable<string> Lacking(Operation operation, Contract contract)
    {
        foreach (var json in Contents(operation))
        {
            if (json["example"] is not { } example) yield return $"{operation.Id} shows no example: run tests/node/frontend/renew.";
            else if (IsEmpty(example) && !SeldomFull.Contains(operation.Id)) yield return $"The example of {operation.Id} is empty.";
            else foreach (var breach in contract.Breaches(example, json["schema"]!))
                yield return $"The example of {operation.Id} is not of its schema: {breach}. Run tests/node/frontend/renew.";
        }
    }

    private static IEnumerable<JsonNode> Contents(Operation operation) =>
        operation.Json["responses"]!.AsObject().Where(r => r.Key.StartsWith('2')).Select(r => r.Value!["content"])
            .Append(operation.Json["requestBody"]?["content"])
            .Select(c => c?["application/json"]).OfType<JsonNode>();

    // First the one whom the operation is made for: the learner where it is theirs, and the admin last.
    private static IEnumerable<Role> Tellers(SoundRequest sound) => sound.Allowed.Where(r => r != Role.Anonymous)
        .DefaultIfEmpty(Role.Anonymous);

    private static JsonNode? Tidy(JsonNode? node, Dictionary<string, string> ids, string? name = null) => node switch
    {
        JsonObject fields => new JsonObject(fields.Select(f => KeyValuePair.Create(f.Key, Tidy(f.Value, ids, f.Key)))),
        JsonArray items =>
            new JsonArray([.. InOrder(items).Take(items.All(i => i is JsonObject) ? MostItems : 4).Select(i => Tidy(i, ids))]),
        // Courses are published when the program starts, which is today and not in the test's time.
        JsonValue when name == "publishedAt" => "2034-01-30T15:00:00Z",
        JsonValue value when value.TryGetValue<string>(out var text) => Secret.Contains(name) && text.Length > 0
            ? "(secret)"
            : Tidy(text, ids),
        _ => node?.DeepClone(),
    };

    // On a clock that stands still chance decides what came first.
    private static IEnumerable<JsonNode?> InOrder(JsonArray items) =>
        items.All(i => i is JsonObject fields && fields.ContainsKey("at")) && items.DistinctBy(i => (string?)i!["at"]).Count() == 1
        ? items.OrderBy(i => (string?)i!["what"], StringComparer.Ordinal) : items;

    private static string Tidy(string text, Dictionary<string, string> ids)
    {
        text = Run().Replace(text, "");
        text = Tag().Replace(text, "\"5f2c1e9ab07d4e3c8a61f0d2\"");
        text = AppCode().Replace(text, "287082");
        text = RecoveryCode().Replace(text, "K5QX-7D2M-PZRA-3VHT");
        text = AuthenticatorKey().Replace(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        text = Hash().Replace(text, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
        text = Id().Replace(text, m => ids.TryGetValue(m.Value, out var known)
            ? known
            : ids[m.Value] = $"01d6d741-2580-7000-8000-{ids.Count + 1:D12}");
        return text.Length <= LongestText ? text : text[..LongestText].TrimEnd() + " …";
    }

    [GeneratedRegex("[- ][0-9a-f]{32}(?![0-9a-f-])", RegexOptions.None, -1)]
    private static partial Regex Run();

    [GeneratedRegex("\"[0-9a-f]{24,32}(-\\d+)?\"", RegexOptions.ExplicitCapture, -1)]
    private static partial Regex Tag();

    [GeneratedRegex("^[0-9]{6}$", RegexOptions.None, -1)]
    private static partial Regex AppCode();

    [GeneratedRegex("([A-Z2-7]{4}-){3}[A-Z2-7]{4}", RegexOptions.ExplicitCapture, -1)]
    private static partial Regex RecoveryCode();

    [GeneratedRegex("[A-Z2-7]{32}", RegexOptions.None, -1)]
    private static partial Regex AuthenticatorKey();

    [GeneratedRegex("[0-9a-f]{64}", RegexOptions.None, -1)]
    private static partial Regex Hash();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.None, -1)]
    private static partial Regex Id();
}
