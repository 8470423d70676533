using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>A lead enrols learners from a spreadsheet.</summary>
[StandingClock]
public sealed class EnrolLearnersFromCsvTests(LearningApp app)
{
    private const string Header = "email,name,timeZone,agencyId\r\n";

    [Fact]
    public async Task Good_rows_are_taken_and_wrong_ones_are_named_by_their_line()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var good = Enumerable.Range(0, 3).Select(i => Given.Address($"good{i}")).ToList();
        var rows = await Enrol(cohort,
            Header
            + $"{good[0]},\"Reyes, \"\"Ana\"\" María\",America/Denver,{agency}\r\n"
            + "\r\n"
            + $"{Given.Address()},No Zone,Nowhere/Here,\r\n"
            + $"{Given.Address()},No Such Agency,America/Denver,{Guid.NewGuid()}\r\n"
            + $"{Given.Address()},Bad Agency,America/Denver,riverbend\r\n"
            + $"{Given.Address()},Too,America/Denver,,many\r\n"
            + $"{Given.Address()},\"Open quote,America/Denver,\r\n"
            + $" {good[1]} , Bo Good ,America/Chicago,\r\n"
            + "not an address,Nobody,America/Denver,\r\n"
            + $"{good[2]},Cy Last,America/Chicago,");

        Assert.Equal(
            [(2, "created"), (4, "invalid"), (5, "invalid"), (6, "invalid"), (7, "invalid"), (8, "invalid"), (9, "created"),
                (10, "invalid"), (11, "created")],
            rows.Select(r => ((int)r!["line"]!, (string)r["result"]!)));
        Assert.Equal(
            [null, "timeZone", "agencyId", "agencyId", "5 fields", "quotes", null, "email", null],
            rows.Select(r => new[] { "timeZone", "agencyId", "5 fields", "quotes", "email" }
                .FirstOrDefault(word => ((string?)r!["reason"])?.Contains(word, StringComparison.Ordinal) == true)));

        var learners = (await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["items"]!.AsArray();
        Assert.Equal(["Bo Good", "Cy Last", "Reyes, \"Ana\" María"], learners.Select(l => (string)l!["learner"]!["name"]!));
    }

    [Theory]
    [InlineData("\uFEFF" + Header, "\n")]
    [InlineData("EMAIL,Name,timezone\n", "\n")]
    [InlineData("\"name\",\"email\",\"timeZone\"\r\n", "\r\n")]
    [InlineData("email;name;timeZone;agencyId\r\n", "\r\n", ';')]
    public async Task A_byte_order_mark_other_line_ends_and_another_order_of_columns_are_all_one(
        string header, string newLine, char separator = ',')
    {
        var (cohort, address) = (await app.Cohort(), Given.Address());
        var cells = header.TrimStart('\uFEFF').Trim().Split(separator)
            .Select(h => h.Trim('"').ToUpperInvariant() switch { "EMAIL" => address, "NAME" => "Ana Reyes", "TIMEZONE" => "America/Denver",
                _ => "" });
        var row = Assert.Single(await Enrol(cohort, header + string.Join(separator, cells) + newLine));
        Assert.Equal((2, "created", address), ((int)row!["line"]!, (string)row["result"]!, (string)row["email"]!));
    }

    [Theory]
    [InlineData("", "csv.header")]
    [InlineData("ana@example.org,Ana Reyes,America/Denver\r\n", "csv.header")]
    [InlineData("email,name\r\n", "csv.header")]
    [InlineData("email,name,timeZone,phone\r\n", "csv.header")]
    [InlineData("email,name,timeZone,email\r\n", "csv.header")]
    [InlineData("email|name|timeZone|phone\r\n", "csv.header")]
    [InlineData(Header, "request.invalid")]
    public async Task A_file_without_the_right_header_or_without_rows_is_refused_whole(string text, string code)
    {
        var cohort = await app.Cohort();
        (await Send(cohort, text)).Expect(HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task A_thousand_rows_are_taken_and_one_more_is_too_many()
    {
        var cohort = await app.Cohort();
        string Rows(int count) =>
            Header + string.Concat(Enumerable.Range(0, count).Select(i => $"{Given.Address()},Learner {i},America/Chicago,\r\n"));
        Assert.Equal(1000, (await Enrol(cohort, Rows(1000))).Count);
        (await Send(cohort, Rows(1001))).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        await app.ForgetInvitations(cohort);
    }

    [Fact]
    public async Task What_is_no_text_and_what_is_neither_kind_of_body_is_refused()
    {
        var cohort = await app.Cohort();
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", Body([.. Encoding.UTF8.GetBytes(Header), 0xC3, 0x28])))
            .Expect(HttpStatusCode.UnprocessableEntity, "csv.encoding");
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", Body(Encoding.UTF8.GetBytes(Header), "application/xml")))
            .Expect(HttpStatusCode.UnsupportedMediaType, "mediaType.unsupported");
        (await cohort.Instructor.Http.Post($"{cohort.Path}/enrolments",
            Body(Encoding.UTF8.GetBytes(Header + $"{Given.Address()},Ana,America/Denver,\n"))))
                .Expect(HttpStatusCode.Forbidden, "role.required");
        (await Session.Anonymous(app).Post($"{cohort.Path}/enrolments", Body(Encoding.UTF8.GetBytes(Header))))
            .Expect(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_same_file_under_one_key_is_taken_once()
    {
        var cohort = await app.Cohort();
        var text = Header + $"{Given.Address()},Ana Reyes,America/Denver,\r\n";
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        var first = (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", Body(Encoding.UTF8.GetBytes(text)), key)).Ok();
        var again = (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", Body(Encoding.UTF8.GetBytes(text)), key)).Ok();
        Assert.Equal(first.Body, again.Body);
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal("existing", (string)(await Enrol(cohort, text))[0]!["result"]!);
    }

    [Fact]
    public async Task The_document_shows_both_kinds_of_body()
    {
        var operation = (await Session.Anonymous(app).Read("/openapi/v1.json"))
            .Ok()["paths"]!["/v1/cohorts/{cohortId}/enrolments"]!["post"]!;
        Assert.Equal(["application/json", "text/csv"], operation["requestBody"]!["content"]!.AsObject().Select(c => c.Key));
        Assert.Contains("email,name,timeZone,agencyId", (string)operation["requestBody"]!["content"]!["text/csv"]!["example"]!,
            StringComparison.Ordinal);
    }

    private static Task<Answer> Send(TestCohort cohort, string text) =>
        cohort.Lead.Http.Post($"{cohort.Path}/enrolments", Body(Encoding.UTF8.GetBytes(text)));

    private static async Task<JsonArray> Enrol(TestCohort cohort, string text) => (await Send(cohort, text)).Ok()["rows"]!.AsArray();

    private static ByteArrayContent Body(byte[] bytes, string type = "text/csv; charset=utf-8")
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }
}
