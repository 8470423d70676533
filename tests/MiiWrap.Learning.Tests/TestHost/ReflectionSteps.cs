using System.Net;
using System.Text.Json.Nodes;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>What learners and reviewers do with reflections, in one line each.</summary>
public static class ReflectionSteps
{
    /// <summary>A unit whose rubric has criteria; it is an anchor.</summary>
    public const string Anchor = "1.4-coaching-agreement";

    /// <summary>The words of <see cref="Write"/>, made up like all text here.</summary>
    public const string Words = "I asked for two ideas before I offered one, and the room went quiet in a good way.";

    public static string Reflection(this TestLearner learner, string unit = Anchor) => $"{learner.Journey}/reflections/{unit}";

    public static async Task<JsonNode> GetReflection(this TestLearner learner, string unit = Anchor) =>
        (await learner.Http.Read(learner.Reflection(unit))).Ok().Json;

    /// <summary>Saves a draft that answers every prompt with the same words, and returns its tag.</summary>
    public static async Task<string> Write(this TestLearner learner, string unit = Anchor, string words = Words)
    {
        var page = await learner.GetReflection(unit);
        var answers = page["assignment"]!["prompts"]!.AsArray().ToDictionary(p => (string)p!["slug"]!, _ => words);
        var precondition = page["draft"] is { } draft ? ("If-Match", (string)draft["etag"]!) : ("If-None-Match", "*");
        return (string)(await learner.Http.Put($"{learner.Reflection(unit)}/draft", new { answers }, precondition)).Ok()["etag"]!;
    }

    /// <summary>Writes and hands in, and returns the revision's id.</summary>
    public static async Task<Guid> HandIn(this TestLearner learner, string unit = Anchor, string words = Words)
    {
        var tag = await learner.Write(unit, words);
        return (Guid)(await learner.Http.Post($"{learner.Reflection(unit)}/submissions", new { draftETag = tag, privacyConfirmed = true }))
            .Expect(HttpStatusCode.Created)["revisionId"]!;
    }

    public static string Review(Guid revision) => $"/v1/reviews/{revision}";

    /// <summary>A review that is complete; every criterion gets the same score.</summary>
    public static object Judgement(string decision = "accept", int score = 2, string? overrideReason = null, bool forClosing = false)
    {
        var scores = new[] { "experience", "meaning", "perspective", "next" }.ToDictionary(c => c, _ => score);
        if (forClosing) scores.Add("change-over-time", score);
        return new
        {
            scores,
            affirmation = "You noticed the quiet and let it be.",
            question = "What did the quiet tell you?",
            nextStep = "Count to three once more.",
            decision,
            overrideReason,
        };
    }

    /// <summary>Claims, saves and publishes.</summary>
    public static async Task<Answer> Review(this TestPerson reviewer, Guid revision, object judgement)
    {
        (await reviewer.Http.Post($"{Review(revision)}/claim")).Ok();
        var tag = (await reviewer.Http.Read(Review(revision))).Ok().ETag!;
        (await reviewer.Http.Put(Review(revision), judgement, ("If-Match", tag))).Ok();
        return await reviewer.Http.Post($"{Review(revision)}/publish");
    }
}
