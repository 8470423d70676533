using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Conventions;

/// <summary>The served document names every route, and each operation declares what its kind can answer.</summary>
public sealed partial class OpenApiDocumentTests(LearningApp app)
{
    [Fact]
    public async Task Every_route_is_in_the_document()
    {
        var routes = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            // What stands under /connect is described by the security scheme, and by its own discovery document.
            .Where(e => !e.RoutePattern.RawText!.StartsWith("/health", StringComparison.Ordinal)
                && !e.RoutePattern.RawText.StartsWith("/connect/", StringComparison.Ordinal)
                && !e.RoutePattern.RawText.StartsWith("/jobs", StringComparison.Ordinal)).ToList();
        Assert.True(routes.Count > 20, $"Only {routes.Count} routes.");
        var ids = (await Operations()).Select(o => o.Id).ToHashSet();
        // One operation may have a route for each kind of body that it takes.
        string AddressOf(RouteEndpoint route) =>
            $"{string.Join(',', route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])} {route.RoutePattern.RawText}";
        var described = routes.Where(r => ids.Contains(r.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? ""))
            .Select(AddressOf).ToHashSet();
        Faults.None(routes.Where(r => !described.Contains(AddressOf(r))).Select(r => r.DisplayName));
    }

    [Fact]
    public async Task Every_operation_has_a_summary_a_tag_and_a_described_success()
    {
        foreach (var o in await Operations())
        {
            Assert.True((string?)o.Json["summary"] is { Length: > 10 }, $"{o.Id} has no summary.");
            Assert.True(o.Json["tags"]?.AsArray().Count == 1, $"{o.Id} has no tag.");
            Assert.True(o.Statuses.Any(s => s.StartsWith('2')), $"{o.Id} declares no success.");
        }
    }

    [Fact]
    public async Task What_any_operation_may_answer_is_said_of_each()
    {
        foreach (var o in await Operations()) o.MustDeclare("429", "503", "507");
    }

    [Fact]
    public async Task Who_needs_a_token_is_said()
    {
        var open = app.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(e => e.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName).ToHashSet();
        Assert.Contains("SignIn", open);
        foreach (var o in await Operations())
        {
            var needsToken = o.Json["security"]!.AsArray().Count > 0;
            Assert.True(needsToken != open.Contains(o.Id), $"{o.Id}: security is not as it is served.");
            if (needsToken) o.MustDeclare("401");
        }
    }

    [Fact]
    public async Task Each_kind_of_operation_declares_what_it_can_answer()
    {
        var operations = await Operations();
        Assert.True(operations.Count > 20, $"Only {operations.Count} operations.");
        foreach (var o in operations)
        {
            o.MustDeclare("429");
            if (o.Takes("path")) o.MustDeclare("404");
            if (o.Takes("query", "limit") || o.Takes("query", "cursor")) o.MustDeclare("422");
            if (o.Takes("header", "If-Match")) o.MustDeclare("412", "428");
            if (o.Method == "get" && o.Takes("header", "If-None-Match")) o.MustDeclare("304");
            if (o.Takes("header", "Idempotency-Key")) o.MustDeclare("409", "422");
            if (o.Body is not { } body) continue;
            // What is wrong with a form for a token is said as OAuth says it.
            if (o.Path == "/v1/oauth/token") o.MustDeclare("400", "401", "413", "415");
            else o.MustDeclare("413", "415", "422");
            if (body.ContainsKey("application/json")) o.MustDeclare("400");
        }
    }

    [Fact]
    public async Task What_was_made_is_said_to_be_found_at_an_address()
    {
        var created = (await Operations()).Where(o => o.Statuses.Contains("201")).ToList();
        Assert.True(created.Count >= 10, $"Only {created.Count} operations make something.");
        Faults.None(created.Where(o => o.Json["responses"]!["201"]!["headers"]?["Location"] is null)
            .Select(o => $"{o.Id} tells no Location."));
    }

