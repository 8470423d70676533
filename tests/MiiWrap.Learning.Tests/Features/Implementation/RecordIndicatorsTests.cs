using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;
using static MiiWrap.Learning.Tests.Features.Implementation.ImplementationSteps;

namespace MiiWrap.Learning.Tests.Features.Implementation;

/// <summary>An agency records what it counts, by hand, from a file or by another system; nothing that was recorded is lost.</summary>
[StandingClock]
public sealed class RecordIndicatorsTests(LearningApp app)
{
    [Fact]
    public async Task Good_rows_are_taken_and_each_wrong_one_says_why()
    {
        var agency = await app.Agency();
        var admin = await app.Member(agency, AgencyRole.AgencyAdmin);
        var month = Month(-1);
        var results = await admin.Http.RecordMonths(agency,
            new { month, indicator = "turnover", numerator = 1, denominator = 20.5 },
            new { month = Month(1), indicator = "turnover", numerator = 1, denominator = 20 },
            new { month, indicator = "vacancy", numerator = 6, denominator = 5 },
            new { month, indicator = "familyAtMeeting", numerator = -1, denominator = 5 },
            new { month, indicator = "moods", numerator = 1, denominator = 5 },
            new { month = "January", indicator = "vacancy", numerator = 1, denominator = 5 },
            new { month = "1999-12", indicator = "vacancy", numerator = 1, denominator = 5 },
            new { month, indicator = "families", value = 12.5 },
            new { month, indicator = "facilitators", value = 21, n = 3 },
            new { month, indicator = "wfiEzTotal", value = 71.25 },
            new { month, indicator = "tomTotal", value = 101, n = 4 },
            new { month = Month(-2), indicator = "families", value = 40, agencyId = Guid.NewGuid() },
            new { month = Month(-3), indicator = "families", value = 40, agencyId = agency },
            new { month = Month(-4), indicator = "families", value = 40 },
            new { month = Month(-4), indicator = "families", value = 41 },
            null!);
        Assert.Equal(
            [
                (1, "recorded", null), (2, "invalid", "monthToCome"), (3, "invalid", "numeratorOverDenominator"),
                (4, "invalid", "negative"), (5, "invalid", "indicatorUnknown"), (6, "invalid", "monthMalformed"),
                (7, "invalid", "monthTooEarly"),
                (8, "invalid", "notWhole"), (9, "invalid", "extra"), (10, "invalid", "missing"), (11, "invalid", "outOfBounds"),
                (12, "invalid", "otherAgency"), (13, "recorded", null), (14, "invalid", "repeated"), (15, "invalid", "repeated"),
                (16, "invalid", "indicatorUnknown"),
            ],
            results.Results());
        var kept = (await admin.Http.Read(Indicators(agency))).Ok()["items"]!.AsArray();
        Assert.Equal(["families", "turnover"], kept.Select(m => (string)m!["indicator"]!).Order());
        Assert.Equal((1m, 20.5m), kept.Where(m => (string)m!["indicator"]! == "turnover")
            .Select(m => ((decimal)m!["numerator"]!, (decimal)m["denominator"]!)).Single());
    }

    [Fact]
    public async Task A_month_is_the_same_or_revised_and_every_earlier_count_is_kept()
    {
        var agency = await app.Agency();
        var admin = await app.Member(agency, AgencyRole.AgencyAdmin);
        object Row(int left) => new { month = Month(-1), indicator = "turnover", numerator = left, denominator = 20.00m };
        Assert.Equal([(1, "recorded", null)], (await admin.Http.RecordMonths(agency, Row(2))).Results());
        Assert.Equal([(1, "same", null)], (await admin.Http.RecordMonths(agency, Row(2))).Results());
        FlowingClock.Set(FlowingClock.Now.AddMinutes(1));
        Assert.Equal([(1, "revised", null)], (await admin.Http.RecordMonths(agency, Row(3))).Results());

        var inForce = Assert.Single((await admin.Http.Read(Indicators(agency))).Ok()["items"]!.AsArray());
        Assert.Equal((3m, 2, true, "person"), ((decimal)inForce!["numerator"]!, (int)inForce["revision"]!, (bool)inForce["inForce"]!,
            (string)inForce["source"]!));
        var all = (await admin.Http.Read($"{Indicators(agency)}?revisions=true")).Ok()["items"]!.AsArray();
        Assert.Equal([("3", "20", true), ("2", "20", false)],
            all.Select(m => (m!["numerator"]!.ToJsonString(), m["denominator"]!.ToJsonString(), (bool)m["inForce"]!)));
        var told = (await app.EventsOf(agency)).FindAll(e => e.Type == "indicator.recorded");
        Assert.Equal(2, told.Count);
        Assert.All(told, e => Assert.Equal(("turnover", 1, Month(-1)),
            ((string)e.Data["indicator"]!, (int)e.Data["version"]!, (string)e.Data["month"]!)));
    }

