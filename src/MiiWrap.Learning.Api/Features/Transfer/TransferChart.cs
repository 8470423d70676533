using System.Globalization;
using System.Text;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Transfer;

/// <summary>
/// The transfer rate as a picture: each unit's rate with its interval and coverage, and the trend by week. All widths are shares of the
/// whole, so that type keeps its size on a phone and on a desk; where there is no figure, the reason stands in its place.
/// </summary>
internal static class TransferChart
{
    private const int Row = 48;
    private const int UnitsAt = 296;
    private const int PlotHeight = 170;

    private const string Style = Charts.Style + """
        .chart .track { fill: var(--track); }
        .chart .none { fill: none; stroke: var(--line); stroke-width: 1.5; stroke-dasharray: 5 5; }
        .chart .said { fill: var(--said); }
        .chart .interval { stroke: var(--mark); stroke-width: 2.5; }
        .chart .course { stroke: var(--mark); stroke-width: 1.5; opacity: .55; }
        .chart .rate { fill: var(--mark); stroke: var(--paper); stroke-width: 1.5; }
        """;

    public static string Draw(TransferReport report)
    {
        var (units, trend) = (report.Units, report.Trend);
        var trendAt = UnitsAt + 76 + (Row * Math.Max(1, units.Count));
        var notes = NotesOn(trend);
        var height = trendAt + (trend.Count == 0 ? 56 : PlotHeight + 70 + (22 * notes.Count));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" class="chart" width="100%" height="{height}" role="img" aria-labelledby="transfer-title transfer-text">
            <title id="transfer-title">{Charts.Text($"Transfer into practice, {report.Subject}, {Charts.Day(report.AsOf)}")}</title>
            <desc id="transfer-text">{Charts.Text(TransferWords.Of(report))}</desc>
            <style>{Style}</style>
            <rect class="paper" width="100%" height="100%"/>
            """);
        svg.Say(40, "h1", "Transfer into practice");
        svg.Say(64, "quiet", Charts.Short(report.Subject));
        AppendPooled(svg, report);
        AppendUnits(svg, UnitsAt, units);
        AppendTrend(svg, trendAt, trend, notes);
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>
    /// The same picture for a page, as one image of several parts: a printer may break between them and through none, and leaves out the
    /// rows without a figure, for which one line stands.
    /// </summary>
    public static string DrawParts(TransferReport report)
    {
        var (units, trend, notes) = (report.Units, report.Trend, NotesOn(report.Trend));
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <div role="img" aria-labelledby="transfer-title transfer-text">
            <span id="transfer-title" hidden>{Charts.Text($"Transfer into practice, {report.Subject}, {Charts.Day(report.AsOf)}")}</span>
            <span id="transfer-text" hidden>{Charts.Text(TransferWords.Of(report))}</span>
            <style>{Style}</style>

            """);
        Part(html, UnitsAt - 24, "", svg =>
        {
            svg.Say(40, "h1", "Transfer into practice");
            svg.Say(64, "quiet", Charts.Short(report.Subject));
            AppendPooled(svg, report);
        });
        Part(html, units.Count == 0 ? 56 : 54, " heads", svg => AppendScale(svg, 24, units.Count));
        foreach (var unit in units)
            Part(html, Row, unit.Rate is null ? " none" : "", svg =>
            {
                AppendGrid(svg, 0, 1);
                AppendUnit(svg, 18, unit, NameOf(unit, units));
            });
        if (Figures.WithoutFigure(units, "unit") is { } folded)
            Part(html, 36, " folded", svg => svg.Say(24, "quiet", folded));
        Part(html, (trend.Count == 0 ? 56 : PlotHeight + 50 + (22 * notes.Count)) + 40, "", svg => AppendTrend(svg, 40, trend, notes));
        return html.Append("</div>\n").ToString();
    }

    private static void Part(StringBuilder html, int height, string kind, Action<StringBuilder> draw)
    {
        html.Append(CultureInfo.InvariantCulture,
            $"<svg class=\"chart{kind}\" width=\"100%\" height=\"{height}\">\n");
        html.Append("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n");
        draw(html);
        html.Append("</svg>\n");
    }

    private static void AppendPooled(StringBuilder svg, TransferReport report)
    {
        var pooled = report.Pooled;
        svg.Say(110, "big", pooled.Rate is { } rate ? Figures.Percent(rate) : "–");
        svg.Say(134, "", pooled.Rate is null
            ? Figures.Why(pooled.Reason)
            : $"{pooled.Numerator} of {pooled.Denominator} skills, {Figures.Plural(pooled.Learners!.Value, "learner")}");
        svg.Say(156, "quiet", pooled.Rate is null
            ? "No rate is shown without its count."
            : $"interval {Figures.Percent(pooled.CiLow)} to {Figures.Percent(pooled.CiHigh)}, coverage {Figures.Percent(pooled.Coverage)}");
        svg.Say(178, "small", $"Applied within 30 days, as of {Charts.Day(report.AsOf)}");

        svg.Mark(210,
            "<line class=\"interval\" x1=\"0\" x2=\"28\" y1=\"-4\" y2=\"-4\"/><circle class=\"rate\" cx=\"14\" cy=\"-4\" r=\"6\"/>",
            "rate by the learners’ account, 95 % interval");
        svg.Mark(234, "<rect class=\"said\" width=\"28\" height=\"6\" y=\"-7\" rx=\"3\"/>", "coverage: share with any answer");
        svg.Mark(258, "<rect class=\"none\" width=\"28\" height=\"10\" y=\"-9\" rx=\"5\"/>", "no figure, and why");
    }

    private static void AppendUnits(StringBuilder svg, int top, IReadOnlyList<UnitTransfer> units)
    {
        AppendScale(svg, top, units.Count);
        if (units.Count == 0) return;
        AppendGrid(svg, top + 30, units.Count);
        var y = top + 48;
        foreach (var unit in units)
        {
            AppendUnit(svg, y, unit, NameOf(unit, units));
            y += Row;
        }
    }

    private static void AppendScale(StringBuilder svg, int top, int units)
    {
        svg.Say(top, "h2", "By unit");
        if (units == 0)
        {
            svg.Say(top + 28, "quiet", "There are no units yet.");
            return;
        }

        foreach (var (across, anchor, label) in new[] { ("4%", "start", "0 %"), ("34%", "middle", "50 %"), ("64%", "end", "100 %") })
            svg.Append(CultureInfo.InvariantCulture,
                $"<text class=\"small\" x=\"{across}\" y=\"{top + 24}\" text-anchor=\"{anchor}\">{label}</text>\n");
    }

    private static void AppendGrid(StringBuilder svg, int top, int units)
    {
        foreach (var across in new[] { "4%", "34%", "64%" })
            svg.Append(CultureInfo.InvariantCulture,
                $"<line class=\"grid\" x1=\"{across}\" x2=\"{across}\" y1=\"{top}\" y2=\"{top + (Row * units)}\"/>\n");
    }

    private static string NameOf(UnitTransfer unit, IReadOnlyList<UnitTransfer> all)
    {
        var severalVersions = all.Select(u => u.Version).Distinct().Count() > 1;
        return $"{Number(unit.Unit)} {unit.Title}{(severalVersions ? $" (version {unit.Version})" : "")}".Trim();
    }

    private static void AppendUnit(StringBuilder svg, int y, UnitTransfer unit, string name)
    {
        svg.Say(y, "", Charts.Short(name));
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg x=\"4%\" y=\"{y + 8}\" width=\"60%\" height=\"20\" overflow=\"visible\"><title>{Charts.Text($"{name}: {Figures.Sentence(unit)}")}</title>\n");
        if (unit.Rate is { } rate)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"track\" width=\"100%\" height=\"6\" y=\"7\" rx=\"3\"/>");
            svg.Append(
                CultureInfo.InvariantCulture, $"<rect class=\"said\" width=\"{Charts.Share(unit.Coverage)}\" height=\"6\" y=\"7\" rx=\"3\"/>");
            svg.Append(CultureInfo.InvariantCulture,
                $"<line class=\"interval\" x1=\"{Charts.Share(unit.CiLow)}\" x2=\"{Charts.Share(unit.CiHigh)}\" y1=\"10\" y2=\"10\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"rate\" cx=\"{Charts.Share(rate)}\" cy=\"10\" r=\"6\"/>");
        }
        else
        {
            svg.Append("<rect class=\"none\" width=\"100%\" height=\"10\" y=\"5\" rx=\"5\"/>");
        }

        svg.Append("</svg>\n");
        var told = unit.Rate is { } shown
            ? $"{Figures.Percent(shown)} · {unit.Numerator} of {unit.Denominator}"
            : Figures.Why(unit.Reason);
        svg.Append(CultureInfo.InvariantCulture,
            $"<text class=\"{(unit.Rate is null ? "small" : "")}\" x=\"96%\" y=\"{y + 23}\" text-anchor=\"end\">{Charts.Text(told)}</text>\n");
    }

    private static void AppendTrend(StringBuilder svg, int top, IReadOnlyList<TransferWeek> weeks, IReadOnlyList<string> notes)
    {
        svg.Say(top, "h2", "By week of completion");
        if (weeks.Count == 0)
        {
            svg.Say(top + 28, "quiet", "Nothing to show yet, or too few learners.");
            return;
        }

        var plotAt = top + 24;
        foreach (var (share, label) in new[] { (1.0, "100 %"), (.5, "50 %"), (0.0, "0 %") })
            svg.Append(CultureInfo.InvariantCulture,
                $"<text class=\"small\" x=\"13%\" y=\"{plotAt + Height(share) + 4:0.#}\" text-anchor=\"end\">{label}</text>\n");
        svg.Append(
            CultureInfo.InvariantCulture, $"<svg x=\"15%\" y=\"{plotAt}\" width=\"81%\" height=\"{PlotHeight}\" overflow=\"visible\">\n");
        foreach (var share in new[] { 0.0, .5, 1.0 })
            svg.Append(CultureInfo.InvariantCulture,
                $"<line class=\"grid\" x1=\"0%\" x2=\"100%\" y1=\"{Height(share):0.#}\" y2=\"{Height(share):0.#}\"/>\n");
        string Across(int week) => Charts.Share((week + .5) / weeks.Count);
        // Bars are broad while the weeks are few, and never touch.
        var half = Math.Min(1.2, 28.0 / weeks.Count);
        for (var i = 0; i < weeks.Count; i++)
        {
            if (weeks[i].Coverage is { } coverage)
                svg.Append(CultureInfo.InvariantCulture,
                    $"<rect class=\"said\" x=\"{(100 * (i + .5) / weeks.Count) - half:0.##}%\" width=\"{2 * half:0.##}%\" y=\"{Height(coverage):0.#}\" height=\"{PlotHeight - 10 - Height(coverage):0.#}\"/>");
            if (i > 0 && (weeks[i - 1].Rate, weeks[i].Rate) is ({ } from, { } to))
                svg.Append(CultureInfo.InvariantCulture,
                    $"<line class=\"course\" x1=\"{Across(i - 1)}\" x2=\"{Across(i)}\" y1=\"{Height(from):0.#}\" y2=\"{Height(to):0.#}\"/>");
        }

        for (var i = 0; i < weeks.Count; i++)
        {
            svg.Append(CultureInfo.InvariantCulture,
                $"<g><title>{Charts.Text($"Week of {weeks[i].WeekOf:yyyy-MM-dd}: {Figures.Sentence(weeks[i])}")}</title>");
            if (weeks[i].Rate is { } rate)
            {
                svg.Append(CultureInfo.InvariantCulture,
                    $"<line class=\"interval\" x1=\"{Across(i)}\" x2=\"{Across(i)}\" y1=\"{Height(weeks[i].CiLow!.Value):0.#}\" y2=\"{Height(weeks[i].CiHigh!.Value):0.#}\"/>");
                svg.Append(CultureInfo.InvariantCulture,
                    $"<circle class=\"rate\" cx=\"{Across(i)}\" cy=\"{Height(rate):0.#}\" r=\"{(weeks.Count > 26 ? 4 : 6)}\"/>");
            }
            else
            {
                svg.Append(CultureInfo.InvariantCulture,
                    $"<circle class=\"none\" cx=\"{Across(i)}\" cy=\"{Height(0):0.#}\" r=\"{(weeks.Count > 26 ? 3 : 5)}\"/>");
            }

            svg.Append("</g>\n");
        }

        var every = (weeks.Count + 4) / 5;
        for (var i = 0; i < weeks.Count; i += every)
            svg.Append(CultureInfo.InvariantCulture,
                $"<text class=\"small\" x=\"{Across(i)}\" y=\"{PlotHeight + 16}\" text-anchor=\"middle\">{weeks[i].WeekOf:d MMM}</text>\n");
        svg.Append("</svg>\n");
        var below = plotAt + PlotHeight + 46;
        foreach (var note in notes)
        {
            svg.Mark(below, "<circle class=\"none\" cx=\"14\" cy=\"-4\" r=\"5\"/>", note);
            below += 22;
        }
    }

    /// <summary>Why weeks have no figure, a line for each reason.</summary>
    private static List<string> NotesOn(IReadOnlyList<TransferWeek> weeks) =>
        [.. weeks.Where(w => w.Reason is not null).GroupBy(w => Figures.Why(w.Reason))
            .Select(g => $"{Figures.Plural(g.Count(), "week")}: {g.Key}")];

    /// <summary>Where a share stands in the plot, from its top; ten pixels below are for the marks of what has no figure.</summary>
    private static double Height(double share) => (1 - share) * (PlotHeight - 10);

    /// <summary>The number that authors put before a unit's slug, where there is one.</summary>
    internal static string Number(string slug) =>
        slug.Split('-', 2)[0] is var number && number.Length > 0 && char.IsAsciiDigit(number[0]) ? number : "";
}

