using System.Globalization;
using System.Text;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>
/// A person's totals by month as a picture: a dot for each, whose shape tells who rated; the line that practice should keep; own ratings
/// hollow; and a slope only where a direction can be told.
/// </summary>
internal static class TrendChart
{
    private const int PlotHeight = 220;
    private const int LineHeight = 24;

    private const string Style = Charts.Style + """
        .chart .sample { fill: var(--mark); stroke: var(--paper); stroke-width: 1.5; }
        .chart .own { fill: var(--paper); stroke: var(--quiet); stroke-width: 2; }
        .chart .goal { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 7 4; }
        .chart .slope { stroke: var(--mark); stroke-width: 2.5; opacity: .6; }
        """;

    // One for each rater or group of raters; eight points have no more.
    private static readonly string[] Shapes =
    [
        "<circle class=\"sample\" r=\"6.5\"/>",
        "<rect class=\"sample\" x=\"-6\" y=\"-6\" width=\"12\" height=\"12\"/>",
        "<path class=\"sample\" d=\"M0 -8 8 6 -8 6Z\"/>",
        "<path class=\"sample\" d=\"M0 -8.5 8.5 0 0 8.5 -8.5 0Z\"/>",
        "<path class=\"sample\" d=\"M0 8 8 -6 -8 -6Z\"/>",
        "<path class=\"sample\" d=\"M-3 -8H3V-3H8V3H3V8H-3V3H-8V-3H-3Z\"/>",
        "<path class=\"sample\" d=\"M-4 -7.5H4L8 0 4 7.5H-4L-8 0Z\"/>",
        "<path class=\"sample\" d=\"M0 -9 2.6 -3 9 -3 4 1.5 6 8 0 4.2 -6 8 -4 1.5 -9 -3 -2.6 -3Z\"/>",
    ];

    private const string OwnShape = "<circle class=\"own\" r=\"5.5\"/>";

    public static string Draw(FidelityTrend trend) => Draw(trend, withHeading: true);

