using System.Net;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Reviews;

/// <summary>
/// Something in a reflection points to a person: it is hidden, the words go from wherever they stand, and their author sees where and why.
/// </summary>
[StandingClock]
public sealed class RedactRevisionTests(LearningApp app)
{
    private const string Name = "Marigold Petterson";
    private const string Reason = "A name of the family slipped in.";
    private static readonly string Words = $"I asked {Name} for two ideas. Then marigold petterson went on.";

    [Fact]
    public async Task While_it_is_on_hold_only_those_who_can_take_something_out_see_it_and_nobody_works_on_it()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn(words: Words);
        var review = ReflectionSteps.Review(revision);
        (await cohort.Instructor.Http.Post($"{review}/claim")).Ok();
        var before = (await cohort.Instructor.Http.Read(review)).Ok();
        var page = (await learner.Http.Read(learner.Reflection())).Ok();
        Assert.Equal(
            "redactionHold", (string)(await cohort.Instructor.Http.Post($"{review}/hold", new { reason = Reason })).Ok()["status"]!);

        var hidden = (await learner.Http.Read(learner.Reflection(), ("If-None-Match", page.ETag!))).Ok();
        Assert.Equal("redactionHold", (string)hidden["status"]!);
        Assert.Empty(hidden["revisions"]![0]!["answers"]!.AsObject());
        var admin = await app.Admin();
        foreach (var reader in new[] { cohort.Instructor.Http, admin.Http })
            Assert.Null((await reader.Read(review, ("If-None-Match", before.ETag!))).Ok()["answers"]);
        Assert.Contains(Name, (await cohort.Lead.Http.Read(review)).Ok().Body, StringComparison.Ordinal);
        (await admin.Http.Post($"{review}/break-glass", new { reason = "A family asked us to look.", hours = 1 })).Ok();
        Assert.Contains(Name, (await admin.Http.Read(review)).Ok().Body, StringComparison.Ordinal);

        foreach (var refused in new[]
        {
            await learner.Http.Post($"{learner.Reflection()}/withdraw"), await learner.Http.Read($"{learner.Reflection()}/thread"),
            await learner.Http.Post($"{learner.Reflection()}/thread", new { text = "What is it?" }),
            await learner.Http.Read($"{learner.Reflection()}/revisions/1/changes"),
            await learner.Http.Put($"{learner.Reflection()}/draft", new { answers = new { } }, ("If-Match", "*")),
            await learner.Http.Post($"{learner.Reflection()}/hold", new { reason = Reason }),
            await cohort.Lead.Http.Post($"{review}/claim"),
            await cohort.Instructor.Http.Put(review, ReflectionSteps.Judgement(), ("If-Match", "*")),
            await cohort.Instructor.Http.Post($"{review}/publish"),
        }) refused.Expect(HttpStatusCode.Conflict, "reflection.onHold");
        Assert.Empty((await cohort.Instructor.Http.Read($"/v1/reviews?cohort={cohort.Id}")).Ok()["items"]!.AsArray());

        (await cohort.Lead.Http.Post($"{review}/hold/release")).Ok();
        Assert.Equal("inReview", (string)(await learner.GetReflection())["status"]!);
        (await cohort.Lead.Http.Post($"{review}/hold/release")).Expect(HttpStatusCode.Conflict, "reflection.notOnHold");
        Assert.Contains(Name, (await cohort.Instructor.Http.Read(review)).Ok().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_words_go_from_every_revision_the_draft_the_reviews_and_the_messages_and_the_proof_of_what_was_handed_in_stays()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var first = await learner.HandIn(words: Words);
        var prompt = (string)(await learner.GetReflection())["assignment"]!["prompts"]![0]!["slug"]!;
        var judgement = System.Text.Json.JsonSerializer.SerializeToNode(ReflectionSteps.Judgement("revise", score: 0))!;
        judgement["comments"] = new System.Text.Json.Nodes.JsonObject { [prompt] = $"What did {Name} say?" };
        (await cohort.Instructor.Review(first, judgement)).Ok();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(first)}/thread", new { text = $"We could speak of {Name}." }))
            .Expect(HttpStatusCode.Created);
        var second = await learner.HandIn(words: $"Once more: {Words}");
        var stale = await Withdrawn(learner);
        var hashes = await Hashes(learner);
        var tag = (await learner.Http.Read(learner.Reflection())).Ok().ETag!;

        (await learner.Http.Post($"{learner.Reflection()}/hold", new { reason = $"I wrote {Name} in it." })).Ok();
        var start = Words.IndexOf(Name, StringComparison.Ordinal);
        var redacted =
            (await cohort.Lead.Http.Post($"{ReflectionSteps.Review(first)}/redactions",
                new { prompt, span = new[] { start, start + Name.Length }, reason = Reason }))
            .Expect(HttpStatusCode.Created);
        (await cohort.Lead.Http.Post($"{ReflectionSteps.Review(second)}/hold/release")).Ok();

        var prompts = (await learner.GetReflection())["assignment"]!["prompts"]!.AsArray().Count;
        // Twice in each answer of two revisions and the draft; in the comment, the message and the reason of the hold.
        Assert.Equal((6 * prompts) + 3, (int)redacted["places"]!);
        var page = (await learner.Http.Read(learner.Reflection(), ("If-None-Match", tag))).Ok();
        Assert.Equal("I asked ██ for two ideas. Then ██ went on.", (string)page["revisions"]![0]!["answers"]![prompt]!);
        Assert.Equal("What did ██ say?", (string)page["revisions"]![0]!["review"]!["comments"]![prompt]!);
        Assert.Equal("Once more: I asked ██ for two ideas. Then ██ went on.", (string)page["draft"]!["answers"]![prompt]!);
        Assert.Equal(Reason, (string)Assert.Single(page["redactions"]!.AsArray())!["reason"]!);
        Assert.Equal(hashes, await Hashes(learner));

