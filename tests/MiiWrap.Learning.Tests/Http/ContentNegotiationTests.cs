using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>Of the forms in which something can be had, the caller gets the one that it likes best, by the rules of RFC 9110.</summary>
[StandingClock(YearsLater = true)]
public sealed class ContentNegotiationTests(LearningApp app)
{
    [Theory]
    [InlineData("*/*;q=0.9, text/csv;q=0.5", "application/json")]
    [InlineData("*/*;q=0.1, text/csv;q=0.5", "text/csv")]
    [InlineData("text/*", "text/csv")]
    [InlineData("text/*;q=0.5, */*;q=0.4", "text/csv")]
    [InlineData("TEXT/CSV", "text/csv")]
    [InlineData("text/csv;charset=utf-8", "text/csv")]
    [InlineData("text/csv; header=present; q=0.8, application/json;q=0.7", "text/csv")]
    [InlineData("text/*, text/csv;q=0", "application/json")]
    [InlineData("application/json;q=0, */*", "text/csv")]
    [InlineData("application/*, text/csv;q=0.9", "application/json")]
    [InlineData("application/*;q=0.2, text/csv;q=0.9", "text/csv")]
    [InlineData("text/csv, application/json", "application/json")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json")]
    [InlineData("image/png", "application/json")]
    [InlineData(",,", "application/json")]
    [InlineData("text/csv;q=0.333, application/json;q=0.332", "text/csv")]
    public async Task A_list_is_JSON_or_CSV(string accept, string expected)
    {
        var cohort = await app.Cohort();
        foreach (var list in new[] { "progress", "nudges", "nudges/figures" })
            Assert.Equal(expected, await TypeOf(cohort.Lead.Http, $"{cohort.Path}/{list}", accept));
    }

    [Theory]
    [InlineData("text/html, text/csv;q=0.5", "text/html")]
    [InlineData("text/csv, text/html;q=0.5", "text/csv")]
    [InlineData("image/svg+xml;q=0.9, text/*;q=0.8", "image/svg+xml")]
    [InlineData("image/*", "image/svg+xml")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html")]
    [InlineData("*/*", "application/json")]
    public async Task Transfer_has_four_forms(string accept, string expected)
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        Assert.Equal(expected, await TypeOf(cohort.Lead.Http, $"{cohort.Path}/transfer", accept));
        Assert.Equal(expected, await TypeOf(learner.Http, $"{learner.Journey}/transfer", accept));
    }

    private static async Task<string> TypeOf(HttpClient http, string path, string accept)
    {
        var answer = (await http.Read(path, ("Accept", accept))).Ok();
        Assert.Equal("Accept", answer.Headers["Vary"]);
        return answer.Headers["Content-Type"].Split(';')[0];
    }
}
