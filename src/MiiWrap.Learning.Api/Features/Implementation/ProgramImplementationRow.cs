namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>One figure of the programme or of an agency as a row of a spreadsheet.</summary>
/// <param name="Agency">Null for the programme.</param>
internal sealed record ProgramImplementationRow(
    string? Agency, string Block, string Figure, string Period, double? Value, double? N, double? Low, double? High, string? Reason)
{
    public static IEnumerable<ProgramImplementationRow> Of(ProgramImplementation view) =>
    [
        .. Of(null, ImplementationRow.Of(view.Transfer, view.Dosage, view.Fidelity, view.Coaches, view.Barriers)),
        .. Of(null, view.Indicators.SelectMany(i => ImplementationRow.Compared(i.Definition.Code, i.Definition.Version, i))),
        .. view.Agencies.SelectMany(a => Of(a.Name,
        [
            .. ImplementationRow.Of(a.Transfer, a.Dosage, a.Fidelity, a.Coaches, a.Barriers),
            .. a.Indicators.SelectMany(Indicator),
        ])),
    ];

    private static IEnumerable<ImplementationRow> Indicator(AgencyIndicator indicator) =>
    [
        .. ImplementationRow.Compared(indicator.Code, indicator.Version, indicator),
        ImplementationRow.Signal(indicator.Code, indicator.Version, indicator.Signal, null, indicator.Reason),
    ];

    private static IEnumerable<ProgramImplementationRow> Of(string? agency, IEnumerable<ImplementationRow> rows) => rows.Select(r =>
        new ProgramImplementationRow(agency, r.Block, r.Figure, r.Period, r.Value, r.N, r.Low, r.High, r.Reason));
}
