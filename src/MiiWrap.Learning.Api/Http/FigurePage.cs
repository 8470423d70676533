using System.Text;
using MiiWrap.Learning.Api.Mail;

namespace MiiWrap.Learning.Api.Http;

/// <summary>What pages of figures have in common: a chart above, tables below, and one look on a phone, a desk and paper.</summary>
internal static class FigurePage
{
    public const string MediaType = "text/html";

    public const string Style = """

        main, footer { max-width: 60rem; }
        figure { margin: 0 -1.25rem 1.5rem; }
        .chart { display: block; }
        .table { overflow-x: auto; margin: 0 0 1.5rem; }
        .table:focus-visible { outline: 3px solid #c77700; outline-offset: 2px; }
        table { width: 100%; border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; font-weight: 600; padding: 0 0 .4rem; }
        th, td { padding: .4rem .6rem .4rem 0; border-bottom: 1px solid #d8d3ca; text-align: right; white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; white-space: normal; min-width: 9rem; font-weight: 400; }
        thead th, thead th:first-child { vertical-align: bottom; font-weight: 600; white-space: normal; }
        @media (prefers-color-scheme: dark) { th, td { border-color: #4a463f; } }
        @page { margin: 1cm; }
        @media print {
          body, main { background: none; }
          main, footer { max-width: none; padding: 0; }
          footer { padding-top: .75rem; }
          main > p { font-size: .875rem; }
          figure { margin: 0 0 1rem; }
          h2 { break-after: avoid; }
          .chart, tr, p { break-inside: avoid; }
          .heads, caption, thead { break-after: avoid; }
          .table { overflow: visible; }
          table { font-size: .75rem; }
          th, td { padding: .2rem .4rem .2rem 0; }
          th:first-child, td:first-child { min-width: 0; }
        }
        """;

    public static void BeginTable(this StringBuilder body, string caption, string first, string[] columns)
    {
        // What scrolls sideways on a phone must be reachable by keyboard, and then needs a name.
        body.Append(
            $"<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table><caption>{caption}</caption><thead><tr><th scope=\"col\">{first}</th>");
        foreach (var column in columns) body.Append($"<th scope=\"col\">{column}</th>");
        body.Append("</tr></thead><tbody>\n");
    }

    /// <param name="figures">How many columns beside the name there are.</param>
    /// <param name="folded">What stands on paper for the rows that are left out there.</param>
    public static void EndTable(this StringBuilder body, int figures, string? folded = null)
    {
        if (folded is not null)
            body.Append($"<tr class=\"folded\"><th scope=\"row\" colspan=\"{figures + 1}\">{HtmlLayout.Encode(folded)}</th></tr>\n");
        body.Append("</tbody></table></div>\n");
    }

    /// <param name="isFolded">It has no figure, and is left out on paper.</param>
    public static void AddRow(this StringBuilder body, string name, string[] figures, bool isFolded = false)
    {
        body.Append($"<tr{(isFolded ? " class=\"none\"" : "")}><th scope=\"row\">{HtmlLayout.Encode(name.Trim())}</th>");
        foreach (var figure in figures) body.Append($"<td>{HtmlLayout.Encode(figure)}</td>");
        body.Append("</tr>\n");
    }
}
