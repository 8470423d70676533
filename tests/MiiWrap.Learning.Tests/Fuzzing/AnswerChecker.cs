using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MiiWrap.Learning.Tests.Fuzzing;

/// <summary>Holds every answer to the contract, and keeps one example of each kind of fault.</summary>
internal sealed class AnswerChecker(Contract contract)
{
    private readonly ConcurrentDictionary<string, string> faults = new();

    public ConcurrentDictionary<int, int> Statuses { get; } = new();

    public ConcurrentDictionary<string, int> Succeeded { get; } = new();

    /// <summary>What was stored and given back, by its mark.</summary>
    public ConcurrentDictionary<string, string> Stored { get; } = new();

    public IEnumerable<string> Faults => faults.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}\n    {f.Value}");

    public void Fault(OddRequest request, string what, string answer = "") =>
        faults.TryAdd($"{request.Sound.Operation.Id}: {what}", $"{request}\n    {(answer.Length > 900 ? answer[..900] : answer)}");

    public void Hear(OddRequest request, int status, MediaTypeHeaderValue? type, string body)
    {
        Statuses.AddOrUpdate(status, 1, (_, n) => n + 1);
        if (status < 300) Succeeded.AddOrUpdate(request.Sound.Operation.Id, 1, (_, n) => n + 1);
        if (status >= 500) Fault(request, $"{status}", body);
        // The pages behind links in mails post forms, and get pages; the document shows what programs send.
        if (type?.MediaType == "text/html" && status < 500
            && request.Type?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true) return;
        if (body.Contains("   at ", StringComparison.Ordinal) && type?.MediaType != "text/html") Fault(request, "a stack trace", body);
        var described = request.Sound.Operation.Response(status);
        // An odd path may be another route's, or none's.
        if (described is null && !(request.IsPathOdd && status is 200 or 304 or 400 or 401 or 403 or 404 or 405 or 415 or 422))
            Fault(request, $"{status} is not described", body);
        if (status >= 400 && type?.MediaType != "text/html") HearProblem(request, status, type, body);
        if (described is null || request.IsPathOdd || body.Length == 0) return;
        if (described["content"] is not JsonObject content || !content.ContainsKey(type?.MediaType ?? ""))
            Fault(request, $"{status} as {type?.MediaType}, which is not described", body);
        else if (type!.MediaType!.EndsWith("json", StringComparison.Ordinal) && content[type.MediaType]!["schema"] is { } schema)
        {
            foreach (var breach in contract.Breaches(JsonNode.Parse(body), schema)
                .Where(b => status < 400 || !b.EndsWith("is not described", StringComparison.Ordinal)))
                Fault(request, $"{status} {breach}", body);
        }
    }

    /// <summary>
    /// What was stored under an odd text, as the pages or the answer tell, is given back by the pages as that text, in composed form.
    /// </summary>
    public void Compare(OddRequest request, IReadOnlyList<string> pages, string answer, string path)
    {
        var given = pages.SelectMany(p => Texts.In(JsonNode.Parse(p))).ToHashSet();
        foreach (var text in request.Marked)
        {
            var mark = text[text.LastIndexOf(OddValues.Mark, StringComparison.Ordinal)..];
            if (!pages.Append(answer).Any(t => t.Contains(mark, StringComparison.Ordinal))) continue;
            var composed = text.Trim().Normalize(NormalizationForm.FormC);
            if (!given.Contains(composed)) Fault(request, $"'{text}' is not given back by {path}", pages[^1]);
            else Stored[mark] = composed;
        }
    }

    private void HearProblem(OddRequest request, int status, MediaTypeHeaderValue? type, string body)
    {
        // The server itself refuses a NUL in the path, before anything of ours runs.
        if (status == 400 && body.Length == 0 && request.Path.Contains("%00", StringComparison.Ordinal)) return;
        // RFC 6749 has its own way to say what is wrong.
        if (request.Sound.Operation.Id == "IssueClientToken" && status is 400 or 401 && type?.MediaType == "application/json"
            && JsonNode.Parse(body) is JsonObject told && told["error"] is JsonValue) return;
        if (type?.MediaType != "application/problem+json")
        {
            Fault(request, $"{status} is no problem document but {type?.MediaType ?? "empty"}", body);
            return;
        }

        var problem = JsonNode.Parse(body)!.AsObject();
        foreach (var field in new[] { "type", "title", "detail", "instance", "traceId", "code" })
        {
            if (problem[field]?.GetValueKind() != JsonValueKind.String || ((string)problem[field]!).Length == 0)
                Fault(request, $"{status} without {field}", body);
        }

        // An odd path may be another route's.
        if (!request.IsPathOdd && !request.Sound.Operation.Codes.Contains((string?)problem["code"] ?? ""))
            Fault(request, $"{status} {problem["code"]} is not listed", body);
        if ((int?)problem["status"] != status) Fault(request, $"{status} says another status", body);
    }
}
