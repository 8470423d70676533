using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>A list is walked page by page, and rows that come in the middle of the walk are neither skipped nor repeated.</summary>
[StandingClock(YearsLater = true)]
public sealed class PagingTests(LearningApp app)
{
    [Fact]
    public async Task Cohorts_added_on_the_way_come_where_they_belong()
    {
        var (admin, lead) = (await app.Admin(), await app.Person());
        foreach (var name in new[] { "B7", "B1", "B5", "B3" }) await Open(admin, lead, name);

        var first = (await lead.Http.Read("/v1/cohorts?limit=2")).Ok();
        Assert.Equal(["B1", "B3"], Names(first));
        foreach (var name in new[] { "B2", "B4" }) await Open(admin, lead, name);
        var second = (await lead.Http.Read(LinkOf(first))).Ok();
        Assert.Equal(["B4", "B5"], Names(second));
        var third = (await lead.Http.Read($"/v1/cohorts?limit=2&cursor={(string)second["next"]!}")).Ok();
        Assert.Equal(["B7"], Names(third));
        Assert.Null(third["next"]);
        Assert.DoesNotContain("Link", third.Headers.Keys);
    }

    [Fact]
    public async Task Rows_of_one_name_are_told_apart()
    {
        var (admin, lead) = (await app.Admin(), await app.Person());
        var opened = new HashSet<Guid>();
        for (var i = 0; i < 4; i++) opened.Add(await Open(admin, lead, "Same"));
        Assert.Equal(opened, (await Walk(lead.Http, "/v1/cohorts?limit=1")).Select(c => (Guid)c["id"]!).ToHashSet());
    }

    [Fact]
    public async Task Nudges_come_in_the_order_in_which_they_are_due()
    {
        var learner = await app.Learner();
        foreach (var unit in new[] { "1.1-why-good-training-fades", "1.2-coach-supervisor-trainer", "1.4-coaching-agreement" })
            (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
        var walked = await Walk(learner.Http, "/v1/nudges?limit=2");
        Assert.True(walked.Count >= 8);
        Assert.Equal(walked.Count, walked.Select(n => (Guid)n["id"]!).Distinct().Count());
        Assert.Equal(walked.Select(n => (DateTime)n["dueAt"]!).Order(), walked.Select(n => (DateTime)n["dueAt"]!));
        Assert.Equal(walked.Count, (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task The_link_keeps_the_filter()
    {
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit("1.4-coaching-agreement")}/complete", Given.IfThen())).Ok();
        var link = LinkOf((await learner.Http.Read("/v1/nudges?status=planned&limit=1")).Ok());
        Assert.Contains("status=planned", link, StringComparison.Ordinal);
        Assert.All((await learner.Http.Read(link)).Ok()["items"]!.AsArray(), n => Assert.Equal("planned", (string)n!["status"]!));
    }

    [Fact]
    public async Task Every_list_that_has_a_next_page_has_its_address_in_a_header()
    {
        var document = (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok().Json;
        var schemas = document["components"]!["schemas"]!;
        var lists = document["paths"]!.AsObject().Select(p => (p.Key, Get: p.Value!["get"])).Where(p => p.Get is not null)
            .Select(p => (p.Key, Ok: p.Get!["responses"]!["200"]!))
            .Where(p => ((string?)p.Ok["content"]?["application/json"]?["schema"]?["$ref"])?.Split('/')[^1] is { } name
                && schemas[name]!["properties"]!["next"] is { } next && next["type"] is not null).ToList();
        Assert.True(lists.Count >= 15, $"Only {lists.Count} lists were found.");
        Assert.Empty(lists.Where(l => l.Ok["headers"]?["Link"] is null).Select(l => l.Key));
    }

    [Fact]
    public async Task A_cohorts_progress_is_walked_by_its_links()
    {
        var cohort = await app.Cohort();
        for (var i = 0; i < 3; i++) await app.Learner(cohort, $"Learner {i}");
        var walked = await Walk(cohort.Lead.Http, $"{cohort.Path}/progress?limit=1&status=onTrack");
        Assert.Equal(["Learner 0", "Learner 1", "Learner 2"], walked.Select(l => (string)l["learner"]!["name"]!));
    }

    [Theory]
    [InlineData("/v1/cohorts?limit=0")]
    [InlineData("/v1/cohorts?limit=201")]
    [InlineData("/v1/cohorts?limit=many")]
    [InlineData("/v1/cohorts?cursor=!")]
    [InlineData("/v1/cohorts?cursor=abc")]
    [InlineData("/v1/curricula?limit=-1")]
    [InlineData("/v1/nudges?cursor=MDE5ODAwMDAwMDAwNzAwMDgwMDAwMDAwMDAwMDAwMDBub3QtYS1tb21lbnQ")]
    [InlineData("/v1/nudges?status=lost")]
    public async Task A_bad_limit_cursor_or_filter_is_refused(string path) =>
        (await (await app.Person()).Http.Read(path)).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");

    private static async Task<List<System.Text.Json.Nodes.JsonNode>> Walk(HttpClient http, string path)
    {
        var all = new List<System.Text.Json.Nodes.JsonNode>();
        for (string? next = path; next is not null;)
        {
            var page = (await http.Read(next)).Ok();
            all.AddRange(page["items"]!.AsArray().Select(i => i!));
            next = page["next"] is null ? null : LinkOf(page);
        }

        return all;
    }

    private static string LinkOf(Answer page)
    {
        var link = page.Headers["Link"];
        Assert.EndsWith(">; rel=\"next\"", link, StringComparison.Ordinal);
        return link[1..link.IndexOf('>', StringComparison.Ordinal)];
    }

    private static IEnumerable<string> Names(Answer page) => page["items"]!.AsArray().Select(c => (string)c!["name"]!);

    private static async Task<Guid> Open(TestPerson admin, TestPerson lead, string name) => (Guid)(await admin.Http.Post("/v1/cohorts", new
    {
        name,
        curriculum = Given.Course,
        startsOn = "2034-01-30",
        timeZone = Given.Zone,
        gate = "open",
        instructors = Array.Empty<Guid>(),
        leads = new[] { lead.Id },
    })).Expect(HttpStatusCode.Created)["id"]!;
}
