using System.Globalization;
using System.Text;
using MiiWrap.Learning.Domain.Implementation;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>Figures of an agency in words, which say what moved and how sure that is, and never why.</summary>
internal static class ImplementationWords
{
    public const string HowToRead =
        "“Not chance alone” means that months lie on one side of their median for longer than chance often does. Of series in which "
        + "nothing changes, about one in twelve looks like that too.";

    /// <summary>The whole picture in words, for whoever does not see it.</summary>
    public static string Of(ImplementationView view)
    {
        var words = new StringBuilder();
        foreach (var series in view.Indicators)
        {
            words.Append(CultureInfo.InvariantCulture, $"{Title(series, view.Indicators)}: {Of(series)} ");
            if (series.RunChart.Centre is { } centre) words.Append($"Median {Value(series, centre)}. ");
            foreach (var point in series.Points.Where(p => p.Value is not null)) words.Append($"{Period(point)}: {Value(series, point.Value)}. ");
        }

        return words.Append(view.CannotSay).ToString();
    }

    /// <summary>What one series says, in a sentence or two.</summary>
    public static string Of(IndicatorSeries series)
    {
        if (series.Before.Value is not { } before || series.After.Value is not { } after) return $"{Compared(series)} {Chart(series.RunChart)}";
        var change = Interval(series) is { } interval ? $"{Change(series)} ({interval})" : Change(series);
        return $"{Value(series, before)} before, {Value(series, after)} after: {change}. {Chart(series.RunChart)}";
    }

    /// <summary>The title, with the version where there are several.</summary>
    public static string Title(IComparedIndicator series, IReadOnlyList<IComparedIndicator> all) =>
        all.Count(s => s.Definition.Code == series.Definition.Code) > 1
            ? $"{series.Definition.Title} (version {series.Definition.Version})"
            : series.Definition.Title;

    public static string Value(IComparedIndicator series, double? value) => value is not { } v ? "–" : series.Definition.Kind switch
    {
        IndicatorKind.Proportion => Number(v * 100) + " %",
        IndicatorKind.Rate => Number(v * 100) + " % a year",
        IndicatorKind.Count => v.ToString("0.#", CultureInfo.InvariantCulture),
        _ => Number(v),
    };

    /// <summary>The change without its interval, or why there is none.</summary>
    public static string Change(IComparedIndicator series) => series.Change switch
    {
        { Value: null } change => Why(change.Reason),
        { Kind: IndicatorMoveKind.Ratio, Value: { } ratio } => "a ratio of " + ratio.ToString("0.00", CultureInfo.InvariantCulture),
        { Value: { } difference } => Signed(series, difference),
    };

    /// <summary>The 95 % interval of the change; null where there is none.</summary>
    public static string? Interval(IComparedIndicator series) => series.Change switch
    {
        { CiLow: null } => null,
        { Kind: IndicatorMoveKind.Ratio } c => string.Create(
            CultureInfo.InvariantCulture, $"{c.CiLow:0.00} to {(c.CiHigh is { } high ? high.ToString("0.00", CultureInfo.InvariantCulture) : "no end")}"),
        var c => $"{Signed(series, c.CiLow!.Value)} to {Signed(series, c.CiHigh ?? 0)}",
    };

    /// <summary>What the run chart says.</summary>
    public static string Chart(RunChartView chart) => chart switch
    {
        { Signal: true, Run: { } run } when chart.LongestRun > chart.RunLimit =>
            $"Not chance alone: {chart.LongestRun} months in a row {(run.Above ? "above" : "below")} the median, {run.From} to {run.Until}.",
        { Signal: true } => "Not chance alone: the months cross their median too seldom.",
        { Signal: false } => "The months show no more than chance.",
        _ => chart.Reason == IndicatorReasons.TooFewMonths
            ? "Too few months for a run chart."
            : "",
    };

    public static string Why(string? reason) => reason switch
    {
        null => "",
        IndicatorReasons.NotStarted => "coaching has not begun",
        IndicatorReasons.TooFewMonths => "fewer than six months on a side",
        IndicatorReasons.NoneBefore => "none before, so there is no ratio",
        IndicatorReasons.NoSpread => "no interval can be told",
        Suppression.TooFew => "too few people to tell",
        Suppression.TooFewOutside => "fewer than eleven people",
        FigureReasons.NoWindowsOver => "nobody’s time for coaching is over yet",
        FigureReasons.NoItemsDue => "nothing agreed has come due yet",
        TransferFigures.NoneMatured => "none matured yet",
        FigureReasons.NoPairs => "nothing was rated by two yet",
        FigureReasons.TooFewRatings => "too few ratings by two",
        FigureReasons.AllAlike => "all ratings are the same",
        FigureReasons.NoCredentials => "no credentials are issued yet",
        FigureReasons.FacilitatorsUnknown => "the agency has counted no facilitators",
        _ => reason,
    };

    public static string Period(IndicatorPoint point) => point.From == point.Until ? point.From : $"{point.From} to {point.Until}";

    private static string Compared(IndicatorSeries series) => Why(series.Change.Reason) is { Length: > 0 } why
        ? $"No comparison: {why}."
        : "No comparison.";

    private static string Signed(IComparedIndicator series, double difference) => series.Definition.Kind == IndicatorKind.Proportion
        ? $"{Number(difference * 100, signed: true)} points"
        : Number(difference, signed: true);

    private static string Number(double value, bool signed = false)
    {
        var text = Math.Abs(value).ToString("0.0", CultureInfo.InvariantCulture);
        return value < 0 && text != "0.0" ? $"−{text}" : signed && text != "0.0" ? $"+{text}" : text;
    }
}
