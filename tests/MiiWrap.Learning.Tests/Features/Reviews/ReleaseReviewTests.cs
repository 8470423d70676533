using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Reviews;

/// <summary>A claim ends when its reviewer gives it back, is taken off the cohort, or a lead says why.</summary>
[StandingClock]
public sealed class ReleaseReviewTests(LearningApp app)
{
    private const string Why = "The reviewer is ill this week.";

    [Fact]
    public async Task An_instructor_taken_off_a_cohort_keeps_no_claim()
    {
        var (cohort, learner, revision) = await Claimed();
        var second = await app.Person("Sol Second");
        (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = new[] { second.Id } })).Ok();
        var waiting = Assert.Single((await second.Http.Read($"/v1/reviews?cohort={cohort.Id}&status=awaiting")).Ok()["items"]!.AsArray())!;
        Assert.Null(waiting["claimedBy"]);
        Assert.Equal("submitted", (string)(await learner.GetReflection())["status"]!);
        (await second.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
        // Who comes back does not find it taken back.
        (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = new[] { second.Id, cohort.Instructor.Id } })).Ok();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/publish"))
            .Expect(HttpStatusCode.Conflict, "review.notClaimed");
    }

    [Fact]
    public async Task Who_stays_in_another_part_keeps_their_claims()
    {
        var (cohort, _, revision) = await Claimed();
        (await cohort.Lead.Http.Patch(cohort.Path, new
        {
            instructors = Array.Empty<Guid>(),
            leads = new[] { cohort.Lead.Id, cohort.Instructor.Id },
        })).Ok();
        (await cohort.Lead.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Expect(HttpStatusCode.Conflict, "review.claimed");
    }

    [Fact]
    public async Task The_reason_of_a_release_passes_the_privacy_gate()
    {
        var (cohort, _, revision) = await Claimed();
        var release = $"{ReflectionSteps.Review(revision)}/release";
        (await cohort.Lead.Http.Post(release, new { reason = "Please call 303-555-0142 about it." }))
            .Expect(HttpStatusCode.UnprocessableEntity);
        (await cohort.Lead.Http.Post(release, new { reason = "She is away, says Mar\u00EDa." }))
            .Expect(HttpStatusCode.UnprocessableEntity, "text.privacy.unconfirmed");
        (await cohort.Lead.Http.Post(release, new { reason = "She is away, says Mar\u00EDa.", privacyConfirmed = true })).Ok();
    }

    [Fact]
    public async Task A_lead_releases_any_claim_with_a_reason_that_its_reviewer_sees()
    {
        var (cohort, _, revision) = await Claimed();
        var release = $"{ReflectionSteps.Review(revision)}/release";
        (await cohort.Instructor.Http.Put(ReflectionSteps.Review(revision), ReflectionSteps.Judgement(), ("If-Match", "*"))).Ok();
        (await cohort.Lead.Http.Post(release)).Expect(HttpStatusCode.Conflict, "review.notClaimed");
        (await cohort.Lead.Http.Post(release, new { reason = "Ill." })).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        var outsider = await app.Person("Sol Second");
        (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = new[] { cohort.Instructor.Id, outsider.Id } })).Ok();
        (await outsider.Http.Post(release, new { reason = Why, reviewer = cohort.Instructor.Id }))
            .Expect(HttpStatusCode.Forbidden, "role.required");
        (await outsider.Http.Post(release, new { reason = Why })).Expect(HttpStatusCode.Conflict, "review.notClaimed");

        Assert.Equal("awaiting", (string)(await cohort.Lead.Http.Post(release, new { reason = Why })).Ok()["status"]!);
        (await cohort.Lead.Http.Post(release, new { reason = Why })).Expect(HttpStatusCode.Conflict, "review.notClaimed");
        var own = (await cohort.Instructor.Http.Read(ReflectionSteps.Review(revision))).Ok()["review"]!;
        Assert.Equal((Why, "You noticed the quiet and let it be."), ((string)own["releasedBecause"]!, (string)own["affirmation"]!));
        (await outsider.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
        (await outsider.Http.Post(release)).Ok();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
        Assert.Null((await cohort.Instructor.Http.Read(ReflectionSteps.Review(revision))).Ok()["review"]!["releasedBecause"]);
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/publish")).Ok();
    }

    [Fact]
    public async Task Of_two_readers_a_lead_releases_the_one_they_name()
    {
        const string Closing = "8.3-my-next-six-months";
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn(Closing);
        foreach (var reader in new[] { cohort.Lead, cohort.Instructor })
            (await reader.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
        var release = $"{ReflectionSteps.Review(revision)}/release";
        (await cohort.Lead.Http.Post(release, new { reviewer = cohort.Instructor.Id }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await cohort.Lead.Http.Post(release, new { reviewer = Guid.NewGuid(), reason = Why }))
            .Expect(HttpStatusCode.Conflict, "review.notClaimed");
        (await cohort.Lead.Http.Post(release, new { reviewer = cohort.Instructor.Id, reason = Why })).Ok();
        Assert.Equal("inReview", (string)(await learner.GetReflection(Closing))["status"]!);
        (await cohort.Lead.Http.Put(
            ReflectionSteps.Review(revision), ReflectionSteps.Judgement(forClosing: true), ("If-Match", "*"))).Ok();
    }

    private async Task<(TestCohort Cohort, TestLearner Learner, Guid Revision)> Claimed()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
        return (cohort, learner, revision);
    }
}
