using System.Text;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Fuzzing;

/// <summary>A request as it is sent, with what is odd in it.</summary>
internal sealed class OddRequest(SoundRequest sound, Role role)
{
    public SoundRequest Sound { get; } = sound;

    public Role Role { get; } = role;

    public string Path { get; set; } = sound.Path;

    public byte[]? Body { get; set; } = sound.Body;

    public string? Type { get; set; } = sound.Type?.ToString();

    public List<(string Name, string Value)> Headers { get; } = [.. sound.Headers];

    /// <summary>Sound texts that were put into fields of the operation, to be found again in what it has stored.</summary>
    public List<string> Marked { get; } = [];

    /// <summary>The path may lead to another route or to none.</summary>
    public bool IsPathOdd { get; set; }

    public override string ToString() =>
        $"{Sound.Operation.Method} {Short(Path)} as {Role} {string.Join(' ', Headers.Select(h => $"[{h.Name}: {Short(h.Value)}]"))} {Type} {(Body is null ? "" : Short(Encoding.UTF8.GetString(Body)))}";

    private static string Short(string text) => text.Length <= 600 ? text : $"{text[..600]}… ({text.Length})";
}

/// <summary>Makes odd requests out of sound ones: some by one change, some by several, a few by none.</summary>
internal sealed class OddRequestGenerator(Contract contract, FuzzScenario stage, Random random)
{
    private static readonly string[] PathValues =
    [
        "%00", "%F0%9F%A6%86", "a%2Fb", "..", "%2e%2e", "%25", "%", "%zz", "a%20b", "%ED%A0%80", "%C0%AF", "e%CC%81", "%E2%80%AE", "*", ";",
        "~", "0", "-1", "99999999999", "1.0", "null", "undefined", "00000000-0000-0000-0000-000000000000",
        "018f0000-0000-7000-8000-000000000000", "1.4-COACHING-AGREEMENT", new('x', 3000), "", "agreement", "next",
    ];

