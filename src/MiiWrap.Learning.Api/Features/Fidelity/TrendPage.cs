using System.Globalization;
using System.Text;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Mail;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>The chart as a page that prints on one sheet, with every figure of it below, and how little few points show.</summary>
internal static class TrendPage
{
    private const string Style = FigurePage.Style + """

        main > p:first-of-type { font-weight: 600; }
        th:first-child, td:first-child { min-width: 0; white-space: nowrap; }
        th:last-child, td:last-child { text-align: left; white-space: normal; width: 60%; padding-left: 1rem; }
        ul { padding-left: 1.25rem; }
        @media print {
          body { zoom: .72; }
          ul { margin: 0; }
          table { font-size: .875rem; }
        }
        """;

    public static string Of(FidelityTrend trend)
    {
        var body = new StringBuilder();
        Say(body, trend.Summary);
        if (trend.Points.Count > 0)
        {
            Say(body, $"{trend.Notice}. {TrendWords.FewPoints}");
            body.Append("<figure>\n").Append(TrendChart.Draw(trend, withHeading: false)).Append("</figure>\n");
            AppendPoints(body, trend);
        }

        if (trend is { S: { } s, P: { } p, Slope: { } slope })
            Say(body, string.Create(CultureInfo.InvariantCulture,
                $"Exact Mann-Kendall test, one-sided: S {s}, p {p:0.000}. Slope by Theil and Sen: {slope:0.000} points a month."));
        if (trend.Bands.Count > 0) AppendBands(body, trend);
        return HtmlLayout.Render($"{trend.Title}: {trend.Subject.Name}", body.ToString(),
            string.Create(CultureInfo.InvariantCulture, $"As of {trend.AsOf:yyyy-MM-dd HH:mm} UTC. {trend.Use}"), Style);
    }

    private static void AppendPoints(StringBuilder body, FidelityTrend trend)
    {
        string[] columns = ["Total", "Reviews", "By"];
        body.BeginTable("All points of the chart", "Month", columns);
        foreach (var point in trend.Points)
            body.AddRow(point.Month,
            [
                trend.Shown(point.Value), point.Reviews.ToString(CultureInfo.InvariantCulture), string.Join(", ", point.RatersInPart),
            ]);
        body.EndTable(columns.Length);
    }

    private static void AppendBands(StringBuilder body, FidelityTrend trend)
    {
        body.Append("<h2>What the words for a total rest on</h2>\n<ul>\n");
        foreach (var band in trend.Bands)
            body.Append(CultureInfo.InvariantCulture,
                $"<li><b>{HtmlLayout.Encode(band.Band)}</b>, from {band.From:0.##}: {HtmlLayout.Encode(band.Provenance)}</li>\n");
        body.Append("</ul>\n");
    }

    private static void Say(StringBuilder body, string text) => body.Append($"<p>{HtmlLayout.Encode(text)}</p>\n");
}
