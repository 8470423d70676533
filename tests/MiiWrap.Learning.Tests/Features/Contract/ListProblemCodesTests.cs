using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Contract;

/// <summary>A front-end author looks up what a code means, and what to do about it.</summary>
[StandingClock(YearsLater = true)]
public sealed class ListProblemCodesTests(LearningApp app)
{
    private static readonly (string, string) AsPage = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");

    [Fact]
    public async Task An_author_reads_all_codes_without_signing_in()
    {
        var items = (await Session.Anonymous(app).Read("/problems")).Ok()["items"]!.AsArray();
        Assert.True(items.Count > 100, $"Only {items.Count} codes.");
        Assert.Equal(items.Count, items.Select(i => (string)i!["code"]!).Distinct().Count());
    }

    [Fact]
    public async Task An_author_looks_up_the_code_of_an_error()
    {
        var learner = await app.Learner(await app.Cohort("sequential"));
        var refused = (await learner.Http.Read(learner.Unit("2.4-watching-voice-and-power"))).Expect(HttpStatusCode.Forbidden);

        var found = (await Session.Anonymous(app).Read($"/problems/{refused.Code}")).Ok();
        Assert.Equal(("unit.locked", 403), ((string)found["code"]!, (int)found["status"]!));
        Assert.Equal((string)refused["type"]!, (string)found["type"]!);
        Assert.Equal((string)refused["title"]!, (string)found["title"]!);
        Assert.All(found["fields"]!.AsArray(), f => Assert.True(refused.Json.AsObject().ContainsKey((string)f!["name"]!)));
        Assert.Equal(["opensOn", "waitsFor"], found["fields"]!.AsArray().Select(f => (string)f!["name"]!));
        Assert.NotEmpty((string)found["whatToDo"]!);
    }

    [Fact]
    public async Task A_browser_gets_pages_that_lead_to_each_other()
    {
        var all = (await Session.Anonymous(app).Read("/problems", AsPage)).Ok();
        Assert.StartsWith("text/html", all.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains("""<a href="/problems/unit.locked"><code>unit.locked</code></a>""", all.Body, StringComparison.Ordinal);
        var one = (await Session.Anonymous(app).Read("/problems/unit.locked", AsPage)).Ok();
        Assert.Contains("<h1>Not open yet</h1>", one.Body, StringComparison.Ordinal);
        Assert.Contains("<dt><code>opensOn</code></dt>", one.Body, StringComparison.Ordinal);
        Assert.Contains("@media print", one.Body, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", one.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_that_no_problem_has_is_not_found() =>
        (await Session.Anonymous(app).Read("/problems/unit.lokced")).Expect(HttpStatusCode.NotFound, "problem.notFound");
}
