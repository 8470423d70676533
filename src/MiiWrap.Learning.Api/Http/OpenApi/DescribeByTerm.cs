using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using YamlDotNet.Serialization;

namespace MiiWrap.Learning.Api.Http.OpenApi;

/// <summary>
/// Describes fields and parameters whose name says the same everywhere, from <c>terms.yml</c>, where nothing else is said.
/// </summary>
internal sealed class DescribeByTerm : IDocumentFilter
{
    private static readonly Dictionary<string, string> Terms = Read();

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        foreach (var (id, described) in swaggerDoc.Components!.Schemas!)
        {
            if (described is not OpenApiSchema schema) continue;
            if (string.IsNullOrEmpty(schema.Description)) schema.Description = Terms.GetValueOrDefault(id);
            foreach (var (name, property) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
            {
                if (property is OpenApiSchema { Description: null or "" } field && Terms.TryGetValue(name, out var meaning))
                    field.Description = meaning;
            }
        }

        foreach (var parameter in swaggerDoc.Paths.Values.SelectMany(p => p.Operations!.Values).SelectMany(o => o.Parameters ?? [])
            .OfType<OpenApiParameter>())
        {
            if (string.IsNullOrEmpty(parameter.Description) && Terms.TryGetValue(parameter.Name!, out var meaning))
                parameter.Description = meaning;
        }
    }

    private static Dictionary<string, string> Read()
    {
        using var text = new StreamReader(typeof(DescribeByTerm).Assembly.GetManifestResourceStream("terms.yml")!);
        return new DeserializerBuilder().Build().Deserialize<Dictionary<string, string>>(text);
    }
}