    private static readonly (string Name, string[] Values)[] HeaderValues =
    [
        ("If-Match", ["*", "W/\"x\"", "\"\"", "x", "\"a\", \"b\"", "\"", "\u00E9", "\"000000000000000000000000\"", new('x', 4000), "*, *"]),
        ("If-None-Match", ["*", "W/\"x\"", "\"\"", "x", "\"a\", \"b\"", "\"", new('x', 4000)]),
        ("Idempotency-Key", ["short", "key-key-key-1", "key-key-key-2", "key-key-key-3", new('k', 128), new('k', 129), "with space in it",
            "\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9", "\"quoted-key\"", ", , , , , ,"]),
        ("Accept", ["*/*", "text/csv", "text/html", "image/*;q=0.1", "nonsense", "application/json;q=0, text/csv;q=2", "application/xml",
            ";;;", "application/problem+json", "text/event-stream"]),
        ("Authorization", ["Bearer", "Bearer x", "Bearer a.b.c", "Basic YTpi", "bearer  ", "Negotiate", "Bearer " + new string('x', 4000)]),
        ("Content-Encoding", ["gzip", "br", "nonsense"]),
        ("Accept-Language", ["de", "x-nonsense;q=7"]),
        ("Accept-Encoding", ["gzip", "nonsense;q=9"]),
        ("Range", ["bytes=0-1", "bytes=9-1"]),
        ("Origin", ["null", "https://evil.example", "not an origin"]),
        ("X-HTTP-Method-Override", ["DELETE"]),
        ("X-Forwarded-For", ["::1", "nonsense", "1.2.3.4, 5.6.7.8"]),
        ("Last-Event-ID", ["0", "nonsense", new('9', 400)]),
        ("traceparent", ["00-zz", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"]),
        ("Cookie", ["a=b", "=; ;"]),
    ];

    private static readonly string?[] Types =
        [null, "text/plain", "application/xml", "application/json; charset=utf-16", "application/json; charset=nonsense",
        "application/json; charset=utf-7", "application/json;;", "nonsense", "application/x-www-form-urlencoded", "multipart/form-data",
        "multipart/form-data; boundary=x", "text/csv", "application/zip", "text/json", "application/merge-patch+json"];

    private static readonly string[] Bodies =
        ["", " ", "null", "[]", "{}", "{", "\"text\"", "7", "true", "not json", "{\"a\":1}{\"a\":2}", "{\"a\":1,}", "// comment\n{}",
        "{'a':1}", "\uFEFF{}", "{\"answers\":{\"\\ud800\":\"x\"}}", "{\"\\u0000\":\"\"}", "{\"\\ud800\":1}",
        "{\"\\udc00\\ud800\":null}"];

    private readonly List<string> cursors = [];

    /// <summary>Keeps what lists give as their next page: wrong on every other list.</summary>
    public void Learn(string? cursor)
    {
        if (cursor is not null && cursors.Count < 50) cursors.Add(cursor);
    }

    public OddRequest Next()
    {
        var sound = random.Pick(stage.Sound);
        // After this one, most others of its stage would only be refused.
        if (sound.Operation.Id == "WithdrawEnrolment" && random.Next(10) > 0) sound = random.Pick(stage.Sound);
        var odd = new OddRequest(sound, random.Next(2) == 0 && sound.Allowed.Count > 0
            ? random.Pick(sound.Allowed)
            : random.Pick(Enum.GetValues<Role>()));
        if (sound.Operation.TakesIfMatch && random.Next(3) > 0)
        {
            odd.Headers.RemoveAll(h => h.Name is "If-Match" or "If-None-Match");
            odd.Headers.Add(("If-Match", "*"));
        }

        switch (random.Next(20))
        {
            case 0: break;
            case < 3: ChangePath(odd); break;
            case < 6: ChangeHeaders(odd); break;
            case < 8: ChangeQuery(odd); break;
            case < 10 when odd.Body is not null: BreakBody(odd); break;
            case < 13 when odd.Sound.Json is JsonObject body: Rephrase(odd, body); break;
            case < 14: ChangeBody(odd); ChangeHeaders(odd); break;
            default: ChangeBody(odd); break;
        }

        return odd;
    }

    private void ChangePath(OddRequest odd)
    {
        var (path, query) = odd.Path.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at
            ? (odd.Path[..at], odd.Path[at..])
            : (odd.Path, "");
        var (parts, template) = (path.Split('/'), odd.Sound.Operation.Template.Split('/'));
        var places = Enumerable.Range(0, Math.Min(parts.Length, template.Length)).Where(i => template[i].StartsWith('{')).ToList();
        if (places.Count == 0)
        {
            ChangeQuery(odd);
            return;
        }

        parts[random.Pick(places)] = random.Next(2) == 0 ? random.Pick(stage.Ids) : random.Pick(PathValues);
        (odd.Path, odd.IsPathOdd) = (string.Join('/', parts) + query, true);
    }

    private void ChangeQuery(OddRequest odd)
    {
        string[] known = [.. odd.Sound.Operation.Query, "unknown", "limit", "cursor", "version"];
        var separator = odd.Path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var value = random.Next(6) switch
            {
                0 when cursors.Count > 0 => random.Pick(cursors),
                1 => random.Pick(stage.Ids),
                2 => random.Pick(OddValues.Numbers),
                3 => random.Pick(OddValues.Moments),
                4 => random
                    .Pick(["open", "closed", "sent", "awaiting", "active", "name", "planned", "-name", "atRisk", "bm90IGEgY3Vyc29y",
                        "%ff%fe", "%00"]),
                _ => random.Pick(OddValues.Texts),
            };
            odd.Path += $"{separator}{random.Pick(known)}={(value.StartsWith('%') ? value : Uri.EscapeDataString(value[..Math.Min(value.Length, 1500)]))}";
            separator = '&';
        }
    }

    private void ChangeHeaders(OddRequest odd)
    {
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var (name, values) = random.Pick(HeaderValues);
            if (random.Next(3) > 0) odd.Headers.RemoveAll(h => h.Name == name);
            if (random.Next(8) > 0) odd.Headers.Add((name, random.Pick(values)));
        }
    }

