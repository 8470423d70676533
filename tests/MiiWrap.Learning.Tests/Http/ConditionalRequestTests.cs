using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>Preconditions as RFC 9110 has them: weak comparison to read, strong comparison to change, and lists in both.</summary>
[StandingClock(YearsLater = true)]
public sealed class ConditionalRequestTests(LearningApp app)
{
    [Theory]
    [InlineData("{0}", true)]
    [InlineData("W/{0}", true)]
    [InlineData("\"old\", {0}", true)]
    [InlineData("W/\"old\", W/{0}, \"older\"", true)]
    [InlineData("*", true)]
    [InlineData("\"old\"", false)]
    [InlineData("W/\"old\", \"older\"", false)]
    public async Task What_the_caller_has_is_not_sent_again(string header, bool isKnown)
    {
        var learner = await app.Learner();
        foreach (var path in new[] { "/v1/me", "/v1/me/preferences", learner.Journey, learner.Unit(ReflectionSteps.Anchor) })
        {
            var tag = (await learner.Http.Read(path)).Ok().ETag!;
            var again = await learner.Http.Read(path, ("If-None-Match", header.Replace("{0}", tag, StringComparison.Ordinal)));
            Assert.Equal((isKnown ? HttpStatusCode.NotModified : HttpStatusCode.OK, tag), (again.Status, again.ETag));
        }
    }

    [Theory]
    [InlineData("{0}", HttpStatusCode.OK)]
    [InlineData("\"old\", {0}", HttpStatusCode.OK)]
    [InlineData("{0}, \"old\"", HttpStatusCode.OK)]
    [InlineData("*", HttpStatusCode.OK)]
    [InlineData("\"old\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("\"old\", \"older\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("W/{0}", HttpStatusCode.PreconditionFailed)]
    [InlineData("W/{0}, \"old\"", HttpStatusCode.PreconditionFailed)]
    public async Task A_change_goes_through_when_one_of_the_tags_is_the_present_one(string header, HttpStatusCode status)
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        (string, string) IfMatch(string tag) => ("If-Match", header.Replace("{0}", tag, StringComparison.Ordinal));

        var preferences = (await learner.Http.Read("/v1/me/preferences")).Ok().ETag!;
        MustBe(await learner.Http.Patch("/v1/me/preferences", new { timeZone = "America/Denver" }, IfMatch(preferences)), preferences);

        var draft = await learner.Write();
        var prompt = (string)(await learner.GetReflection())["assignment"]!["prompts"]![0]!["slug"]!;
        var answers = new Dictionary<string, string> { [prompt] = "Other words." };
        MustBe(await learner.Http.Put($"{learner.Reflection()}/draft", new { answers }, IfMatch(draft)), draft);

        var revision = await learner.HandIn();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
        var review = (await cohort.Instructor.Http.Read(ReflectionSteps.Review(revision))).Ok().ETag!;
        MustBe(await cohort.Instructor.Http.Put(ReflectionSteps.Review(revision), ReflectionSteps.Judgement(), IfMatch(review)), review);

        void MustBe(Answer answer, string present)
        {
            answer.Expect(status);
            if (status == HttpStatusCode.PreconditionFailed) Assert.Equal(present, answer.ETag);
            else Assert.NotEqual(present, answer.ETag);
        }
    }

    [Fact]
    public async Task What_must_be_new_and_must_be_this_very_state_can_be_neither()
    {
        var learner = await app.Learner();
        var tag = await learner.Write();
        (await learner.Http.Put($"{learner.Reflection()}/draft", new { answers = new Dictionary<string, string>() }, ("If-Match", tag),
            ("If-None-Match", "*"))).Expect(HttpStatusCode.PreconditionFailed, "reflection.draft.stale");
    }
}
