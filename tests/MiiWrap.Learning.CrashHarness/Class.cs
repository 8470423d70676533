using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MiiWrap.Learning.CrashHarness;

/// <summary>One ask as the ledger has it.</summary>
internal sealed record LedgerRow(Guid Id, string Status, string? Reason, DateTimeOffset DueAt);

/// <summary>
/// The learners: over the API they complete units, set out on steps of their own and answer, and in the end the ledger is read from there.
/// </summary>
internal sealed class Class
{
    private const string Password = "learn-and-practise-1";
    private const int Learners = 12;
    private const int Cohorts = 4;

    private readonly List<(string Email, Guid Enrolment, Queue<string> Units)> work = [];

    private static string Email(int learner) => $"learner{learner}@example.org";

    public async Task Enrol(Uri address, DateTimeOffset today)
    {
        using var admin = await SignIn(address, "admin@example.org");
        var course = (await admin.GetFromJsonAsync<JsonNode>("/v1/curricula/miiwrap-coaching-cohort"))!;
        var units = course["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray()).Select(u => (string)u!["slug"]!).ToList();
        var rows = Enumerable.Range(1, Learners).Select(i => new { email = Email(i), name = $"Learner {i}", timeZone = "America/Chicago" })
            .ToList();
        for (var c = 1; c <= Cohorts; c++)
        {
            var cohort = await Post(admin, "/v1/cohorts",
                new { name = $"Crash {c}", curriculum = "miiwrap-coaching-cohort", startsOn = today.ToString("yyyy-MM-dd", null),
                    timeZone = "America/Chicago", gate = "open", instructors = Array.Empty<Guid>() });
            var enrolled = await Post(admin, $"/v1/cohorts/{(Guid)cohort["id"]!}/enrolments", new { learners = rows });
            foreach (var row in enrolled["rows"]!.AsArray()) work.Add(((string)row!["email"]!, (Guid)row["enrolmentId"]!, new(units)));
        }
    }

    /// <summary>
    /// Everyone completes the next unit of one of their cohorts, sets out on a step or closes one, and answers some of what they were
    /// asked.
    /// </summary>
    public async Task Study(Uri address, DateTimeOffset today, Random random)
    {
        foreach (var learner in work.GroupBy(w => w.Email))
        {
            using var http = await SignIn(address, learner.Key);
            foreach (var (_, enrolment, units) in learner.OrderBy(_ => random.Next()).Take(2))
            {
                if (units.TryDequeue(out var unit))
                    await Post(http, $"/v1/enrolments/{enrolment}/units/{unit}/complete",
                        new { ifThen = new { cue = "I open my notes", action = "I will ask before I tell" } });
            }

            await Step(http, learner.First().Enrolment, today, random);
            foreach (var ask in await Asks(http, "?status=sent&limit=200"))
            {
                if (ask["response"] is null && DateTimeOffset.Parse((string)ask["expiresAt"]!, null) > DateTimeOffset.Parse(
                    (string)ask["dueAt"]!, null) && random.Next(2) == 0)
                    await http.PostAsJsonAsync($"/v1/nudges/{(Guid)ask["id"]!}/response", new { outcome = "partly" });
            }
        }
    }

    private static async Task Step(HttpClient http, Guid enrolment, DateTimeOffset today, Random random)
    {
        var agreed = await All(http, "/v1/action-items?state=agreed&limit=200");
        foreach (var ask in agreed.SelectMany(i => i["nudges"]!.AsArray()).Where(n => (string)n!["status"]! == "sent"
            && random.Next(2) == 0))
            await http.PostAsJsonAsync($"/v1/nudges/{(Guid)ask!["id"]!}/response", new { outcome = "partly" });
        if (agreed.Count == 3) await Post(http, $"/v1/action-items/{(Guid)agreed[random.Next(3)]["id"]!}/close",
            new { outcome = "dropped" });
        await Post(http, "/v1/action-items", new
        {
            enrolmentId = enrolment,
            ifThen = new { cue = "I open my notes", action = "I will ask before I tell" },
            sign = "They have spoken first",
            dueOn = today.AddDays(random.Next(4, 20)).ToString("yyyy-MM-dd", null),
        });
    }

    /// <summary>All asks of the harness's own cohorts, those about steps too.</summary>
    public async Task<List<LedgerRow>> Ledger(Uri address)
    {
        var own = work.Select(w => w.Enrolment).ToHashSet();
        var rows = new List<LedgerRow>();
        for (var i = 1; i <= Learners; i++)
        {
            using var http = await SignIn(address, Email(i));
            var ofUnits = (await Asks(http, "?limit=200")).Where(n => own.Contains((Guid)n["enrolmentId"]!));
            var ofSteps = (await All(http, "/v1/action-items?limit=200")).Where(i => own.Contains((Guid)i["enrolmentId"]!))
                .SelectMany(i => i["nudges"]!.AsArray().Select(n => n!));
            rows.AddRange(ofUnits.Concat(ofSteps).Select(n => new LedgerRow(
                (Guid)n["id"]!, (string)n["status"]!, (string?)n["statusReason"], DateTimeOffset.Parse((string)n["dueAt"]!, null))));
        }

        return rows;
    }

    private static Task<List<JsonNode>> Asks(HttpClient http, string query) => All(http, $"/v1/nudges{query}");

    private static async Task<List<JsonNode>> All(HttpClient http, string list)
    {
        var all = new List<JsonNode>();
        string? cursor = null;
        do
        {
            var page = (await http.GetFromJsonAsync<JsonNode>($"{list}{(cursor is null ? "" : $"&cursor={cursor}")}"))!;
            all.AddRange(page["items"]!.AsArray().Select(n => n!));
            cursor = (string?)page["next"];
        }
        while (cursor is not null);
        return all;
    }

    private static async Task<HttpClient> SignIn(Uri address, string email)
    {
        var http = new HttpClient { BaseAddress = address };
        var token = await Post(http, "/v1/identity/login", new { email, password = Password });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)token["accessToken"]!);
        return http;
    }

    private static async Task<JsonNode> Post(HttpClient http, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(text)!
            : throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {text}");
    }
}