    [Fact]
    public async Task Every_field_and_parameter_is_described_in_the_words_of_the_JSON()
    {
        var document = (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok();
        var schemas = document["components"]!["schemas"]!.AsObject();
        var fields = schemas.SelectMany(s => (s.Value!["properties"] as JsonObject ?? []).Select(p => (At: $"{s.Key}.{p.Key}", p.Value)));
        var parameters = (await Operations()).SelectMany(o => (o.Json["parameters"]?.AsArray() ?? [])
            .Select(p => (At: $"{o.Id} {p!["name"]}", Value: p)));
        List<(string At, JsonNode? Value)> all = [.. fields, .. parameters, .. schemas.Select(s => (s.Key, s.Value))];
        Assert.True(all.Count > 1000, $"Only {all.Count} descriptions were looked at.");
        Faults.None(all.Select(d => (d.At, Said: DescriptionOf(d.Value!, schemas)))
            .Where(d => d.Said is not { Length: > 0 } || NamesOfCode().IsMatch(d.Said))
            .Select(d => d.Said is null ? $"{d.At} is not described." : $"{d.At} is described as '{d.Said}'."));
    }

    /// <summary>Its own, or that of the one kind of thing that it holds.</summary>
    private static string? DescriptionOf(JsonNode schema, JsonObject all)
    {
        if ((string?)schema["description"] is { Length: > 0 } own) return own;
        if ((string?)schema["$ref"] is { } reference) return DescriptionOf(all[reference.Split('/')[^1]]!, all);
        return (schema["oneOf"] as JsonArray)?.Where(c => c!["$ref"] is not null).Select(c => DescriptionOf(c!, all)).FirstOrDefault();
    }

    [GeneratedRegex(@"\b(Guid|DateOnly|DateTime|TimeSpan|IReadOnly\w*|Nullable|\w+Handler|\w+Exception)\b|`\d|[A-Z]\w*\.[A-Z]\w*\b",
        RegexOptions.ExplicitCapture, -1)]
    private static partial Regex NamesOfCode();

    [Theory]
    [InlineData("ListNudges", "status", "planned")]
    [InlineData("ListReviewQueue", "status", "awaiting")]
    [InlineData("GetCohortProgress", "status", "atRisk")]
    [InlineData("GetAgencyTransfer", "audience", "outside")]
    public async Task A_filter_shows_the_values_that_it_takes(string operation, string parameter, string one)
    {
        var schemas = (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok()["components"]!["schemas"]!;
        var filter = (await Operations()).Single(o => o.Id == operation).Json["parameters"]!.AsArray()
            .Single(p => (string)p!["name"]! == parameter)!;
        var values = schemas[((string)filter["schema"]!["$ref"]!).Split('/')[^1]]!["enum"]!.AsArray();
        Assert.Contains(one, values.Select(v => (string)v!));
    }

    [Fact]
    public async Task Every_post_that_changes_state_takes_an_idempotency_key()
    {
        var posts = (await Operations()).Where(o => o.Method == "post" && o.Path.StartsWith("/v1/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(posts);
        foreach (var o in posts)
        {
            var ignoresKeys = o.Path.StartsWith("/v1/identity/", StringComparison.Ordinal) || o.Path is "/v1/oauth/token" or "/v1/me/password"
                    or "/v1/me/second-factor"
                || o.Path.EndsWith("/preview", StringComparison.Ordinal) || o.Path.EndsWith("/privacy-check", StringComparison.Ordinal);
            Assert.True(o.Takes("header", "Idempotency-Key") != ignoresKeys,
                $"{o.Id} {(ignoresKeys ? "takes a key that it ignores" : "takes no key")}.");
        }
    }

    private async Task<List<Operation>> Operations() =>
    [
        .. from path in (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok()["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           where operation.Key is "get" or "post" or "put" or "patch" or "delete"
           select new Operation(path.Key, operation.Key, operation.Value!.AsObject()),
    ];

    private sealed record Operation(string Path, string Method, JsonObject Json)
    {
        public string Id => (string)Json["operationId"]!;

        public IEnumerable<string> Statuses => Json["responses"]!.AsObject().Select(r => r.Key);

        public JsonObject? Body => Json["requestBody"]?["content"]?.AsObject();

        public bool Takes(string place, string? name = null) =>
            Json["parameters"]?.AsArray().Any(p => (string?)p!["in"] == place && (name is null || (string?)p["name"] == name)) == true;

        public void MustDeclare(params string[] statuses) =>
            Faults.None(statuses.Except(Statuses).Select(s => $"{Id} does not declare {s}."));
    }
}
