using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Reviews;

/// <summary>A reviewer takes an afternoon's work at once.</summary>
[StandingClock]
public sealed class ClaimReviewsTests(LearningApp app)
{
    [Fact]
    public async Task What_is_free_is_taken_and_what_is_not_says_why()
    {
        var (cohort, elsewhere) = (await app.Cohort(), await app.Cohort());
        var (ann, bob) = (await app.Learner(cohort), await app.Learner(cohort));
        var (free, taken, theirs) = (await ann.HandIn(), await bob.HandIn(), await (await app.Learner(elsewhere)).HandIn());
        var old = await ann.HandIn("1.2-coach-supervisor-trainer");
        (await ann.Http.Post($"{ann.Reflection("1.2-coach-supervisor-trainer")}/withdraw")).Ok();
        (await cohort.Lead.Http.Post($"{ReflectionSteps.Review(taken)}/claim")).Ok();

        Guid[] ids = [free, taken, theirs, old, free];
        var rows = (await cohort.Instructor.Http.Post("/v1/reviews/claims", new { revisionIds = ids })).Ok()["rows"]!.AsArray();
        Assert.Equal(ids, rows.Select(r => (Guid)r!["revisionId"]!));
        Assert.Equal([null, "review.claimed", "revision.notFound", "review.closed", null], rows.Select(r => (string?)r!["reason"]));
        Assert.Equal("2027-02-03T15:00:00Z", (string)rows[0]!["claim"]!["leaseUntil"]!);
        Assert.Equal(rows[0]!.ToJsonString(), rows[4]!.ToJsonString());
        Assert.Null(rows[1]!["claim"]);

        // With the tag of the claim the first save goes at once.
        (await cohort.Instructor.Http.Put(ReflectionSteps.Review(free), ReflectionSteps.Judgement(),
            ("If-Match", (string)rows[0]!["claim"]!["etag"]!))).Ok();
        foreach (var count in new[] { 0, 51 })
            (await cohort.Instructor.Http.Post(
                "/v1/reviews/claims", new { revisionIds = Enumerable.Range(0, count).Select(_ => Guid.NewGuid()) }))
                .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }
}
