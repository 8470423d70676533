using System.Text;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>
/// The programme's view as a page that prints on one sheet while agencies are few: what moved together, and each agency in a row.
/// </summary>
internal static class ProgramImplementationPage
{
    private const string Style = ImplementationPage.Style + """

        .agencies th, .agencies td { text-align: left; white-space: normal; vertical-align: top; }
        .agencies td:last-child { min-width: 12rem; }
        """;

    public static string Of(ProgramImplementation view)
    {
        var body = new StringBuilder();
        ImplementationPage.Say(body,
            "Months before coaching began are compared with months after it, in each agency by its own start. An agency counts where it "
            + "has six months on each side.");
        ImplementationPage.Say(body, view.CannotSay, "cannot");
        if (view.Indicators.Count > 0)
        {
            ImplementationPage.AppendMoved(body, ["Agencies", "Before", "After", "Change", "95 % interval"], view.Indicators,
                pooled => [ImplementationPage.Plain(pooled.Agencies), .. ImplementationPage.Compared(pooled)]);
            ImplementationPage.Say(body, $"Intervals are of 95 %. {view.Independence}");
        }
        else ImplementationPage.Say(body, "No agency has counted anything yet.");

        ImplementationPage.AppendDone(body, "the programme", view, "Certified coaches needed, as agencies count facilitators");
        AppendAgencies(body, view);
        return ImplementationPage.Render("Coaching and its surroundings: the programme", body, view, Style);
    }

    private static void AppendAgencies(StringBuilder body, ProgramImplementation view)
    {
        body.Append("<h2>The agencies</h2>\n");
        if (view.Agencies.Count == 0)
        {
            ImplementationPage.Say(body, "There is none yet.");
            return;
        }

        string[] columns =
        [
            "Coaching began", "Applied within 30 days", "Had the coaching promised", "Steps talked over in time", "Fidelity, newest told",
            "Months that are not chance alone",
        ];
        body.Append("<div class=\"agencies\">\n");
        body.BeginTable("In the order of their names", "Agency", columns);
        foreach (var agency in view.Agencies)
            body.AddRow(agency.Name,
            [
                agency.CoachingStart.Month ?? "not yet", Share(agency.Transfer.Rate), Share(agency.Dosage.Met),
                Share(agency.Dosage.LoopClosure), Newest(agency.Fidelity), Signals(agency.Indicators, view.Indicators),
            ]);
        body.EndTable(columns.Length);
        body.Append("</div>\n");
        ImplementationPage.Say(body, ImplementationWords.HowToRead);
    }

    private static string Share(Figure figure) => figure is { Value: { } share, N: { } n }
        ? $"{ImplementationPage.Percent(share)} of {ImplementationPage.Plain(n)}"
        : ImplementationWords.Why(figure.Reason);

    private static string Newest(IReadOnlyList<FidelityBlock> blocks)
    {
        var told = blocks.Select(b => (b.Instrument, Quarter: b.Quarters.LastOrDefault(q => q.Median.Value is not null)))
            .Where(b => b.Quarter is not null)
            .Select(b =>
                $"{b.Instrument}: {ImplementationPage.Plain(b.Quarter!.Median.Value!.Value)}, {b.Quarter.From} to {b.Quarter.Until}")
            .ToList();
        return told.Count > 0 ? string.Join("; ", told) : "–";
    }

    private static string Signals(IReadOnlyList<AgencyIndicator> own, IReadOnlyList<PooledIndicator> all)
    {
        if (own.Count == 0) return "nothing counted";
        var titles = all.Where(p => own.Any(i => i.Signal == true && i.Code == p.Definition.Code && i.Version == p.Definition.Version))
            .Select(p => ImplementationWords.Title(p, all)).ToList();
        return titles.Count > 0 ? string.Join("; ", titles)
            : own.Any(i => i.Signal is not null) ? "none"
            : ImplementationWords.Why(own[0].Reason);
    }
}
