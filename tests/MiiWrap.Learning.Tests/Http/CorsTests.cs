using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>Pages of other origins, as a browser asks for them.</summary>
public sealed class CorsTests(CorsTests.App app) : IClassFixture<CorsTests.App>
{
    private const string Known = "https://learn.example.org";
    private const string Allow = "Access-Control-Allow-Origin";

    [Theory]
    [InlineData(Known)]
    [InlineData("http://localhost:5173")]
    public async Task A_known_origin_may_ask_and_need_not_ask_again_for_hours(string origin)
    {
        var answer = await Preflight("/v1/me/preferences", origin, "PATCH", "authorization,content-type,if-match,idempotency-key");
        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        Assert.Equal(origin, answer.Headers[Allow]);
        Assert.Contains("PATCH", answer.Headers["Access-Control-Allow-Methods"], StringComparison.Ordinal);
        Assert.Equal("authorization,content-type,if-match,idempotency-key", answer.Headers["Access-Control-Allow-Headers"]);
        Assert.Equal("7200", answer.Headers["Access-Control-Max-Age"]);
        Assert.DoesNotContain("Access-Control-Allow-Credentials", answer.Headers.Keys);
        Assert.Contains("Origin", answer.Headers["Vary"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example.org")]
    [InlineData("http://learn.example.org")]
    [InlineData("https://learn.example.org.evil.example")]
    [InlineData("https://learn.example.org:8443")]
    [InlineData("null")]
    public async Task Any_other_origin_gets_nothing(string origin)
    {
        Assert.DoesNotContain((await Preflight("/v1/me", origin, "GET", "authorization")).Headers.Keys, IsAboutOrigins);
        Assert.DoesNotContain((await (await app.Person()).Http.Read("/v1/me", ("Origin", origin))).Ok().Headers.Keys, IsAboutOrigins);
    }

    [Fact]
    public async Task A_page_reads_answers_errors_and_their_headers()
    {
        var person = await app.Person();
        foreach (var answer in new[]
        {
            (await person.Http.Read("/v1/me", ("Origin", Known))).Ok(),
            (await person.Http.Read($"/v1/cohorts/{Guid.NewGuid()}", ("Origin", Known))).Expect(HttpStatusCode.NotFound),
            (await Session.Anonymous(app).Read("/v1/me", ("Origin", Known))).Expect(HttpStatusCode.Unauthorized),
            (await person.Http.Post("/v1/people", "{", ("Origin", Known))).Expect(HttpStatusCode.BadRequest),
            (await Session.Anonymous(app).Read("/openapi/v1.json", ("Origin", Known))).Ok(),
        })
        {
            Assert.Equal(Known, answer.Headers[Allow]);
            var exposed = answer.Headers["Access-Control-Expose-Headers"].Split(',');
            foreach (var name in new[] { "ETag", "Location", "Link", "Retry-After", "RateLimit", "RateLimit-Policy",
                "Idempotency-Replayed", "Request-Id" }) Assert.Contains(name, exposed);
            Assert.DoesNotContain("Access-Control-Allow-Credentials", answer.Headers.Keys);
        }
    }

    [Theory]
    [InlineData("/n/any")]
    [InlineData("/health/live")]
    public async Task What_is_no_part_of_the_API_is_for_no_other_origin(string path) =>
        Assert.DoesNotContain((await Session.Anonymous(app).Read(path, ("Origin", Known))).Headers.Keys, IsAboutOrigins);

    private Task<Answer> Preflight(string path, string origin, string method, string headers) => Session.Anonymous(app).Call(
        HttpMethod.Options, path, null, ("Origin", origin), ("Access-Control-Request-Method", method),
        ("Access-Control-Request-Headers", headers));

    private static bool IsAboutOrigins(string header) => header.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase);

    /// <summary>A host that knows two origins.</summary>
    public sealed class App : LearningApp
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["Cors:Origins"] = $"{Known}, http://localhost:5173/" };
    }
}

/// <summary>A host that was told of no origin.</summary>
public sealed class CorsOffTests(LearningApp app)
{
    [Fact]
    public async Task Nothing_is_allowed_by_default()
    {
        var answer = await Session.Anonymous(app)
            .Call(HttpMethod.Options, "/v1/me", null, ("Origin", "https://learn.example.org"), ("Access-Control-Request-Method", "GET"));
        Assert.DoesNotContain(answer.Headers.Keys, h => h.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }
}
