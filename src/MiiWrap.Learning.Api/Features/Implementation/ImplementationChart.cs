using System.Globalization;
using System.Text;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Domain.Implementation;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>
/// A run chart of each indicator: its months, their median, and the month in which coaching began. Another version of an indicator stands
/// in the same chart behind a break.
/// </summary>
internal static class ImplementationChart
{
    private const int PlotHeight = 84;
    private const int PlotAt = 48;
    private const int PanelHeight = PlotAt + PlotHeight + 34;

    private const string Style = Charts.Style + """
        .chart .h3 { font-size: 14px; font-weight: 700; }
        .chart .course { stroke: var(--mark); stroke-width: 1.25; opacity: .5; }
        .chart .month { fill: var(--paper); stroke: var(--mark); stroke-width: 1.75; }
        .chart .run { fill: var(--mark); stroke: var(--mark); stroke-width: 1.75; }
        .chart .centre { stroke: var(--quiet); stroke-width: 1.25; stroke-dasharray: 5 4; }
        .chart .start { stroke: var(--ink); stroke-width: 1.25; }
        .chart .break { stroke: var(--line); stroke-width: 2; }
        """;

    /// <summary>All panels, one below the other, as one picture.</summary>
    public static string Draw(ImplementationView view)
    {
        const int top = 108;
        var panels = PanelsOf(view).ToList();
        var height = top + Math.Max(40, panels.Count * PanelHeight) + 92;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" class="chart" width="100%" height="{height}" role="img" aria-labelledby="implementation-title implementation-text">
            <title id="implementation-title">{Charts.Text($"Before and after coaching began, {view.Agency}, {Charts.Day(view.AsOf)}")}</title>
            <desc id="implementation-text">{Charts.Text(ImplementationWords.Of(view))}</desc>
            <style>{Style}</style>
            <rect class="paper" width="100%" height="100%"/>
            """);
        svg.Say(40, "h1", Charts.Short(view.Agency));
        svg.Say(64, "quiet", "What the agency counts, month by month");
        svg.Say(84, "small", StartOf(view));
        if (panels.Count == 0) svg.Say(top + 20, "quiet", "Nothing is counted yet.");
        foreach (var (panel, i) in panels.Select((p, i) => (p, i)))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<svg y=\"{top + (i * PanelHeight)}\" width=\"100%\" height=\"{PanelHeight}\" overflow=\"visible\">\n");
            Append(svg, panel, view);
            svg.Append("</svg>\n");
        }

        AppendLegend(svg, height - 72);
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>The same for a page, which sets the panels side by side where there is room: one image of several parts.</summary>
    public static string DrawParts(ImplementationView view)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <div class="panels" role="img" aria-labelledby="implementation-title implementation-text">
            <span id="implementation-title" hidden>{Charts.Text($"Before and after coaching began, {view.Agency}")}</span>
            <span id="implementation-text" hidden>{Charts.Text(ImplementationWords.Of(view))}</span>
            <style>{Style}</style>

            """);
        foreach (var panel in PanelsOf(view))
            Part(html, PanelHeight, svg => Append(svg, panel, view));
        Part(html, 76, svg => AppendLegend(svg, 16));
        return html.Append("</div>\n").ToString();
    }

    private static void Part(StringBuilder html, int height, Action<StringBuilder> draw)
    {
        html.Append(CultureInfo.InvariantCulture, $"<svg class=\"chart\" width=\"100%\" height=\"{height}\">\n<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n");
        draw(html);
        html.Append("</svg>\n");
    }

    private static string StartOf(ImplementationView view) =>
        view.CoachingStart.Month is { } month ? $"Coaching began in {month}" : "Coaching has not begun";

    private static IEnumerable<IReadOnlyList<IndicatorSeries>> PanelsOf(ImplementationView view) =>
        view.Indicators.GroupBy(s => s.Definition.Code).Select(code => (IReadOnlyList<IndicatorSeries>)[.. code]);

    private static void AppendLegend(StringBuilder svg, int y)
    {
        svg.Mark(y, "<circle class=\"month\" cx=\"14\" cy=\"-4\" r=\"4\"/>", "a month");
        svg.Mark(
            y + 22, "<circle class=\"run\" cx=\"8\" cy=\"-4\" r=\"4\"/><circle class=\"run\" cx=\"20\" cy=\"-4\" r=\"4\"/>",
            "a run that is not chance alone");
        svg.Mark(y + 44, "<line class=\"centre\" x1=\"0\" x2=\"28\" y1=\"-4\" y2=\"-4\"/>", "median; the upright line: coaching began");
    }

    private static void Append(StringBuilder svg, IReadOnlyList<IndicatorSeries> versions, ImplementationView view)
    {
        var newest = versions[^1];
        svg.Say(16, "h3", Charts.Short(newest.Definition.Title));
        svg.Say(34, "small", Charts.Short(Headline(newest)));
        var plotted = versions.SelectMany(s => s.Points.Where(p => p.Value is not null).Select(p => p.Value!.Value)).ToList();
        if (plotted.Count == 0)
        {
            svg.Say(PlotAt + 20, "quiet", "No month can be told.");
            return;
        }

        var months = versions.SelectMany(v => v.Points).SelectMany(p => new[] { p.From, p.Until });
        var (scale, axis) = (Scale.Of(plotted), MonthAxis.Of(months));
        svg.Append(CultureInfo.InvariantCulture,
            $"<text class=\"small\" x=\"14%\" y=\"{PlotAt + 4}\" text-anchor=\"end\">{Tick(newest, scale.High)}</text>\n<text class=\"small\" x=\"14%\" y=\"{PlotAt + PlotHeight + 4}\" text-anchor=\"end\">{Tick(newest, scale.Low)}</text>\n<svg x=\"18%\" y=\"{PlotAt}\" width=\"76%\" height=\"{PlotHeight}\" overflow=\"visible\">\n<line class=\"grid\" x1=\"-2%\" x2=\"102%\" y1=\"0\" y2=\"0\"/>\n<line class=\"grid\" x1=\"-2%\" x2=\"102%\" y1=\"{PlotHeight}\" y2=\"{PlotHeight}\"/>\n");
        if (view.CoachingStart.Month is { } start && axis.Holds(start))
            svg.Append($"<line class=\"start\" x1=\"{axis.Across(start)}\" x2=\"{axis.Across(start)}\" y1=\"-6\" y2=\"{PlotHeight}\"/>\n");
        foreach (var (series, i) in versions.Select((s, i) => (s, i)))
        {
            if (i > 0 && series.Points.Count > 0)
                svg.Append(CultureInfo.InvariantCulture, $"<line class=\"break\" x1=\"{axis.Across(series.Points[0].From)}\" x2=\"{axis.Across(series.Points[0].From)}\" y1=\"0\" y2=\"{PlotHeight}\"><title>counted otherwise from here</title></line>\n");
            AppendSeries(svg, series, scale, axis);
        }

        svg.Append(CultureInfo.InvariantCulture,
            $"<text class=\"small\" x=\"0%\" y=\"{PlotHeight + 20}\" text-anchor=\"start\">{axis.First:MMM yyyy}</text>\n<text class=\"small\" x=\"100%\" y=\"{PlotHeight + 20}\" text-anchor=\"end\">{axis.Last:MMM yyyy}</text>\n</svg>\n");
    }

    private static void AppendSeries(StringBuilder svg, IndicatorSeries series, Scale scale, MonthAxis axis)
    {
        var points = series.Points.Where(p => p.Value is not null).ToList();
        if (points.Count == 0) return;
        string Y(double value) => scale.HeightOf(value);
        if (series.RunChart.Centre is { } centre)
            svg.Append(
                $"<line class=\"centre\" x1=\"{axis.Across(points[0].Until)}\" x2=\"{axis.Across(points[^1].Until)}\" y1=\"{Y(centre)}\" y2=\"{Y(centre)}\"/>\n");
        foreach (var (one, next) in points.Zip(points.Skip(1)))
            svg.Append(
                $"<line class=\"course\" x1=\"{axis.Across(one.Until)}\" x2=\"{axis.Across(next.Until)}\" y1=\"{Y(one.Value!.Value)}\" y2=\"{Y(next.Value!.Value)}\"/>\n");
        foreach (var point in points)
            svg.Append(
                $"<circle class=\"{(IsInSignal(series, point) ? "run" : "month")}\" cx=\"{axis.Across(point.Until)}\" cy=\"{Y(point.Value!.Value)}\" r=\"3\"><title>{Charts.Text($"{ImplementationWords.Period(point)}: {ImplementationWords.Value(series, point.Value)}")}</title></circle>\n");
    }

    private static bool IsInSignal(IndicatorSeries series, IndicatorPoint point) =>
        series.RunChart is { Signal: true, Run: { } run } chart && chart.LongestRun > chart.RunLimit
        && string.CompareOrdinal(point.Until, run.From) >= 0 && string.CompareOrdinal(point.Until, run.Until) <= 0
        && point.Value != chart.Centre;

    private static string Headline(IndicatorSeries series) => series.Before.Value is { } before && series.After.Value is { } after
        ? $"{ImplementationWords.Value(series, before)} → {ImplementationWords.Value(series, after)}"
        : ImplementationWords.Why(series.Change.Reason);

    private static string Tick(IndicatorSeries series, double value) => series.Definition.Kind switch
    {
        IndicatorKind.Proportion or IndicatorKind.Rate => (value * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %",
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };

    /// <summary>From a round value under the lowest to one over the highest.</summary>
    private sealed record Scale(double Low, double High)
    {
        public static Scale Of(List<double> values)
        {
            var (least, most) = (values.Min(), values.Max());
            var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(most - least, Math.Max(Math.Abs(most), 1e-6) / 10))));
            var low = power * Math.Floor(least / power);
            return new(low, Math.Max(power * Math.Ceiling(most / power), low + power));
        }

        public string HeightOf(double value) =>
            ((High - value) / (High - Low) * PlotHeight).ToString("0.#", CultureInfo.InvariantCulture);
    }
}
