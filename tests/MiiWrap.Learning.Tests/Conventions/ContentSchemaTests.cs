using System.Text.Json.Nodes;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Conventions;

/// <summary>An author's editor and the program agree on what may be written: the schemas say of each key what the parser says.</summary>
public sealed class ContentSchemaTests
{
    // YAML takes JSON as it is, so a sample is a tree that a test can prune and graft. Each has every key that there is.
    private static readonly Dictionary<string, string> Samples = new()
    {
        ["curriculum"] =
            """{"slug":"small","title":"T","summary":"S","credit":"C","modules":[{"slug":"m","title":"T","weeks":"1-2","units":["u"]}]}""",
        ["unit"] = """
            {"title":"T","minutes":20,"plan":"standard","rubric":"plain","outcomes":["O"],"prompts":[{"slug":"what","text":"W"},{"slug":"now-what","text":"N"}],
            "practice":"P","check":"C","ifThen":{"cue":"c","action":"a"},"nudges":{"1":"{check}"},"mirrors":["other/u"]}
            """,
        ["rubric"] = """
            {"slug":"plain","title":"T","guidance":"G","reviewers":1,"requiresIfThen":true,
            "criteria":[{"slug":"c","title":"T","levels":["0","1","2","3"],"anchors":["A","B","C","D"]}],
            "accept":{"c":1},"acceptAnchor":{"c":2}}
            """,
        ["material"] = """{"title":"T","kind":"key","of":"t"}""",
        ["instrument"] = """
            {"code":"form","version":1,"title":"T","licence":"original","use":"U","guidance":"G","attribution":"A",
            "bandsNeed":{"calibratedRater":true,"segmentMinutes":10},"calibration":{"commonItems":1},
            "scales":{"seen":{"kind":"rating","values":[0,1],"words":["no","yes"],"na":true}},
            "sections":[{"slug":"s","title":"T","items":[{"code":"A","text":"T","scale":"seen","required":true,"critical":true,"lookFor":["N","Y"]}]}],
            "scores":[{"code":"x","title":"T","percentOfMax":["A"],"needs":{"rated":1},"whenZero":"none","line":80,"bands":[{"band":"b","from":0,"provenance":"P"}]},
            {"code":"y","title":"T","percentOfMax":["A"],"needs":{"scorable":{"of":["x"],"least":1}}}],
            "flags":[{"code":"f","text":"T","anyOf":["A"],"equals":0}]}
            """,
        ["indicators"] = """
            {"indicators":[{"code":"left","version":1,"title":"T","definition":"D","kind":"rate","better":"down","least":0,"most":12}]}
            """,
        ["credential"] = """
            {"code":"small-one","title":"T","curriculum":"small","criteria":"C","validMonths":12,"graceDays":60,
            "requirements":[{"holds":"small-one-first"}],"renewal":[{"calibrated":"form"}]}
            """,
        ["nudge-plan"] = """
            {"slug":"standard","title":"T","requiresIfThen":true,
            "steps":[{"step":1,"day":2,"closes":9,"kind":"check","text":"{check}","whenApplied":{"kind":"recall","text":"{check}"}}]}
            """,
    };

    // A rubric has anchors at its criteria, or none of these and anchors of its own.
    private const string RubricWithoutCriteria =
        """{"slug":"plain","title":"T","guidance":"G","reviewers":1,"criteria":[],"anchors":{"complete":"C","incomplete":"I"}}""";

    // A score has one formula; what is looked at decides which.
    private static readonly Dictionary<string, string> Formulas = new()
    {
        ["sum"] = """["A"]""",
        ["mean"] = """["A"]""",
        ["count"] = """{"of":["A"],"equals":1,"atLeast":1}""",
        ["ratio"] = """{"over":["A"],"under":["A"]}""",
        ["percent"] = """{"part":["A"],"whole":["A"]}""",
    };

