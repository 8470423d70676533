using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>A compressed body is refused as what it is, and the answer says what would be taken.</summary>
[StandingClock(YearsLater = true)]
public sealed class ContentEncodingTests(LearningApp app)
{
    [Theory]
    [InlineData("/v1/nudges/preview", "application/json", "gzip")]
    [InlineData("/v1/nudges/preview", "application/json", "br")]
    [InlineData("/v1/nudges/preview", "application/json", "GZIP")]
    [InlineData("/v1/nudges/preview", "application/json", "identity, gzip")]
    [InlineData("/v1/nudges/preview", "application/json", "nonsense")]
    [InlineData("/v1/cohorts/01980000-0000-7000-8000-000000000000/enrolments", "text/csv", "gzip")]
    [InlineData("/v1/curricula/a-course/versions", "application/zip", "deflate")]
    [InlineData("/v1/oauth/token", "application/x-www-form-urlencoded", "gzip")]
    [InlineData("/v1/identity/login", "application/json", "gzip")]
    [InlineData("/n/some-token", "application/x-www-form-urlencoded", "gzip")]
    public async Task It_is_415_with_what_is_taken(string path, string type, string encoding)
    {
        var admin = await app.Admin();
        var answer = (await admin.Http.Post(path, Compressed("{}", type, encoding)))
            .Expect(HttpStatusCode.UnsupportedMediaType, "contentEncoding.unsupported");
        Assert.Equal("identity", answer.Headers["Accept-Encoding"]);
    }

    [Fact]
    public async Task Another_media_type_is_another_mistake()
    {
        var body = new StringContent("name: yaml", Encoding.UTF8, "text/plain");
        var answer = (await (await app.Admin()).Http.Post("/v1/cohorts", body))
            .Expect(HttpStatusCode.UnsupportedMediaType, "mediaType.unsupported");
        Assert.DoesNotContain("Accept-Encoding", answer.Headers.Keys);
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("Identity")]
    [InlineData("")]
    public async Task A_body_as_it_is_may_say_so(string encoding)
    {
        var body = new StringContent($$"""{"email": "{{Given.Address()}}", "name": "Ana Reyes", "timeZone": "America/Denver"}""",
            Encoding.UTF8, "application/json");
        body.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        (await (await app.Admin()).Http.Post("/v1/people", body)).Expect(HttpStatusCode.Created);
    }

    private static ByteArrayContent Compressed(string text, string type, string encoding)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        var content = new ByteArrayContent(bytes.ToArray());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return content;
    }
}
