using System.Net;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Reflections;

/// <summary>What points to a person stays out of what is handed in, and out of the log.</summary>
[StandingClock]
public sealed class PrivacyGateTests(LearningApp app)
{
    [Fact]
    public async Task What_identifies_by_itself_is_not_handed_in_even_confirmed()
    {
        var learner = await app.Learner();
        var words = "Ring me at 312-555-0148, said Maria.";
        var tag = await learner.Write(words: words);
        var blocked = (await learner.Http.Post($"{learner.Reflection()}/submissions", new { draftETag = tag, privacyConfirmed = true }))
            .Expect(HttpStatusCode.UnprocessableEntity, "reflection.privacy.blocked");
        var place = blocked["blocked"]![0]!;
        Assert.Equal(("phone", 11, 23), ((string)place["kind"]!, (int)place["span"]![0]!, (int)place["span"]![1]!));
        Assert.Equal("name", (string)blocked["warnings"]![0]!["kind"]!);
        Assert.DoesNotContain("555-0148", blocked.Body, StringComparison.Ordinal);
        Assert.Equal("draft", (string)(await learner.GetReflection())["status"]!);

        var lines = app.Services.GetRequiredService<LogSink>().Lines;
        Assert.Contains(lines, l => l.Contains("reflection.privacy.blocked", StringComparison.Ordinal)
            && l.Contains("Phone,Name", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.Contains("312-555-0148", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_might_identify_needs_a_second_look()
    {
        var learner = await app.Learner();
        var submission = new { draftETag = await learner.Write(words: "I asked Maria what she would keep."), privacyConfirmed = false };
        (await learner.Http.Post($"{learner.Reflection()}/submissions", submission))
            .Expect(HttpStatusCode.UnprocessableEntity, "reflection.privacy.unconfirmed");
        (await learner.Http.Post($"{learner.Reflection()}/submissions", submission with { privacyConfirmed = true }))
            .Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_check_says_before_what_the_gate_will_say_and_stores_nothing()
    {
        var learner = await app.Learner();
        var prompt = (string)(await learner.GetReflection())["assignment"]!["prompts"]![0]!["slug"]!;
        var report = (await learner.Http.Post($"{learner.Reflection()}/privacy-check", new
        {
            answers = new Dictionary<string, string> { [prompt] = "😀 See case CPS-2024-00317 of March 3, 2027." },
        })).Ok();
        Assert.Equal((prompt, "recordNumber", 12, 26), Finding(report["blocked"]![0]!));
        Assert.Equal((prompt, "date", 30, 43), Finding(report["warnings"]![0]!));
        Assert.Equal("notStarted", (string)(await learner.GetReflection())["status"]!);
        (await learner.Http.Post($"{learner.Reflection()}/privacy-check", new { answers = new { nothing = "x" } }))
            .Expect(HttpStatusCode.UnprocessableEntity);
        (await learner.Http.Post($"{learner.Reflection()}/privacy-check", new { })).Expect(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task An_agency_adds_words_of_its_own()
    {
        var cast = await RolePeople.Of(app);
        var learner = new TestLearner(cast[Role.Learner].Id, "", "", cast.As(Role.Learner), cast.EnrolmentId);
        var words = (await cast.As(Role.AgencyAdmin)
            .Put($"/v1/agencies/{cast.AgencyId}/denied-words", new { words = new[] { "Hilltop House", "hilltop house" } })).Ok();
        Assert.Equal(["Hilltop House"], words["words"]!.AsArray().Select(w => (string)w!));
        var tag = await learner.Write(words: "We met at hilltop house again.");
        (await learner.Http.Post($"{learner.Reflection()}/submissions", new { draftETag = tag }))
            .Expect(HttpStatusCode.UnprocessableEntity, "reflection.privacy.unconfirmed");
        (await cast.As(Role.AgencyAdmin).Put($"/v1/agencies/{cast.AgencyId}/denied-words", new { words = new[] { "two\nlines" } }))
            .Expect(HttpStatusCode.UnprocessableEntity);
        (await cast.As(Role.AgencyAdmin).Put($"/v1/agencies/{cast.AgencyId}/denied-words", new { words = Array.Empty<string>() })).Ok();
        (await learner.Http.Post($"{learner.Reflection()}/submissions", new { draftETag = tag })).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_text_that_made_a_pattern_go_back_is_read_and_handed_in()
    {
        var learner = await app.Learner();
        var prompt = (string)(await learner.GetReflection())["assignment"]!["prompts"]![0]!["slug"]!;
        var check = new { answers = new Dictionary<string, string> { [prompt] = $"case {new string('1', 1250)}_" } };
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => learner.Http.Post($"{learner.Reflection()}/privacy-check", check)));
        Assert.All(answers, a => a.Ok());
        var tag = await learner.Write(words: $"I counted case {new string('1', 1200)}_ twice.");
        (await learner.Http.Post($"{learner.Reflection()}/submissions", new { draftETag = tag })).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Typographic_characters_hide_nothing_and_spans_are_those_of_the_text_that_was_sent()
    {
        var learner = await app.Learner();
        var prompt = (string)(await learner.GetReflection())["assignment"]!["prompts"]![0]!["slug"]!;
        const string Sent = "Jose\u0301 rang (303)\u00A0555\u20110142, then ٣٠٣\u2009555\u200B\u20130142.";
        var report = (await learner.Http.Post($"{learner.Reflection()}/privacy-check",
            new { answers = new Dictionary<string, string> { [prompt] = Sent } })).Ok();
        Assert.Equal((prompt, "name", 0, 5), Finding(report["warnings"]![0]!));
        Assert.Equal(["(303)\u00A0555\u20110142", "٣٠٣\u2009555\u200B\u20130142"], report["blocked"]!.AsArray()
            .Select(f => Sent[(int)f!["span"]![0]!..(int)f["span"]![1]!]));
        var tag = await learner.Write(words: Sent);
        (await learner.Http.Post($"{learner.Reflection()}/submissions", new { draftETag = tag, privacyConfirmed = true }))
            .Expect(HttpStatusCode.UnprocessableEntity, "reflection.privacy.blocked");
    }

    private static (string, string, int, int) Finding(System.Text.Json.Nodes.JsonNode f) =>
        ((string)f["prompt"]!, (string)f["kind"]!, (int)f["span"]![0]!, (int)f["span"]![1]!);
}
