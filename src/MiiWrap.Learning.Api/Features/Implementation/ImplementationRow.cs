using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>One figure as a row of a spreadsheet.</summary>
internal sealed record ImplementationRow(
    string Block, string Figure, string Period, double? Value, double? N, double? Low, double? High, string? Reason)
{
    private const string All = "all";

    public static IEnumerable<ImplementationRow> Of(ImplementationView view) =>
    [
        Of("transfer", "rate", All, view.Transfer.Rate),
        Of("transfer", "verified", All, view.Transfer.Verified),
        Of("transfer", "coverage", All, view.Transfer.Coverage),
        Of("dosage", "met", All, view.Dosage.Met),
        Of("dosage", "minutes", All, view.Dosage.Minutes),
        Of("dosage", "noShows", All, view.Dosage.NoShows),
        Of("dosage", "loopClosure", All, view.Dosage.LoopClosure),
        .. view.Fidelity.SelectMany(Fidelity),
        Of("coaches", "certified", All, view.Coaches.Certified),
        Of("coaches", "expiring", All, view.Coaches.Expiring),
        Of("coaches", "need", All, view.Coaches.Need),
        .. Barriers(view.Barriers),
        .. view.Indicators.SelectMany(Indicator),
    ];

    private static ImplementationRow Of(string block, string figure, string period, Figure of) =>
        new(block, figure, period, of.Value, of.N, of.CiLow, of.CiHigh, of.Reason);

    private static IEnumerable<ImplementationRow> Fidelity(FidelityBlock block) => block.Quarters.SelectMany(q =>
    {
        var period = PeriodOf(q.From, q.Until);
        return (ImplementationRow[])
        [
            Of("fidelity", $"{block.Instrument}.median", period, q.Median),
            Of("fidelity", $"{block.Instrument}.atLine", period, q.AtLine),
            Of("fidelity", $"{block.Instrument}.falling", period, q.Falling),
            Of("fidelity", $"{block.Instrument}.rising", period, q.Rising),
        ];
    });

    private static IEnumerable<ImplementationRow> Barriers(BarrierBlock block)
    {
        var period = PeriodOf(block.From, block.Until);
        return block.Items.Count == 0
            ? [new("barriers", All, period, null, null, null, null, block.Reason)]
            : block.Items.Select(b => new ImplementationRow("barriers", b.Barrier, period, b.Learners, b.Learners, null, null, null));
    }

    private static IEnumerable<ImplementationRow> Indicator(IndicatorSeries series)
    {
        var (name, change, chart) = ($"{series.Definition.Code}.{series.Definition.Version}", series.Change, series.RunChart);
        return
        [
            .. series.Points.Select(p => new ImplementationRow(
                "indicators", name, PeriodOf(p.From, p.Until), p.Value, p.N, null, null, p.Value is null ? FigureReasons.NothingToCount : null)),
            Of("indicators", name, "before", series.Before),
            Of("indicators", name, "after", series.After),
            new("indicators", $"{name}.{EnumNames.NameOf(change.Kind)}", All, change.Value, null, change.CiLow, change.CiHigh, change.Reason),
            new("indicators", $"{name}.centre", All, chart.Centre, chart.N, null, null, chart.Reason),
            new("indicators", $"{name}.longestRun", All, chart.LongestRun, chart.N, null, chart.RunLimit, chart.Reason),
            new("indicators", $"{name}.crossings", All, chart.Crossings, chart.N, chart.CrossingsLimit, null, chart.Reason),
            new("indicators", $"{name}.signal", All, chart.Signal is { } signal ? (signal ? 1 : 0) : null, chart.N, null, null, chart.Reason),
        ];
    }

    private static string PeriodOf(string from, string until) => from == until ? from : $"{from}/{until}";
}