    private void BreakBody(OddRequest odd)
    {
        switch (random.Next(6))
        {
            case 0: odd.Type = random.Pick(Types); break;
            case 1: odd.Body = odd.Body![..random.Next(odd.Body.Length)]; break;
            case 2: odd.Body = Encoding.UTF8.GetBytes(random.Pick(Bodies)); break;
            case 3: odd.Body = Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(odd.Body!)); break;
            case 4: odd.Body = Encoding.UTF8.GetBytes(new string('[', random.Next(1, 5000))); break;
            default:
                odd.Body = [.. odd.Body!];
                for (var i = random.Next(1, 6); i > 0 && odd.Body.Length > 0; i--) odd.Body[random.Next(odd.Body.Length)] = (byte)random
                    .Next(256);
                break;
        }
    }

    private void ChangeBody(OddRequest odd)
    {
        if (odd.Sound.Json is not JsonObject body)
        {
            if (odd.Body is not null) BreakBody(odd);
            else if (random.Next(2) == 0) ChangeHeaders(odd);
            else (odd.Body, odd.Type) = (Encoding.UTF8.GetBytes(random.Pick(Bodies)), random.Pick(Types));
            return;
        }

        // Fields that the sound request leaves out are of the contract too.
        foreach (var (name, _) in contract.Fields(odd.Sound.Operation)
            .Where(f => !body.ContainsKey(f.Key) && random.Next(4) == 0)) body[name] = random.Next(2) == 0
            ? OddValues.Any(random)
            : JsonValue.Create(OddValues.Marked(random));
        for (var i = random.Next(1, 4); i > 0; i--) Change(body);
        odd.Body = Encoding.UTF8.GetBytes(OddValues.Raw(body.ToJsonString()));
        odd.Marked.AddRange(TextsIn(body).Where(t => t.Contains(OddValues.Mark, StringComparison.Ordinal)));
    }

    /// <summary>Odd words where words are expected: these are mostly taken, and then they must be kept.</summary>
    private void Rephrase(OddRequest odd, JsonObject body)
    {
        var words = Places(body).Where(p => At(p.Parent, p.Key) is JsonValue v && v.TryGetValue<string>(out var text)
            && text.Contains(' ', StringComparison.Ordinal)).ToList();
        foreach (var (name, _) in contract.Fields(odd.Sound.Operation).Where(f => f.Key is "name" or "note" or "text")) words
            .Add((body, name));
        words.AddRange(Places(body).Where(p => p.Key is "name"));
        foreach (var (parent, key) in words.Distinct()) Put(parent, key, JsonValue.Create(Words(key)));
        odd.Body = Encoding.UTF8.GetBytes(body.ToJsonString());
        odd.Marked.AddRange(TextsIn(body).Where(t => t.Contains(OddValues.Mark, StringComparison.Ordinal)));
    }

    private string Words(object key) => key is "name" ? OddValues.Name(random) : OddValues.Marked(random);

    private static JsonNode? At(JsonNode parent, object key) => parent is JsonObject fields ? fields[(string)key] : parent[(int)key];

    private static void Put(JsonNode parent, object key, JsonNode? value)
    {
        if (parent is JsonObject fields) fields[(string)key] = value;
        else parent[(int)key] = value;
    }

    private void Change(JsonObject body)
    {
        var places = Places(body).ToList();
        if (places.Count == 0 || random.Next(8) == 0)
        {
            body[random.Pick(["unknown", "id", "personId", "isProgramAdmin", "__proto__", "", "$type", "\u0000", "x\u0301",
                OddValues.HalfEmoji])] = OddValues
                .Any(random);
            return;
        }

        var (parent, key) = random.Pick(places);
        var old = At(parent, key);
        var value = random.Next(8) switch
        {
            0 => null,
            1 => OddValues.Any(random),
            2 when old is JsonArray array && array.Count > 0 => new JsonArray(
                [.. Enumerable.Repeat(0, random.Next(1100)).Select(_ => array[0]?.DeepClone())]),
            2 or 3 => (JsonNode)JsonValue.Create(random.Pick(OddValues.Texts)),
            4 when old?.GetValueKind() == System.Text.Json.JsonValueKind.String => random.Pick(OddValues.Moments),
            5 => random.Next(2) == 0 ? OddValues.Number(random) : random.Pick(stage.Ids),
            _ => JsonValue.Create(Words(key)),
        };
        if (parent is JsonObject fields && random.Next(8) == 0) fields.Remove((string)key);
        else Put(parent, key, value);
    }

    private static IEnumerable<(JsonNode Parent, object Key)> Places(JsonNode node) => node switch
    {
        JsonObject fields => fields.SelectMany(f => (f.Value is null ? [] : Places(f.Value)).Prepend((node, f.Key))),
        JsonArray items => items.SelectMany((v, i) => (v is null ? [] : Places(v)).Prepend((node, (object)i))),
        _ => [],
    };

    private static IEnumerable<string> TextsIn(JsonNode? node) => Texts.In(node);
}

internal static class Texts
{
    /// <summary>Every text value of a document.</summary>
    public static IEnumerable<string> In(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(f => In(f.Value)),
        JsonArray items => items.SelectMany(In),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };
}
