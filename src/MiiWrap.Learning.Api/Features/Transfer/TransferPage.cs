using System.Globalization;
using System.Text;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Transfer;

/// <summary>The chart as a page, with every figure of it in tables below.</summary>
internal static class TransferPage
{
    public const string MediaType = "text/html";

    private const string Style = """

        main, footer { max-width: 60rem; }
        figure { margin: 0 -1.25rem 1.5rem; }
        .transfer-chart { display: block; }
        .folded { display: none; }
        .table { overflow-x: auto; margin: 0 0 1.5rem; }
        .table:focus-visible { outline: 3px solid #c77700; outline-offset: 2px; }
        table { width: 100%; border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; font-weight: 600; padding: 0 0 .4rem; }
        th, td { padding: .4rem .6rem .4rem 0; border-bottom: 1px solid #d8d3ca; text-align: right; white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; white-space: normal; min-width: 9rem; font-weight: 400; }
        thead th, thead th:first-child { vertical-align: bottom; font-weight: 600; white-space: normal; }
        @media (prefers-color-scheme: dark) { th, td { border-color: #4a463f; } }
        @page { margin: 1cm; }
        @media print {
          body, main { background: none; }
          main, footer { max-width: none; padding: 0; }
          footer { padding-top: .75rem; }
          main > h1 { display: none; }
          main > p { font-size: .875rem; }
          figure { margin: 0 0 1rem; }
          h2 { break-after: avoid; }
          .none:not(rect, circle) { display: none; }
          svg.folded { display: block; }
          tr.folded { display: table-row; }
          .transfer-chart, tr, p { break-inside: avoid; }
          .heads, caption, thead { break-after: avoid; }
          .table { overflow: visible; }
          table { font-size: .75rem; }
          th, td { padding: .2rem .4rem .2rem 0; }
          th:first-child, td:first-child { min-width: 0; }
        }
        """;

    private static readonly string[] Columns =
        ["Rate", "Applied", "Of", "95 % interval", "Coverage", "Of those who answered", "Seen by a coach", "Learners"];

    public static string Of(TransferReport report)
    {
        var body = new StringBuilder("<figure>\n").Append(TransferChart.DrawParts(report))
            .Append("</figure>\n<h2>All figures of the chart</h2>\n");
        body.Append(
            "<p>A skill counts as applied when the learner says within 37 days that they used it within 30. Who never answered stays in the count. What a coach saw stands beside it and is never mixed in.</p>\n");
        Table(body, "By unit", "Unit", [("All units", report.Pooled),
            .. report.Units.Select(u => ($"{TransferChart.Number(u.Unit)} {u.Title}", (TransferCell)u))]);
        if (report.Lift.Count > 0) Table(body, report.Lift);
        if (report.Trend.Count > 0) Table(body, report.Trend);
        return HtmlLayout.Render(
            $"Transfer into practice: {report.Subject}", body.ToString(),
            string.Create(CultureInfo.InvariantCulture,
                $"As of {report.AsOf:yyyy-MM-dd HH:mm} UTC. Do not rank people or agencies by these figures: they are the learners’ own account, and small numbers vary by chance."), Style);
    }

    private static void Table(StringBuilder body, string caption, string first, IEnumerable<(string Name, TransferCell Cell)> rows)
    {
        Begin(body, caption, first, Columns);
        var all = rows.ToList();
        foreach (var (name, cell) in all)
        {
            string[] figures = cell.Rate is null
                ? [Figures.Why(cell.Reason), .. Enumerable.Repeat("–", Columns.Length - 1)]
                :
                [
                    Figures.Percent(cell.Rate), Count(cell.Numerator), Count(cell.Denominator),
                    $"{Figures.Percent(cell.CiLow)} to {Figures.Percent(cell.CiHigh)}", Figures.Percent(cell.Coverage),
                    Figures.Percent(cell.RespondersRate), Figures.Percent(cell.Verified.Rate), Count(cell.Learners),
                ];
            // The sum of all units is said even where it is none.
            Row(body, name, figures, isFolded: cell.Rate is null && cell is UnitTransfer);
        }

        End(body, Columns.Length, Figures.WithoutFigure(all.Select(r => r.Cell).OfType<UnitTransfer>(), "unit"));
    }

    private static void Table(StringBuilder body, IReadOnlyList<TransferWeek> weeks)
    {
        string[] columns = ["Rate", "Applied", "Of", "95 % interval", "Coverage", "Learners"];
        Begin(body, "By week of completion", "Week of", columns);
        foreach (var week in weeks)
        {
            Row(body, week.WeekOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), week.Rate is null
                ? [Figures.Why(week.Reason), .. Enumerable.Repeat("–", columns.Length - 1)]
                : [Figures.Percent(week.Rate), Count(week.Numerator), Count(week.Denominator),
                $"{Figures.Percent(week.CiLow)} to {Figures.Percent(week.CiHigh)}", Figures.Percent(week.Coverage), Count(week.Learners)],
                isFolded: week.Rate is null);
        }

        End(body, columns.Length, Figures.WithoutFigure(weeks.Where(w => w.Rate is null).Select(w => w.Reason), "week"));
    }

    private static void Table(StringBuilder body, IReadOnlyList<PlanLift> lifts)
    {
        string[] columns = ["Nudged", "Held out", "Difference", "95 % interval"];
        Begin(body, "With nudges and without", "Plan", columns);
        foreach (var lift in lifts)
        {
            Row(body, EnumNames.NameOf(lift.Plan), lift.Difference is null
                ? [Figures.Why(lift.Reason), .. Enumerable.Repeat("–", columns.Length - 1)]
                : [Figures.Percent(lift.Nudged.Rate), Figures.Percent(lift.HeldOut.Rate), Figures.Percent(lift.Difference),
                $"{Figures.Percent(lift.CiLow)} to {Figures.Percent(lift.CiHigh)}"],
                isFolded: lift is { Difference: null, Reason: not null });
        }

        End(body, columns.Length, Figures.WithoutFigure(lifts.Where(l => l.Difference is null).Select(l => l.Reason), "plan"));
    }

    private static void Begin(StringBuilder body, string caption, string first, string[] columns)
    {
        // What scrolls sideways on a phone must be reachable by keyboard, and then needs a name.
        body.Append(
            $"<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table><caption>{caption}</caption><thead><tr><th scope=\"col\">{first}</th>");
        foreach (var column in columns) body.Append($"<th scope=\"col\">{column}</th>");
        body.Append("</tr></thead><tbody>\n");
    }

    /// <param name="figures">How many columns beside the name there are.</param>
    /// <param name="folded">What stands on paper for the rows that are left out there.</param>
    private static void End(StringBuilder body, int figures, string? folded)
    {
        if (folded is not null)
            body.Append($"<tr class=\"folded\"><th scope=\"row\" colspan=\"{figures + 1}\">{HtmlLayout.Encode(folded)}</th></tr>\n");
        body.Append("</tbody></table></div>\n");
    }

    /// <param name="isFolded">It has no figure, and is left out on paper.</param>
    private static void Row(StringBuilder body, string name, string[] figures, bool isFolded)
    {
        body.Append($"<tr{(isFolded ? " class=\"none\"" : "")}><th scope=\"row\">{HtmlLayout.Encode(name.Trim())}</th>");
        foreach (var figure in figures) body.Append($"<td>{HtmlLayout.Encode(figure)}</td>");
        body.Append("</tr>\n");
    }

    private static string Count(int? count) => count?.ToString(CultureInfo.InvariantCulture) ?? "–";
}
