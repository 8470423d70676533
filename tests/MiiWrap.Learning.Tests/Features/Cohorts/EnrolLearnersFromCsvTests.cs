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

    [Fact]
    public async Task A_cell_of_several_lines_is_one_and_an_open_quote_spoils_its_own_line_alone()
    {
        var (cohort, good) = (await app.Cohort(), Enumerable.Range(0, 4).Select(i => Given.Address($"good{i}")).ToList());
        var rows = await Enrol(cohort,
            "email,name,timeZone,notes\r\n"
            + $"{good[0]},Ana Reyes,America/Denver,\"starts Monday\r\nneeds a laptop\r\n\"\"soon\"\"\"\r\n"
            + $"{good[1]},\"Bo Open,America/Denver,\r\n"
            + $"{good[2]},Cy Good,America/Denver,\r\n"
            + $"{good[3]},\"Di Open,America/Denver,\r\n");
        Assert.Equal([(2, "created"), (5, "invalid"), (6, "created"), (7, "invalid")],
            rows.Select(r => ((int)r!["line"]!, (string)r["result"]!)));
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
    [InlineData("name,email,phone\r\n", "csv.header")]
    [InlineData("email,name,timeZone,\"e-mail\"\r\n", "csv.header")]
    [InlineData("email,name,timeZone,email\r\n", "csv.header")]
    [InlineData("email|name|phone\r\n", "csv.header")]
    [InlineData(Header, "request.invalid")]
    public async Task A_file_without_the_right_header_or_without_rows_is_refused_whole(string text, string code)
    {
        var cohort = await app.Cohort();
        (await Send(cohort, text)).Expect(HttpStatusCode.UnprocessableEntity, code);
    }

    [Theory]
    [InlineData("email,name,timeZone,", "{0},Ana Reyes,America/Denver,")]
    [InlineData("email,name,timeZone,,,", "{0},Ana Reyes,America/Denver,,,")]
    [InlineData("email,name,timeZone", "{0},Ana Reyes,America/Denver,,,")]
    [InlineData("email,name,timeZone,agencyId,,", "{0},Ana Reyes,America/Denver")]
    [InlineData("email,name,department,timeZone", "{0},Ana Reyes,Intake,America/Denver", "department")]
    [InlineData("email,name,department,timeZone,Phone,", "{0},Ana Reyes,Intake,America/Denver", "department", "Phone")]
    [InlineData("Email,Name,Time Zone,Agency ID", "{0},Ana Reyes,America/Denver,")]
    [InlineData("E-Mail,NAME,time_zone", "{0},Ana Reyes,America/Denver")]
    [InlineData("sep=;\r\nemail;name;timeZone;;", "{0};Ana Reyes;America/Denver;;")]
    [InlineData("email\tname\ttimeZone\t", "{0}\tAna Reyes\tAmerica/Denver\t")]
    public async Task Columns_that_are_empty_or_of_no_use_here_refuse_nobody(string header, string row, params string[] ignored)
    {
        var (cohort, address) = (await app.Cohort(), Given.Address());
        var separator = header.Contains(';', StringComparison.Ordinal) ? ";;;" : header.Contains('\t', StringComparison.Ordinal) ? "\t\t" : ",,,";
        var answer = (await Send(cohort, $"{header}\r\n{row.Replace("{0}", address, StringComparison.Ordinal)}\r\n{separator}\r\n")).Ok();
        var taken = Assert.Single(answer["rows"]!.AsArray());
        Assert.Equal(("created", address), ((string)taken!["result"]!, (string)taken["email"]!));
        Assert.Equal(ignored, answer["ignoredColumns"]!.AsArray().Select(c => (string)c!));
        Assert.Equal("Ana Reyes",
            (string)(await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["items"]![0]!["learner"]!["name"]!);
    }

    [Theory]
    [InlineData("{0},Ana Reyes")]
    [InlineData("{0},Ana Reyes,America/Denver,,Intake")]
    [InlineData("{0},Reyes,Ana,America/Denver,")]
    public async Task A_row_that_is_cut_off_or_has_more_than_its_header_is_told(string row)
    {
        var cohort = await app.Cohort();
        var told = Assert.Single(await Enrol(cohort, Header + row.Replace("{0}", Given.Address(), StringComparison.Ordinal)));
        Assert.Equal("invalid", (string)told!["result"]!);
    }

    [Theory]
    [InlineData("text/csv; charset=iso-8859-1", 1252)]
    [InlineData("text/csv; charset=ISO-8859-1", 28591)]
    [InlineData("text/csv; charset=\"windows-1252\"", 1252)]
    [InlineData("text/csv; charset=cp1252", 1252)]
    [InlineData("text/csv; charset=windows-1250", 1250)]
    [InlineData("text/csv; charset=macintosh", 10000)]
    [InlineData("text/csv; charset=utf-16", 1200)]
    [InlineData("text/csv; charset=utf-8", 65001)]
    [InlineData("text/csv", 65001)]
    [InlineData("application/vnd.ms-excel", 65001)]
    [InlineData("application/vnd.ms-excel", 1252)]
    [InlineData("application/vnd.ms-excel; charset=windows-1252", 1252)]
    public async Task Letters_are_read_as_the_charset_says(string type, int codePage)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var (cohort, encoding) = (await app.Cohort(), Encoding.GetEncoding(codePage));
        foreach (var name in new[] { "José Müller", codePage == 1252 ? "O’Brien" : "Ana" })
        {
            var text = Header + $"{Given.Address()},{name},America/Denver,\r\n";
            var row = Assert.Single((await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", Body(encoding.GetBytes(text), type)))
                .Ok()["rows"]!.AsArray());
            Assert.Equal("created", (string)row!["result"]!);
            Assert.Contains(name, (await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["items"]!.AsArray()
                .Select(l => (string)l!["learner"]!["name"]!));
        }
    }

    [Theory]
    [InlineData("us-ascii")]
    [InlineData("ascii")]
    public async Task Letters_that_the_charset_has_not_are_no_other_letters(string charset)
    {
        var cohort = await app.Cohort();
        var bytes = Encoding.UTF8.GetBytes(Header + $"{Given.Address()},José,America/Denver,\r\n");
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", Body(bytes, $"text/csv; charset={charset}")))
            .Expect(HttpStatusCode.UnprocessableEntity, "csv.encoding");
    }

    [Fact]
    public async Task A_byte_order_mark_says_more_than_the_charset()
    {
        var cohort = await app.Cohort();
        foreach (var encoding in new Encoding[] { new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(Header + $"{Given.Address()},José {encoding.CodePage},America/Denver,\r\n")];
            (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", Body(bytes, "text/csv; charset=windows-1252"))).Ok();
            Assert.Contains($"José {encoding.CodePage}", (await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["items"]!.AsArray()
                .Select(l => (string)l!["learner"]!["name"]!));
        }
    }

    [Theory]
    [InlineData("application/vnd.ms-excel", 0x50, 0x4B, 0x03, 0x04)]
    [InlineData("application/vnd.ms-excel", 0xD0, 0xCF, 0x11, 0xE0)]
    [InlineData("text/csv", 0x50, 0x4B, 0x03, 0x04)]
    public async Task A_workbook_is_no_list_and_what_to_do_is_said(string type, params int[] beginning)
    {
        var cohort = await app.Cohort();
        byte[] bytes = [.. beginning.Select(b => (byte)b), .. new byte[64]];
        var answer = (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", Body(bytes, type)))
            .Expect(HttpStatusCode.UnprocessableEntity, "csv.encoding");
        Assert.Contains("save it as CSV", (string)answer["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/csv; charset=nonsense")]
    [InlineData("text/csv; charset=utf-7")]
    [InlineData("application/vnd.ms-excel; charset=nonsense")]
    public async Task A_charset_that_nobody_knows_is_415(string type)
    {
        var cohort = await app.Cohort();
        var body = new ByteArrayContent(Encoding.UTF8.GetBytes(Header));
        body.Headers.TryAddWithoutValidation("Content-Type", type);
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", body))
            .Expect(HttpStatusCode.UnsupportedMediaType, "mediaType.unsupported");
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
        Assert.Equal(["application/json", "application/vnd.ms-excel", "text/csv"], operation["requestBody"]!["content"]!.AsObject().Select(c => c.Key).Order());
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
