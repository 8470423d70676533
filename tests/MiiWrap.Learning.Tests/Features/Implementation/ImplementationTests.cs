using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;
using static MiiWrap.Learning.Tests.Features.Implementation.ImplementationSteps;

namespace MiiWrap.Learning.Tests.Features.Implementation;

/// <summary>An agency's leader sees what moved, how sure that is, and what it cannot show.</summary>
[StandingClock(YearsLater = true)]
public sealed class ImplementationTests(LearningApp app)
{
    private const string Sentence =
        "These months lie before and after coaching began. Other things changed too. This page cannot say what caused what.";

    [Fact]
    public async Task Turnover_before_and_after_is_a_ratio_with_its_interval_and_never_a_cause()
    {
        var (agency, admin, supervisor) = await Led();
        // Nine of 240 person-months before, four of 252 after; the month of the start is on neither side.
        await Record(admin, agency, "turnover",
            [.. Spread(9, 12, 20), (5, 20), .. Spread(4, 12, 21)]);
        (await admin.Http.StartCoaching(agency, Month(-13))).Ok();

        var view = await supervisor.Http.Read(View(agency));
        var series = view.Series("turnover");
        Assert.Equal((0.45, 240, 0.1905, 252), (Value(series["before"]), N(series["before"]), Value(series["after"]), N(series["after"])));
        var change = series["change"]!;
        Assert.Equal(("ratio", 0.4233, 0.1383, 1.2954),
            ((string)change["kind"]!, Value(change), Rounded(change["ciLow"]), Rounded(change["ciHigh"])));
        Assert.Equal(25, series["points"]!.AsArray().Count);
        Assert.Equal((Month(-13), true), ((string)view["coachingStart"]!["month"]!, (bool)view["coachingStart"]!["isSet"]!));
        Assert.Equal(Sentence, (string)view["cannotSay"]!);
        foreach (var accept in new[] { "text/html", "image/svg+xml" })
        {
            var drawn = (await supervisor.Http.Read(View(agency), ("Accept", accept))).Ok().Body;
            Assert.Contains("45.0 % a year before, 19.0 % a year after: a ratio of 0.42 (0.14 to 1.30).", drawn, StringComparison.Ordinal);
            Assert.Contains(Sentence, drawn, StringComparison.Ordinal);
            Assert.DoesNotContain("p-value", drawn, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task A_shift_is_found_by_its_run_and_too_few_months_are_not_judged()
    {
        var (agency, admin, supervisor) = await Led();
        decimal[] months = [70, 74, 68, 72, 71, 69, 75, 70, 73, 68, 72, 76, 78, 75, 79, 77, 80, 76, 81, 78];
        (await admin.Http.RecordMonths(agency,
            [.. months.Select((value, i) => (object)new { month = Month(i - 20), indicator = "wfiEzTotal", value, n = 12 }),
                .. months.Take(8).Select((value, i) => (object)new { month = Month(i - 8), indicator = "tomTotal", value, n = 5 })])).Ok();
        (await admin.Http.StartCoaching(agency, Month(-10))).Ok();

        var view = await supervisor.Http.Read(View(agency));
        var chart = view.Series("wfiEzTotal")["runChart"]!;
        Assert.Equal((70.5, 20, true, 10, 7, 9, 6), ((double)chart["centre"]!, (int)chart["n"]!, (bool)chart["signal"]!,
            (int)chart["longestRun"]!, (int)chart["runLimit"]!, (int)chart["crossings"]!, (int)chart["crossingsLimit"]!));
        Assert.Equal((Month(-10), Month(-1), true),
            ((string)chart["run"]!["from"]!, (string)chart["run"]!["until"]!, (bool)chart["run"]!["above"]!));
        var few = view.Series("tomTotal");
        Assert.Equal(("tooFewMonths", null, "tooFewMonths"),
            ((string)few["runChart"]!["reason"]!, (bool?)few["runChart"]!["signal"], (string)few["change"]!["reason"]!));
        var page = (await supervisor.Http.Read(View(agency), ("Accept", "text/html"))).Ok().Body;
        Assert.Contains($"Not chance alone: 10 months in a row above the median, {Month(-10)} to {Month(-1)}.", page, StringComparison.Ordinal);
        Assert.Contains("Too few months for a run chart.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Coaching_begins_with_the_first_session_unless_the_agency_says_otherwise()
    {
        var (agency, admin, supervisor) = await Led();
        var cohort = await app.Cohort();
        Assert.Equal((null, false), await Start());
        var learner = await app.Learner(cohort, agencyId: agency);
        await cohort.Instructor.Http.Log(CoachingSteps.Part(learner.Id));
        Assert.Equal((Month(0), false), await Start());

        (await admin.Http.RecordMonths(agency, Months("turnover", (1, 20), (0, 20)))).Ok();
        (await admin.Http.StartCoaching(agency, Month(-3))).Expect(HttpStatusCode.UnprocessableEntity, "coachingStart.beforeFirstMonth");
        (await admin.Http.StartCoaching(agency, Month(1))).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await admin.Http.Put($"/v1/agencies/{agency}/coaching-start", new { month = Month(-1) }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await admin.Http.Put($"/v1/agencies/{agency}/coaching-start", new { month = Month(-1), reason = "Call Ana Reyes on 303-555-0142." }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await supervisor.Http.StartCoaching(agency, Month(-1))).Expect(HttpStatusCode.Forbidden, "role.required");
        (await admin.Http.StartCoaching(agency, Month(-1))).Ok();
        Assert.Equal((Month(-1), true), await Start());
        (await admin.Http.StartCoaching(agency, null)).Ok();
        Assert.Equal((Month(0), false), await Start());

        async Task<(string?, bool)> Start()
        {
            var view = await supervisor.Http.Read(View(agency));
            return ((string?)view.Ok()["coachingStart"]!["month"], (bool)view["coachingStart"]!["isSet"]!);
        }
    }

    [Fact]
    public async Task Who_is_outside_is_told_of_eleven_on_each_side_or_of_none_whenever_they_ask()
    {
        var (agency, admin, supervisor) = await Led();
        // Families at meetings: of twelve held each month, three without any.
        await Record(admin, agency, "familyAtMeeting", [.. Enumerable.Repeat((9m, 12m), 12)]);
        var outside = $"{View(agency)}?audience=outside";
        var parts = (await supervisor.Http.Read(outside)).Series("familyAtMeeting")["points"]!.AsArray();
        Assert.All(parts, p => Assert.Equal(48, N(p)));
        Assert.Equal(3, parts.Count);
        // One month more changes nothing until there are eleven without again.
        (await admin.Http.RecordMonths(agency, new { month = Month(0), indicator = "familyAtMeeting", numerator = 9, denominator = 12 })).Ok();
        Assert.Equal(parts.ToJsonString(), (await supervisor.Http.Read(outside)).Series("familyAtMeeting")["points"]!.ToJsonString());
        Assert.Equal("fewerThanElevenLearners", (string)(await supervisor.Http.Read(outside)).Series("familyAtMeeting")["runChart"]!["reason"]!);
        Assert.Equal(13, (await supervisor.Http.Read(View(agency))).Series("familyAtMeeting")["points"]!.AsArray().Count);
    }

    [Fact]
    public async Task An_agency_is_seen_by_its_own_people_and_by_who_sees_all()
    {
        var (agency, admin, supervisor) = await Led();
        var (other, cohort) = (await app.Member(await app.Agency(), AgencyRole.AgencyAdmin), await app.Cohort());
        var learner = await app.Learner(cohort, agencyId: agency);
        foreach (var reader in new[]
        {
            admin.Http, supervisor.Http, (await app.Admin()).Http, await app.Client(agency, "implementation:read"),
            await app.Client(null, "implementation:read"),
        }) (await reader.Read(View(agency))).Ok();
        foreach (var stranger in new[]
        {
            other.Http, cohort.Lead.Http, learner.Http, await app.Client(await app.Agency(), "implementation:read"),
        }) (await stranger.Read(View(agency))).Expect(HttpStatusCode.NotFound, "agency.notFound");
        (await supervisor.Http.RecordMonths(agency, Months("turnover", (1, 20)))).Expect(HttpStatusCode.Forbidden, "role.required");
        (await other.Http.RecordMonths(agency, Months("turnover", (1, 20)))).Expect(HttpStatusCode.NotFound, "agency.notFound");
        (await supervisor.Http.Read($"{View(agency)}?audience=everybody")).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Fact]
    public async Task A_need_for_coaches_is_worked_out_from_the_newest_count_of_facilitators()
    {
        var (agency, admin, supervisor) = await Led();
        Assert.Equal((null, "facilitatorsUnknown"), await Need());
        (await admin.Http.RecordMonths(agency,
            new { month = Month(-2), indicator = "facilitators", value = 30 }, new { month = Month(-1), indicator = "facilitators", value = 17 }))
            .Ok();
        Assert.Equal((3, null), await Need());
        Assert.Equal(5, (int)(await admin.Http.Put($"/v1/agencies/{agency}/facilitators-per-coach", new { value = 5 })).Ok()["value"]!);
        Assert.Equal((4, null), await Need());
        (await admin.Http.Put($"/v1/agencies/{agency}/facilitators-per-coach", new { value = 0 }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Equal(8, (int)(await admin.Http.Put($"/v1/agencies/{agency}/facilitators-per-coach", new { value = (int?)null })).Ok()["value"]!);

        async Task<(int?, string?)> Need()
        {
            var need = (await supervisor.Http.Read(View(agency))).Ok()["coaches"]!["need"]!;
            return ((int?)need["value"], (string?)need["reason"]);
        }
    }

    [Fact]
    public async Task A_table_of_figures_opens_in_a_spreadsheet_and_holds_what_the_view_holds()
    {
        var (agency, admin, supervisor) = await Led();
        await Record(admin, agency, "turnover", [.. Spread(9, 12, 20), (5, 20), .. Spread(4, 12, 21)]);
        (await admin.Http.StartCoaching(agency, Month(-13))).Ok();
        var csv = (await supervisor.Http.Read(View(agency), ("Accept", "text/csv"))).Ok().Body;
        Assert.StartsWith("block,figure,period,value,n,low,high,reason\r\n", csv, StringComparison.Ordinal);
        var lines = csv.Split("\r\n");
        Assert.Contains("indicators,turnover.1,before,0.45,240,,,noSpread", lines);
        Assert.Single(lines, l => l.StartsWith("indicators,turnover.1.ratio,all,0.423", StringComparison.Ordinal));
        Assert.Contains("dosage,met,all,,,,,noWindowsOver", lines);
        Assert.Equal(25, lines.Count(l => l.StartsWith("indicators,turnover.1,2", StringComparison.Ordinal)));
        // The tag holds while nothing but the moment changes, in each form of its own.
        var json = await supervisor.Http.Read(View(agency));
        FlowingClock.Set(FlowingClock.Now.AddMinutes(5));
        Assert.Equal(HttpStatusCode.NotModified,
            (await supervisor.Http.Read(View(agency), ("If-None-Match", json.Ok().Headers["ETag"]))).Status);
    }

    [Fact]
    public async Task Dosage_is_of_those_whose_time_is_over_and_of_five_for_a_program()
    {
        var (agency, _, supervisor) = await Led();
        var (cohort, now) = (await app.Cohort(), FlowingClock.Now);
        var learners = new List<TestLearner>();
        for (var i = 0; i < 4; i++) learners.Add(await app.Learner(cohort, agencyId: agency));
        for (var session = 0; session < 4; session++)
        {
            FlowingClock.Set(now.AddDays(7 * (session + 1)));
            await cohort.Instructor.Http.Log(CoachingSteps.Part(learners[0].Id, observed: true, feedback: true));
        }

        FlowingClock.Set(now.AddDays(230));
        var client = await app.Client(agency, "implementation:read");
        Assert.Equal((0.25, 4, null), await Met(supervisor.Http));
        Assert.Equal((null, null, "fewerThanFiveLearners"), await Met(client));
        // Somebody joins late: told of as soon as their time is over too, with the others.
        await app.Learner(cohort, agencyId: agency);
        FlowingClock.Set(now.AddDays(230 + 168 + 46));
        Assert.Equal((0.2, 5, null), await Met(client));

        async Task<(double?, double?, string?)> Met(HttpClient reader)
        {
            var met = (await reader.Read(View(agency))).Ok()["dosage"]!["met"]!;
            return ((double?)met["value"], (double?)met["n"], (string?)met["reason"]);
        }
    }

    private async Task<(Guid Agency, TestPerson Admin, TestPerson Supervisor)> Led()
    {
        var agency = await app.Agency();
        return (agency, await app.Member(agency, AgencyRole.AgencyAdmin), await app.Member(agency, AgencyRole.Supervisor));
    }

    private static async Task Record(TestPerson admin, Guid agency, string indicator, (decimal, decimal)[] months) =>
        Assert.All((await admin.Http.RecordMonths(agency, Months(indicator, months))).Results(), r => Assert.Equal("recorded", r.Result));

    /// <summary>So many events over so many months of the same exposure.</summary>
    private static IEnumerable<(decimal, decimal)> Spread(int events, int months, decimal exposure) =>
        Enumerable.Range(0, months).Select(i => ((decimal)(i < events ? 1 : 0), exposure));

    private static double Value(JsonNode? figure) => Rounded(figure!["value"]);

    private static double N(JsonNode? figure) => (double)figure!["n"]!;

    private static double Rounded(JsonNode? number) => Math.Round((double)number!, 4);
}
