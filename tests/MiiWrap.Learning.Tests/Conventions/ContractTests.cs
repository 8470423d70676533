using System.Text.Json.Nodes;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Conventions;

/// <summary>
/// The contract lies in the repository, so that each change of it shows in review; and what front ends were built on stays as it was.
/// </summary>
public sealed class ContractTests(LearningApp app)
{
    private const string Document = """
        {
          "paths": {
            "/things": {
              "get": {
                "operationId": "ListThings", "security": [],
                "parameters": [{ "name": "limit", "in": "query", "schema": { "type": "integer", "maximum": 200 } }],
                "responses": { "200": { "headers": { "ETag": {} }, "content": { "application/json": { "schema": { "type": "array", "items": { "$ref": "#/components/schemas/Thing" } } } } } }
              },
              "post": {
                "operationId": "MakeThing", "security": [{ "bearer": [] }],
                "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/NewThing" } } } },
                "responses": { "201": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } }, "409": {} }
              }
            }
          },
          "components": {
            "schemas": {
              "Colour": { "type": "string", "enum": ["red", "blue"] },
              "NewThing": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string", "maxLength": 100 }, "note": { "type": ["string", "null"] }, "colour": { "$ref": "#/components/schemas/Colour" } } },
              "Thing": {
                "type": "object", "required": ["id", "name"],
                "properties": { "id": { "type": "string" }, "name": { "type": "string" }, "colour": { "$ref": "#/components/schemas/Colour" }, "parent": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Thing" }] } }
              }
            }
          }
        }
        """;

    // Where in the document, what is put there (nothing: it is taken away), and what a client would miss (nothing: it is an addition).
    public static TheoryData<string, string?, string?> Changes => new()
    {
        { "paths|/things", null, "GET /things is gone" },
        { "paths|/things|post", null, "POST /things is gone" },
        { "paths|/things|get|operationId", "\"Things\"", "GET /things is now called Things" },
        { "paths|/things|get|security", "[{\"bearer\":[]}]", "GET /things now needs a token" },
        { "paths|/things|get|parameters", "[]", "GET /things no longer takes query limit" },
        { "paths|/things|get|parameters|0|schema|maximum", "100", "query limit takes at most 100" },
        { "paths|/things|get|parameters|0|schema|type", "\"string\"", "query limit takes only string" },
        { "paths|/things|get|parameters",
            """[{"name":"limit","in":"query","schema":{"type":"integer","maximum":200}},{"name":"cohort","in":"query","required":true}]""",
            "GET /things now needs query cohort" },
        { "paths|/things|get|responses|200|headers|ETag", null, "has lost the header ETag" },
        { "paths|/things|post|responses|409", null, "POST /things no longer answers 409" },
        { "paths|/things|get|responses|200|content", """{"text/csv":{}}""", "no longer given as application/json" },
        { "paths|/things|post|requestBody|required", "true", "POST /things now needs a body" },
        { "paths|/things|post|requestBody|content", """{"text/csv":{}}""", "POST /things no longer takes application/json" },
        { "components|schemas|NewThing|required", """["name","note"]""", "body.note is now required" },
        { "components|schemas|NewThing|properties|note|type", "\"string\"", "body.note takes only string" },
        { "components|schemas|NewThing|properties|note", null, "body.note is no longer taken" },
        { "components|schemas|NewThing|properties|name|maxLength", "50", "body.name takes at most 50" },
        { "components|schemas|NewThing|properties|note|maxLength", "50", "body.note takes at most 50" },
        { "components|schemas|Colour|enum", """["red"]""", "body.colour no longer takes \"blue\"" },
        { "components|schemas|Thing|properties|name", null, "201.name is gone" },
        { "components|schemas|Thing|properties|name|type", """["string","null"]""", "201.name is not only string any more" },
        { "components|schemas|Thing|properties|parent|oneOf", """[{"type":"null"},{"type":"string"}]""",
            "201.parent is not only object or null any more" },
        { "components|schemas|Thing|required", """["id"]""", "201.name may be missing now" },
        { "paths|/others", """{"get":{"operationId":"ListOthers","responses":{"200":{}}}}""", null },
        { "paths|/things|delete", """{"operationId":"DropThings","responses":{"204":{}}}""", null },
        { "paths|/things|post|responses|422", "{}", null },
        { "paths|/things|get|security", null, null },
        { "paths|/things|get|parameters|0|schema|maximum", "500", null },
        { "paths|/things|get|responses|200|content|text/csv", "{}", null },
        { "paths|/things|post|requestBody|content|text/csv", "{}", null },
        { "components|schemas|NewThing|properties|size", """{"type":"integer"}""", null },
        { "components|schemas|NewThing|required", "[]", null },
        { "components|schemas|NewThing|properties|name|maxLength", "200", null },
        { "components|schemas|NewThing|properties|name|type", """["string","null"]""", null },
        { "components|schemas|Colour|enum", """["red","blue","green"]""", null },
        { "components|schemas|Thing|properties|size", """{"type":"integer"}""", null },
        { "components|schemas|Thing|required", """["id","name","colour"]""", null },
        { "components|schemas|Thing|properties|name|description", "\"What it is called.\"", null },
        { "paths|/things|get|summary", "\"All things.\"", null },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_breaking_change_is_told_from_an_addition(string place, string? value, string? missed)
    {
        var (before, after) = (JsonNode.Parse(Document)!, JsonNode.Parse(Document)!);
        var steps = place.Split('|');
        var parent = steps[..^1]
            .Aggregate(after, (node, step) => (node is JsonArray items
                ? items[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : node[step])!);
        parent.AsObject().Remove(steps[^1]);
        if (value is not null) parent[steps[^1]] = JsonNode.Parse(value);

        var breaking = ContractChanges.Breaking(before, after);
        if (missed is null) Faults.None(breaking);
        else Assert.Contains(breaking, b => b.Contains(missed, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_served_document_is_the_one_in_the_repository()
    {
        var (served, kept) = (await Served(), Kept("openapi.json"));
        var same = JsonNode.DeepEquals(served, kept);
        var lost = string.Join('\n', ContractChanges.Breaking(kept, served));
        Assert.True(same,
            $"The contract has changed. Run tests/node/frontend/renew, and review what it changes in tests/node/frontend/openapi.json.\n{lost}");
    }

    [Fact]
    public async Task Nothing_that_front_ends_were_built_on_is_taken_away()
    {
        var released = Kept("contract-1.0.json");
        Assert.True(released["paths"]!.AsObject().Count > 50, "This is not the contract.");
        var breaking = ContractChanges.Breaking(released, await Served());
        Assert.True(breaking.Count == 0,
            $"This breaks clients of version 1.0: find a way that only adds, or agree on a new version.\n{string.Join('\n', breaking)}");
    }

    private async Task<JsonNode> Served() => (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok().Json;

    private static JsonNode Kept(string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Folder, "tests/node/frontend", file)))!;
}
