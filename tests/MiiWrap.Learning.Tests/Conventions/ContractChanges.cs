using System.Globalization;
using System.Text.Json.Nodes;

namespace MiiWrap.Learning.Tests.Conventions;

/// <summary>What one OpenAPI document takes away from those who were built on another.</summary>
internal sealed class ContractChanges
{
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];

    private readonly JsonNode before;
    private readonly JsonNode after;
    private readonly SortedSet<string> breaking = new(StringComparer.Ordinal);
    private readonly HashSet<string> walking = [];

    private ContractChanges(JsonNode before, JsonNode after) => (this.before, this.after) = (before, after);

    /// <summary>One sentence for each thing on which a client may rely and which is not so any more; additions are none.</summary>
    public static IReadOnlyCollection<string> Breaking(JsonNode before, JsonNode after)
    {
        var changes = new ContractChanges(before, after);
        foreach (var (path, operations) in before["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject().Where(o => Methods.Contains(o.Key)))
                changes.Operation($"{method.ToUpperInvariant()} {path}", operation!, after["paths"]![path]?[method]);
        }

        return changes.breaking;
    }

    private void Operation(string at, JsonNode was, JsonNode? now)
    {
        if (now is null)
        {
            breaking.Add($"{at} is gone");
            return;
        }

        if ((string?)was["operationId"] != (string?)now["operationId"])
            breaking.Add($"{at} is now called {now["operationId"]}: generated clients know it by its name");
        if (IsOpen(was) && !IsOpen(now)) breaking.Add($"{at} now needs a token");
        Parameters(at, was, now);
        Body(at, was["requestBody"], now["requestBody"]);
        foreach (var (status, response) in was["responses"]!.AsObject())
        {
            if (now["responses"]![status] is not { } still)
            {
                breaking.Add($"{at} no longer answers {status}");
                continue;
            }

            foreach (var (name, _) in Fields(response?["headers"]).Where(h => still["headers"]?[h.Key] is null)) breaking
                .Add($"{at} {status} has lost the header {name}");
            foreach (var (type, content) in Fields(response?["content"]))
            {
                if (still["content"]?[type] is not { } given) breaking.Add($"{at} {status} is no longer given as {type}");
                else Given($"{at} {status}", content?["schema"], given["schema"]);
            }
        }
    }

    private void Parameters(string at, JsonNode was, JsonNode now)
    {
        var (old, present) = (ParametersOf(was), ParametersOf(now));
        foreach (var (key, parameter) in old)
        {
            if (!present.TryGetValue(key, out var still)) breaking.Add($"{at} no longer takes {key}");
            else Taken($"{at} {key}", parameter["schema"], still["schema"]);
        }

        foreach (var (key, parameter) in present
            .Where(p => IsRequired(p.Value) && !(old.TryGetValue(p.Key, out var known) && IsRequired(known)))) breaking
            .Add($"{at} now needs {key}");
    }

    private void Body(string at, JsonNode? was, JsonNode? now)
    {
        if (now is not null && IsRequired(now) && (was is null || !IsRequired(was))) breaking.Add($"{at} now needs a body");
        foreach (var (type, content) in Fields(was?["content"]))
        {
            if (now?["content"]?[type] is not { } still) breaking.Add($"{at} no longer takes {type}");
            else Taken($"{at} body", content?["schema"], still["schema"]);
        }
    }

    /// <summary>What clients send: whatever was taken must be taken still.</summary>
    private void Taken(string at, JsonNode? old, JsonNode? present) => Walk($"> {at}", old, present, (was, now) =>
    {
        if (TypesOf(now) is { Count: > 0 } taken && (TypesOf(was) is not { Count: > 0 } had || !had.IsSubsetOf(taken)))
            breaking.Add($"{at} takes only {string.Join(" or ", taken)}");
        if (now["enum"] is JsonArray && Missing(was["enum"], now["enum"]) is { Length: > 0 } lost)
            breaking.Add($"{at} no longer takes {lost}");
        if (now["enum"] is JsonArray && was["enum"] is null) breaking.Add($"{at} takes only some values now");
        if (Number(now, "maxLength", "maximum", "maxItems") is { } most && !(Number(was, "maxLength", "maximum", "maxItems") <= most))
            breaking.Add($"{at} takes at most {most}");
        if (Number(now, "minLength", "minimum", "minItems") is { } least && !(Number(was, "minLength", "minimum", "minItems") >= least))
            breaking.Add($"{at} takes at least {least}");
        foreach (var name in RequiredOf(now).Except(RequiredOf(was))) breaking.Add($"{at}.{name} is now required");
        foreach (var (name, field) in Fields(was["properties"]))
        {
            if (now["properties"]?[name] is { } still) Taken($"{at}.{name}", field, still);
            else if (now["properties"] is not null) breaking.Add($"{at}.{name} is no longer taken");
        }

        if (was["items"] is { } item && now["items"] is { } stillItem) Taken($"{at}[]", item, stillItem);
    });

    /// <summary>What clients read: whatever was promised must be promised still.</summary>
    private void Given(string at, JsonNode? old, JsonNode? present) => Walk($"< {at}", old, present, (was, now) =>
    {
        if (TypesOf(was) is { Count: > 0 } had && (TypesOf(now) is not { Count: > 0 } gives || !gives.IsSubsetOf(had)))
            breaking.Add($"{at} is not only {string.Join(" or ", had)} any more");
        if (Missing(was["enum"], now["enum"]) is { Length: > 0 } lost) breaking.Add($"{at} is never {lost} any more");
        foreach (var (name, field) in Fields(was["properties"]))
        {
            if (now["properties"]?[name] is not { } still) breaking.Add($"{at}.{name} is gone");
            else Given($"{at}.{name}", field, still);
            if (now["properties"]?[name] is not null && RequiredOf(was).Contains(name) && !RequiredOf(now).Contains(name))
                breaking.Add($"{at}.{name} may be missing now");
        }

        if (was["items"] is { } item && now["items"] is { } stillItem) Given($"{at}[]", item, stillItem);
        if (was["additionalProperties"] is JsonObject each && now["additionalProperties"] is JsonObject stillEach)
            Given($"{at}.*", each, stillEach);
    });

    private void Walk(string at, JsonNode? old, JsonNode? present, Action<JsonNode, JsonNode> compare)
    {
        if (old is null || present is null) return;
        var (was, now) = (Resolve(before, old), Resolve(after, present));
        // A schema may contain itself.
        var key = $"{at[0]}{ReferenceOf(old) ?? at} {ReferenceOf(present) ?? at}";
        if (!walking.Add(key)) return;
        compare(was, now);
        walking.Remove(key);
    }

    private static string? ReferenceOf(JsonNode schema) =>
        (string?)(schema["$ref"] ?? schema["oneOf"]?.AsArray().Select(c => c!["$ref"]).FirstOrDefault(r => r is not null));

    /// <summary>The schema itself; of "null or this" this, with null among its types.</summary>
    private static JsonNode Resolve(JsonNode document, JsonNode schema)
    {
        if ((string?)schema["$ref"] is { } reference)
            return Resolve(document, document["components"]!["schemas"]![reference[(reference.LastIndexOf('/') + 1)..]]!);
        if (schema["oneOf"] is not JsonArray choices || choices.FirstOrDefault(c => (string?)c!["type"] != "null") is not { } one)
            return schema;
        var whole = Resolve(document, one).DeepClone();
        whole["type"] = new JsonArray([.. TypesOf(whole).Append("null").Select(t => JsonValue.Create(t))]);
        return whole;
    }

    private static bool IsOpen(JsonNode operation) => operation["security"] is not JsonArray { Count: > 0 };

    private static bool IsRequired(JsonNode node) => (bool?)node["required"] == true;

    private static Dictionary<string, JsonNode> ParametersOf(JsonNode operation) =>
        operation["parameters"]?.AsArray().ToDictionary(p => $"{p!["in"]} {p["name"]}", p => p!, StringComparer.OrdinalIgnoreCase) ?? [];

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Fields(JsonNode? node) => node as JsonObject ?? [];

    private static HashSet<string> TypesOf(JsonNode schema) => schema["type"] switch
    {
        JsonArray many => [.. many.Select(t => (string)t!)],
        JsonNode one => [(string)one!],
        _ => [],
    };

    private static IEnumerable<string> RequiredOf(JsonNode schema) => schema["required"]?.AsArray().Select(r => (string)r!) ?? [];

    private static string Missing(JsonNode? was, JsonNode? now) =>
        was is JsonArray old ? string.Join(", ", old.Select(v => v?.ToJsonString())
            .Except((now as JsonArray ?? []).Select(v => v?.ToJsonString()))) : "";

    private static decimal? Number(JsonNode schema, params string[] names) =>
        names.Select(n => schema[n]).FirstOrDefault(v => v is not null) is { } value
        ? decimal.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture) : null;
}
