using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace MiiWrap.Learning.Api.Content;

/// <summary>Turns a unit's Markdown into HTML: CommonMark with tables and footnotes, headings with anchors, raw HTML shown as text.</summary>
internal static partial class UnitText
{
    private static readonly MarkdownPipeline Pipeline = Common().DisableHtml().Build();

    // An author's raw HTML is a fault, so it must be recognised; what is served never comes from here.
    private static readonly MarkdownPipeline WithHtml = Common().UsePreciseSourceLocation().Build();

    /// <param name="filesAddress">Where the files of this version are served; images are named below it.</param>
    public static string ToHtml(string markdown, string filesAddress)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var link in document.Descendants<LinkInline>())
        {
            if (UnitLink.Of(link.Url ?? "") is { Unit.Length: > 0 } unit) link.Url = unit.Unit + unit.Anchor;
            else if (ImageLink(link.Url ?? "") is { } image) link.Url = $"{filesAddress}/{image}";
            else if (!IsAnchor(link.Url) && !IsWebAddress(link.Url)) link.Url = "";
        }

        return Scrollable(document.ToHtml(Pipeline));
    }

    /// <summary>A wide table scrolls in a frame of its own, by keyboard too, and leaves the page as wide as the screen.</summary>
    private static string Scrollable(string html)
    {
        var number = 0;
        return TablePattern().Replace(html, table => $"<div class=\"table\" role=\"region\" aria-label=\"Table {++number}\" tabindex=\"0\">\n{table.Value}\n</div>");
    }

    public static MarkdownDocument ParseToCheck(string markdown) => Markdown.Parse(markdown, WithHtml);

    public static HashSet<string> Anchors(MarkdownDocument document) =>
        document.Descendants<HeadingBlock>().Select(h => h.TryGetAttributes()?.Id).OfType<string>().ToHashSet(StringComparer.Ordinal);

    public static bool IsAnchor(string? url) => url is ['#', _, ..];

    public static bool IsWebAddress(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" && address.Host.Contains('.', StringComparison.Ordinal);

    /// <summary>The path of an image in its curriculum's folder, as a unit names it: <c>../images/name.png</c>.</summary>
    public static string? ImageLink(string url) => ImagePattern().Match(url) is { Success: true } match ? match.Groups["path"].Value : null;

    private static MarkdownPipelineBuilder Common() =>
        new MarkdownPipelineBuilder().UsePipeTables().UseFootnotes().UseAutoIdentifiers(AutoIdentifierOptions.GitHub);

    [GeneratedRegex("<table>.*?</table>", RegexOptions.CultureInvariant | RegexOptions.Singleline, 1000)]
    private static partial Regex TablePattern();

    [GeneratedRegex(@"^\.\./(?<path>images/[a-z0-9._-]+\.(png|jpe?g))$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ImagePattern();
}

/// <summary>A link from one unit's text to another's, <c>slug.md</c> or <c>slug.md#heading</c>; it is served relative to the unit's own address.</summary>
internal sealed partial record UnitLink(string Unit, string Anchor)
{
    public static UnitLink? Of(string url) => Pattern().Match(url) is { Success: true } match ? new(match.Groups["unit"].Value, match.Groups["anchor"].Value) : null;

    [GeneratedRegex(@"^(\./)?(?<unit>[a-z0-9._-]+)\.md(?<anchor>#[^\s]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pattern();
}
