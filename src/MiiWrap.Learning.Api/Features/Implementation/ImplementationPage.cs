using System.Globalization;
using System.Text;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Implementation;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>The view as a page that prints on one sheet: what moved, how sure that is, and what it does not show.</summary>
internal static class ImplementationPage
{
    private const string NoRanking = "Do not rank people or agencies by these figures: small numbers vary by chance.";

    public const string Style = FigurePage.Style + """

        .cannot { font-weight: 600; }
        .panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: .5rem 1rem; }
        .moved th, .moved td { text-align: left; white-space: normal; }
        .moved td:last-child { min-width: 14rem; }
        .folded { display: none; }
        .agreement { font-size: .875rem; margin-top: -.75rem; }
        @media print {
          body { zoom: .54; }
          .panels { grid-template-columns: repeat(3, 1fr); }
          .sheets { display: grid; grid-template-columns: 1fr 1fr; gap: 0 2rem; align-items: start; }
          .none:not(rect, circle) { display: none; }
          tr.folded { display: table-row; }
          p { margin: .3rem 0; }
          h1 { margin: 0 0 .3rem; }
          h2 { margin: .5rem 0 .2rem; font-size: 1rem; }
          .table { margin-bottom: .5rem; }
          .agreement { font-size: .75rem; margin-top: -.25rem; }
        }
        """;

    public static string Of(ImplementationView view)
    {
        var body = new StringBuilder();
        Say(body, view.CoachingStart.Month is { } month
            ? $"Coaching began in {month}{(view.CoachingStart.IsSet ? ", as the agency says" : ", by the first session")}. Months before it are compared with months after it."
            : "Coaching has not begun: there is nothing to compare yet.");
        Say(body, view.CannotSay, "cannot");
        if (view.Indicators.Count > 0)
        {
            AppendMoved(body, ["Before", "After", "Change", "95 % interval", "Month by month"], view.Indicators,
                series => [.. Compared(series), ImplementationWords.Chart(series.RunChart)]);
            Say(body, $"Intervals are of 95 %. {view.Independence} {ImplementationWords.HowToRead}");
            body.Append("<figure>\n").Append(ImplementationChart.DrawParts(view)).Append("</figure>\n");
        }
        else Say(body, "The agency has counted nothing yet.");

        AppendDone(
            body, "the agency", view,
            $"Certified coaches needed, one for {view.Coaches.FacilitatorsPerCoach} facilitators");
        return Render($"Coaching and its surroundings: {view.Agency}", body, view, Style);
    }

    /// <summary>The whole page, with what nobody must read into it at its foot.</summary>
    public static string Render(string title, StringBuilder body, IImplementationFigures view, string style)
    {
        var audience = view.Audience == FigureAudience.Outside ? " As it may leave the programme." : "";
        return HtmlLayout.Render(
            title, body.ToString(),
            string.Create(CultureInfo.InvariantCulture, $"As of {view.AsOf:yyyy-MM-dd HH:mm} UTC.{audience} {NoRanking}"), style);
    }

    /// <summary>Each indicator in a row.</summary>
    public static void AppendMoved<T>(
        StringBuilder body, string[] columns, IReadOnlyList<T> indicators, Func<T, string[]> tell)
        where T : class, IComparedIndicator
    {
        body.Append("<h2>What moved</h2>\n<div class=\"moved\">\n");
        body.BeginTable("Before and after coaching began", "Indicator", columns);
        foreach (var series in indicators) body.AddRow($"{ImplementationWords.Title(series, indicators)} {Better(series)}", tell(series));
        body.EndTable(columns.Length);
        body.Append("</div>\n");
    }

    /// <summary>Before, after, the change and its interval.</summary>
    public static string[] Compared(IComparedIndicator series) =>
    [
        Side(series, series.Before), Side(series, series.After), ImplementationWords.Change(series),
        ImplementationWords.Interval(series) ?? "–",
    ];

    /// <summary>Everything but the indicators.</summary>
    /// <param name="whole">Whose learners are counted: those of one course.</param>
    /// <param name="need">What the need for coaches is worked out from.</param>
    public static void AppendDone(StringBuilder body, string whole, IImplementationFigures view, string need)
    {
        body.Append("<h2>What was done, and what is in use</h2>\n<div class=\"sheets\">\n");
        AppendFigures(
            body, view.Curriculum is { } course ? $"Learners of {whole}, {course}" : $"Learners of {whole}", view, need);
        body.Append("<div>\n");
        AppendBarriers(body, view.Barriers);
        foreach (var block in view.Fidelity) AppendFidelity(body, block);
        body.Append("</div>\n</div>\n");
    }

    private static string Better(IComparedIndicator series) => series.Definition.Better switch
    {
        Direction.Up => "(more is better)",
        Direction.Down => "(less is better)",
        _ => "",
    };

