using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Curricula;

/// <summary>What was published of a curriculum, and when.</summary>
[StandingClock]
public sealed class ListVersionsTests(LearningApp app)
{
    [Fact]
    public async Task The_newest_comes_first_and_each_is_the_one_that_can_be_read()
    {
        var (admin, slug) = (await app.Admin(), SecondCourse.NewSlug());
        using var content = SecondCourse.Of(slug);
        (await admin.Http.Post($"/v1/curricula/{slug}/versions", SecondCourse.Bundle(content))).Expect(HttpStatusCode.Created);
        FlowingClock.Advance(TimeSpan.FromDays(1));
        content.Replace($"{slug}/curriculum.yml", "title: Small steps", "title: Smaller steps");
        (await admin.Http.Post($"/v1/curricula/{slug}/versions", SecondCourse.Bundle(content))).Expect(HttpStatusCode.Created);

        var learner = await app.Person();
        var first = (await learner.Http.Read($"/v1/curricula/{slug}/versions?limit=1")).Ok();
        var rest = (await learner.Http.Read($"/v1/curricula/{slug}/versions?limit=1&cursor={(string)first["next"]!}")).Ok();
        Assert.Null(rest["next"]);
        var versions = first["items"]!.AsArray().Concat(rest["items"]!.AsArray()).ToList();
        Assert.Equal([(2, "Smaller steps", "2027-02-02T15:00:00Z"), (1, "Small steps", "2027-02-01T15:00:00Z")],
            versions.Select(v => ((int)v!["version"]!, (string)v["title"]!, (string)v["publishedAt"]!)));
        foreach (var version in versions)
        {
            var read = (await learner.Http.Read($"/v1/curricula/{slug}?version={version!["version"]}")).Ok();
            Assert.Equal((string)read["contentHash"]!, (string)version["contentHash"]!);
        }
    }

    [Theory]
    [InlineData("no-such-course")]
    [InlineData("MIIWRAP-COACHING-COHORT")]
    public async Task Of_what_was_never_published_there_are_none(string slug) =>
        (await (await app.Person()).Http.Read($"/v1/curricula/{slug}/versions")).Expect(HttpStatusCode.NotFound, "curriculum.notFound");
}
