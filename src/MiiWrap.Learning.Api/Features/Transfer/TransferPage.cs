using System.Globalization;
using System.Text;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Transfer;

/// <summary>The chart as a page, with every figure of it in tables below.</summary>
internal static class TransferPage
{
    private const string Style = FigurePage.Style + """

        .folded { display: none; }
        @media print {
          main > h1 { display: none; }
          .none:not(rect, circle) { display: none; }
          svg.folded { display: block; }
          tr.folded { display: table-row; }
        }
        """;

    private static readonly string[] Columns =
        ["Rate", "Applied", "Of", "95 % interval", "Coverage", "Of those who answered", "Seen by a coach", "Learners"];

    public static string Of(TransferReport report)
    {
        var body = new StringBuilder("<figure>\n").Append(TransferChart.DrawParts(report))
            .Append("</figure>\n<h2>All figures of the chart")
            .Append(report.Curriculum is { } course ? $", {course}" : "").Append("</h2>\n");
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
        body.BeginTable(caption, first, Columns);
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
            body.AddRow(name, figures, isFolded: cell.Rate is null && cell is UnitTransfer);
        }

        body.EndTable(Columns.Length, Figures.WithoutFigure(all.Select(r => r.Cell).OfType<UnitTransfer>(), "unit"));
    }

    private static void Table(StringBuilder body, IReadOnlyList<TransferWeek> weeks)
    {
        string[] columns = ["Rate", "Applied", "Of", "95 % interval", "Coverage", "Learners"];
        body.BeginTable("By week of completion", "Week of", columns);
        foreach (var week in weeks)
        {
            body.AddRow(week.WeekOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), week.Rate is null
                ? [Figures.Why(week.Reason), .. Enumerable.Repeat("–", columns.Length - 1)]
                : [Figures.Percent(week.Rate), Count(week.Numerator), Count(week.Denominator),
                $"{Figures.Percent(week.CiLow)} to {Figures.Percent(week.CiHigh)}", Figures.Percent(week.Coverage), Count(week.Learners)],
                isFolded: week.Rate is null);
        }

        body.EndTable(columns.Length, Figures.WithoutFigure(weeks.Where(w => w.Rate is null).Select(w => w.Reason), "week"));
    }

    private static void Table(StringBuilder body, IReadOnlyList<PlanLift> lifts)
    {
        string[] columns = ["Nudged", "Held out", "Difference", "95 % interval"];
        body.BeginTable("With nudges and without", "Plan", columns);
        foreach (var lift in lifts)
        {
            body.AddRow(EnumNames.NameOf(lift.Plan), lift.Difference is null
                ? [Figures.Why(lift.Reason), .. Enumerable.Repeat("–", columns.Length - 1)]
                : [Figures.Percent(lift.Nudged.Rate), Figures.Percent(lift.HeldOut.Rate), Figures.Percent(lift.Difference),
                $"{Figures.Percent(lift.CiLow)} to {Figures.Percent(lift.CiHigh)}"],
                isFolded: lift is { Difference: null, Reason: not null });
        }

        body.EndTable(columns.Length, Figures.WithoutFigure(lifts.Where(l => l.Difference is null).Select(l => l.Reason), "plan"));
    }

    private static string Count(int? count) => count?.ToString(CultureInfo.InvariantCulture) ?? "–";
}