/// <summary>Figures as people read them.</summary>
internal static class Figures
{
    public static string Percent(double? share) => share is { } s ? (s * 100).ToString("0", CultureInfo.InvariantCulture) + " %" : "–";

    public static string Plural(int count, string thing) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {thing}{(count == 1 ? "" : "s")}");

    public static string Why(string? reason) => reason switch
    {
        TransferFigures.NoneMatured => "none matured yet",
        Suppression.TooFew or Suppression.TooFewOutside => "too few learners",
        _ => "",
    };

    /// <summary>One line for all rows without a figure; null when each has one.</summary>
    public static string? WithoutFigure(IEnumerable<TransferCell> rows, string thing) =>
        WithoutFigure(rows.Where(r => r.Rate is null).Select(r => r.Reason), thing);

    /// <param name="reasons">Why each of them has none.</param>
    public static string? WithoutFigure(IEnumerable<string?> reasons, string thing)
    {
        var whys = reasons.GroupBy(Why).Where(g => g.Key.Length > 0).Select(g => (Why: g.Key, Count: g.Count())).ToList();
        return whys.Count == 0
            ? null
            : $"{Plural(whys.Sum(w => w.Count), thing)} without a figure: "
                + string.Join(", ", whys.Select(w => whys.Count == 1 ? w.Why : $"{w.Count} {w.Why}"));
    }

