using System.Globalization;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Implementation;

/// <summary>What tests of an agency's view do again and again.</summary>
internal static class ImplementationSteps
{
    public static string Indicators(Guid agency) => $"/v1/agencies/{agency}/indicators";

    public static string View(Guid agency) => $"/v1/agencies/{agency}/implementation";

    /// <summary>So many months from the present one.</summary>
    public static string Month(int from) => FlowingClock.Now.AddMonths(from).ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>Months of numerators and denominators, the last one the month before the present.</summary>
    public static object[] Months(string indicator, params (decimal Numerator, decimal Denominator)[] months) =>
        [.. months.Select((m, i) => (object)new
        {
            month = Month(i - months.Length), indicator, numerator = m.Numerator, denominator = m.Denominator,
        })];

    public static Task<Answer> RecordMonths(this HttpClient http, Guid agency, params object[] rows) =>
        http.Post(Indicators(agency), new { rows });

    public static Task<Answer> StartCoaching(this HttpClient http, Guid agency, string? month) =>
        http.Put($"/v1/agencies/{agency}/coaching-start", new { month, reason = "The first sessions were not recorded here." });

    /// <summary>What became of each row, with the reason.</summary>
    public static IEnumerable<(int Line, string Result, string? Reason)> Results(this Answer answer) =>
        answer.Ok()["rows"]!.AsArray().Select(r => ((int)r!["line"]!, (string)r["result"]!, (string?)r["reason"]));

    public static JsonNode Series(this Answer view, string indicator) =>
        view.Ok()["indicators"]!.AsArray().Single(s => (string)s!["definition"]!["code"]! == indicator)!;
}
