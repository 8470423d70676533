using System.Globalization;
using System.Text;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>A trend in words, which say no more than few samples can.</summary>
internal static class TrendWords
{
    /// <summary>By simulation of quarterly samples, with the rule of <see cref="Trend"/>.</summary>
    public const string FewPoints =
        "Few points show steep changes alone. In simulated quarterly series, a true fall of 1 point a month was found in 18 to 34 of 100 with "
        + "5 points, and in 61 to 90 with 8. About 1 in 10 that did not change looked like a fall at some time.";

    public static string Of(Trend trend)
    {
        var direction = trend.Signal switch
        {
            TrendSignal.TooFew when trend.Points.Count == 0 => "Nobody else has rated this yet.",
            TrendSignal.TooFew => $"No direction can be told from {Samples(trend)}: it takes {Trend.LeastPoints}.",
            TrendSignal.RatersChanged => "No direction is told: nobody has rated both the early samples and the late ones, and other eyes "
                + "score otherwise.",
            TrendSignal.Falling => $"Falling by {Pace(trend)} a month over {Samples(trend)}.",
            TrendSignal.Rising => $"Rising by {Pace(trend)} a month over {Samples(trend)}.",
            _ => $"No direction can be told from {Samples(trend)}.",
        };
        return trend.BelowLine ? $"{direction} The newest two are under the line, and an earlier one was not." : direction;
    }

    /// <summary>The whole chart in words, for whoever does not see it.</summary>
    public static string Of(FidelityTrend trend)
    {
        var words = new StringBuilder($"{trend.Summary} {trend.Notice}.");
        if (trend.Line is { } line) words.Append(CultureInfo.InvariantCulture, $" The line is at {line:0.##}.");
        foreach (var point in trend.Points) words.Append(CultureInfo.InvariantCulture, $" {Of(trend, point)}.");
        return words.ToString();
    }

    /// <summary>One point: the month, the total and who rated.</summary>
    public static string Of(FidelityTrend trend, FidelityPoint point) =>
        $"{point.Month}: {trend.Shown(point.Value)}, by {string.Join(" and ", point.RatersInPart)}";

    public static string PartOf(RaterRole kind) => kind switch
    {
        RaterRole.Self => "own rating",
        RaterRole.External => "from outside",
        _ => EnumNames.NameOf(kind),
    };

    private static string Samples(Trend trend) => trend.Points.Count == 1 ? "1 sample" : $"{trend.Points.Count} samples";

    private static string Pace(Trend trend)
    {
        var pace = Math.Abs(trend.Slope!.Round(1));
        return string.Create(CultureInfo.InvariantCulture, $"{pace:0.0} {(pace == 1 ? "point" : "points")}");
    }
}
