using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>
/// Every figure of the demonstration's transfer page, worked out again from the rows that it exports, without any of the program's own
/// code.
/// </summary>
public sealed class TransferByHandTests : IDisposable
{
    private readonly Home home = new();

    [Fact(Explicit = true)]
    public async Task Every_figure_follows_from_the_exported_rows()
    {
        await using (var then = await RunningProgram.Start(home, ("Clock__StartAt", "2027-03-15T15:00:00Z"), ("Jobs__Enabled", "false")))
        {
            // The demonstration has no coach's record and no exemption: with some, those figures are no mere zeros.
            using var coach = await then.SignIn("instructor@example.org");
            var learners = (await coach.Read($"{await Cohort(coach)}/progress")).Ok()["items"]!.AsArray()
                .Where(l => (int)l!["unitsCompleted"]! >= 4).Select(l => (string)l!["enrolmentId"]!).ToList();
            Assert.True(learners.Count >= 5);
            foreach (var (learner, unit, result) in new[] { (0, "1.1-why-good-training-fades", "verified"),
                (1, "1.1-why-good-training-fades", "notSeen"), (2, "1.4-coaching-agreement", "verified") })
                (await coach.Post($"/v1/enrolments/{learners[learner]}/units/{unit}/verifications", new { result }))
                    .Expect(HttpStatusCode.Created);
            (await coach.Put($"/v1/enrolments/{learners[3]}/units/1.2-coach-supervisor-trainer/exemption", new { reason = "roleChanged" }))
                .Ok();
            Assert.Equal(0, (await then.Stop()).ExitCode);
        }

        foreach (var now in new[] { "2027-04-12T15:00:00Z", "2027-06-07T15:00:00Z", "2027-07-12T15:00:00Z" })
        {
            await using var later = await RunningProgram.Start(home, ("Clock__StartAt", now), ("Jobs__Enabled", "false"));
            using var lead = await later.SignIn("lead@example.org");
            var cohort = await Cohort(lead);
            var report = (await lead.Read($"{cohort}/transfer")).Ok();
            var rows = Rows(await lead.Read($"{cohort}/transfer", ("Accept", "text/csv")));
            Assert.True(rows.Count > 40, $"Only {rows.Count} rows.");

            Check(report["pooled"]!, rows);
            CheckReach(report, rows, await lead.Read(cohort), Rows(await lead.Read($"{cohort}/progress", ("Accept", "text/csv"))),
                (await lead.Read($"/v1/curricula/{Given.Course}")).Ok());
            Assert.Equal(34, report["units"]!.AsArray().Count);
            foreach (var unit in report["units"]!.AsArray()) Check(unit!, rows.FindAll(r => r["unit"] == (string)unit!["unit"]!));
            Assert.True(report["trend"]!.AsArray().Count >= 4);
            foreach (var week in report["trend"]!.AsArray()) CheckRate(week!, rows.FindAll(r => r["weekOf"] == (string)week!["weekOf"]!));
            Assert.Equal(rows.Count(r => r["scope"] == "inScope"), report["trend"]!.AsArray().Sum(w => (int)w!["denominator"]!));
            CheckPage((await lead.Read($"{cohort}/transfer", ("Accept", "text/html"))).Ok().Body, rows);
            await later.Stop();
        }
    }

    public void Dispose() => home.Dispose();

    private static async Task<string> Cohort(HttpClient http) =>
        $"/v1/cohorts/{(string)(await http.Read("/v1/cohorts")).Ok()["items"]![0]!["id"]!}";

    private static void Check(JsonNode cell, List<Dictionary<string, string>> rows)
    {
        CheckRate(cell, rows);
        var counted = rows.FindAll(r => r["scope"] == "inScope");
        var n = counted.Count;
        Same(n == 0 ? null : Sum(counted, "credit") / n, cell["weighted"]);
        Same(Ratio(Sum(counted, "transferred"), Sum(counted, "answered")), cell["respondersRate"]);
        Same(Ratio(counted.Where(r => r["lastSaidNoOpportunity"] == "0")
            .Sum(r => Number(r["transferred"])), counted.Count(r => r["lastSaidNoOpportunity"] == "0")), cell["adjusted"]);
        var own = counted.GroupBy(r => r["learnerId"]).Select(l => l.Average(r => Number(r["transferred"]))).ToList();
        Same(own.Count == 0 ? null : own.Average(), cell["meanOfLearners"]);
        var days = counted.Where(r => r["transferred"] == "1").Select(r => Number(r["daysToFirst"])).Order().ToList();
        Same(days.Count == 0 ? null : days.Count % 2 == 1
            ? days[days.Count / 2]
            : (days[(days.Count / 2) - 1] + days[days.Count / 2]) / 2, cell["medianDaysToFirst"]);

        var verified = cell["verified"]!;
        CheckProportion(verified, Sum(counted, "coachVerified"), n);
        Same(Ratio(Sum(counted, "coachLooked"), n), verified["coverage"]);
        var lasting = rows.FindAll(r => r["inSustainedScope"] == "1");
        CheckProportion(cell["sustained"]!, lasting.Count(r => r["sustained"] == "1"), lasting.Count);
        foreach (var scope in new[] { "exempt", "withdrawn", "immature" })
            Assert.Equal(rows.Count(r => r["scope"] == scope), (int)cell["excluded"]![scope]!);
    }

