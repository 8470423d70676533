using System.Globalization;
using System.Text;
using System.Xml;
using MiiWrap.Learning.Api.Mail;

namespace MiiWrap.Learning.Api.Http;

/// <summary>
/// What the pictures of figures have in common. All widths are shares of the whole, so that type keeps its size on a phone and on a desk.
/// </summary>
internal static class Charts
{
    public const string MediaType = "image/svg+xml";

    /// <summary>The colors and the type of a chart, light or dark as the reader has it.</summary>
    public const string Style = """
        .chart { --paper: #ffffff; --ink: #22201d; --quiet: #57534c; --line: #d8d3ca; --track: #eceae5; --said: #a9d3c6; --mark: #1f6f5c;
          font: 14px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
        .chart .paper { fill: var(--paper); }
        .chart text { fill: var(--ink); paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
        .chart .h1 { font-size: 20px; font-weight: 700; }
        .chart .h2 { font-size: 16px; font-weight: 700; }
        .chart .big { font-size: 34px; font-weight: 700; }
        .chart .quiet { fill: var(--quiet); }
        .chart .small { font-size: 12px; fill: var(--quiet); }
        .chart .grid { stroke: var(--line); stroke-width: 1; }
        @media (prefers-color-scheme: dark) {
          .chart { --paper: #211f1c; --ink: #ece9e4; --quiet: #b4aea4; --line: #4a463f; --track: #34312c; --said: #3c6f60; --mark: #8fd6c1; }
        }

        """;

    // What fits beside a margin on the narrowest phone.
    private const int MostCharacters = 50;

    /// <summary>The same figures as a picture, or as a page with the picture.</summary>
    public static RouteHandlerBuilder AlsoChart(this RouteHandlerBuilder route) => route.AlsoAs(MediaType).AlsoAs(FigurePage.MediaType);

    /// <summary>The figures as JSON, as a picture, or as a page: the form that the caller likes best.</summary>
    public static IResult Figures<T>(this HttpContext http, T figures, Func<T, string> draw, Func<T, string> write)
        where T : IMadeAtMoment =>
        http.PreferredType() switch
        {
            MediaType => http.Answer(figures, draw, MediaType),
            FigurePage.MediaType => http.Answer(figures, write, FigurePage.MediaType),
            _ => TypedResults.Ok(figures),
        };

    /// <summary>The same without a picture.</summary>
    public static IResult Figures<T>(this HttpContext http, T figures, Func<T, string> write)
        where T : IMadeAtMoment =>
        http.Wants(FigurePage.MediaType) ? http.Answer(figures, write, FigurePage.MediaType) : TypedResults.Ok(figures);

    private static DrawnAnswer Answer<T>(this HttpContext http, T figures, Func<T, string> tell, string mediaType)
        where T : IMadeAtMoment
    {
        http.Response.KeepPrivate();
        return new(figures, TypedResults.Text(tell(figures), mediaType, Encoding.UTF8));
    }

    public static void Say(this StringBuilder svg, int y, string kind, string text) =>
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{kind}\" x=\"4%\" y=\"{y}\">{Text(text)}</text>\n");

    /// <summary>What a mark means, a line each, so that it reads on a phone too.</summary>
    public static void Mark(this StringBuilder svg, int y, string mark, string text) =>
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg x=\"4%\" y=\"{y}\" overflow=\"visible\">{mark}<text class=\"small\" x=\"38\" y=\"0\">{Text(text)}</text></svg>\n");

    public static string Share(double? share) => ((share ?? 0) * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    public static string Day(DateTime moment) => moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Short(string text) => text.Length <= MostCharacters ? text : text[..(MostCharacters - 1)].TrimEnd() + "…";

    /// <summary>Text of an XML document, which may not hold every character that a title or a name can.</summary>
    public static string Text(string text) => HtmlLayout.Encode(string.Concat(text.EnumerateRunes().Select(rune =>
        rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? Rune.ReplacementChar.ToString() : rune.ToString())));
}
