using System.Net;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Reviews;

/// <summary>A reviewer falls ill, and the lead gives what they hold to somebody else.</summary>
[StandingClock]
public sealed class HandOverReviewTests(OwnDatabaseApp app) : IClassFixture<OwnDatabaseApp>
{
    private const string Why = "The reviewer is ill this week.";

    [Fact]
    public async Task The_other_one_has_it_is_told_and_the_author_sees_it()
    {
        var (cohort, learner, revision, second) = await Claimed();
        (await cohort.Instructor.Http.Put(ReflectionSteps.Review(revision), ReflectionSteps.Judgement(), ("If-Match", "*"))).Ok();
        var path = $"{ReflectionSteps.Review(revision)}/hand-over";
        (await cohort.Instructor.Http.Post(path, new { to = second.Id, reason = Why })).Expect(HttpStatusCode.Forbidden, "role.required");
        var given = (await cohort.Lead.Http.Post(path, new { to = second.Id, reason = Why })).Ok();
        Assert.Equal((second.Id, "Sol Second", "2027-02-03T15:00:00Z"),
            ((Guid)given["claimedBy"]!["id"]!, (string)given["claimedBy"]!["name"]!, (string)given["leaseUntil"]!));

        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/publish"))
            .Expect(HttpStatusCode.Conflict, "review.notClaimed");
        var own = (await cohort.Instructor.Http.Read(ReflectionSteps.Review(revision))).Ok()["review"]!;
        Assert.Equal((Why, "You noticed the quiet and let it be."), ((string)own["releasedBecause"]!, (string)own["affirmation"]!));
        await app.Send(new SendMails());
        var mail = Assert.Single(app.MailsTo(second.Email));
        Assert.Equal("A reflection waits for your review", mail.Headers["Subject"]);
        foreach (var word in new[] { learner.Name, "ill", "agreement", "quiet" })
            Assert.DoesNotContain($" {word} ", mail.Text, StringComparison.OrdinalIgnoreCase);
        (await second.Review(revision, ReflectionSteps.Judgement())).Ok();

        var log = (await learner.Http.Read($"{learner.Reflection()}/access-log")).Ok()["items"]!.AsArray();
        Assert.Contains(("Lee Lead", "lead", "handedOver", Why), log.Select(Line));
        Assert.Contains(("Sol Second", "reviewer", "tookOver", null), log.Select(Line));

        static (string, string, string, string?) Line(System.Text.Json.Nodes.JsonNode? l) =>
            ((string)l!["who"]!["name"]!, (string)l["role"]!, (string)l["what"]!, (string?)l["reason"]);
    }

    [Fact]
    public async Task It_goes_only_to_those_who_may_review_it_and_do_not_have_it()
    {
        var agency = await app.Agency();
        var (cohort, learner, revision, second) = await Claimed(agency);
        var path = $"{ReflectionSteps.Review(revision)}/hand-over";
        foreach (var nobody in new[] { Guid.NewGuid(), (await app.Person()).Id, learner.Id })
            (await cohort.Lead.Http.Post(path, new { to = nobody, reason = Why }))
                .Expect(HttpStatusCode.UnprocessableEntity, "review.handOver.notReviewer");
        (await cohort.Lead.Http.Post(path, new { to = cohort.Instructor.Id, reason = Why }))
            .Expect(HttpStatusCode.Conflict, "review.handOver.same");
        (await cohort.Lead.Http.Post(path, new { to = second.Id, from = second.Id, reason = Why }))
            .Expect(HttpStatusCode.Conflict, "review.notClaimed");
        (await cohort.Lead.Http.Post(path, new { to = second.Id, reason = "Ill." })).Expect(HttpStatusCode.UnprocessableEntity);
        (await cohort.Lead.Http.Post(path, new { to = second.Id, reason = "Please call 303-555-0142 about it." }))
            .Expect(HttpStatusCode.UnprocessableEntity);
        (await cohort.Lead.Http.Post(path, new { to = second.Id, reason = "She is away, says Mar\u00EDa." }))
            .Expect(HttpStatusCode.UnprocessableEntity, "text.privacy.unconfirmed");

        // Whoever is of the learner's agency never reads what they write.
        (await (await app.Admin()).Http.Put($"/v1/agencies/{agency}/people/{second.Id}", new { role = "supervisor" }))
            .Expect(HttpStatusCode.NoContent);
        (await cohort.Lead.Http.Post(path, new { to = second.Id, reason = Why }))
            .Expect(HttpStatusCode.UnprocessableEntity, "review.handOver.ownAgency");
        (await cohort.Lead.Http.Post(path, new { to = cohort.Lead.Id, reason = Why })).Ok();
    }

    [Fact]
    public async Task Of_two_readers_the_lead_names_whose_claim_goes_over()
    {
        var (cohort, learner, _, second) = await Claimed();
        var closing = await learner.HandIn("8.3-my-next-six-months");
        foreach (var reader in new[] { cohort.Instructor, second })
            (await reader.Http.Post($"{ReflectionSteps.Review(closing)}/claim")).Ok();
        var path = $"{ReflectionSteps.Review(closing)}/hand-over";
        (await cohort.Lead.Http.Post(path, new { to = cohort.Lead.Id, reason = Why }))
            .Expect(HttpStatusCode.UnprocessableEntity, "review.handOver.from");
        (await cohort.Lead.Http.Post(path, new { to = cohort.Lead.Id, from = second.Id, reason = Why })).Ok();
        Assert.Equal("review.claimed", (await second.Http.Post($"{ReflectionSteps.Review(closing)}/claim"))
            .Expect(HttpStatusCode.Conflict).Code);
        (await cohort.Instructor.Http.Put(
            ReflectionSteps.Review(closing), ReflectionSteps.Judgement(forClosing: true), ("If-Match", "*"))).Ok();
    }

    private async Task<(TestCohort Cohort, TestLearner Learner, Guid Revision, TestPerson Second)> Claimed(Guid? agency = null)
    {
        var (cohort, second) = (await app.Cohort(), await app.Person("Sol Second"));
        (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = new[] { cohort.Instructor.Id, second.Id } })).Ok();
        var learner = await app.Learner(cohort, agencyId: agency);
        var revision = await learner.HandIn();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
        return (cohort, learner, revision, second);
    }
}
