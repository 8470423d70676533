using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Nudges;

/// <summary>The page behind a mail's link: it asks without sign-in or script, and records only what is posted.</summary>
[StandingClock(YearsLater = true)]
public sealed class AnswerByLinkTests
{
    private readonly LearningApp app;
    private readonly HttpClient anyone;

    public AnswerByLinkTests(LearningApp app) => (this.app, anyone) = (app, Session.Anonymous(app));

    [Fact]
    public async Task Looking_records_nothing()
    {
        var (learner, link) = await Asked();
        for (var i = 0; i < 3; i++)
        {
            var page = (await anyone.Read(link)).Ok();
            Assert.StartsWith("text/html", page.Headers["Content-Type"], StringComparison.Ordinal);
            Assert.Contains("<form method=\"post\"", page.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
            Assert.Equal("no-store", page.Headers["Cache-Control"]);
            Assert.Contains("default-src 'none'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        }

        Assert.Null((await FirstOf(learner))["response"]);
    }

    [Fact]
    public async Task An_answer_is_recorded_once_and_the_page_says_so_kindly()
    {
        var (learner, link) = await Asked();
        Assert.Contains("Thank you", (await Post(link, ("outcome", "notYet"), ("barrier", "forgot"), ("needHelp", "true"))).Ok().Body,
            StringComparison.Ordinal);
        var response = (await FirstOf(learner))["response"]!;
        Assert.Equal(("notYet", "forgot", true), ((string)response["outcome"]!, (string)response["barrier"]!, (bool)response["needHelp"]!));

        Assert.Contains("not yet", (await anyone.Read(link)).Expect(HttpStatusCode.Gone).Body, StringComparison.Ordinal);
        (await Post(link, ("outcome", "applied"))).Expect(HttpStatusCode.Gone);
        Assert.Equal("notYet", (string)(await FirstOf(learner))["response"]!["outcome"]!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("outcome=")]
    [InlineData("outcome=brilliant")]
    [InlineData("outcome=notYet")]
    [InlineData("outcome=notYet&barrier=weather")]
    [InlineData("outcome=changeDate")]
    [InlineData("outcome=changeDate&plannedFor=soon", "write the day like this")]
    [InlineData("outcome=changeDate&plannedFor=2033-01-01")]
    public async Task An_incomplete_form_keeps_the_page(string fields, string words = "")
    {
        var (learner, link) = await Asked();
        var page = (await anyone.Post(link, new StringContent(fields, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded")))
            .Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Contains("role=\"alert\"", page.Body, StringComparison.Ordinal);
        Assert.Contains(words, page.Body, StringComparison.Ordinal);
        Assert.Contains("<form method=\"post\"", page.Body, StringComparison.Ordinal);
        Assert.Null((await FirstOf(learner))["response"]);
    }

    [Fact]
    public async Task Another_date_is_taken()
    {
        var (learner, link) = await Asked();
        (await Post(link, ("outcome", "changeDate"), ("plannedFor", "2034-02-08"))).Ok();
        Assert.Equal("2034-02-08", (string)(await FirstOf(learner))["response"]!["plannedFor"]!);
    }

    [Fact]
    public async Task Who_had_no_opportunity_names_a_day_on_the_page_and_the_next_check_in_waits_for_it()
    {
        var (learner, _) = await Asked();
        var link = LinkTo(await StepOf(learner, 2));
        Assert.Contains("name=\"plannedFor\"", (await anyone.Read(link)).Ok().Body, StringComparison.Ordinal);
        FlowingClock.Set(FlowingClock.LaterMonday.AddDays(7));
        var thanks = (await Post(link, ("outcome", "notYet"), ("barrier", "noOpportunity"), ("plannedFor", "2034-02-16"))).Ok();
        Assert.Equal("2034-02-16", (string)(await StepOf(learner, 2))["response"]!["plannedFor"]!);
        Assert.StartsWith("2034-02-17", (string)(await StepOf(learner, 3))["dueAt"]!, StringComparison.Ordinal);
        Assert.Contains("17 February 2034", thanks.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_day_the_page_promises_no_waiting()
    {
        var (learner, _) = await Asked();
        var thanks = (await Post(LinkTo(await StepOf(learner, 2)), ("outcome", "notYet"), ("barrier", "noOpportunity"))).Ok();
        Assert.DoesNotContain("Name a day", thanks.Body, StringComparison.Ordinal);
        Assert.Contains("13 February 2034", thanks.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("applied", "")]
    [InlineData("partly", "")]
    [InlineData("notYet", "noOpportunity")]
    public async Task After_the_last_check_in_no_further_one_is_promised(string outcome, string barrier)
    {
        var (learner, _) = await Asked();
        FlowingClock.Set(FlowingClock.LaterMonday.AddDays(90));
        var last = LinkTo(await StepOf(learner, 6));
        var thanks = (await Post(last, ("outcome", outcome), ("barrier", barrier), ("plannedFor", "2034-07-03"))).Ok();
        Assert.DoesNotContain("next check-in", thanks.Body, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("last check-in", thanks.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_day_of_an_answer_is_the_learners_own()
    {
        var learner = await app.Learner(await app.Cohort(), zone: "Pacific/Honolulu");
        (await learner.Http.Post($"{learner.Unit("1.4-coaching-agreement")}/complete", Given.IfThen())).Ok();
        var link = LinkTo(await StepOf(learner, 1));
        // Half past six in the evening of the first of February in Honolulu.
        FlowingClock.Set(new(2034, 2, 2, 4, 30, 0, TimeSpan.Zero));
        (await Post(link, ("outcome", "stillGood"))).Ok();
        Assert.Contains("1 February 2034", (await anyone.Read(link)).Expect(HttpStatusCode.Gone).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_barrier_left_over_from_changing_ones_mind_is_dropped()
    {
        var (learner, link) = await Asked();
        (await Post(link, ("outcome", "applied"), ("barrier", "forgot"))).Ok();
        Assert.Null((await FirstOf(learner))["response"]!["barrier"]);
    }

    [Fact]
    public async Task A_link_that_was_cut_or_changed_leads_nowhere()
    {
        var (_, link) = await Asked();
        foreach (var broken in new[] { link[..^8], $"{link[..^1]}{(link[^1] == 'A' ? 'B' : 'A')}x", "/n/x", "/n/%F0%9F%8C%B1",
            $"/n/{new string('A', 2000)}" })
        {
            Assert.Contains("leads nowhere", (await anyone.Read(broken)).Expect(HttpStatusCode.NotFound).Body, StringComparison.Ordinal);
            (await Post(broken, ("outcome", "applied"))).Expect(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task A_check_in_whose_time_is_over_says_so_kindly()
    {
        var (learner, link) = await Asked();
        FlowingClock.Set(((DateTime)(await FirstOf(learner))["expiresAt"]!).ToUniversalTime());
        Assert.Contains("closed", (await anyone.Read(link)).Expect(HttpStatusCode.Gone).Body, StringComparison.Ordinal);
        (await Post(link, ("outcome", "applied"))).Expect(HttpStatusCode.Gone);
    }

    [Fact]
    public async Task What_is_no_form_is_refused_without_an_accident()
    {
        var (learner, link) = await Asked();
        (await anyone.Post(link, new { outcome = "applied" })).Expect(HttpStatusCode.UnsupportedMediaType, "mediaType.unsupported");
        var flood = new FormUrlEncodedContent(Enumerable.Range(0, 2000).Select(i => KeyValuePair.Create($"field{i}", "x")));
        (await anyone.Post(link, flood)).Expect(HttpStatusCode.BadRequest, "request.malformed");
        Assert.Null((await FirstOf(learner))["response"]);
    }

    private async Task<(TestLearner Learner, string Link)> Asked()
    {
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit("1.4-coaching-agreement")}/complete", Given.IfThen())).Ok();
        return (learner, LinkTo(await FirstOf(learner)));
    }

    private string LinkTo(JsonNode ask) => app.Services.GetRequiredService<OneTapLinks>().To((Guid)ask["id"]!).PathAndQuery;

    private Task<Answer> Post(string link, params (string Name, string Value)[] fields) =>
        anyone.Post(link, new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))));

    private static Task<JsonNode> FirstOf(TestLearner learner) => StepOf(learner, 1);

    private static async Task<JsonNode> StepOf(TestLearner learner, int step) =>
        (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray().Single(n => (int)n!["step"]! == step)!;
}