    // A requirement asks for one thing; what is looked at decides for which.
    private static readonly Dictionary<string, string> Asked = new()
    {
        ["unitsComplete"] = "\"all\"",
        ["reflectionsAccepted"] = "\"anchors\"",
        ["observedContacts"] = """{"atLeast":4,"withinWeeks":24}""",
        ["fidelity"] = """{"instrument":"form","score":"x","atLeast":80,"reviews":1,"withinMonths":6,"events":["live"]}""",
        ["calibrated"] = "\"form\"",
        ["itemsClosed"] = """{"atLeast":2,"withinMonths":6}""",
        ["attestation"] = """{"by":"lead","words":"W"}""",
        ["holds"] = "\"small-one-first\"",
    };

    private static readonly Dictionary<string, string> Files = new()
    {
        ["curriculum"] = "small/curriculum.yml",
        ["unit"] = "small/units/u.md",
        ["rubric"] = "rubrics/plain.yml",
        ["material"] = "small/materials/m.md",
        ["instrument"] = "instruments/form.yml",
        ["indicators"] = "indicators.yml",
        ["credential"] = "credentials/small-one.yml",
        ["nudge-plan"] = "nudge-plans/standard.yml",
    };

    public static TheoryData<string> Kinds => [.. Samples.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Schema_and_parser_know_the_same_keys_and_demand_the_same(string kind)
    {
        Assert.Empty(FaultsOf(kind, JsonNode.Parse(Samples[kind])!));
        if (kind == "rubric") Assert.Empty(FaultsOf(kind, JsonNode.Parse(RubricWithoutCriteria)!));
        var looked = 0;
        foreach (var (path, schema) in Objects(SchemaOf(kind), SchemaOf(kind), []))
        {
            var keys = schema["properties"]!.AsObject().Select(p => p.Key).ToHashSet();
            var required = schema["required"]!.AsArray().Select(r => (string)r!).ToHashSet();

            var grafted = SampleOf(kind, path);
            At(grafted, path)["zzz"] = 1;
            var unknown = Assert.Single(FaultsOf(kind, grafted), f => f.Message.StartsWith("unknown key 'zzz'", StringComparison.Ordinal));
            Assert.Equal(keys.Order(), unknown.Message.Split("expected are ")[1].Split(", ").Order());

            foreach (var key in keys)
            {
                var pruned = SampleOf(kind, [.. path, key]);
                Assert.True(At(pruned, path).Remove(key), $"the sample of {kind} lacks '{key}'");
                Assert.True(required.Contains(key) == FaultsOf(kind, pruned)
                    .Exists(f => f.Message == $"'{key}' is missing"), $"{kind}: '{key}' is required by one and not by the other");
                looked++;
            }
        }

        Assert.True(looked >= 3);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Schema_and_parser_keep_the_same_bounds(string kind)
    {
        var looked = 0;
        foreach (var (path, schema) in Objects(SchemaOf(kind), SchemaOf(kind), []))
        {
            foreach (var (key, found) in schema["properties"]!.AsObject())
            {
                var property = Resolved(found!, SchemaOf(kind));
                foreach (var (value, isSound) in Bounds(property))
                {
                    var changed = SampleOf(kind, [.. path, key]);
                    At(changed, path)[key] = value;
                    var refused = FaultsOf(kind, changed).Exists(f => f.Message.StartsWith($"'{key}' must be", StringComparison.Ordinal)
                        && !f.Message.Contains("name", StringComparison.Ordinal)
                        && !f.Message.Contains("later", StringComparison.Ordinal));
                    Assert.True(refused != isSound,
                        $"{kind}: '{key}' of {value.ToJsonString()[..Math.Min(20, value.ToJsonString().Length)]} should {(isSound ? "" : "not ")}be taken");
                    looked++;
                }
            }
        }

        Assert.True(looked > 3);
    }

    [Fact]
    public void Every_file_of_the_course_names_the_schema_of_its_kind()
    {
        var named = Directory.EnumerateFiles(ContentCopy.Original, "*.yml", SearchOption.AllDirectories).ToList();
        Assert.Equal(16, named.Count);
        foreach (var file in named)
        {
            var line = File.ReadLines(file).First();
            Assert.StartsWith("# yaml-language-server: $schema=", line, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(file)!, line.Split('=')[1])), $"{file}: {line}");
        }
    }