        // A page that was open since holds the words still, and cannot save them again.
        (await learner.Http.Put(
            $"{learner.Reflection()}/draft", new { answers = new Dictionary<string, string> { [prompt] = Words } }, ("If-Match", stale)))
            .Expect(HttpStatusCode.PreconditionFailed, "reflection.draft.stale");

        foreach (var path in new[] { learner.Reflection(), $"{learner.Reflection()}/thread", $"{learner.Reflection()}/access-log",
            $"{learner.Reflection()}/revisions/2/changes" })
            Assert.DoesNotContain("Petterson", (await learner.Http.Read(path)).Ok().Body, StringComparison.OrdinalIgnoreCase);
        var log = (await learner.Http.Read($"{learner.Reflection()}/access-log")).Ok()["items"]!.AsArray()
            .Select(i => $"{(string)i!["role"]!} {(string)i["what"]!} {(string?)i["reason"]}").ToList();
        Assert.Contains("author putOnHold I wrote ██ in it.", log);
        Assert.Contains($"lead redacted {Reason}", log);
        Assert.Contains("lead releasedFromHold ", log);
    }

    [Fact]
    public async Task What_is_no_span_of_words_and_who_may_not_is_refused()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        await learner.Write(words: Words);
        var (hold, log) = (new { reason = Reason }, $"{learner.Reflection()}/hold");
        (await learner.Http.Post(log, hold)).Expect(HttpStatusCode.Conflict, "reflection.notSubmitted");
        var revision = await learner.HandIn(words: Words);
        var review = ReflectionSteps.Review(revision);
        var prompt = (string)(await learner.GetReflection())["assignment"]!["prompts"]![0]!["slug"]!;
        Task<Answer> Redact(HttpClient who, int start, int end, string reason = Reason, string? of = null) =>
            who.Post($"{review}/redactions", new { prompt = of ?? prompt, span = new[] { start, end }, reason });

        (await Redact(cohort.Lead.Http, 8, 26)).Expect(HttpStatusCode.Conflict, "reflection.notOnHold");
        (await cohort.Instructor.Http.Post($"{review}/hold", hold)).Expect(HttpStatusCode.Forbidden, "review.notReader");
        (await learner.Http.Post(log, new { reason = "Ring 312-555-0148 about it." }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await learner.Http.Post(log, new { reason = "Oh no" })).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await (await app.Admin()).Http.Post($"{review}/hold", hold)).Ok();

        var admin = await app.Admin();
        (await Redact(cohort.Instructor.Http, 8, 26)).Expect(HttpStatusCode.Forbidden, "role.required");
        (await Redact(admin.Http, 8, 26)).Expect(HttpStatusCode.Forbidden, "role.required");
        (await admin.Http.Post($"{review}/hold/release")).Expect(HttpStatusCode.Forbidden, "role.required");
        foreach (var (start, end) in new[] { (-1, 4), (4, 4), (9, 8), (0, 10_000), (1, 2), (int.MaxValue, int.MinValue) })
            (await Redact(cohort.Lead.Http, start, end)).Expect(HttpStatusCode.UnprocessableEntity, "redaction.span.invalid");
        (await Redact(cohort.Lead.Http, 8, 26, of: "no-such-prompt"))
            .Expect(HttpStatusCode.UnprocessableEntity, "reflection.prompt.unknown");
        (await Redact(cohort.Lead.Http, 8, 26, $"This names {Name}."))
            .Expect(HttpStatusCode.UnprocessableEntity, "redaction.reason.quotes");
        (await cohort.Lead.Http.Post($"{review}/redactions", new { prompt, span = new[] { 8 }, reason = Reason }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await Redact(cohort.Lead.Http, 8, 26)).Expect(HttpStatusCode.Created);
        (await Redact(cohort.Lead.Http, 8, 10)).Expect(HttpStatusCode.UnprocessableEntity, "redaction.span.invalid");
    }

    [Fact]
    public async Task A_hold_closes_no_gate_that_an_acceptance_opened()
    {
        var cohort = await app.Cohort("sequential", DateOnly.FromDateTime(FlowingClock.Monday.UtcDateTime).AddDays(-60));
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn();
        (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement())).Ok();
        async Task<string> Second() => (string)(await learner.Http.Read(learner.Journey)).Ok()["modules"]![1]!["state"]!;
        Assert.Equal("open", await Second());
        (await cohort.Lead.Http.Post($"{ReflectionSteps.Review(revision)}/hold", new { reason = Reason })).Ok();
        Assert.Equal("open", await Second());
        (await learner.Http.Read(learner.Unit("2.1-preparing-to-observe"))).Ok();
        (await cohort.Lead.Http.Post($"{ReflectionSteps.Review(revision)}/hold/release")).Ok();
        Assert.Equal("accepted", (string)(await learner.GetReflection())["status"]!);
        Assert.Equal(1, (int)(await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["items"]![0]!["reflectionsAccepted"]!);
    }

    private static async Task<string> Withdrawn(TestLearner learner) =>
        (string)(await learner.Http.Post($"{learner.Reflection()}/withdraw")).Ok()["draft"]!["etag"]!;

    private Task<List<string>> Hashes(TestLearner learner) => app.InDb(db =>
        db.Revisions.Where(v => db.Reflections.Any(r => r.Id == v.ReflectionId && r.PersonId == learner.Id)).OrderBy(v => v.Number)
            .Select(v => v.Hash).ToListAsync(TestContext.Current.CancellationToken));
}
