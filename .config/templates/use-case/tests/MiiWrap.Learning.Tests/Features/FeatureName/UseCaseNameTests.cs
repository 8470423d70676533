using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.FeatureName;

/// <summary>Replace this by what somebody does, in one sentence.</summary>
[StandingClock]
public sealed class UseCaseNameTests(LearningApp app)
{
    [Fact]
    public async Task A_lead_does_it_and_says_why()
    {
        var cohort = await app.Cohort();
        var done = (await cohort.Lead.Http.Post($"{cohort.Path}/replace-me", new { reason = "Back from leave" })).Ok();
        Assert.Equal("Back from leave", (string)done["reason"]!);
    }

    [Fact]
    public async Task Only_with_a_reason_and_only_by_those_who_see_the_cohort()
    {
        var cohort = await app.Cohort();
        (await cohort.Lead.Http.Post($"{cohort.Path}/replace-me", new { })).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await (await app.Person()).Http.Post($"{cohort.Path}/replace-me", new { reason = "Mine" })).Expect(HttpStatusCode.NotFound, "cohort.notFound");
    }
}
