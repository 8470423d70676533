using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>One figure as a row of a spreadsheet.</summary>
internal sealed record ImplementationRow(
    string Block, string Figure, string Period, double? Value, double? N, double? Low, double? High, string? Reason)
{
    private const string All = "all";

    public static IEnumerable<ImplementationRow> Of(ImplementationView view) =>
    [
        .. Of(view.Transfer, view.Dosage, view.Fidelity, view.Coaches, view.Barriers),
        .. view.Indicators.SelectMany(Indicator),
    ];

    public static IEnumerable<ImplementationRow> Of(
        TransferBlock transfer, DosageBlock dosage, IEnumerable<FidelityBlock> fidelity, ICoachFigures coaches, BarrierBlock barriers) =>
    [
        Of("transfer", "rate", All, transfer.Rate),
        Of("transfer", "verified", All, transfer.Verified),
        Of("transfer", "coverage", All, transfer.Coverage),
        Of("dosage", "met", All, dosage.Met),
        Of("dosage", "minutes", All, dosage.Minutes),
        Of("dosage", "noShows", All, dosage.NoShows),
        Of("dosage", "loopClosure", All, dosage.LoopClosure),
        .. fidelity.SelectMany(Fidelity),
        Of("coaches", "certified", All, coaches.Certified),
        Of("coaches", "expiring", All, coaches.Expiring),
        Of("coaches", "need", All, coaches.Need),
        .. Barriers(barriers),
    ];

    /// <summary>Before, after, and the change.</summary>
    public static IEnumerable<ImplementationRow> Compared(string code, int version, IBeforeAndAfter of)
    {
        var name = NameOf(code, version);
        return
        [
            Of("indicators", name, "before", of.Before),
            Of("indicators", name, "after", of.After),
            new("indicators", $"{name}.{EnumNames.NameOf(of.Change.Kind)}", All, of.Change.Value, null, of.Change.CiLow,
                of.Change.CiHigh, of.Change.Reason),
        ];
    }

    /// <summary>1 for a signal, 0 for none.</summary>
    /// <param name="n">Months that are not on the centre.</param>
    public static ImplementationRow Signal(string code, int version, bool? signal, double? n, string? reason) =>
        new("indicators", $"{NameOf(code, version)}.signal", All, signal is { } told ? (told ? 1 : 0) : null, n, null, null, reason);

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
    }).Append(Of("fidelity", $"{block.Instrument}.agreement", All, block.Agreement));

    private static IEnumerable<ImplementationRow> Barriers(BarrierBlock block)
    {
        var period = PeriodOf(block.From, block.Until);
        return block.Items.Count == 0
            ? [new("barriers", All, period, null, null, null, null, block.Reason)]
            : block.Items.Select(b => new ImplementationRow("barriers", b.Barrier, period, b.Learners, b.Learners, null, null, null));
    }

    private static IEnumerable<ImplementationRow> Indicator(IndicatorSeries series)
    {
        var (name, chart) = (NameOf(series.Definition.Code, series.Definition.Version), series.RunChart);
        return
        [
            .. series.Points.Select(p => new ImplementationRow(
                "indicators", name, PeriodOf(p.From, p.Until), p.Value, p.N, null, null, p.Value is null ? FigureReasons.NothingToCount : null)),
            .. Compared(series.Definition.Code, series.Definition.Version, series),
            new("indicators", $"{name}.centre", All, chart.Centre, chart.N, null, null, chart.Reason),
            new("indicators", $"{name}.longestRun", All, chart.LongestRun, chart.N, null, chart.RunLimit, chart.Reason),
            new("indicators", $"{name}.crossings", All, chart.Crossings, chart.N, chart.CrossingsLimit, null, chart.Reason),
            Signal(series.Definition.Code, series.Definition.Version, chart.Signal, chart.N, chart.Reason),
        ];
    }

    private static string NameOf(string code, int version) => $"{code}.{version}";

    private static string PeriodOf(string from, string until) => from == until ? from : $"{from}/{until}";
}