    private static IEnumerable<(JsonNode Value, bool IsSound)> Bounds(JsonNode property)
    {
        if (property["maximum"] is { } most)
        {
            yield return (JsonValue.Create((int)most), true);
            yield return (JsonValue.Create((int)most + 1), false);
            yield return (JsonValue.Create((int)property["minimum"]!), true);
            yield return (JsonValue.Create((int)property["minimum"]! - 1), false);
        }

        if (property["maxLength"] is { } length)
        {
            yield return (JsonValue.Create(new string('x', (int)length)), true);
            yield return (JsonValue.Create(new string('x', (int)length + 1)), false);
        }

        if (property["enum"] is { } names)
        {
            foreach (var name in names.AsArray()) yield return (JsonValue.Create((string)name!), true);
            yield return (JsonValue.Create("zzz"), false);
        }

        if (property["minItems"] is not null) yield return (new JsonArray(), false);
    }

    /// <summary>Every object that the schema describes key by key, with the way to it in a sample.</summary>
    private static IEnumerable<(string[] Path, JsonNode Schema)> Objects(JsonNode schema, JsonNode root, string[] path)
    {
        schema = Resolved(schema, root);
        if (schema["items"] is { } items)
        {
            foreach (var inner in Objects(items, root, [.. path, "0"])) yield return inner;
        }

        if (schema["properties"] is not JsonObject properties) yield break;
        yield return (path, schema);
        foreach (var (key, property) in properties)
        {
            foreach (var inner in Objects(property!, root, [.. path, key])) yield return inner;
        }
    }

    private static JsonNode Resolved(JsonNode schema, JsonNode root) =>
        schema["$ref"] is { } reference ? root["definitions"]![((string)reference!).Split('/')[^1]]! : schema;

    private static JsonObject At(JsonNode sample, string[] path) =>
        path.Aggregate(sample, (node, step) => node is JsonArray list ? list[0]! : node[step]!).AsObject();

    private static JsonNode SampleOf(string kind, string[] path)
    {
        var sample = JsonNode.Parse(kind == "rubric" && path is ["anchors", ..] ? RubricWithoutCriteria : Samples[kind])!;
        if (kind == "credential" && path is [var list, "0", var asked, ..] && Asked.TryGetValue(asked, out var value))
            sample[list]![0] = new JsonObject { [asked] = JsonNode.Parse(value) };
        if (kind != "instrument" || path is not ["scores", ..]) return sample;
        var scores = sample["scores"]!.AsArray();
        // Only a score below another can need that one's value.
        if (path.Contains("scorable"))
        {
            var lower = scores[1]!.DeepClone().AsObject();
            var upper = scores[0]!.DeepClone();
            lower["needs"]!["rated"] = 1;
            scores.Clear();
            scores.Add(lower);
            scores.Add(upper);
        }
        else if (path.FirstOrDefault(Formulas.ContainsKey) is { } formula)
        {
            scores[0]!.AsObject().Remove("percentOfMax");
            scores[0]![formula] = JsonNode.Parse(Formulas[formula]);
        }

        return sample;
    }

    private static JsonNode SchemaOf(string kind) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(ContentCopy.Original, "schema", $"{kind}.json")))!;

    private static List<ContentFault> FaultsOf(string kind, JsonNode changed)
    {
        using var content = new ContentCopy();
        foreach (var (name, file) in Files)
        {
            var yaml = name == kind ? changed.ToJsonString() : JsonNode.Parse(Samples[name])!.ToJsonString();
            content.Write(file, name switch
            {
                "unit" => $"---\n{yaml}\n---\nWords on [a key](../materials/m.md) and [what it opens](../materials/t.md).\n",
                "material" => $"---\n{yaml}\n---\nWords.\n",
                _ => yaml + "\n",
            });
        }

        content.Write("small/materials/t.md", "---\ntitle: T\nkind: transcript\n---\nWords.\n");
        return [.. CurriculumParser.Read(ContentFiles.FromFolder(content.Folder)).Faults];
    }
}