    public static string Sentence(TransferCell cell) =>
        Sentence(cell.Numerator, cell.Denominator, cell.Rate, cell.CiLow, cell.CiHigh, cell.Coverage, cell.Reason);

    public static string Sentence(TransferWeek week) =>
        Sentence(week.Numerator, week.Denominator, week.Rate, week.CiLow, week.CiHigh, week.Coverage, week.Reason);

    private static string Sentence(
        int? numerator, int? denominator, double? rate, double? low, double? high, double? coverage, string? reason) => rate is null
        ? $"no rate, {Why(reason)}"
        : $"{Percent(rate)}, {numerator} of {denominator}, interval {Percent(low)} to {Percent(high)}, coverage {Percent(coverage)}";
}

/// <summary>The chart in words: every figure that it shows, for whoever does not see it.</summary>
internal static class TransferWords
{
    public static string Of(TransferReport report)
    {
        var words =
            new StringBuilder(
                $"Skills applied within thirty days, by the learners’ own account; who never answered stays in the count. All units: {Figures.Sentence(report.Pooled)}.");
        foreach (var unit in report.Units) words.Append($" {TransferChart.Number(unit.Unit)} {unit.Title}: {Figures.Sentence(unit)}.");
        foreach (var week in report.Trend)
            words.Append(CultureInfo.InvariantCulture, $" Completed in the week of {week.WeekOf:yyyy-MM-dd}: {Figures.Sentence(week)}.");
        return words.ToString();
    }
}
