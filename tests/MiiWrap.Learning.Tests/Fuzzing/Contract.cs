using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MiiWrap.Learning.Tests.Fuzzing;

/// <summary>What the served document promises, operation by operation.</summary>
internal sealed class Contract
{
    private readonly JsonNode document;

    public Contract(JsonNode document)
    {
        this.document = document;
        Operations =
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               where operation.Key is "get" or "post" or "put" or "patch" or "delete"
               select new Operation(path.Key, operation.Key.ToUpperInvariant(), operation.Value!.AsObject()),
        ];
    }

    public IReadOnlyList<Operation> Operations { get; }

    public bool Reads(string template) => document["paths"]![template]?["get"] is not null;

    /// <summary>The fields that the operation's JSON body may have, with their schemas.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonNode?>> Fields(Operation operation) =>
        operation.BodySchema is { } schema && Resolve(schema)["properties"] is JsonObject fields ? [.. fields] : [];

    /// <summary>Says where the value is not of the schema; nothing when it is.</summary>
    public IEnumerable<string> Breaches(JsonNode? value, JsonNode schema, string at = "$")
    {
        schema = Resolve(schema);
        if (schema["oneOf"] is JsonArray choices)
        {
            if (!choices.Any(c => !Breaches(value, c!, at).Any())) yield return $"{at} is none of oneOf";
            yield break;
        }

        var types = schema["type"] switch { JsonArray many => [.. many.Select(t => (string)t!)], JsonNode one => [(string)one!],
            _ => Array.Empty<string>() };
        if (types.Length > 0 && !types.Any(t => IsOf(value, t)))
        {
            yield return $"{at} is {TypeOf(value)} and not {string.Join(" or ", types)}";
            yield break;
        }

        if (value is null) yield break;
        if (schema["enum"] is JsonArray names && !names.Any(n => JsonNode.DeepEquals(n, value)))
            yield return $"{at} is {value.ToJsonString()}, which is not in its enum";
        if (value is JsonArray items && schema["items"] is { } item)
        {
            foreach (var breach in items.SelectMany((v, i) => Breaches(v, item, $"{at}[]"))) yield return breach;
        }

        if (value is not JsonObject fields) yield break;
        foreach (var name in schema["required"]?.AsArray() ?? [])
        {
            if (!fields.ContainsKey((string)name!)) yield return $"{at}.{name} is missing";
        }

        var properties = schema["properties"] as JsonObject;
        foreach (var (name, field) in fields)
        {
            if (properties?[name] is { } described)
            {
                foreach (var breach in Breaches(field, described, $"{at}.{name}")) yield return breach;
            }
            else if (schema["additionalProperties"] is JsonObject each)
            {
                foreach (var breach in Breaches(field, each, $"{at}.*")) yield return breach;
            }
            else if (properties is not null)
            {
                yield return $"{at}.{name} is not described";
            }
        }
    }

    private JsonNode Resolve(JsonNode schema)
    {
        while ((string?)schema["$ref"] is { } reference) schema =
            document["components"]!["schemas"]![reference[(reference.LastIndexOf('/') + 1)..]]!;
        return schema;
    }

    private static string TypeOf(JsonNode? value) => value?.GetValueKind().ToString() ?? "null";

    private static bool IsOf(JsonNode? value, string type) => type switch
    {
        "null" => value is null,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "number" => value?.GetValueKind() == JsonValueKind.Number,
        "integer" => value?.GetValueKind() == JsonValueKind.Number
            && decimal.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var n) && decimal.Truncate(n) == n,
        "array" => value is JsonArray,
        "object" => value is JsonObject,
        _ => false,
    };
}

/// <summary>One method of one path.</summary>
internal sealed record Operation(string Template, string Method, JsonObject Json)
{
    public string Id { get; } = (string)Json["operationId"]!;

    public JsonNode? BodySchema => Json["requestBody"]?["content"]?["application/json"]?["schema"];

    public bool TakesIfMatch { get; } = Json["parameters"]?.AsArray().Any(p => (string)p!["name"]! == "If-Match") == true;

    /// <summary>The problem codes that the operation lists.</summary>
    public HashSet<string> Codes { get; } = [.. (Json["x-problem-codes"]?.AsArray() ?? []).Select(c => (string)c!)];

    public IEnumerable<string> Query =>
        Json["parameters"]?.AsArray().Where(p => (string)p!["in"]! == "query").Select(p => (string)p!["name"]!) ?? [];

    public JsonNode? Response(int status) => Json["responses"]![status.ToString(CultureInfo.InvariantCulture)];
}
