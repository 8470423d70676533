using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Reflections;

/// <summary>A learner writes, hands in, takes back; nothing that was acknowledged is lost or overwritten.</summary>
[StandingClock]
public sealed class ReflectionTests(LearningApp app)
{
    [Fact]
    public async Task Before_the_first_word_the_page_shows_what_is_asked()
    {
        var learner = await app.Learner();
        var page = (await learner.Http.Read(learner.Reflection())).Ok();
        Assert.Equal("notStarted", (string)page["status"]!);
        Assert.Null(page["draft"]);
        Assert.Empty(page["revisions"]!.AsArray());
        Assert.Equal(["experience", "meaning", "perspective", "next"], page["assignment"]!["rubric"]!["criteria"]!.AsArray()
            .Select(c => (string)c!["slug"]!));
        Assert.NotEmpty(page["assignment"]!["prompts"]!.AsArray());
        (await learner.Http.Read(learner.Reflection(), ("If-None-Match", page.ETag!))).Expect(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task A_draft_is_saved_only_over_the_one_that_was_read()
    {
        var learner = await app.Learner();
        var draft = $"{learner.Reflection()}/draft";
        var body = new { answers = new Dictionary<string, string> { [await FirstPrompt(learner)] = "  a word\n" } };
        (await learner.Http.Put(draft, body)).Expect(HttpStatusCode.PreconditionRequired);
        var first = (await learner.Http.Put(draft, body, ("If-None-Match", "*"))).Ok();
        Assert.Equal(first.ETag, (string)first["etag"]!);
        (await learner.Http.Put(draft, body, ("If-None-Match", "*"))).Expect(HttpStatusCode.PreconditionFailed, "reflection.draft.stale");
        var second = (await learner.Http.Put(draft, body, ("If-Match", first.ETag!))).Ok();
        var stale = (await learner.Http.Put(draft, body, ("If-Match", first.ETag!)))
            .Expect(HttpStatusCode.PreconditionFailed, "reflection.draft.stale");
        Assert.Equal(second.ETag, stale.ETag);

        var page = await learner.GetReflection();
        Assert.Equal("draft", (string)page["status"]!);
        Assert.Equal("  a word\n", (string)page["draft"]!["answers"]!.AsObject().Single().Value!);
        Assert.Equal(second.ETag, (string)page["draft"]!["etag"]!);
    }

    [Fact]
    public async Task A_submission_freezes_the_draft_whatever_tag_comes_later()
    {
        var learner = await app.Learner();
        var tag = await learner.Write();
        var body = new { answers = new Dictionary<string, string> { [await FirstPrompt(learner)] = "late" } };
        var receipt = (await learner.Http.Post($"{learner.Reflection()}/submissions", new { draftETag = tag, privacyConfirmed = false }))
            .Expect(HttpStatusCode.Created);
        Assert.Equal(1, (int)receipt["version"]!);
        foreach (var late in new[] { tag, "\"other\"", "*" })
            (await learner.Http.Put($"{learner.Reflection()}/draft", body, ("If-Match", late)))
                .Expect(HttpStatusCode.Conflict, "reflection.submitted");
        (await learner.Http.Put($"{learner.Reflection()}/draft", body, ("If-None-Match", "*")))
            .Expect(HttpStatusCode.Conflict, "reflection.submitted");

        var page = await learner.GetReflection();
        Assert.Equal("submitted", (string)page["status"]!);
        Assert.Null(page["draft"]);
        Assert.All(page["revisions"]!.AsArray().Single()!["answers"]!.AsObject(), a => Assert.Equal(
            ReflectionSteps.Words, (string)a.Value!));
    }

    [Fact]
    public async Task A_submission_names_the_draft_that_it_means()
    {
        var learner = await app.Learner();
        var first = await learner.Write();
        var second = await learner.Write(words: "Other words.");
        var submissions = $"{learner.Reflection()}/submissions";
        var stale = (await learner.Http.Post(submissions, new { draftETag = first, privacyConfirmed = true }))
            .Expect(HttpStatusCode.Conflict, "reflection.draft.stale");
        Assert.Equal(second, (string)stale["etag"]!);
        (await learner.Http.Post(submissions, new { privacyConfirmed = true })).Expect(HttpStatusCode.UnprocessableEntity);
        (await learner.Http.Post(submissions, new { draftETag = second, privacyConfirmed = true })).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_was_handed_in_can_be_taken_back_until_a_review_begins()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var withdraw = $"{learner.Reflection()}/withdraw";
        (await learner.Http.Post(withdraw)).Expect(HttpStatusCode.NotFound);
        var old = await learner.Write();
        (await learner.Http.Post(withdraw)).Expect(HttpStatusCode.Conflict, "reflection.notSubmitted");
        await learner.HandIn();

        var withdrawn = (await learner.Http.Post(withdraw)).Ok();
        Assert.Equal("withdrawn", (string)withdrawn["status"]!);
        var tag = (string)withdrawn["draft"]!["etag"]!;
        Assert.NotEqual(old, tag);
        var page = await learner.GetReflection();
        Assert.Equal(tag, (string)page["draft"]!["etag"]!);
        Assert.All(page["draft"]!["answers"]!.AsObject(), a => Assert.Equal(ReflectionSteps.Words, (string)a.Value!));

        var again = (await learner.Http.Post($"{learner.Reflection()}/submissions", new { draftETag = tag, privacyConfirmed = true }))
            .Expect(HttpStatusCode.Created);
        Assert.Equal(2, (int)again["version"]!);
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review((Guid)again["revisionId"]!)}/claim")).Ok();
        (await learner.Http.Post(withdraw)).Expect(HttpStatusCode.Conflict, "reflection.inReview");
        FlowingClock.Advance(TimeSpan.FromHours(49));
        (await learner.Http.Post(withdraw)).Ok();
    }

    [Fact]
    public async Task Only_the_prompts_of_the_assignment_are_answered_and_within_bounds()
    {
        var learner = await app.Learner();
        var (draft, prompt) = ($"{learner.Reflection()}/draft", await FirstPrompt(learner));
        async Task<Answer> Save(object answers) => await learner.Http.Put(draft, new { answers }, ("If-None-Match", "*"));
        (await Save(new { nothing = "x" })).Expect(HttpStatusCode.UnprocessableEntity, "reflection.prompt.unknown");
        (await Save(new Dictionary<string, string> { [prompt] = new('x', 10_001) }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await Save(new Dictionary<string, string?> { [prompt] = null })).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await learner.Http.Put(draft, new { }, ("If-None-Match", "*"))).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await learner.Http.Put(draft, """{"answers":{"x":5}}""", ("If-None-Match", "*"))).Expect(HttpStatusCode.BadRequest);
        (await learner.Http.Put(draft, "{\"answers\":{\"" + prompt + "\":\"\\ud800\"}}", ("If-None-Match", "*")))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");

        var empty = (await Save(new Dictionary<string, string> { [prompt] = " " })).Ok();
        (await learner.Http.Post($"{learner.Reflection()}/submissions", new { draftETag = empty.ETag, privacyConfirmed = true }))
            .Expect(HttpStatusCode.UnprocessableEntity, "reflection.empty");
    }

