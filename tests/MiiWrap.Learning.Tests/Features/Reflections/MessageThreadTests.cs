using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Reflections;

/// <summary>Author and reviewer write to each other about a reflection, and nobody else reads it.</summary>
[StandingClock]
public sealed class MessageThreadTests(LearningApp app)
{
    [Fact]
    public async Task Author_and_reviewer_read_each_other_and_nobody_else_does()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        await learner.Write();
        var mine = $"{learner.Reflection()}/thread";
        (await learner.Http.Post(mine, new { text = "Too early." })).Expect(HttpStatusCode.Conflict, "reflection.notSubmitted");
        var revision = await learner.HandIn();
        var theirs = $"{ReflectionSteps.Review(revision)}/thread";
        (await cohort.Instructor.Http.Read(theirs)).Expect(HttpStatusCode.Forbidden, "review.notReader");
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();

        (await cohort.Instructor.Http.Post(theirs, new { text = "Shall we talk?" })).Expect(HttpStatusCode.Created);
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        (await learner.Http.Post(mine, new { text = "Gladly." })).Expect(HttpStatusCode.Created);
        (await learner.Http.Post(mine, new { text = "Ring 312-555-0148." }))
            .Expect(HttpStatusCode.UnprocessableEntity, "reflection.privacy.blocked");
        (await learner.Http.Post(mine, new { text = "" })).Expect(HttpStatusCode.UnprocessableEntity);
        foreach (var read in new[] { await learner.Http.Read(mine), await cohort.Instructor.Http.Read(theirs) })
            Assert.Equal(["Ines Instructor: Shall we talk?", "Lou Learner: Gladly."], read.Ok()["items"]!.AsArray()
                .Select(m => $"{(string)m!["from"]!}: {(string)m["text"]!}"));

        Assert.Contains("readThread", (await learner.Http.Read($"{learner.Reflection()}/access-log")).Ok()["items"]!.AsArray()
            .Select(i => (string)i!["what"]!));
        (await cohort.Lead.Http.Read(theirs)).Expect(HttpStatusCode.Forbidden, "review.notReader");
        (await (await app.Admin()).Http.Read(theirs)).Expect(HttpStatusCode.Forbidden, "review.notReader");
        (await (await app.Learner(cohort)).Http.Read(mine)).Expect(HttpStatusCode.NotFound);
    }
}
