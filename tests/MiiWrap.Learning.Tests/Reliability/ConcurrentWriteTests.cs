using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Reliability;

/// <summary>
/// Many do the same thing with one reflection at once: whoever wins, nobody's words are lost, and everybody else is told what is. Each race
/// runs twice; LEARNING_RACES=50 runs each fifty times in one go.
/// </summary>
[StandingClock]
public sealed class ConcurrentWriteTests
{
    private static readonly int Times =
        int.TryParse(Environment.GetEnvironmentVariable("LEARNING_RACES"), NumberStyles.None, CultureInfo.InvariantCulture, out var times)
        && times > 0 ? times : 2;

    private readonly LearningApp app;
    private readonly ITestOutputHelper output;

    public ConcurrentWriteTests(LearningApp app, ITestOutputHelper output) => (this.app, this.output) = (app, output);

    [Fact]
    public Task Of_forty_autosaves_with_one_tag_one_wins_and_39_are_told_the_present_tag() => Race(async (cohort, _) =>
    {
        var learner = await app.Learner(cohort);
        var tag = await learner.Write();
        var prompt = await Prompt(learner);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Save(learner, prompt, $"writer {i}", tag)));
        var won = Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        var lost = answers.Where(a => a != won).ToList();
        Assert.Equal(39, lost.Count);
        Assert.All(lost, a => Assert.Equal(won.ETag, a.Expect(HttpStatusCode.PreconditionFailed, "reflection.draft.stale").ETag));
        Assert.Equal($"writer {Array.IndexOf(answers, won)}", (string)(await learner.GetReflection())["draft"]!["answers"]![prompt]!);
    });

    [Fact]
    public Task Of_twelve_submissions_one_makes_a_revision() => Race(async (cohort, _) =>
    {
        var learner = await app.Learner(cohort);
        var tag = await learner.Write();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Submit(learner, tag)));
        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a => a.Expect(HttpStatusCode.Conflict, "reflection.submitted"));
        Assert.Single((await learner.GetReflection())["revisions"]!.AsArray());
    });

    [Fact]
    public Task An_autosave_that_meets_a_submission_is_in_the_revision_or_nowhere() => Race(async (cohort, round) =>
    {
        var learner = await app.Learner(cohort);
        var tag = await learner.Write();
        var prompt = await Prompt(learner);
        // Each round it starts at another place among them.
        var (racing, place) = (new List<Task<Answer>>(), round % 9);
        for (var i = 0; i < 9; i++) racing.Add(i == place ? Submit(learner, tag) : Save(learner, prompt, $"late {i}", tag));
        var answers = await Task.WhenAll(racing);
        var submitted = answers[place];
        var page = await learner.GetReflection();
        if (submitted.Status == HttpStatusCode.Created)
        {
            // It was first: every autosave came too late, and the revision is what its author meant.
            Assert.All(answers.Where(a => a != submitted), a => a.Expect(HttpStatusCode.Conflict, "reflection.submitted"));
            Assert.Equal(ReflectionSteps.Words, (string)Assert.Single(page["revisions"]!.AsArray())!["answers"]![prompt]!);
        }
        else
        {
            // An autosave was first: its author is told of it before anything is handed in.
            submitted.Expect(HttpStatusCode.Conflict, "reflection.draft.stale");
            var saved = Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
            Assert.Equal(saved.ETag, (string)page["draft"]!["etag"]!);
            Assert.Empty(page["revisions"]!.AsArray());
        }

        (await Save(learner, prompt, "far too late", tag))
            .Expect(submitted.Status == HttpStatusCode.Created ? HttpStatusCode.Conflict : HttpStatusCode.PreconditionFailed);
    });

    [Fact]
    public Task Of_two_who_claim_at_once_one_has_it() => Race(async (cohort, _) =>
    {
        var revision = await (await app.Learner(cohort)).HandIn();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(i => (i % 2 == 0 ? cohort.Instructor : cohort.Lead).Http.Post($"{ReflectionSteps.Review(revision)}/claim")));
        var hasIt = answers[0].Status == HttpStatusCode.OK ? 0 : 1;
        for (var i = 0; i < answers.Length; i++)
        {
            // Claiming again makes the two days anew.
            if (i % 2 == hasIt) answers[i].Ok();
            else answers[i].Expect(HttpStatusCode.Conflict, "review.claimed");
        }

        Assert.Equal(1, await app.InDb(db => db.Reviews.CountAsync(r => r.RevisionId == revision, TestContext.Current.CancellationToken)));
    });

    [Fact]
    public Task Of_ten_saves_of_a_review_with_one_tag_one_wins() => Race(async (cohort, _) =>
    {
        var review = ReflectionSteps.Review(await (await app.Learner(cohort)).HandIn());
        var tag = (await cohort.Instructor.Http.Post($"{review}/claim")).Ok().ETag!;
        var answers = await Task.WhenAll(Enumerable.Range(0, 10)
            .Select(i => cohort.Instructor.Http.Put(review, new { affirmation = $"Saved by {i}" }, ("If-Match", tag))));
        var won = Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.All(
            answers.Where(a => a != won), a => Assert.Equal(won.ETag, a.Expect(HttpStatusCode.PreconditionFailed, "review.stale").ETag));
        Assert.Equal(
            $"Saved by {Array.IndexOf(answers, won)}", (string)(await cohort.Instructor.Http.Read(review)).Ok()["review"]!["affirmation"]!);
    });

    [Fact]
    public Task Of_eight_publications_one_is_it_and_a_save_beside_them_changes_nothing_afterwards() => Race(async (cohort, _) =>
    {
        var learner = await app.Learner(cohort);
        var review = ReflectionSteps.Review(await learner.HandIn());
        (await cohort.Instructor.Http.Post($"{review}/claim")).Ok();
        (await cohort.Instructor.Http.Put(review, ReflectionSteps.Judgement(), ("If-Match", "*"))).Ok();
        var publications = Enumerable.Range(0, 8).Select(_ => cohort.Instructor.Http.Post($"{review}/publish")).ToList();
        var saves = Enumerable.Range(0, 4)
            .Select(_ => cohort.Instructor.Http.Put(review, ReflectionSteps.Judgement(score: 3), ("If-Match", "*"))).ToList();
        var answers = await Task.WhenAll(publications);
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => a.Expect(HttpStatusCode.Conflict, "review.published"));
        // A save was before the publication, and is in what its author reads, or is refused.
        var saved = (await Task.WhenAll(saves)).Count(a => a.Status == HttpStatusCode.OK
            || a.Expect(HttpStatusCode.Conflict, "review.published") is null);
        var read = (await learner.GetReflection())["revisions"]![0]!["review"]!;
        Assert.Equal(saved > 0 ? 3 : 2, (int)read["scores"]!["next"]!);
        Assert.Equal(1, (int)(await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["items"]!.AsArray()
            .Single(i => (Guid)i!["enrolmentId"]! == learner.EnrolmentId)!["reflectionsAccepted"]!);
    });

    [Fact]
    public Task What_is_written_while_words_are_taken_out_is_before_that_or_refused() => Race(async (cohort, round) =>
    {
        const string Gone = "zwitscherling";
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn(words: Gone);
        var (review, prompt) = (ReflectionSteps.Review(revision), await Prompt(learner));
        (await cohort.Instructor.Http.Post($"{review}/claim")).Ok();
        async Task<Answer> TakeOut()
        {
            (await cohort.Lead.Http.Post($"{review}/hold", new { reason = "A name slipped in." })).Ok();
            return await cohort.Lead.Http
                .Post($"{review}/redactions", new { prompt, span = new[] { 0, Gone.Length }, reason = "It was a name." });
        }

        var (racing, place) = (new List<Task<Answer>>(), round % 13);
        for (var i = 0; i < 13; i++)
        {
            racing.Add(i == place ? TakeOut()
                : i % 2 == 0 ? learner.Http.Post($"{learner.Reflection()}/thread", new { text = $"{Gone} {i}" })
                : cohort.Instructor.Http.Put(review, new { affirmation = $"{Gone} {i}" }, ("If-Match", "*")));
        }

        var answers = await Task.WhenAll(racing);
        answers[place].Expect(HttpStatusCode.Created);
        Assert.All(answers.Where(a => a.Status is not (HttpStatusCode.OK or HttpStatusCode.Created)),
            a => a.Expect(HttpStatusCode.Conflict, "reflection.onHold"));
        var ct = TestContext.Current.CancellationToken;
        Assert.DoesNotContain(Gone,
            string.Join(' ', await app.InDb(db => db.ReflectionMessages.Where(m => m.PersonId == learner.Id).Select(m => m.Text)
                .ToListAsync(ct))), StringComparison.Ordinal);
        Assert.DoesNotContain(Gone,
            string.Join(' ', await app.InDb(db => db.Reviews.Where(r => r.RevisionId == revision).Select(r => r.Affirmation)
                .ToListAsync(ct))), StringComparison.Ordinal);
    });

    private async Task Race(Func<TestCohort, int, Task> once)
    {
        var cohort = await app.Cohort();
        for (var round = 0; round < Times; round++) await once(cohort, round);
        output.WriteLine($"{Times} of {Times} times");
    }

    private static Task<Answer> Save(TestLearner learner, string prompt, string words, string tag) =>
        learner.Http.Put(
            $"{learner.Reflection()}/draft", new { answers = new Dictionary<string, string> { [prompt] = words } }, ("If-Match", tag));

    private static Task<Answer> Submit(TestLearner learner, string tag) =>
        learner.Http.Post($"{learner.Reflection()}/submissions", new { draftETag = tag, privacyConfirmed = true });

    private static async Task<string> Prompt(TestLearner learner) =>
        (string)(await learner.GetReflection())["assignment"]!["prompts"]![0]!["slug"]!;
}
