namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>One figure of the programme or of an agency as a row of a spreadsheet.</summary>
/// <param name="Agency">Null for the programme.</param>
internal sealed record ProgramImplementationRow(
    string? Agency, string Block, string Figure, string Period, double? Value, double? N, double? Low, double? High, string? Reason)
{
    public static IEnumerable<ProgramImplementationRow> Of(ProgramImplementation view) =>
    [
        .. Of(null, ImplementationRow.Of(view.Transfer, view.Dosage, view.Fidelity, view.Coaches, view.Barriers)),
        .. Of(null, view.Indicators.SelectMany(i => ImplementationRow.Compared(NameOf(i.Definition.Code, i.Definition.Version), i))),
        .. view.Agencies.SelectMany(a => Of(a.Name,
        [
            .. ImplementationRow.Of(a.Transfer, a.Dosage, a.Fidelity, a.Coaches, a.Barriers),
            .. a.Indicators.SelectMany(Indicator),
        ])),
    ];

    private static IEnumerable<ImplementationRow> Indicator(AgencyIndicator indicator)
    {
        var name = NameOf(indicator.Code, indicator.Version);
        return
        [
            .. ImplementationRow.Compared(name, indicator), ImplementationRow.Signal(name, indicator.Signal, null, indicator.Reason),
        ];
    }

    private static string NameOf(string code, int version) => $"{code}.{version}";

    private static IEnumerable<ProgramImplementationRow> Of(string? agency, IEnumerable<ImplementationRow> rows) => rows.Select(r =>
        new ProgramImplementationRow(agency, r.Block, r.Figure, r.Period, r.Value, r.N, r.Low, r.High, r.Reason));
}
