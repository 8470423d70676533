using System.Xml.Linq;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Transfer;

/// <summary>
/// The transfer rate as a picture and as a page: it shows what the figures say, in words too, and a reason where there is no figure.
/// </summary>
[StandingClock]
public sealed class TransferChartTests(LearningApp app)
{
    private const string Anchor = "2.4-watching-voice-and-power";
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public async Task A_chart_says_in_words_whatever_it_shows()
    {
        var cohort = await Practised(applied: 3, silent: 2);
        var report = (await cohort.Lead.Http.Read($"{cohort.Path}/transfer")).Ok();
        var answer = (await cohort.Lead.Http.Read($"{cohort.Path}/transfer", ("Accept", "image/svg+xml"))).Ok();
        Assert.StartsWith("image/svg+xml", answer.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(("Accept", "nosniff"), (answer.Headers["Vary"], answer.Headers["X-Content-Type-Options"]));
        Assert.Contains("default-src 'none'", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);

        var chart = XDocument.Parse(answer.Body).Root!;
        Assert.Equal((Svg + "svg", "img", "transfer-title transfer-text"),
            (chart.Name, (string)chart.Attribute("role")!, (string)chart.Attribute("aria-labelledby")!));
        Assert.Contains((string)report["subject"]!, (string)chart.Element(Svg + "title")!, StringComparison.Ordinal);
        var words = (string)chart.Element(Svg + "desc")!;
        Assert.Contains("All units: 60 %, 3 of 5, interval 23 % to 88 %, coverage 60 %.", words, StringComparison.Ordinal);
        Assert.Contains("2.4 Watching voice and power: 60 %, 3 of 5,", words, StringComparison.Ordinal);
        Assert.Contains("Guide, don't fix: no rate, none matured yet.", words, StringComparison.Ordinal);
        Assert.Contains("Completed in the week of 2027-02-01: 60 %, 3 of 5,", words, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", (string)chart.Element(Svg + "style")!, StringComparison.Ordinal);
        // One mark with a figure for the unit and one for the week, a dashed one for each of the other units, and the legend's.
        Assert.Equal((3, 34), (chart.Descendants().Count(e => (string?)e.Attribute("class") == "rate"), chart.Descendants(Svg + "rect")
            .Count(e => (string?)e.Attribute("class") == "none")));
        Assert.Contains(chart.Descendants(Svg + "circle"), c => (string?)c.Attribute("cx") == "60%");
    }

    [Fact]
    public async Task A_page_has_every_figure_in_tables()
    {
        var cohort = await Practised(applied: 3, silent: 2);
        var answer = (await cohort.Lead.Http.Read($"{cohort.Path}/transfer", ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"))).Ok();
        Assert.StartsWith("text/html", answer.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains(
            "<tr><th scope=\"row\">2.4 Watching voice and power</th><td>60 %</td><td>3</td><td>5</td><td>23 % to 88 %</td><td>60 %</td><td>100 %</td><td>0 %</td><td>5</td></tr>", answer.Body, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\">2027-02-01</th><td>60 %</td><td>3</td><td>5</td>", answer.Body, StringComparison.Ordinal);
        Assert.Equal(35 + 1, answer.Body.Split("<th scope=\"row\">").Length - 1);
    }

    [Theory]
    [InlineData("application/json", "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("image/svg+xml;q=0.2, application/json", "application/json")]
    [InlineData("image/svg+xml, application/json;q=0.2", "image/svg+xml")]
    [InlineData("text/html;q=0.3, image/svg+xml;q=0.4", "image/svg+xml")]
    [InlineData("text/csv", "text/csv")]
    public async Task The_form_is_the_one_that_the_caller_likes_best(string accept, string type)
    {
        var cohort = await app.Cohort();
        Assert.StartsWith(type, (await cohort.Lead.Http.Read($"{cohort.Path}/transfer", ("Accept", accept))).Ok().Headers["Content-Type"],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_that_is_too_small_is_in_no_picture()
    {
        var cast = await RolePeople.Of(app);
        await cast.Completed();
        FlowingClock.Advance(TimeSpan.FromDays(45));
        foreach (var path in new[] { $"{cast.Cohort}/transfer", $"/v1/agencies/{cast.AgencyId}/transfer", $"{cast.Enrolment}/transfer" })
        {
            foreach (var type in new[] { "image/svg+xml", "text/html" })
            {
                var answer = (await cast.As(Role.Supervisor).Read(path, ("Accept", type))).Ok();
                Assert.Contains("too few learners", answer.Body, StringComparison.Ordinal);
                Assert.DoesNotContain("0 of 1", answer.Body, StringComparison.Ordinal);
                Assert.DoesNotContain("2027-02-01", answer.Body, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task The_trend_goes_by_the_week_of_completion()
    {
        var cohort = await Practised(applied: 3, silent: 2);
        // Sunday evening in Chicago is Monday in UTC: it belongs to the week that the learner lives in.
        FlowingClock.Set(new DateTimeOffset(2027, 2, 22, 3, 0, 0, TimeSpan.Zero));
        var late = await app.Learner(cohort);
        (await late.Http.Post($"{late.Unit(Anchor)}/complete", Given.IfThen())).Ok();
        FlowingClock.Set(FlowingClock.Monday.AddDays(45));
        var trend = (await cohort.Lead.Http.Read($"{cohort.Path}/transfer")).Ok()["trend"]!.AsArray();
        Assert.Equal(["2027-02-01", "2027-02-08", "2027-02-15"], trend.Select(w => (string)w!["weekOf"]!));
        Assert.Equal((3, 5, 5), ((int)trend[0]!["numerator"]!, (int)trend[0]!["denominator"]!, (int)trend[0]!["learners"]!));
        Assert.All(trend.Skip(1), w => Assert.Equal((null, "noMaturedOpportunities"), ((double?)w!["rate"], (string)w["reason"]!)));
        var row = (await cohort.Lead.Http.Read($"{cohort.Path}/transfer", ("Accept", "text/csv"))).Ok().Body.Split("\r\n")
            .Single(l => l.Contains(late.EnrolmentId.ToString(), StringComparison.Ordinal));
        Assert.Contains("2027-02-15", row, StringComparison.Ordinal);
    }

    private async Task<TestCohort> Practised(int applied, int silent)
    {
        var cohort = await app.Cohort(name: "Riverbend <b>&");
        for (var i = 0; i < applied + silent; i++)
        {
            FlowingClock.Set(FlowingClock.Monday);
            var learner = await app.Learner(cohort);
            var asks = (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();
            FlowingClock.Advance(TimeSpan.FromDays(7));
            if (i < applied) (await learner.Http.Post($"/v1/nudges/{(string)asks[1]!["id"]!}/response", new { outcome = "applied" })).Ok();
        }

        FlowingClock.Set(FlowingClock.Monday.AddDays(45));
        return cohort;
    }
}
