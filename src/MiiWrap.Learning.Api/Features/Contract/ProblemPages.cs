using System.Text;
using MiiWrap.Learning.Api.Mail;

namespace MiiWrap.Learning.Api.Features.Contract;

/// <summary>The problem codes in the look of our pages, for the screen and for paper.</summary>
internal static class ProblemPages
{
    private const string Style = """

        main, footer { max-width: 46rem; }
        table { width: 100%; border-collapse: collapse; }
        th, td { padding: .4rem .6rem; border-bottom: 1px solid #c9c4bb; text-align: left; vertical-align: top; }
        td code { overflow-wrap: anywhere; }
        dt { margin-top: .75rem; font-weight: 600; }
        dd { margin: 0; }
        :focus-visible { outline: 3px solid #c77700; outline-offset: 2px; }
        @media print {
          @page { margin: 16mm 15mm; }
          :root { color-scheme: light; }
          body, main { background: #ffffff; color: #000000; font-size: 10pt; }
          main, footer { max-width: none; padding: 0; }
          a { color: inherit; text-decoration: none; }
          th, td { border-color: #000000; }
          thead { display: table-header-group; }
          tr, dd { break-inside: avoid; }
          dt { break-after: avoid; }
        }
        """;

    public static string Of(ProblemCodeList codes)
    {
        var body = new StringBuilder("<p>Every error of this program has one of these codes; programs tell errors apart by it.</p>\n");
        body.Append("<table>\n<thead><tr><th scope=\"col\">Code</th><th scope=\"col\">Status</th><th scope=\"col\">What it means</th></tr>");
        body.Append("</thead>\n<tbody>\n");
        foreach (var code in codes.Items)
        {
            var name = HtmlLayout.Encode(code.Code);
            body.Append($"<tr><th scope=\"row\"><a href=\"/problems/{name}\"><code>{name}</code></a></th><td>{Statuses(code)}</td>");
            body.Append($"<td>{HtmlLayout.Encode(code.Meaning)}</td></tr>\n");
        }

        body.Append("</tbody>\n</table>");
        return HtmlLayout.Render("Problem codes", body.ToString(), null, Style);
    }

    public static string Of(ProblemCodeView code)
    {
        var body = new StringBuilder($"<p><code>{HtmlLayout.Encode(code.Code)}</code>, status {Statuses(code)}</p>\n");
        body.Append($"<h2>What it means</h2>\n<p>{HtmlLayout.Encode(code.Meaning)}</p>\n");
        body.Append($"<h2>What to do</h2>\n<p>{HtmlLayout.Encode(code.WhatToDo)}</p>\n");
        if (code.Fields.Count > 0)
        {
            body.Append("<h2>Its fields</h2>\n<dl>\n");
            foreach (var field in code.Fields)
                body.Append($"<dt><code>{HtmlLayout.Encode(field.Name)}</code></dt><dd>{HtmlLayout.Encode(field.Meaning)}</dd>\n");
            body.Append("</dl>\n");
        }

        body.Append("<p><a href=\"/problems\">All problem codes</a></p>");
        return HtmlLayout.Render(code.Title, body.ToString(), null, Style);
    }

    private static string Statuses(ProblemCodeView code) => code.AlsoStatus is { } also ? $"{code.Status} or {also}" : $"{code.Status}";
}
