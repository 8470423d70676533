using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace MiiWrap.Learning.Api.Content;

/// <summary>
/// Turns the Markdown of units and materials into HTML: CommonMark with tables and footnotes, headings with anchors, raw HTML as text.
/// </summary>
internal static partial class UnitText
{
    private static readonly MarkdownPipeline Pipeline = Common().DisableHtml().Build();

    // An author's raw HTML is a fault, so it must be recognised; what is served never comes from here.
    private static readonly MarkdownPipeline WithHtml = Common().UsePreciseSourceLocation().Build();

    public const string TooDeep = "this text nests quotes, lists or emphasis too deeply to be read";

    /// <param name="filesAddress">Where the files of this version are served; images and materials are named below it.</param>
    /// <param name="isMaterial">A link to <c>slug.md</c> leads from a unit to a unit, from a material to a material.</param>
    public static string ToHtml(string markdown, string filesAddress, bool isMaterial = false)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var link in document.Descendants<LinkInline>())
        {
            var url = link.Url ?? "";
            if (PageLink.ToNeighbour(url) is { } next)
                link.Url = isMaterial ? AddressOf(next, filesAddress) : next.Slug + next.Anchor;
            else if (FileAddress(url, filesAddress) is { } address) link.Url = address;
            else if (!IsAnchor(url) && !IsWebAddress(url)) link.Url = "";
        }

        return Scrollable(document.ToHtml(Pipeline));
    }

    /// <summary>The same text, with the addresses at which its pictures and materials are served.</summary>
    public static string WithAddresses(string markdown, string filesAddress)
    {
        var document = ParseToCheck(markdown);
        var urls = document.Descendants<LinkInline>().Select(l => (l.Url, Span: l.UrlSpan))
            .Concat(document.Descendants<LinkReferenceDefinition>().Select(d => (d.Url, Span: d.UrlSpan)));
        foreach (var (url, span) in urls.Where(u => !u.Span.IsEmpty).DistinctBy(u => u.Span.Start).OrderByDescending(u => u.Span.Start))
        {
            if (url is null || FileAddress(url, filesAddress) is not { } address) continue;
            if (markdown.AsSpan(span.Start, span.Length).SequenceEqual(url))
                markdown = markdown[..span.Start] + address + markdown[(span.End + 1)..];
        }

        return markdown;
    }

    private static string? FileAddress(string url, string filesAddress) =>
        PageLink.ToMaterial(url) is { } material ? AddressOf(material, filesAddress)
        : ImageLink(url) is { } image ? $"{filesAddress}/{image}"
        : null;

    private static string AddressOf(PageLink link, string filesAddress) =>
        $"{filesAddress}/{ContentLayout.Materials}{link.Slug}{link.Anchor}";

    /// <summary>A wide table scrolls in a frame of its own, by keyboard too, and leaves the page as wide as the screen.</summary>
    private static string Scrollable(string html)
    {
        var number = 0;
        return TablePattern()
            .Replace(html,
                table => $"<div class=\"table\" role=\"region\" aria-label=\"Table {++number}\" tabindex=\"0\">\n{table.Value}\n</div>");
    }

    /// <summary>The text as it is checked; null, with the line of it, counted from 0, when it cannot be read.</summary>
    public static MarkdownDocument? TryParse(string markdown, out (int Line, string Message) fault)
    {
        if (MarkdownLimits.Exceeded(markdown) is { } exceeded)
        {
            fault = exceeded;
            return null;
        }

        fault = (0, TooDeep);
        return Guarded(() => ParseToCheck(markdown));
    }

    /// <summary>The page of a text that was checked; null when it nests too deeply to be written.</summary>
    public static string? TryToHtml(string markdown, string filesAddress, bool isMaterial = false) =>
        Guarded(() => ToHtml(markdown, filesAddress, isMaterial));

    // The library tells by an exception that it went too deep; reading and writing each have a depth of their own.
    private static T? Guarded<T>(Func<T> work)
        where T : class
    {
        try
        {
            return work();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    public static MarkdownDocument ParseToCheck(string markdown) => Markdown.Parse(markdown, WithHtml);

    public static HashSet<string> Anchors(MarkdownDocument document) =>
        document.Descendants<HeadingBlock>().Select(h => h.TryGetAttributes()?.Id).OfType<string>().ToHashSet(StringComparer.Ordinal);

    public static bool IsAnchor(string? url) => url is ['#', _, ..];

    public static bool IsWebAddress(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
        && address.Host.Contains('.', StringComparison.Ordinal);

    /// <summary>The path of an image in its curriculum's folder, as a unit names it: <c>../images/name.png</c>.</summary>
    public static string? ImageLink(string url) => ImagePattern().Match(url) is { Success: true } match ? match.Groups["path"].Value : null;

    private static MarkdownPipelineBuilder Common() =>
        new MarkdownPipelineBuilder().UsePipeTables().UseFootnotes().UseAutoIdentifiers(AutoIdentifierOptions.GitHub);

    [GeneratedRegex("<table>.*?</table>", RegexOptions.CultureInvariant | RegexOptions.Singleline, 1000)]
    private static partial Regex TablePattern();

    [GeneratedRegex(@"^\.\./(?<path>images/[a-z0-9._-]+\.(png|jpe?g))$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex ImagePattern();
}

/// <summary>A link from one page of a course to another: the target's slug, and the heading with its <c>#</c>, or nothing.</summary>
internal sealed partial record PageLink(string Slug, string Anchor)
{
    /// <summary>
    /// A link from a unit to a unit or from a material to a material, <c>slug.md</c> or <c>slug.md#heading</c>; between units it is served
    /// relative to the unit's own address.
    /// </summary>
    public static PageLink? ToNeighbour(string url) => Of(NeighbourPattern().Match(url));

    /// <summary>A link from a unit to a material, <c>../materials/slug.md</c> or <c>../materials/slug.md#heading</c>.</summary>
    public static PageLink? ToMaterial(string url) => Of(MaterialPattern().Match(url));

    private static PageLink? Of(Match match) => match.Success ? new(match.Groups["slug"].Value, match.Groups["anchor"].Value) : null;

    [GeneratedRegex(
        @"^(\./)?(?<slug>[a-z0-9._-]+)\.md(?<anchor>#[^\s]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NeighbourPattern();

    [GeneratedRegex(
        @"^\.\./materials/(?<slug>[a-z0-9._-]+)\.md(?<anchor>#[^\s]+)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex MaterialPattern();
}
