using System.Net;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Reflections;

/// <summary>
/// A reflection's text is read by its author, its reviewer and the cohort's lead; whoever else looks needs a reason, and all of it is seen.
/// </summary>
[StandingClock]
public sealed class AccessLogTests(LearningApp app)
{
    [Fact]
    public async Task The_author_sees_who_opened_it_in_which_part_and_for_what()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn();
        (await cohort.Instructor.Http.Read(ReflectionSteps.Review(revision))).Ok();
        Assert.Empty(await Log(learner));

        (await cohort.Lead.Http.Read(ReflectionSteps.Review(revision))).Ok();
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement(score: 1, overrideReason: "We talked it through."))).Ok();
        Assert.Equal(
            ["Lee Lead lead read", "Ines Instructor reviewer overrodeAcceptRule", "Ines Instructor reviewer published",
                "Ines Instructor reviewer read"],
            (await Log(learner)).OrderByDescending(l => l.StartsWith("Lee", StringComparison.Ordinal))
                .ThenBy(l => l, StringComparer.Ordinal));
        foreach (var other in new[] { cohort.Instructor.Http, cohort.Lead.Http, (await app.Admin()).Http,
            (await app.Learner(cohort)).Http })
            (await other.Read($"{learner.Reflection()}/access-log")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_programme_admin_needs_a_reason_and_an_end_and_the_author_sees_both()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn();
        var admin = await app.Admin();
        var glass = $"{ReflectionSteps.Review(revision)}/break-glass";
        Assert.Null((await admin.Http.Read(ReflectionSteps.Review(revision))).Ok()["answers"]);
        (await admin.Http.Post(glass, new { reason = "curious", hours = 1 })).Expect(HttpStatusCode.UnprocessableEntity);
        (await admin.Http.Post(glass, new { reason = "The privacy officer asked." })).Expect(HttpStatusCode.UnprocessableEntity);
        (await admin.Http.Post(glass, new { reason = "The privacy officer asked.", hours = 25 }))
            .Expect(HttpStatusCode.UnprocessableEntity);
        (await admin.Http.Post($"{glass}/end")).Expect(HttpStatusCode.Conflict, "breakGlass.none");

        var broken = (await admin.Http.Post(glass, new { reason = "The privacy officer asked.", hours = 2 })).Ok();
        Assert.Equal(FlowingClock.Monday.UtcDateTime.AddHours(2), (DateTime)broken["until"]!);
        FlowingClock.Advance(TimeSpan.FromMinutes(119));
        Assert.NotNull((await admin.Http.Read(ReflectionSteps.Review(revision))).Ok()["answers"]);
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await admin.Http.Read(ReflectionSteps.Review(revision))).Ok()["answers"]);
        Assert.Equal(["Ada Admin programAdmin brokeGlass The privacy officer asked.",
            "Ada Admin programAdmin read The privacy officer asked."], await Log(learner));

        (await admin.Http.Post(glass, new { reason = "The privacy officer asked again.", hours = 2 })).Ok();
        (await admin.Http.Post($"{glass}/end")).Ok();
        Assert.Null((await admin.Http.Read(ReflectionSteps.Review(revision))).Ok()["answers"]);
    }

    [Fact]
    public async Task What_was_read_and_what_was_handed_in_cannot_be_rewritten()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn();
        (await cohort.Lead.Http.Read(ReflectionSteps.Review(revision))).Ok();
        var ct = TestContext.Current.CancellationToken;
        await Assert.ThrowsAsync<InvalidOperationException>(() => app.InDb(async db =>
        {
            db.Remove(await db.AccessLog.FirstAsync(a => a.PersonId == cohort.Lead.Id, ct));
            return await db.SaveChangesAsync(ct);
        }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => app.InDb(async db =>
        {
            db.Entry(await db.Revisions.SingleAsync(r => r.Id == revision, ct)).Property(r => r.Hash).CurrentValue = "other";
            return await db.SaveChangesAsync(ct);
        }));
    }

    [Fact]
    public async Task A_revision_is_compared_with_the_one_before_by_its_author_and_its_reviewer()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var first = await learner.HandIn(words: "I asked her once and waited.");
        (await cohort.Instructor.Review(first, ReflectionSteps.Judgement("revise", score: 0))).Ok();
        var second = await learner.HandIn(words: "I asked her twice and waited.");
        var changes = (await learner.Http.Read($"{learner.Reflection()}/revisions/2/changes")).Ok();
        Assert.Equal((1, 2), ((int)changes["from"]!, (int)changes["to"]!));
        Assert.Equal(
            ["same I asked her ", "removed once", "added twice", "same  and waited."],
            changes["prompts"]![0]!["changes"]!.AsArray().Select(c => $"{(string)c!["kind"]!} {(string)c["text"]!}"));
        Assert.True((bool)changes["prompts"]![0]!["isWordByWord"]!);
        (await learner.Http.Read($"{learner.Reflection()}/revisions/1/changes")).Expect(HttpStatusCode.NotFound);

        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(second)}/claim")).Ok();
        Assert.Equal(changes.Body, (await cohort.Instructor.Http.Read($"{ReflectionSteps.Review(second)}/changes")).Ok().Body);
        (await cohort.Instructor.Http.Read($"{ReflectionSteps.Review(first)}/changes")).Expect(HttpStatusCode.NotFound);
        Assert.Contains("Ines Instructor reviewer compared", await Log(learner));
    }

    [Fact]
    public async Task Revisions_that_differ_in_thousands_of_words_are_told_as_replaced_and_the_answer_says_so()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        static string Words(char first) => string.Join(' ', Enumerable.Range(0, 1500)
            .Select(i => $"{first}{(char)('a' + (i / 676 % 26))}{(char)('a' + (i / 26 % 26))}{(char)('a' + (i % 26))}"));
        var first = await learner.HandIn(words: $"We began. {Words('b')}");
        (await cohort.Instructor.Review(first, ReflectionSteps.Judgement("revise", score: 0))).Ok();
        await learner.HandIn(words: $"We began. {Words('d')}");

        var changes = (await learner.Http.Read($"{learner.Reflection()}/revisions/2/changes")).Ok()["prompts"]!.AsArray();

        Assert.All(changes, prompt => Assert.False((bool)prompt!["isWordByWord"]!));
        Assert.All(changes, prompt => Assert.Equal(
            ["same", "removed", "added"], prompt!["changes"]!.AsArray().Select(c => (string)c!["kind"]!)));
    }

    [Fact]
    public async Task Agreement_is_measured_on_what_two_scored_before_they_talked()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn("8.3-my-next-six-months");
        (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement(score: 2, forClosing: true))).Ok();
        (await cohort.Lead.Review(revision, ReflectionSteps.Judgement(score: 3, forClosing: true))).Ok();
        var figures = Assert.Single((await cohort.Lead.Http.Read($"/v1/reviews/agreement?cohort={cohort.Id}")).Ok()["items"]!.AsArray())!;
        Assert.Equal(("refl-depth", 1, 5), ((string)figures["rubric"]!, (int)figures["pairs"]!, (int)figures["scores"]!));
        Assert.Equal((0.0, 1.0, 0.0), ((double)figures["exact"]!, (double)figures["withinOne"]!, (double)figures["weightedKappa"]!));
        (await learner.Http.Read($"/v1/reviews/agreement?cohort={cohort.Id}")).Expect(HttpStatusCode.NotFound);
    }

    private static async Task<IReadOnlyList<string>> Log(TestLearner learner) =>
        [.. (await learner.Http.Read($"{learner.Reflection()}/access-log")).Ok()["items"]!.AsArray()
            .Select(i => $"{(string)i!["who"]!["name"]!} {(string)i["role"]!} {(string)i["what"]!} {(string?)i["reason"]}".TrimEnd())];
}