    /// <param name="withHeading">False on a page that says the same above.</param>
    public static string Draw(FidelityTrend trend, bool withHeading)
    {
        var plotAt = withHeading ? 104 : 24;
        var legend = Legend(trend).ToList();
        var legendAt = plotAt + (trend.Points.Count == 0 ? 36 : PlotHeight + 62);
        var height = legendAt + (LineHeight * legend.Count);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" class="chart" width="100%" height="{height}" role="img" aria-labelledby="trend-title trend-text">
            <title id="trend-title">{Charts.Text($"{trend.Title}, {trend.Subject.Name}, {Charts.Day(trend.AsOf)}")}</title>
            <desc id="trend-text">{Charts.Text(TrendWords.Of(trend))}</desc>
            <style>{Style}</style>
            <rect class="paper" width="100%" height="100%"/>
            """);
        if (withHeading)
        {
            svg.Say(40, "h1", Charts.Short(trend.Subject.Name));
            svg.Say(64, "quiet", Charts.Short(trend.Title));
            svg.Say(84, "small", trend.Notice);
        }

        if (trend.Points.Count == 0) svg.Say(plotAt + 12, "quiet", "Nothing to show yet.");
        else AppendPlot(svg, plotAt, trend);
        foreach (var (shape, text) in legend)
        {
            svg.Mark(legendAt, shape, Charts.Short(text));
            legendAt += LineHeight;
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void AppendPlot(StringBuilder svg, int top, FidelityTrend trend)
    {
        var (scale, axis) = (ValueScale.Of(trend), MonthAxis.Of(trend.Points.Select(p => p.Month)));
        string Y(double value) => Pixels(scale.HeightOf(value));
        foreach (var tick in scale.Ticks)
            svg.Append(CultureInfo.InvariantCulture,
                $"<text class=\"small\" x=\"11%\" y=\"{Pixels(top + scale.HeightOf(tick) + 4)}\" text-anchor=\"end\">{tick:0.##}</text>\n");
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg x=\"16%\" y=\"{top}\" width=\"76%\" height=\"{PlotHeight}\" overflow=\"visible\">\n");
        foreach (var tick in scale.Ticks)
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"-3%\" x2=\"103%\" y1=\"{Y(tick)}\" y2=\"{Y(tick)}\"/>\n");
        if (trend.Line is { } line)
            svg.Append(CultureInfo.InvariantCulture,
                $"<line class=\"goal\" x1=\"-3%\" x2=\"103%\" y1=\"{Y((double)line)}\" y2=\"{Y((double)line)}\"/>\n");
        if (trend is { Signal: TrendSignal.Falling or TrendSignal.Rising, Slope: { } slope }) AppendSlope(svg, trend, slope, scale, axis);
        var shapes = ShapesOf(trend);
        // Own ratings lie beneath: a rating by somebody else of the same month is not to be hidden.
        foreach (var point in trend.Points.OrderBy(p => p.Kind != RaterRole.Self))
        {
            svg.Append(CultureInfo.InvariantCulture,
                $"<svg x=\"{axis.Across(point.Month)}\" y=\"{Y(point.Value)}\" overflow=\"visible\"><title>{Charts.Text(TrendWords.Of(trend, point))}</title>{shapes[RatersOf(point)]}</svg>\n");
        }

        // The newest value alone: all are in the table, and labels of neighboring months would lie over each other.
        if (trend.ByOthers.LastOrDefault() is { } newest)
        {
            // On the side away from the line.
            var isUnder = newest.Value < (double?)trend.Line;
            svg.Append(CultureInfo.InvariantCulture,
                $"<text x=\"{axis.Across(newest.Month)}\" y=\"{Pixels(scale.HeightOf(newest.Value) + (isUnder ? 24 : -14))}\" text-anchor=\"middle\">{trend.Shown(newest.Value)}</text>\n");
        }

        foreach (var (across, anchor, month) in LabelsOf(axis))
            svg.Append(CultureInfo.InvariantCulture,
                $"<text class=\"small\" x=\"{across}\" y=\"{PlotHeight + 24}\" text-anchor=\"{anchor}\">{month:MMM yyyy}</text>\n");
        svg.Append("</svg>\n");
    }

    /// <summary>Through the median of what each point leaves above or below it.</summary>
    private static void AppendSlope(StringBuilder svg, FidelityTrend trend, double slope, ValueScale scale, MonthAxis axis)
    {
        var points = trend.ByOthers.Select(p => (p.Month, At: axis.MonthsTo(p.Month), p.Value)).ToList();
        var rests = points.Select(p => p.Value - (slope * p.At)).Order().ToList();
        var rest = (rests[(rests.Count - 1) / 2] + rests[rests.Count / 2]) / 2;
        string Y(int at) => Pixels(scale.HeightOf(rest + (slope * at)));
        svg.Append(CultureInfo.InvariantCulture,
            $"<line class=\"slope\" x1=\"{axis.Across(points[0].Month)}\" x2=\"{axis.Across(points[^1].Month)}\" y1=\"{Y(points[0].At)}\" y2=\"{Y(points[^1].At)}\"/>\n");
    }

    private static IEnumerable<(string Shape, string Text)> Legend(FidelityTrend trend)
    {
        var shapes = ShapesOf(trend);
        string Centered(string shape) => $"<svg x=\"14\" y=\"-4\" overflow=\"visible\">{shape}</svg>";
        foreach (var raters in trend.ByOthers.GroupBy(RatersOf))
            yield return (Centered(shapes[raters.Key]), raters.Key);
        if (trend.Points.Any(p => p.Kind == RaterRole.Self)) yield return (Centered(OwnShape), "own rating, in no figure");
        if (trend is { Line: { } line, Points.Count: > 0 })
            yield return ("<line class=\"goal\" x1=\"0\" x2=\"28\" y1=\"-4\" y2=\"-4\"/>",
                string.Create(CultureInfo.InvariantCulture, $"line of {line:0.##}"));
        if (trend.Signal is TrendSignal.Falling or TrendSignal.Rising)
            yield return ("<line class=\"slope\" x1=\"0\" x2=\"28\" y1=\"-4\" y2=\"-4\"/>", "slope, by the median of all pairs");
    }

    private static Dictionary<string, string> ShapesOf(FidelityTrend trend)
    {
        var shapes = trend.ByOthers.Select(RatersOf).Distinct().Select((raters, i) => (raters, Shapes[i]))
            .ToDictionary(s => s.raters, s => s.Item2);
        foreach (var own in trend.Points.Where(p => p.Kind == RaterRole.Self)) shapes[RatersOf(own)] = OwnShape;
        return shapes;
    }

    private static IEnumerable<(string Across, string Anchor, DateOnly Month)> LabelsOf(MonthAxis axis)
    {
        if (axis.Months == 0) return [("50%", "middle", axis.First)];
        (string, string, DateOnly)[] middle =
            axis.Months < 6 || axis.Months % 2 == 1 ? [] : [("50%", "middle", axis.First.AddMonths(axis.Months / 2))];
        return [("0%", "start", axis.First), .. middle, ("100%", "end", axis.Last)];
    }

    private static string RatersOf(FidelityPoint point) => string.Join(", ", point.RatersInPart);

    private static string Pixels(double height) => height.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Round values from under the lowest to over the highest; a percentage ends at 100.</summary>
    private sealed record ValueScale(double Low, double High, double Step)
    {
        private const int Steps = 4;

        public IEnumerable<double> Ticks => Enumerable.Range(0, (int)Math.Round((High - Low) / Step) + 1).Select(i => Low + (i * Step));

        public static ValueScale Of(FidelityTrend trend)
        {
            var values = trend.Points.Select(p => p.Value).Concat(trend.Line is { } line ? [(double)line] : []).ToList();
            var (least, most) = (values.Min(), values.Max());
            if (trend.Total?.Formula.Operator is ScoreOperator.Percent or ScoreOperator.PercentOfMax)
                return new(Math.Clamp(20 * Math.Floor((least - 5) / 20), 0, 80), 100, 20);
            var wide = Math.Max(most - least, 1) / Steps;
            var power = Math.Pow(10, Math.Floor(Math.Log10(wide)));
            var step = power * (wide / power <= 1 ? 1 : wide / power <= 2 ? 2 : wide / power <= 5 ? 5 : 10);
            return new(step * Math.Floor(least / step), step * (Math.Floor(most / step) + 1), step);
        }

        public double HeightOf(double value) => (High - value) / (High - Low) * PlotHeight;
    }
}