    private static void CheckRate(JsonNode cell, List<Dictionary<string, string>> rows)
    {
        var counted = rows.FindAll(r => r["scope"] == "inScope");
        CheckProportion(cell, Sum(counted, "transferred"), counted.Count);
        Assert.Equal(counted.Count == 0 ? "noMaturedOpportunities" : null, (string?)cell["reason"]);
        Same(Ratio(Sum(counted, "answered"), counted.Count), cell["coverage"]);
        Assert.Equal(counted.Select(r => r["learnerId"]).Distinct().Count(), (int)cell["learners"]!);
    }

    private static void CheckProportion(JsonNode cell, double numerator, int n)
    {
        Assert.Equal(((int)numerator, n), ((int)cell["numerator"]!, (int)cell["denominator"]!));
        Same(Ratio(numerator, n), cell["rate"]);
        // Wilson, in another form than the program's: the roots of (p - x)² = z² x (1 - x) / n.
        const double z = 1.959964;
        var (a, b, c) = (n + (z * z), -((2 * numerator) + (z * z)), n == 0 ? 0 : numerator * numerator / n);
        var root = Math.Sqrt(Math.Max(0, (b * b) - (4 * a * c)));
        Same(n == 0 ? null : (-b - root) / (2 * a), cell["ciLow"]);
        Same(n == 0 ? null : (-b + root) / (2 * a), cell["ciHigh"]);
    }

    private static void CheckReach(
        Answer report, List<Dictionary<string, string>> rows, Answer cohort, List<Dictionary<string, string>> learners, Answer curriculum)
    {
        var startsOn = DateOnly.Parse((string)cohort.Ok()["startsOn"]!, CultureInfo.InvariantCulture);
        var today = DateOnly
            .FromDateTime(TimeZoneInfo
                .ConvertTimeFromUtc(DateTime.Parse((string)report["asOf"]!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal),
                    TimeZoneInfo.FindSystemTimeZoneById((string)cohort["timeZone"]!)));
        // A module's units are due when its weeks are over and thirty-seven days more; everybody here enrolled before that.
        var due = curriculum["modules"]!.AsArray()
            .Where(m => startsOn
            .AddDays(
            (7 * int.Parse(Regex.Match(m!["weeks"]!.ToString(), @"\d+(?=\D*$)", RegexOptions.None, TimeSpan.FromSeconds(1)).Value,
                CultureInfo.InvariantCulture)) + 37) <= today)
            .SelectMany(m => m!["units"]!.AsArray().Select(u => (string)u!["slug"]!)).ToHashSet();
        var present = learners.Where(l => l["status"] != "withdrawn").Select(l => l["enrolmentId"]).ToHashSet();
        var own = rows.FindAll(r => present.Contains(r["enrolmentId"]) && due.Contains(r["unit"]));
        var reach = report["pooled"]!["reach"]!;
        Assert.Equal(own.Count(r => r["transferred"] == "1" && r["scope"] != "exempt"), (int)reach["numerator"]!);
        Assert.Equal((present.Count * due.Count) - own.Count(r => r["scope"] == "exempt"), (int)reach["denominator"]!);
    }

    private static void CheckPage(string html, List<Dictionary<string, string>> rows)
    {
        var counted = rows.FindAll(r => r["scope"] == "inScope");
        var all = Regex.Match(html, "<th scope=\"row\">All units</th><td>(?<rate>\\d+) %</td><td>(?<applied>\\d+)</td><td>(?<of>\\d+)</td>",
            RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        Assert.Equal(
            [Math.Round(100 * Sum(counted, "transferred") / counted.Count), Sum(counted, "transferred"), counted.Count],
            new[] { "rate", "applied", "of" }.Select(g => Number(all.Groups[g].Value)));
    }

    private static List<Dictionary<string, string>> Rows(Answer csv)
    {
        var lines = csv.Ok().Body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var names = lines[0].Split(',');
        return [.. lines.Skip(1).Select(l => names.Zip(l.Split(',')).ToDictionary(p => p.First, p => p.Second))];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static double Sum(List<Dictionary<string, string>> rows, string field) => rows.Sum(r => Number(r[field]));

    private static double? Ratio(double of, double all) => all == 0 ? null : of / all;

    private static void Same(double? expected, JsonNode? actual)
    {
        if (expected is { } value) Assert.Equal(value, (double)actual!, 9);
        else Assert.Null(actual);
    }
}
