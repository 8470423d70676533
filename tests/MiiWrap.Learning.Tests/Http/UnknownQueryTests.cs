using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Tests.Conventions;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>A misspelt filter is refused, where it would silently answer another question.</summary>
[StandingClock(YearsLater = true)]
public sealed class UnknownQueryTests(LearningApp app)
{
    [Theory]
    [InlineData("/v1/cohorts?limt=5", "limt", "Did you mean 'limit'? This operation takes ", new[] { "cursor", "limit" })]
    [InlineData("/v1/nudges?Statuss=sent", "Statuss", "Did you mean 'status'? ", new[] { "status" })]
    [InlineData("/v1/cohorts?colour=blue", "colour", "This operation takes ", new[] { "cursor" })]
    [InlineData("/v1/me?expand=roles", "expand", "This operation takes no query parameters.", new string[0])]
    public async Task A_misspelt_parameter_is_named_with_what_was_meant(string path, string name, string told, string[] known)
    {
        var answer = (await (await app.Person()).Http.Read(path)).Expect(HttpStatusCode.UnprocessableEntity, "query.unknown");
        Assert.StartsWith(told, (string)answer["errors"]![name]![0]!, StringComparison.Ordinal);
        Assert.Superset(known.ToHashSet(), answer["known"]!.AsArray().Select(n => (string)n!).ToHashSet());
    }

    [Fact]
    public async Task Changes_are_refused_too_and_change_nothing()
    {
        var admin = await app.Admin();
        var cohort = await app.Cohort();
        (await admin.Http.Post($"{cohort.Path}/reschedule?dryRun=true", new { startsOn = "2034-03-06", dryRun = false }))
            .Expect(HttpStatusCode.UnprocessableEntity, "query.unknown");
        Assert.NotEqual("2034-03-06", (string)(await admin.Http.Read(cohort.Path)).Ok()["startsOn"]!);
    }

    [Theory]
    [InlineData("/v1/identity/invitations/accept?token=any&utm_source=mail")]
    [InlineData("/v1/identity/password/reset?token=any&fbclid=1")]
    [InlineData("/openapi/v1.json?any=1")]
    [InlineData("/health/live?any=1")]
    public async Task What_others_mark_with_parameters_of_their_own_ignores_them(string path) =>
        (await Session.Anonymous(app).Read(path)).Ok();

    [Fact]
    public async Task OAuth_and_mailed_links_ignore_them()
    {
        var token = await Session.Anonymous(app).Call(HttpMethod.Post, "/v1/oauth/token?audience=any", new FormUrlEncodedContent([]));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (token.Status, (string)token["error"]!));
        (await Session.Anonymous(app).Read("/n/any?utm_source=mail")).Expect(HttpStatusCode.NotFound);
        (await Session.Anonymous(app).Read("/calendar/any.ics?any=1")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_stranger_learns_nothing_but_that_a_token_is_needed() =>
        (await Session.Anonymous(app).Read("/v1/cohorts?any=1")).Expect(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task Every_parameter_of_the_document_is_known_and_no_other()
    {
        var document = (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok().Json;
        var described = document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject()).Select(o => o.Value!)
            .ToDictionary(o => (string)o["operationId"]!, QueryOf);
        var (faults, strict) = (new List<string>(), 0);
        foreach (var route in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (route.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName is not { } name
                || !QueryParameters.IsStrict(route)) continue;
            strict++;
            var (known, told) = (QueryParameters.NamesOf(route).ToHashSet(), described[name]);
            if (!known.SetEquals(told)) faults.Add($"{name} takes {string.Join(", ", known)} and tells {string.Join(", ", told)}");
        }

        Faults.None(faults);
        Assert.True(strict > 80, $"Only {strict} operations are strict.");
    }

    private static HashSet<string> QueryOf(JsonNode operation) =>
        (operation["parameters"]?.AsArray() ?? []).Where(p => (string)p!["in"]! == "query").Select(p => (string)p!["name"]!).ToHashSet();
}
