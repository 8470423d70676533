using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using FluentValidation;
using FluentValidation.Validators;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using Swashbuckle.AspNetCore.Swagger;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MiiWrap.Learning.Api.Http.OpenApi;

/// <summary>The OpenAPI document: what is built, told truthfully.</summary>
internal static class OpenApiSetup
{
    private const string Bearer = "bearer";
    private const string OAuth = "oauth";

    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services) =>
        services.AddSingleton<DocumentWrittenOnce>().AddEndpointsApiExplorer().AddSwaggerGen(o =>
    {
        o.SwaggerDoc("v1", new()
        {
            Title = "MiiWrap.Learning",
            Version = "v1",
            Description = Introduction(),
            License = new() { Name = "MIT", Url = new("https://opensource.org/license/mit") },
        });
        o.AddServer(new() { Url = "/" });
        o.SupportNonNullableReferenceTypes();
        o.NonNullableReferenceTypesAsRequired();
        o.DescribeAllParametersInCamelCase();
        o.CustomSchemaIds(NameOf);
        foreach (var assembly in new[] { typeof(OpenApiSetup).Assembly, typeof(Entity).Assembly })
            o.IncludeXmlComments(Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml"));
        o.AddSecurityDefinition(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description =
                "The accessToken of POST /v1/identity/login, for the programme's own front end; a client's access_token of POST /v1/oauth/token; or an access token of the operator's OpenID provider. A front end that others host takes the scheme oauth.",
        });
        o.AddSecurityDefinition(OAuth, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.OAuth2,
            Description =
                "For front ends that others host: people sign in on the program's own pages, by authorization code with PKCE (S256), and see what is asked for. For servers: client credentials. Both are described by /.well-known/openid-configuration; a token is revoked at /connect/revoke, and the keys lie at /connect/jwks.",
            Flows = new()
            {
                AuthorizationCode = new()
                {
                    AuthorizationUrl = new("/connect/authorize", UriKind.Relative),
                    TokenUrl = new("/connect/token", UriKind.Relative),
                    RefreshUrl = new("/connect/token", UriKind.Relative),
                    Scopes = FrontEndScopes.All.ToDictionary(s => s, s => $"To {FrontEndScopes.InWords(s)}."),
                },
                ClientCredentials = new()
                {
                    TokenUrl = new("/connect/token", UriKind.Relative),
                    Scopes = Scopes.All.ToDictionary(s => s, s => $"Every operation that says it is open to clients with {s}."),
                },
            },
        });
        o.MapType<TimeSpan>(() => new OpenApiSchema { Type = JsonSchemaType.String });
        o.MapType<ItemRating>(() => new OpenApiSchema { Type = JsonSchemaType.Integer | JsonSchemaType.String });
        o.OperationFilter<DescribeOperation>();
        o.OperationFilter<OpenApiExamples>();
        o.SchemaFilter<DescribeSchema>();
        o.DocumentFilter<DescribeTags>();
        o.DocumentFilter<DescribeByTerm>();
        o.DocumentFilter<RequireResponseProperties>();
    });

    /// <summary>
    /// Anybody may ask for the document, as often as they like. Making it takes a third of a second and writing it 20 ms and some
    /// megabytes, so both are done once.
    /// </summary>
    private sealed class DocumentWrittenOnce(IAsyncSwaggerProvider generator)
    {
        // For whoever does not read on, no more than a few of these are kept.
        private const int Piece = 16 * 1024;

        private readonly Lazy<Task<byte[]>> written = new(async () =>
            Encoding.UTF8.GetBytes(await (await generator.GetSwaggerAsync("v1")).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1)));

        public async Task Send(HttpContext http)
        {
            var document = await written.Value;
            (http.Response.ContentType, http.Response.ContentLength) = ("application/json;charset=utf-8", document.Length);
            for (var sent = 0; sent < document.Length; sent += Piece)
                await http.Response.Body.WriteAsync(document.AsMemory(sent, Math.Min(Piece, document.Length - sent)), http.RequestAborted);
        }
    }

    public static void UseOpenApiDocument(this WebApplication app) =>
        // The page looks at every path with a pattern; most requests are none of its.
        app.UseWhen(c => !c.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal), documents =>
        {
            documents.Use((context, next) => HttpMethods.IsGet(context.Request.Method)
                && context.Request.Path.Equals("/openapi/v1.json", StringComparison.OrdinalIgnoreCase)
                ? context.RequestServices.GetRequiredService<DocumentWrittenOnce>().Send(context)
                : next(context));
            documents.UseSwaggerUI(o =>
            {
                o.RoutePrefix = "swagger";
                o.DocumentTitle = "MiiWrap.Learning";
                o.SwaggerEndpoint("/openapi/v1.json", "MiiWrap.Learning v1");
                o.EnablePersistAuthorization();
                o.DisplayOperationId();
            });
        });

    /// <summary>Page&lt;NudgeItem&gt; becomes NudgeItemPage.</summary>
    private static string NameOf(Type type) =>
        type.IsGenericType ? string.Concat(type.GetGenericArguments().Select(NameOf))
        + type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)] : type.Name;

    private static string Introduction()
    {
        using var text = new StreamReader(typeof(OpenApiSetup).Assembly.GetManifestResourceStream("Introduction.md")!);
        return text.ReadToEnd();
    }

    /// <summary>Summaries from the requests' own documentation, security, and what every route can answer.</summary>
    private sealed class DescribeOperation(IServiceProvider services) : IOperationFilter
    {
        private static readonly Dictionary<string, string> Summaries = ReadSummaries();

        public void Apply(OpenApiOperation operation, OperationFilterContext context)
        {
            var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<DescribedBy>().FirstOrDefault() is { } described
                && Summaries.TryGetValue(described.Request.FullName!, out var text)) operation.Summary = text;
            operation.Responses ??= [];
            operation.Responses["429"] = WithHeader(
                "Retry-After", "Seconds to wait.", Problem("Too many requests; Retry-After says when to try again.", context));
            operation.Responses
                .TryAdd("503", Problem(
                    "This took too long and was stopped, or the database takes no changes at present; try again later.", context));
            // A page may have to note who has read it.
            operation.Responses
                .TryAdd("507", Problem("The database has no space left, so nothing was saved; try again once there is space.", context));
            if (operation.RequestBody is not null)
            {
                operation.Responses.TryAdd("408", Problem("The body came too slowly.", context));
                operation.Responses.TryAdd("413", Problem("The body is larger than this route takes.", context));
                operation.Responses.TryAdd("415", Problem("The body is of a media type that this route does not take.", context));
            }

            foreach (var (status, response) in operation.Responses)
            {
                if (status == "304" && response is OpenApiResponse notModified)
                    (notModified.Content, notModified.Description) = (null, "You have this very state.");
                if (status is "200" or "304" && metadata.OfType<AnswersWithETag>().Any() && response is OpenApiResponse tagged)
                    WithHeader("ETag", "The strong tag of this state.", tagged);
                if (status == "201" && response is OpenApiResponse created)
                    WithHeader("Location", "Where it can be read, by itself or as part of something.", created);
                if (status == "412" && response is OpenApiResponse stale) WithHeader("ETag", "The present tag.", stale);
                if (status == "200" && metadata.OfType<Listed>().Any() && response is OpenApiResponse listed)
                    WithHeader("Link", "The address of the next page, as rel=\"next\"; left out on the last.", listed);
            }

            foreach (var also in metadata.OfType<AnswersAlso>())
            {
                if (operation.Responses["200"] is OpenApiResponse { Content: { } content })
                    content[also.MediaType] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
            }

            if (metadata.OfType<TakesAlsoCsv>().FirstOrDefault() is { } csv
                && operation.RequestBody is OpenApiRequestBody { Content: { } bodies })
            {
                foreach (var type in new[] { Csv.MediaType, Csv.ExcelMediaType })
                    bodies[type] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                        Example = JsonValue.Create(csv.Example) };
                operation.Responses.TryAdd("413", Problem("The file is larger than 1 MiB.", context));
            }

            operation.Parameters ??= [];
            var isStrict = QueryParameters.IsStrict(context.ApiDescription.RelativePath, metadata);
            (operation.Extensions ??= new Dictionary<string, IOpenApiExtension>())["x-problem-codes"] = new JsonNodeExtension(
                new JsonArray([.. OperationProblems.Of([.. metadata], isStrict).Select(code => JsonValue.Create(code))]));
            if (isStrict)
                operation.Responses.TryAdd("422", Problem(
                    "The query has a parameter that this operation does not take.", context, typeof(HttpValidationProblemDetails)));
            // What stands behind an address may be too long also where an operation takes no query.
            operation.Responses.TryAdd("414", Problem("The query is longer than the server takes.", context));
            if (metadata.OfType<TakesIfMatch>().FirstOrDefault() is { } precondition)
            {
                operation.Parameters.Add(RequestHeader("If-Match", "The ETag that you read.", required: !precondition.OrIsNew));
                if (precondition.OrIsNew)
                    operation.Parameters
                        .Add(RequestHeader("If-None-Match", "* for the first save, in place of If-Match.", required: false));
            }
            else if (metadata.OfType<AnswersWithETag>().Any())
                operation.Parameters
                    .Add(RequestHeader("If-None-Match", "The ETag that you have; 304 when it is still the state.", required: false));
            if (metadata.OfType<TakesIdempotencyKey>().Any() && context.ApiDescription.HttpMethod == "POST")
            {
                operation.Parameters
                    .Add(RequestHeader(
                        Idempotency.Header, "8 to 128 visible characters; repeats get the first answer again.", required: false));
                operation.Responses.TryAdd("409", Problem("The first request with this key is still running.", context));
                operation.Responses
                    .TryAdd("422", Problem(
                        "The key is not of its form, or was used for another request.", context, typeof(HttpValidationProblemDetails)));
            }

            foreach (var limit in operation.Parameters.OfType<OpenApiParameter>()
                .Where(p => p.Name is "limit" or "version" && p.In == ParameterLocation.Query))
                limit.Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = limit.Name == "limit"
                    ? "200"
                    : null };

            foreach (var (name, values) in EnumFilters(metadata.OfType<DescribedBy>().FirstOrDefault()?.Request))
            {
                foreach (var choice in operation.Parameters.OfType<OpenApiParameter>()
                    .Where(p => p.Name == name && p.In == ParameterLocation.Query))
                    choice.Schema = context.SchemaGenerator.GenerateSchema(values, context.SchemaRepository);
            }

            if (metadata.OfType<TakesMergePatch>().FirstOrDefault() is { Clearable.Count: > 0 } patch)
                operation.Description =
                    $"{operation.Description} In a merge patch null clears {string.Join(", ", patch.Clearable.Select(c => $"`{c}`"))}."
                        .TrimStart();
            if (metadata.OfType<Deprecation>().FirstOrDefault() is { } deprecation)
            {
                operation.Deprecated = true;
                operation.Description = $"{operation.Description} Ends on {deprecation.Sunset.UtcDateTime:yyyy-MM-dd}.".TrimStart();
            }

            if (metadata.OfType<OpenToClients>().FirstOrDefault() is { } open)
                operation.Description =
                    $"{operation.Description} Open to clients with the scope {string.Join(" or ", open.Scopes.Select(s => $"`{s}`"))}."
                        .TrimStart();

            if (metadata.OfType<IAllowAnonymous>().Any())
            {
                operation.Security = [];
                return;
            }

            operation.Responses.TryAdd("401", Problem("There is no access token, or it is not good any more.", context));
            operation.Responses.TryAdd("403", Problem("You are known, and may not do this.", context));
            // Any one of these is enough.
            var scopes = (metadata.OfType<OpenToFrontEnds>().LastOrDefault()?.Scopes ?? [])
                .Concat(metadata.OfType<OpenToClients>().LastOrDefault()?.Scopes ?? []);
            operation.Security =
            [
                new() { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] },
                .. scopes.Select(scope => new OpenApiSecurityRequirement
                    { [new OpenApiSecuritySchemeReference(OAuth, context.Document)] = [scope] }),
            ];
        }

        /// <summary>The parameters of a request that name values of an enumeration.</summary>
        private IEnumerable<(string Name, Type Values)> EnumFilters(Type? request)
        {
            using var scope = services.CreateScope();
            if (request is null
                || scope.ServiceProvider.GetService(typeof(IValidator<>).MakeGenericType(request)) is not IValidator validator) return [];
            return
            [
                .. from rules in validator.CreateDescriptor().GetMembersWithValidators()
                   from rule in rules
                   let type = rule.Validator.GetType()
                   where type.IsConstructedGenericType && type.GetGenericTypeDefinition() == typeof(OneOf<,>)
                   select (System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(rules.Key), type.GetGenericArguments()[1]),
            ];
        }

        private static OpenApiResponse WithHeader(string name, string description, OpenApiResponse response)
        {
            (response.Headers ??= new Dictionary<string, IOpenApiHeader>())[name] = Header(description);
            return response;
        }

        private static OpenApiResponse Problem(string description, OperationFilterContext context, Type? type = null) => new()
        {
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] =
                    new() { Schema = context.SchemaGenerator.GenerateSchema(type ?? typeof(ProblemDetails), context.SchemaRepository) },
            },
        };

        private static OpenApiHeader Header(string description) =>
            new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

        private static OpenApiParameter RequestHeader(string name, string description, bool required) => new()
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = description,
            Required = required,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };

        private static Dictionary<string, string> ReadSummaries() =>
            XDocument.Load(Path.Combine(AppContext.BaseDirectory, typeof(OpenApiSetup).Assembly.GetName().Name + ".xml"))
                .Descendants("member")
                .Select(m => (Name: (string)m.Attribute("name")!, Text: m.Element("summary")?.Value.Trim()))
                .Where(m => m.Name.StartsWith("T:", StringComparison.Ordinal) && m.Text is not null)
                .ToDictionary(m => m.Name[2..], m => m.Text!);
    }

    private const string NotFoundExample = """
        {"type":"urn:miiwrap-learning:problem:cohort.notFound","title":"No such cohort","status":404,"detail":"There is no such cohort.","instance":"/v1/cohorts/01980000-0000-7000-8000-000000000000","code":"cohort.notFound","traceId":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"}
        """;

    private const string InvalidExample = """
        {"type":"urn:miiwrap-learning:problem:request.invalid","title":"Invalid input","status":422,"detail":"This must be an IANA time zone name such as America/Chicago.","instance":"/v1/cohorts","errors":{"timeZone":["This must be an IANA time zone name such as America/Chicago."]},"code":"request.invalid","traceId":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"}
        """;

    /// <summary>Says what validators demand, what problem documents carry, and which references may be null.</summary>
    private sealed class DescribeSchema(IServiceProvider services) : ISchemaFilter
    {
        public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
        {
            if (schema is not OpenApiSchema { Properties: { } properties } s) return;
            s.AdditionalPropertiesAllowed = true;
            if (typeof(ProblemDetails).IsAssignableFrom(context.Type))
            {
                properties["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Stable; tell errors apart by this." };
                properties["traceId"] = new OpenApiSchema { Type = JsonSchemaType.String,
                    Description = "Names this request in the server's log." };
                s.Examples = [JsonNode.Parse(properties.ContainsKey("errors") ? InvalidExample : NotFoundExample)!];
                return;
            }

            foreach (var name in NullableReferences(context.Type))
            {
                if (properties.TryGetValue(name, out var property) && property is OpenApiSchemaReference)
                    properties[name] = new OpenApiSchema { OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, property] };
            }

            Demand(s, context.Type);
        }

        private static IEnumerable<string> NullableReferences(Type type)
        {
            var nullability = new NullabilityInfoContext();
            return type.GetProperties().Where(p => Nullable.GetUnderlyingType(p.PropertyType) is not null
                || nullability.Create(p).ReadState == NullabilityState.Nullable)
                .Select(p => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(p.Name));
        }

        private void Demand(OpenApiSchema schema, Type type)
        {
            using var scope = services.CreateScope();
            if (scope.ServiceProvider.GetService(typeof(IValidator<>).MakeGenericType(type)) is not IValidator validator) return;
            foreach (var rules in validator.CreateDescriptor().GetMembersWithValidators())
            {
                var name = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(rules.Key);
                if (!schema.Properties!.TryGetValue(name, out var property)) continue;
                foreach (var (rule, options) in rules)
                {
                    var isConditional = options is { HasCondition: true } or { HasAsyncCondition: true };
                    if (rule is INotEmptyValidator or INotNullValidator && !isConditional) Require(schema, name);
                    if (rule is ILengthValidator { Max: > 0 } length && property is OpenApiSchema text) text.MaxLength = length.Max;
                }
            }
        }

        private static void Require(OpenApiSchema schema, string name)
        {
            (schema.Required ??= new HashSet<string>()).Add(name);
            switch (schema.Properties![name])
            {
                case OpenApiSchema { OneOf: [_, OpenApiSchemaReference reference] }:
                    schema.Properties[name] = reference;
                    break;
                case OpenApiSchema property:
                    property.Type &= ~JsonSchemaType.Null;
                    break;
            }
        }
    }

    /// <summary>An answer always has each of its fields, if only as null; whoever sends may leave out what is not required.</summary>
    private sealed class RequireResponseProperties : IDocumentFilter
    {
        public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
        {
            var schemas = swaggerDoc.Components!.Schemas!;
            var sent = new HashSet<string>();
            foreach (var body in swaggerDoc.Paths.Values.SelectMany(p => p.Operations!.Values).Select(o => o.RequestBody?.Content)
                .OfType<IDictionary<string, OpenApiMediaType>>())
            {
                foreach (var content in body.Values) Collect(content.Schema, schemas, sent);
            }

            foreach (var (_, schema) in schemas.Where(s => !sent.Contains(s.Key)))
            {
                // Problem documents leave out what they have not.
                if (schema is OpenApiSchema { Properties: { } properties } answer && !properties.ContainsKey("traceId"))
                    answer.Required = properties.Keys.ToHashSet();
            }
        }

        private static void Collect(IOpenApiSchema? schema, IDictionary<string, IOpenApiSchema> all, HashSet<string> found)
        {
            if (schema is OpenApiSchemaReference { Reference.Id: { } id })
            {
                if (found.Add(id)) Collect(all[id], all, found);
                return;
            }

            if (schema is null) return;
            foreach (var part in (schema.Properties?.Values ?? []).Concat(schema.OneOf ?? []).Append(schema.Items)
                .Append(schema.AdditionalProperties)) Collect(part, all, found);
        }
    }

    private sealed class DescribeTags : IDocumentFilter
    {
        private static readonly (string Name, string Description)[] Tags =
        [
            ("Identity", "Signing in and out, invitations and forgotten passwords."),
            ("Clients", "Server-side integrations: their secrets, scopes and tokens."),
            ("People", "Who is here, and the agencies that they belong to."),
            ("Me", "What concerns the caller: profile, preferences, and the one thing to do next."),
            ("Curriculum", "Published courses; a version never changes."),
            ("Cohorts", "Groups that move through one curriculum version together, and who is in them."),
            ("Learning", "A learner's journey through the units."),
            ("Reflections", "What a learner writes about their practice: draft, revisions, feedback."),
            ("Reviews", "The reviewers' queue, and their private work until it is published."),
            ("Retention", "How long the words of reflections are kept, and what was purged."),
            ("Nudges", "The ledger of follow-up asks, and the answers to them."),
            ("Progress", "How a cohort is doing."),
            ("Follow-ups", "What needs a human: learners whom a word with their coach would help, and patterns that no coach can change."),
            ("Transfer", "How much of what was learned is in use after thirty days, by the learners' account and by what coaches saw."),
            ("Fidelity", "Instruments by which practice is rated, for coaching: published forms and formulas that never change; and reviews of practice by them."),
            ("Implementation", "What an agency counts at home, and what became of coaching there, before and after it began; never a cause."),
            ("Credentials", "What people were found to have shown, as terms with frozen dates and evidence; definitions as data, and a page for anybody."),
            ("Badges", "Credentials as Open Badges 3.0, for anybody's verifier: signed files, their keys, and which of them were revoked."),
            ("Integration", "What other programs follow: events as a feed, as a stream, and as signed webhooks."),
            ("Contract", "What the contract says of itself: the codes of its problems, and its changes."),
            ("Calendar", "A person's dates for their own calendar program, at a secret address."),
            ("One-tap answers", "The small pages behind the links in mails; no sign-in."),
        ];

        public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context) =>
            swaggerDoc.Tags = Tags.Select(t => new OpenApiTag { Name = t.Name, Description = t.Description }).ToHashSet();
    }
}
