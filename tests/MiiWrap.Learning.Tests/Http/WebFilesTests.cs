using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>The front end that ships with the program, as files: to whom, as what, and how long they are kept.</summary>
[StandingClock]
public sealed class WebFilesTests(LearningApp app)
{
    [Theory]
    [InlineData("/", "text/html; charset=utf-8")]
    [InlineData("/index.html", "text/html")]
    [InlineData("/app.js", "text/javascript")]
    [InlineData("/texts.en.js", "text/javascript")]
    [InlineData("/views/today.js", "text/javascript")]
    [InlineData("/style.css", "text/css")]
    [InlineData("/icon.svg", "image/svg+xml")]
    public async Task Everybody_gets_its_files_under_a_policy_that_allows_nothing_inline_and_nothing_of_others(string path, string type)
    {
        var file = (await Session.Anonymous(app).Read(path)).Ok();

        Assert.Equal(type, file.Headers["Content-Type"]);
        var policy = file.Headers["Content-Security-Policy"];
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.Equal("no-referrer", file.Headers["Referrer-Policy"]);
        Assert.Equal("no-cache", file.Headers["Cache-Control"]);
        (await Session.Anonymous(app).Read(path, ("If-None-Match", file.Headers["ETag"]))).Expect(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task They_are_packed_for_whoever_takes_that_and_answers_about_people_are_not()
    {
        var person = await app.Person();
        var packed = ("Accept-Encoding", "br");

        Assert.Equal("br", (await Session.Anonymous(app).Read("/texts.en.js", packed)).Ok().Headers["Content-Encoding"]);
        Assert.DoesNotContain("Content-Encoding", (await person.Http.Read("/v1/me", packed)).Ok().Headers.Keys);
    }

    [Fact]
    public async Task What_is_no_file_of_it_stays_closed()
    {
        foreach (var path in new[] { "/appsettings.json", "/nothing.js", "/../appsettings.json", "/views" })
            (await Session.Anonymous(app).Read(path)).Expect(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Where_it_is_turned_off_a_page_says_how_to_sign_in_and_no_file_is_served()
    {
        await using var host = new WithoutWeb();
        await host.InitializeAsync();
        var anyone = Session.Anonymous(host);

        Assert.Contains("Sign in with the app", (await anyone.Read("/")).Ok().Body, StringComparison.Ordinal);
        (await anyone.Read("/app.js")).Expect(HttpStatusCode.Unauthorized);
    }

    private sealed class WithoutWeb : LearningApp
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["Web:Enabled"] = "false" };
    }
}