    private static string Side(IComparedIndicator series, Figure side) => side is { Value: { } value, N: { } n }
        ? $"{ImplementationWords.Value(series, value)} {Of(series, n)}"
        : "–";

    private static string Of(IComparedIndicator series, double n) => string.Create(CultureInfo.InvariantCulture, $"({n:0.##} {series.Definition.Kind switch
    {
        IndicatorKind.Rate => "person-months",
        IndicatorKind.Count => "months",
        _ => "in all",
    }})");

    private static void AppendFigures(StringBuilder body, string caption, IImplementationFigures view, string need)
    {
        var (transfer, dosage, coaches) = (view.Transfer, view.Dosage, view.CoachFigures);
        string[] columns = ["Figure", "Of", "95 % interval"];
        body.BeginTable(caption, "What", columns);
        Row("Applied within 30 days, as learners say", transfer.Rate, Percent);
        Row("Applied within 30 days, as coaches saw", transfer.Verified, Percent);
        Row("Answered at all", transfer.Coverage, Percent);
        Row("Had all the coaching that was promised", dosage.Met, Percent);
        Row("Minutes of coaching, a learner", dosage.Minutes, Plain);
        Row("Sessions missed, a learner", dosage.NoShows, Plain);
        Row("Agreed steps talked over in time", dosage.LoopClosure, Percent);
        Row("Certified coaches", coaches.Certified, Plain);
        Row(need, coaches.Need, Plain);
        body.EndTable(columns.Length);

        void Row(string name, Figure figure, Func<double, string> tell) => body.AddRow(name, figure.Value is { } value
            ?
            [
                tell(value), figure.N?.ToString("0.#", CultureInfo.InvariantCulture) ?? "–",
                figure is { CiLow: { } low, CiHigh: { } high } ? $"{tell(low)} to {tell(high)}" : "–",
            ]
            : [ImplementationWords.Why(figure.Reason), "–", "–"]);
    }

    private static void AppendBarriers(StringBuilder body, BarrierBlock barriers)
    {
        string[] columns = ["Learners"];
        body.BeginTable($"What of the organisation stood in the way, {barriers.From} to {barriers.Until}", "Barrier", columns);
        foreach (var barrier in barriers.Items)
            body.AddRow(NameOf(barrier.Barrier), [barrier.Learners.ToString(CultureInfo.InvariantCulture)]);
        if (barriers.Items.Count == 0) body.AddRow("None is told", [ImplementationWords.Why(barriers.Reason)]);
        body.EndTable(columns.Length);
    }

    private static string NameOf(string barrier) =>
        barrier == Name(Barrier.SupervisorSupport) ? "Too little support by supervisors"
        : barrier == Name(Barrier.AgencyPolicy) ? "Policies of the agency"
        : "Others together";

    private static string Name(Barrier barrier) => Requests.EnumNames.NameOf(barrier);

    private static void AppendFidelity(StringBuilder body, FidelityBlock block)
    {
        string[] columns = ["People", "Median", "At the line", "Falling", "Rising"];
        body.BeginTable(
            HtmlLayout.Encode($"{block.Title}{(block.Line is { } line ? string.Create(CultureInfo.InvariantCulture, $", line {line:0.##}") : "")}"),
            "Quarter", columns);
        foreach (var q in block.Quarters)
            body.AddRow($"{q.From} to {q.Until}", q.Median.Value is { } median
                ?
                [
                    Plain(q.Median.N!.Value), Plain(median),
                    q.AtLine is { Value: { } share, N: { } n } ? string.Create(CultureInfo.InvariantCulture, $"{Percent(share)} of {n:0}") : "–",
                    Plain(q.Falling.Value!.Value), Plain(q.Rising.Value!.Value),
                ]
                : [ImplementationWords.Why(q.Median.Reason), .. Enumerable.Repeat("–", columns.Length - 1)],
                isFolded: q.Median.Value is null);
        var without = block.Quarters.Count(q => q.Median.Value is null);
        body.EndTable(columns.Length, without == 0
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{without} {(without == 1 ? "quarter" : "quarters")} without a figure"));
        Say(body, block.Agreement is { Value: { } kappa, N: { } ratings }
            ? string.Create(CultureInfo.InvariantCulture,
                $"Agreement of two who rated without seeing each other’s, weighted kappa: {kappa:0.00}, of {ratings:0} ratings by both.")
            : $"Agreement of two who rated without seeing each other’s: {ImplementationWords.Why(block.Agreement.Reason)}.", "agreement");
    }

    public static string Percent(double share) => (share * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    public static string Plain(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    public static void Say(StringBuilder body, string text, string? kind = null) =>
        body.Append($"<p{(kind is null ? "" : $" class=\"{kind}\"")}>{HtmlLayout.Encode(text)}</p>\n");
}