    [Fact]
    public async Task A_reflection_opens_with_its_unit_and_is_the_authors_alone()
    {
        var cohort = await app.Cohort("paced");
        var learner = await app.Learner(cohort);
        var locked = (await learner.Http.Read(learner.Reflection("2.4-watching-voice-and-power")))
            .Expect(HttpStatusCode.Forbidden, "unit.locked");
        Assert.NotNull(locked["opensOn"]);
        await learner.Write("1.1-why-good-training-fades");
        (await learner.Http.Read(learner.Reflection("no-such-unit"))).Expect(HttpStatusCode.NotFound);
        foreach (var other in new[] { (await app.Learner(cohort)).Http, cohort.Lead.Http, cohort.Instructor.Http,
            (await app.Admin()).Http })
            (await other.Read(learner.Reflection("1.1-why-good-training-fades"))).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_journey_knows_where_each_reflection_stands()
    {
        var learner = await app.Learner();
        async Task<string> Status() =>
            (string)(await learner.Http.Read(learner.Journey)).Ok()["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray())
            .Single(u => (string)u!["slug"]! == ReflectionSteps.Anchor)!["assignment"]!["status"]!;
        Assert.Equal("notStarted", await Status());
        await learner.Write();
        Assert.Equal("draft", await Status());
        await learner.HandIn();
        Assert.Equal("submitted", await Status());
    }

    private static async Task<string> FirstPrompt(TestLearner learner) =>
        (string)(await learner.GetReflection())["assignment"]!["prompts"]![0]!["slug"]!;
}
