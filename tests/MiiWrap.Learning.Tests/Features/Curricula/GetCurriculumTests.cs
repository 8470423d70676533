using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Curricula;

/// <summary>Whoever is signed in reads the published curricula; a version never changes, so a copy is good for ever.</summary>
[StandingClock]
public sealed class GetCurriculumTests(LearningApp app)
{
    private const string Path = $"/v1/curricula/{Given.Course}";

    [Fact]
    public async Task It_has_eight_modules_and_thirty_four_units()
    {
        var course = (await (await app.Person()).Http.Read($"{Path}?version=1")).Ok();
        var modules = course["modules"]!.AsArray();
        Assert.Equal((Given.Course, 1, 8), ((string)course["slug"]!, (int)course["version"]!, modules.Count));
        Assert.Equal("1-3", (string)modules[0]!["weeks"]!);
        var units = modules.SelectMany(m => m!["units"]!.AsArray()).ToList();
        Assert.Equal(34, units.Count);
        Assert.All(units, u => Assert.Contains((string)u!["nudgePlan"]!, new[] { "anchor", "standard", "light" }));
        Assert.All(units, u => Assert.Equal((string)u!["slug"]!, (string)u["assignment"]!["slug"]!));
    }

    [Fact]
    public async Task Beside_it_lies_the_course_for_facilitators_with_a_unit_for_each_of_twelve_weeks()
    {
        var course = (await (await app.Person()).Http.Read($"/v1/curricula/{Given.FacilitatorCourse}?version=1")).Ok();
        var modules = course["modules"]!.AsArray();
        Assert.Equal(["1-3", "4-6", "7-9", "10-12"], modules.Select(m => (string)m!["weeks"]!));
        Assert.All(modules, m => Assert.Equal(3, m!["units"]!.AsArray().Count));
        Assert.All(modules, m => Assert.Equal("anchor", (string)m!["units"]!.AsArray()[2]!["nudgePlan"]!));
    }

    [Fact]
    public async Task Whoever_has_it_is_sent_nothing()
    {
        var me = (await app.Person()).Http;
        var first = (await me.Read(Path)).Ok();
        Assert.StartsWith("\"", first.ETag, StringComparison.Ordinal);
        Assert.Empty((await me.Read(Path, ("If-None-Match", first.ETag!))).Expect(HttpStatusCode.NotModified).Body);
        Assert.Equal(first.ETag, (await me.Read(Path, ("If-None-Match", $"\"other\", {first.ETag}"))).Expect(
            HttpStatusCode.NotModified).ETag);
        (await me.Read(Path, ("If-None-Match", $"W/{first.ETag}"))).Expect(HttpStatusCode.NotModified);
        (await me.Read(Path, ("If-None-Match", "\"other\""))).Ok();
    }

    [Theory]
    [InlineData("?version=99", HttpStatusCode.NotFound, "curriculum.notFound")]
    [InlineData("?version=0", HttpStatusCode.UnprocessableEntity, "request.invalid")]
    [InlineData("?version=newest", HttpStatusCode.UnprocessableEntity, "request.invalid")]
    [InlineData("-of-somewhere-else", HttpStatusCode.NotFound, "curriculum.notFound")]
    public async Task Another_one_is_not_made_up(string rest, HttpStatusCode status, string code) =>
        (await (await app.Person()).Http.Read(Path + rest)).Expect(status, code);

    [Fact]
    public async Task The_list_shows_the_newest_version_of_each_once()
    {
        var slugs = (await (await app.Person()).Http.Read("/v1/curricula")).Ok()["items"]!.AsArray().Select(c => (string)c!["slug"]!)
            .ToList();
        Assert.Contains(Given.Course, slugs);
        Assert.Contains(Given.FacilitatorCourse, slugs);
        Assert.Equal(slugs.Count, slugs.Distinct().Count());
    }
}
