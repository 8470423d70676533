using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>A programme admin with many cohorts finds the one that they mean.</summary>
[StandingClock]
public sealed class ListCohortsTests(LearningApp app)
{
    [Fact]
    public async Task By_the_beginnings_of_words_of_its_name()
    {
        var (admin, mark) = (await app.Admin(), $"x{Guid.NewGuid():N}");
        await app.Cohort(name: $"Río Bend, Spring {mark}");
        await app.Cohort(name: $"Hillside 100% Spring {mark}");
        Assert.Equal([$"Hillside 100% Spring {mark}", $"Río Bend, Spring {mark}"], await Found(admin, $"q=SPR {mark}"));
        Assert.Equal([$"Río Bend, Spring {mark}"], await Found(admin, $"q={mark[..9]} rio be"));
        Assert.Equal([$"Hillside 100% Spring {mark}"], await Found(admin, $"q=100%25 {mark}"));
        Assert.Empty(await Found(admin, $"q=pring {mark}"));
        Assert.Empty(await Found(admin, $"q=1_0 {mark}"));
        foreach (var bad in new[] { "q=x", "q=a b c d e f", $"q={new string('x', 101)}", "q=%20%20", "curriculum=No%20Slug" })
            (await admin.Http.Read($"/v1/cohorts?{bad}")).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Fact]
    public async Task By_its_curriculum()
    {
        var (admin, slug) = (await app.Admin(), SecondCourse.NewSlug());
        using var content = SecondCourse.Of(slug);
        (await admin.Http.Post($"/v1/curricula/{slug}/versions", SecondCourse.Bundle(content))).Expect(HttpStatusCode.Created);
        await app.Cohort(name: "Bravo", curriculum: slug);
        await app.Cohort(name: "Alpha", curriculum: slug);
        Assert.Equal(["Alpha", "Bravo"], await Found(admin, $"curriculum={slug}"));
        var page = (await admin.Http.Read($"/v1/cohorts?curriculum={slug}&limit=1")).Ok();
        Assert.Equal(["Bravo"], await Found(admin, $"curriculum={slug}&cursor={(string)page["next"]!}"));
    }

    [Fact]
    public async Task By_whether_it_runs_at_this_moment_in_its_own_zone()
    {
        var (admin, mark) = (await app.Admin(), $"y{Guid.NewGuid():N}");
        // Monday, half past eleven in the evening in Chicago: for UTC it is Tuesday.
        FlowingClock.Set(new(2027, 2, 2, 5, 30, 0, TimeSpan.Zero));
        var runs = await app.Cohort(name: $"A runs {mark}", startsOn: new(2027, 2, 1));
        await app.Cohort(name: $"B begins in half an hour {mark}", startsOn: new(2027, 2, 2));
        await app.Cohort(name: $"C begins next week {mark}", startsOn: new(2027, 2, 8));
        var closed = await app.Cohort(name: $"D is closed {mark}", startsOn: new(2026, 2, 2));
        (await closed.Lead.Http.Post($"{closed.Path}/close")).Ok();
        Assert.Equal([$"A runs {mark}"], await Found(admin, $"running=true&q={mark}"));
        Assert.Equal(["B", "C", "D"], (await Found(admin, $"running=false&q={mark}")).Select(n => n[..1]));
        // Without a part in the others its lead sees theirs alone.
        Assert.Equal([$"A runs {mark}"], await Found(runs.Lead, "running=true"));
        FlowingClock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(["A", "B"], (await Found(admin, $"running=true&q={mark}")).Select(n => n[..1]));
    }

    [Fact]
    public async Task By_whether_it_is_ones_own()
    {
        var (cohort, other, admin) = (await app.Cohort(name: "Mine"), await app.Cohort(), await app.Admin());
        var learner = await app.Learner(cohort);
        foreach (var person in new[] { cohort.Lead.Http, cohort.Instructor.Http, learner.Http })
            Assert.Equal(["Mine"], await Found(person, "mine=true"));
        Assert.Empty(await Found(admin.Http, "mine=true"));
        (await admin.Http.Patch(other.Path, new { leads = new[] { admin.Id, other.Lead.Id } })).Ok();
        Assert.Single(await Found(admin.Http, "mine=true"));
        Assert.Empty(await Found(learner.Http, "mine=false"));
        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
        Assert.Equal(["Mine"], await Found(learner.Http, "mine=false"));
    }

    private static Task<List<string>> Found(TestPerson person, string query) => Found(person.Http, query);

    private static async Task<List<string>> Found(HttpClient http, string query) =>
        [.. (await http.Read($"/v1/cohorts?{query}")).Ok()["items"]!.AsArray().Select(c => (string)c!["name"]!)];
}
