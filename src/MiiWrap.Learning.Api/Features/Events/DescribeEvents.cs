using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using MiiWrap.Learning.Api.Contracts;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>Types the events in the OpenAPI document: the feed's by their <c>type</c>, and each as a webhook of its own.</summary>
internal sealed class DescribeEvents(IOptions<JsonOptions> json) : IDocumentFilter
{
    private static readonly (string Name, string Description)[] SignatureHeaders =
    [
        ("webhook-id", "The event's id, the same in each try: what has it was taken before."),
        ("webhook-timestamp", "When this try was made, in seconds since 1970; refuse what is older than five minutes."),
        ("webhook-signature", "One or two signatures of id, timestamp and body, separated by a space, as the Standard Webhooks specification says."),
    ];

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var schemas = swaggerDoc.Components!.Schemas!;
        var item = (OpenApiSchema)schemas[nameof(EventItem)];
        var fields = item.Properties!;
        var variants = new Dictionary<string, OpenApiSchemaReference>();
        swaggerDoc.Webhooks = new Dictionary<string, IOpenApiPathItem>();
        foreach (var (type, example) in EventData.Examples)
        {
            var data = context.SchemaGenerator.GenerateSchema(example.GetType(), context.SchemaRepository);
            var about = context.SchemaRepository.Schemas[((OpenApiSchemaReference)data).Reference.Id!].Description;
            var name = $"{NameOf(type)}Event";
            schemas[name] = Typed(fields, type, data, about);
            variants[type] = new OpenApiSchemaReference(name, swaggerDoc);
            swaggerDoc.Webhooks[type] = Sent(
                type, Typed(fields.Where(f => f.Key != "cursor"), type, data, about), ExampleOf(type, example), about, swaggerDoc);
        }

        (item.Type, item.Properties, item.Required, item.OneOf) = (null, null, null, [.. variants.Values]);
        item.Discriminator = new() { PropertyName = "type", Mapping = variants };
    }

    private static OpenApiSchema Typed(
        IEnumerable<KeyValuePair<string, IOpenApiSchema>> fields, string type, IOpenApiSchema data, string? about)
    {
        var properties = fields.ToDictionary(f => f.Key, f => f.Key switch
        {
            "type" => new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = [JsonValue.Create(type)],
                Description = "The type of the event.",
            },
            "data" => data,
            _ => f.Value,
        });
        return new()
        {
            Type = JsonSchemaType.Object,
            Description = about,
            Properties = properties,
            Required = properties.Keys.ToHashSet(),
            AdditionalPropertiesAllowed = true,
        };
    }

    private JsonNode ExampleOf(string type, object data)
    {
        var options = json.Value.SerializerOptions;
        var message = new WebhookMessage(
            EventData.ExampleId, type, EventData.ExampleTime, JsonSerializer.SerializeToElement(data, data.GetType(), options));
        return JsonSerializer.SerializeToNode(message, options)!;
    }

    private static OpenApiPathItem Sent(
        string type, OpenApiSchema message, JsonNode example, string? about, OpenApiDocument document) => new()
    {
        Operations = new()
        {
            [HttpMethod.Post] = new()
            {
                OperationId = $"Receive{NameOf(type)}",
                Summary = about,
                Tags = new HashSet<OpenApiTagReference> { new("Integration", document) },
                Security = [],
                Parameters =
                [
                    .. SignatureHeaders.Select(h => new OpenApiParameter
                    {
                        Name = h.Name,
                        In = ParameterLocation.Header,
                        Description = h.Description,
                        Required = true,
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                    }),
                ],
                RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        ["application/json"] = new() { Schema = message, Example = example },
                    },
                },
                Responses = new()
                {
                    ["2XX"] = new OpenApiResponse { Description = "It was taken. Any other answer, or none within ten seconds, is a failed try." },
                    ["410"] = new OpenApiResponse { Description = "Nothing more is to be sent: the webhook is switched off." },
                },
            },
        },
    };

    /// <summary>cohort.staffChanged becomes CohortStaffChanged.</summary>
    private static string NameOf(string type) =>
        string.Concat(type.Split('.').Select(part => $"{char.ToUpperInvariant(part[0])}{part[1..]}"));
}
