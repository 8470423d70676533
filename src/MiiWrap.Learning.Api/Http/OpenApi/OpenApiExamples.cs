using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MiiWrap.Learning.Api.Http.OpenApi;

/// <summary>
/// Shows what was really sent and answered: recorded by tests/node/frontend/renew, so that no example is of an API that never was.
/// </summary>
internal sealed class OpenApiExamples : IOperationFilter
{
    private static readonly JsonObject Recorded = Read();

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (operation.OperationId is not { } id || Recorded[id] is not JsonObject example) return;
        Show(operation.RequestBody?.Content, example["request"]);
        foreach (var (_, response) in (operation.Responses ?? []).Where(r => r.Key.StartsWith('2'))) Show(
            response.Content, example["response"]);
    }

    private static void Show(IDictionary<string, OpenApiMediaType>? content, JsonNode? example)
    {
        if (example is not null && content?.TryGetValue("application/json", out var json) == true) json.Example = example.DeepClone();
    }

    private static JsonObject Read()
    {
        using var stream = typeof(OpenApiExamples).Assembly.GetManifestResourceStream("Examples.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
