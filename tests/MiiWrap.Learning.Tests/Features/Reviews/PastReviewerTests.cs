using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Reviews;

/// <summary>A reviewer reads what they review or have reviewed, and nothing that came after it.</summary>
[StandingClock]
public sealed class PastReviewerTests(LearningApp app)
{
    [Fact]
    public async Task A_past_reviewer_reads_no_later_revision_unless_they_claim_it()
    {
        var (cohort, learner, first) = await SentBack();
        var second = await learner.HandIn(words: "What I wrote for somebody else.");

        var page = (await cohort.Instructor.Http.Read(ReflectionSteps.Review(second))).Ok();
        Assert.Null(page["answers"]);
        (await cohort.Instructor.Http.Read($"{ReflectionSteps.Review(second)}/changes"))
            .Expect(HttpStatusCode.Forbidden, "review.notReader");
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(second)}/hold", new { reason = "The second answer names a family." }))
            .Expect(HttpStatusCode.Forbidden, "review.notReader");
        Assert.NotNull((await cohort.Instructor.Http.Read(ReflectionSteps.Review(first))).Ok()["answers"]);

        (await cohort.Lead.Http.Post($"{ReflectionSteps.Review(second)}/claim")).Ok();
        Assert.Null((await cohort.Instructor.Http.Read(ReflectionSteps.Review(second))).Ok()["answers"]);
        (await cohort.Lead.Http.Post($"{ReflectionSteps.Review(second)}/release")).Ok();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(second)}/claim")).Ok();
        Assert.NotNull((await cohort.Instructor.Http.Read(ReflectionSteps.Review(second))).Ok()["answers"]);
        // What came before is read with it.
        (await cohort.Instructor.Http.Read($"{ReflectionSteps.Review(second)}/changes")).Ok();

        // Another instructor, whose claim has lapsed, reads neither.
        FlowingClock.Advance(TimeSpan.FromHours(48));
        Assert.Null((await cohort.Instructor.Http.Read(ReflectionSteps.Review(second))).Ok()["answers"]);
    }

    [Fact]
    public async Task A_past_reviewer_reads_the_thread_up_to_the_next_revision_and_writes_no_more()
    {
        var (cohort, learner, first) = await SentBack();
        var (theirs, mine) = ($"{ReflectionSteps.Review(first)}/thread", $"{learner.Reflection()}/thread");
        (await cohort.Instructor.Http.Post(theirs, new { text = "Ask if you like." })).Expect(HttpStatusCode.Created);
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        (await learner.Http.Post(mine, new { text = "What did you mean?" })).Expect(HttpStatusCode.Created);
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        var second = await learner.HandIn(words: "Other words.");
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        (await learner.Http.Post(mine, new { text = "For whoever reads it now." })).Expect(HttpStatusCode.Created);

        Assert.Equal(["Ask if you like.", "What did you mean?"], Texts((await cohort.Instructor.Http.Read(theirs)).Ok()));
        (await cohort.Instructor.Http.Post(theirs, new { text = "One thing more." })).Expect(HttpStatusCode.Forbidden, "review.notReader");
        (await cohort.Instructor.Http.Read($"{ReflectionSteps.Review(second)}/thread"))
            .Expect(HttpStatusCode.Forbidden, "review.notReader");

        (await cohort.Lead.Http.Post($"{ReflectionSteps.Review(second)}/claim")).Ok();
        var others = $"{ReflectionSteps.Review(second)}/thread";
        Assert.Equal(3, Texts((await cohort.Lead.Http.Read(others)).Ok()).Count);
        (await cohort.Lead.Http.Post(others, new { text = "I read it now." })).Expect(HttpStatusCode.Created);
        Assert.Equal(2, Texts((await cohort.Instructor.Http.Read(theirs)).Ok()).Count);
    }

    [Fact]
    public async Task What_was_withdrawn_before_a_review_began_is_the_authors_alone()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        const string Withdrawn = "What I took back again.";
        var first = await learner.HandIn(words: Withdrawn);
        // Somebody had it and let it lapse.
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(first)}/claim")).Ok();
        FlowingClock.Advance(TimeSpan.FromHours(49));
        (await learner.Http.Post($"{learner.Reflection()}/withdraw")).Ok();
        var admin = await app.Admin();
        (await admin.Http.Post($"{ReflectionSteps.Review(first)}/break-glass", new { reason = "The privacy officer asked.", hours = 24 }))
            .Ok();
        await NobodyReads(first, cohort.Lead, cohort.Instructor, admin);

        // On with the draft, and handed in anew.
        await learner.Write(words: "What I want to be read.");
        await NobodyReads(first, cohort.Lead, cohort.Instructor, admin);
        var second = await learner.HandIn(words: "What I want to be read.");
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(second)}/claim")).Ok();
        await NobodyReads(first, cohort.Lead, cohort.Instructor, admin);
        Assert.NotNull((await cohort.Instructor.Http.Read(ReflectionSteps.Review(second))).Ok()["answers"]);
        foreach (var reader in new[] { cohort.Lead, cohort.Instructor, admin })
        {
            var changes = await reader.Http.Read($"{ReflectionSteps.Review(second)}/changes");
            changes.Expect(HttpStatusCode.NotFound);
        }

        // Put on hold, it is hidden still; its author reads it as before.
        (await cohort.Lead.Http.Post($"{ReflectionSteps.Review(second)}/hold", new { reason = "The second answer names a family." })).Ok();
        await NobodyReads(first, cohort.Lead, cohort.Instructor, admin);
        (await cohort.Lead.Http.Post($"{ReflectionSteps.Review(second)}/hold/release")).Ok();
        Assert.Contains(Withdrawn, (await learner.GetReflection())["revisions"]![0]!.ToJsonString(), StringComparison.Ordinal);

        async Task NobodyReads(Guid revision, params TestPerson[] people)
        {
            foreach (var person in people)
            {
                var page = (await person.Http.Read(ReflectionSteps.Review(revision))).Ok();
                Assert.Null(page["answers"]);
                Assert.DoesNotContain(Withdrawn, page.Body, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_comparison_skips_what_was_withdrawn_in_between()
    {
        var (cohort, learner, _) = await SentBack("The first words.");
        await learner.HandIn(words: "Secret words.");
        (await learner.Http.Post($"{learner.Reflection()}/withdraw")).Ok();
        var third = await learner.HandIn(words: "The third words.");
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(third)}/claim")).Ok();
        var changes = (await cohort.Instructor.Http.Read($"{ReflectionSteps.Review(third)}/changes")).Ok();
        Assert.Equal((1, 3), ((int)changes["from"]!, (int)changes["to"]!));
        Assert.DoesNotContain("Secret", changes.Body, StringComparison.Ordinal);
        // Its author sees each step.
        Assert.Contains("Secret", (await learner.Http.Read($"{learner.Reflection()}/revisions/3/changes")).Ok().Body,
            StringComparison.Ordinal);
    }

    private async Task<(TestCohort Cohort, TestLearner Learner, Guid Revision)> SentBack(string words = ReflectionSteps.Words)
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn(words: words);
        (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement("revise", score: 0))).Ok();
        return (cohort, learner, revision);
    }

    private static List<string> Texts(Answer thread) => [.. thread["items"]!.AsArray().Select(m => (string)m!["text"]!)];
}