    [Fact]
    public async Task Two_who_record_a_month_at_once_make_two_revisions_of_it()
    {
        var agency = await app.Agency();
        var admin = await app.Member(agency, AgencyRole.AgencyAdmin);
        var answers = await Task.WhenAll(Enumerable.Range(1, 6).Select(left => admin.Http.RecordMonths(agency,
            new { month = Month(-1), indicator = "turnover", numerator = left, denominator = 20 })));
        Assert.All(answers, a => Assert.Contains(a.Results().Single().Result, (string[])["recorded", "revised"]));
        var all = (await admin.Http.Read($"{Indicators(agency)}?revisions=true")).Ok()["items"]!.AsArray();
        Assert.Equal([1, 2, 3, 4, 5, 6], all.Select(m => (int)m!["revision"]!).Order());
        Assert.Equal(6, (int)Assert.Single(all, m => (bool)m!["inForce"]!)!["revision"]!);
    }

    [Fact]
    public async Task A_file_is_read_as_a_spreadsheet_writes_it_and_what_the_list_gives_can_be_sent_back()
    {
        var agency = await app.Agency();
        var admin = await app.Member(agency, AgencyRole.AgencyAdmin);
        var results = await Send(admin.Http, agency,
            "\uFEFFMonth;Indicator;Numerator;Denominator;Value;N;Remark\r\n"
            + $"{Month(-2)};turnover;1;20;;;quiet\r\n"
            + ";;;;;;\r\n"
            + $"{Month(-2)};wfiEzTotal;;;71.4;18;\r\n"
            + $"{Month(-2)};vacancy;one;20;;;\r\n"
            + $"{Month(-1)};\"turnover;1;20;;;\r\n"
            + $"{Month(-1)};earlyExit;1;20\r\n");
        Assert.Equal(
            [(2, "recorded", null), (4, "recorded", null), (5, "invalid", "malformed"), (6, "invalid", "malformed"), (7, "recorded", null)],
            results.Results());
        Assert.Equal(["Remark"], results["ignoredColumns"]!.AsArray().Select(c => (string)c!));

        var list = await admin.Http.Read(Indicators(agency), ("Accept", "text/csv"));
        Assert.StartsWith("agencyId,month,indicator,version,numerator,denominator,value,n,", list.Ok().Body, StringComparison.Ordinal);
        Assert.All(list.Body.TrimEnd().Split("\r\n").Skip(1), line => Assert.EndsWith(",file", line, StringComparison.Ordinal));
        Assert.Equal([(2, "same", null), (3, "same", null), (4, "same", null)], (await Send(admin.Http, agency, list.Body)).Results());
        // Another agency's file changes nothing.
        var other = await app.Agency();
        Assert.All((await Send((await app.Member(other, AgencyRole.AgencyAdmin)).Http, other, list.Body)).Results(),
            r => Assert.Equal(("invalid", "otherAgency"), (r.Result, r.Reason)));
    }

    [Fact]
    public async Task A_thousand_rows_are_taken_and_one_more_is_refused_as_a_whole()
    {
        var agency = await app.Agency();
        var admin = await app.Member(agency, AgencyRole.AgencyAdmin);
        string File(int rows) => "month,indicator,value\r\n" + string.Concat(Enumerable.Range(0, rows)
            .Select(i => $"{2000 + (i / 24):0000}-{(i / 2 % 12) + 1:00},{(i % 2 == 0 ? "families" : "facilitators")},{i}\r\n"));
        (await Send(admin.Http, agency, File(1001))).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Empty((await admin.Http.Read(Indicators(agency))).Ok()["items"]!.AsArray());
        var results = (await Send(admin.Http, agency, File(1000))).Results().ToList();
        Assert.Equal(1000, results.Count);
        // 500 months from 2000 on: those that have not begun are named.
        Assert.All(results, r => Assert.True(r is { Result: "recorded" } or { Result: "invalid", Reason: "monthToCome" }, $"{r}"));
    }

    [Theory]
    [InlineData("", "csv.header")]
    [InlineData("month,value\r\n", "csv.header")]
    [InlineData("month,indicator,month\r\n", "csv.header")]
    [InlineData("month,indicator\r\n", "request.invalid")]
    [InlineData("PK\u0003\u0004", "csv.encoding")]
    public async Task A_file_without_a_list_is_refused(string file, string code)
    {
        var agency = await app.Agency();
        var admin = await app.Member(agency, AgencyRole.AgencyAdmin);
        (await Send(admin.Http, agency, file)).Expect(HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task A_client_records_for_its_own_agency_alone()
    {
        var (agency, other) = (await app.Agency(), await app.Agency());
        var client = await app.Client(agency, "indicators:write");
        object row = new { month = Month(-1), indicator = "families", value = 31 };
        Assert.Equal([(1, "recorded", null)], (await client.RecordMonths(agency, row)).Results());
        Assert.Equal("client", (string)(await client.Read(Indicators(agency))).Ok()["items"]![0]!["source"]!);
        (await client.RecordMonths(other, row)).Expect(HttpStatusCode.NotFound, "agency.notFound");
        (await client.Read(Indicators(other))).Expect(HttpStatusCode.NotFound, "agency.notFound");
        (await client.Read(View(agency))).Expect(HttpStatusCode.Forbidden, "scope.required");
    }

    private static Task<Answer> Send(HttpClient http, Guid agency, string file)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(file));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("text/csv");
        return http.Post(Indicators(agency), content);
    }
}
