using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>Lists for a spreadsheet: the same rows, all of them, and nothing that the spreadsheet would run.</summary>
[StandingClock]
public sealed class CsvTests(LearningApp app)
{
    private static readonly (string, string) AsCsv = ("Accept", "text/csv");

    [Fact]
    public async Task A_cohorts_progress_is_one_file_of_all_pages()
    {
        var cohort = await app.Cohort();
        var learners = Enumerable.Range(0, 450)
            .Select(i => new { email = Given.Address(), name = $"Learner {i:000}", timeZone = Given.Zone });
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new { learners })).Ok();

        var file = (await cohort.Lead.Http.Read($"{cohort.Path}/progress?limit=7", AsCsv)).Ok();
        Assert.Equal("text/csv; charset=utf-8", file.Headers["Content-Type"]);
        Assert.Equal("Accept", file.Headers["Vary"]);
        var lines = file.Body.Split("\r\n");
        Assert.Equal(
            "enrolmentId,learnerId,learnerName,unitsCompleted,unitsTotal,reflectionsAccepted,reflectionsTotal,lastActivityAt,status,statusReason,transferNumerator,transferDenominator,transferRate", lines[0]);
        Assert.Equal("", lines[^1]);
        Assert.Equal(Enumerable.Range(0, 450).Select(i => $"Learner {i:000}"), lines[1..^1].Select(l => l.Split(',')[2]));
        Assert.EndsWith(",0,34,0,34,,onTrack,0 of 0 units expected by now.,0,0,", lines[1], StringComparison.Ordinal);

        // The filter holds for the file too.
        Assert.Equal(2, (await cohort.Lead.Http.Read($"{cohort.Path}/progress?status=withdrawn", AsCsv)).Ok().Body.Split("\r\n").Length);
    }

    [Fact]
    public async Task A_cohorts_nudges_are_the_rows_of_the_list()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var completed = (await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok();
        (await learner.Http.Post($"/v1/nudges/{completed["nudges"]![0]!["id"]}/response",
            new { outcome = "applied", note = "=HYPERLINK(\"http://bad.example\")" })).Ok();

        var listed = (await cohort.Instructor.Http.Read($"{cohort.Path}/nudges")).Ok()["items"]!.AsArray();
        var lines = (await cohort.Instructor.Http.Read($"{cohort.Path}/nudges", AsCsv)).Ok().Body.Split("\r\n")[..^1];
        Assert.Equal(
            "id,enrolmentId,unit,step,kind,channel,dueAt,status,statusReason,expiresAt,outcome,occurredOn,plannedFor,barrier,note,needHelp,respondedAt", lines[0]);
        Assert.Equal(listed.Select(n => (string)n!["id"]!), lines[1..].Select(l => l.Split(',')[0]));
        Assert.Equal(listed.Select(n => (string)n!["status"]!), lines[1..].Select(l => l.Split(',')[7]));
        Assert.Contains(lines, l => l.Contains(",applied,", StringComparison.Ordinal)
            && l.Contains(",\"'=HYPERLINK(\"\"http://bad.example\"\")\",", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("＝1+1")]
    [InlineData("＠SUM(A1)")]
    public async Task A_name_that_a_spreadsheet_would_run_is_made_text(string name)
    {
        var cohort = await app.Cohort();
        await app.Learner(cohort, name);
        var line = (await cohort.Lead.Http.Read($"{cohort.Path}/progress", AsCsv)).Ok().Body.Split("\r\n")[1];
        Assert.Contains($"'{name}", line, StringComparison.Ordinal);
        Assert.DoesNotContain($",{name}", line, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"{name}", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/csv", true)]
    [InlineData("text/csv;q=0.9, application/json;q=0.1", true)]
    [InlineData("text/csv, */*;q=0.5", true)]
    [InlineData("application/json", false)]
    [InlineData("text/csv;q=0.1, application/json", false)]
    [InlineData("*/*", false)]
    public async Task The_caller_chooses_by_what_it_accepts(string accept, bool isCsv)
    {
        var cohort = await app.Cohort();
        foreach (var list in new[] { "progress", "nudges" })
            Assert.Equal(isCsv, (await cohort.Lead.Http.Read($"{cohort.Path}/{list}", ("Accept", accept))).Ok().Headers["Content-Type"]
                .StartsWith("text/csv", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_wrong_is_told_as_a_problem_and_what_is_hidden_stays_hidden()
    {
        var cohort = await app.Cohort();
        (await cohort.Lead.Http.Read($"{cohort.Path}/progress?status=lost", AsCsv))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await cohort.Lead.Http.Read($"{cohort.Path}/nudges?cursor=no", AsCsv))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        var stranger = await app.Person();
        (await stranger.Http.Read($"{cohort.Path}/progress", AsCsv)).Expect(HttpStatusCode.NotFound, "cohort.notFound");
        (await stranger.Http.Read($"{cohort.Path}/nudges", AsCsv)).Expect(HttpStatusCode.NotFound, "cohort.notFound");
    }

    [Fact]
    public async Task Each_file_begins_with_a_byte_order_mark_by_which_Excel_knows_its_letters()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort, "José Zoë");
        (await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok();
        foreach (var path in new[] { $"{cohort.Path}/progress", $"{cohort.Path}/nudges", $"{cohort.Path}/nudges/figures",
            $"{cohort.Path}/transfer", $"{learner.Journey}/transfer" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", "text/csv" } } };
            var http = path.StartsWith(learner.Journey, StringComparison.Ordinal) ? learner.Http : cohort.Lead.Http;
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
            Assert.Equal("text/csv; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
            Assert.Equal(1, System.Text.Encoding.UTF8.GetString(bytes).Count(c => c == '\uFEFF'));
        }
    }

    [Fact]
    public async Task The_document_shows_both_kinds_of_answer()
    {
        var paths = (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok()["paths"]!;
        foreach (var list in new[] { "progress", "nudges" })
            Assert.Equal(["application/json", "text/csv"],
                paths[$"/v1/cohorts/{{cohortId}}/{list}"]!["get"]!["responses"]!["200"]!["content"]!.AsObject().Select(c => c.Key));
    }
}
