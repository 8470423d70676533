using System.Text.RegularExpressions;
using Markdig.Extensions.Footnotes;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace MiiWrap.Learning.Api.Content;

/// <summary>
/// Finds what a reader of a unit's or a material's text would stumble over: dead links, pictures without words, headings that skip
/// a level, raw HTML.
/// </summary>
/// <param name="anchorsOf">The headings of the pages that were looked into, for all pages of a curriculum.</param>
internal sealed partial class UnitTextCheck(
    ContentFiles files, string path, List<ContentFault> faults, Dictionary<string, HashSet<string>?> anchorsOf)
{
    private const int MostListed = 20;
    private const int LongestListed = 80;

    private readonly string folder = path[..(path.IndexOf('/', StringComparison.Ordinal) + 1)];
    private readonly bool isMaterial = path.Contains("/" + ContentLayout.Materials, StringComparison.Ordinal);
    private HashSet<string> anchors = [];
    private int firstLine;

    /// <param name="body">The text below the front matter.</param>
    /// <param name="bodyLine">The line of the file at which it begins.</param>
    /// <param name="shown">Takes the images that the text shows, and the materials that it links to.</param>
    /// <returns>False when the text cannot be read at all.</returns>
    public bool Check(string body, int bodyLine, ISet<string> shown)
    {
        firstLine = bodyLine;
        if (UnitText.TryParse(body, out var unreadable) is not { } document)
        {
            faults.Add(new(path, bodyLine + unreadable.Line, unreadable.Message));
            return false;
        }

        anchors = UnitText.Anchors(document);
        var what = isMaterial ? "material" : "unit";
        if (string.IsNullOrWhiteSpace(body)) faults.Add(new(path, bodyLine, $"the {what} has no text below its front matter"));
        Headings(document);
        foreach (var html in document.Descendants<HtmlBlock>())
            Fault(html, "raw HTML is not taken; write it in Markdown, or put it between backticks if it is an example");
        foreach (var html in document.Descendants<HtmlInline>().Where(h => !h.Tag.StartsWith("</", StringComparison.Ordinal)))
            Fault(html, $"raw HTML ({html.Tag}) is not taken; write it in Markdown, or put it between backticks if it is an example");
        foreach (var table in document.Descendants<Table>()) Columns(table);
        foreach (var link in document.Descendants<LinkInline>())
        {
            if (link.IsImage && isMaterial) Fault(link, "a material is a page of text that anybody can print; images are not taken here");
            else if (link.IsImage) Image(link, shown);
            else Link(link, link.Url ?? "", shown);
        }

        foreach (var link in document.Descendants<AutolinkInline>().Where(l => l.IsEmail || !UnitText.IsWebAddress(l.Url)))
            Fault(link, $"the link '{link.Url}' is not a web address; expected is https://…");
        Footnotes(document, body);
        return true;
    }

    private void Headings(MarkdownDocument document)
    {
        var level = 1;
        foreach (var heading in document.Descendants<HeadingBlock>())
        {
            if (heading.Level == 1)
                Fault(heading, "a heading of the first level is not taken, as the title comes from the front matter; begin with ##");
            else if (heading.Level > level + 1)
                Fault(heading, $"this heading skips a level; expected is {new string('#', level + 1)} or fewer");
            level = heading.Level;
        }
    }

    private void Columns(Table table)
    {
        if (table.OfType<TableRow>().FirstOrDefault(r => r.IsHeader) is { } header && header.OfType<TableCell>()
            .Any(c => ReadingLevel.TextOf(c).Length == 0))
            Fault(table, "a column of this table has no heading; give each column a word, so that it can be heard as well as seen");
    }

    private void Image(LinkInline image, ISet<string> shown)
    {
        if (ReadingLevel.TextOf(image).Length == 0)
            Fault(image, "the image has no alternative text; say between the brackets what it shows");
        if (UnitText.ImageLink(image.Url ?? "") is not { } name)
            Fault(image, $"the image '{image.Url}' is not in this curriculum's folder; expected is ../images/<name>.png or .jpg");
        else if (!files.HasOrRefused(folder + name)) Fault(image, $"there is no image {folder}{name}");
        else shown.Add(folder + name);
    }

    private void Link(LinkInline link, string url, ISet<string> shown)
    {
        if (ReadingLevel.TextOf(link).Length == 0) Fault(link, "the link has no text; say between the brackets where it leads");
        if (UnitText.IsAnchor(url))
        {
            if (!anchors.Contains(url[1..])) Fault(link, $"there is no heading '{url}' in this text; expected is one of {Listed(anchors)}");
        }
        else if (PageLink.ToNeighbour(url) is { } neighbour)
        {
            if (isMaterial) Page(link, "material", ContentLayout.Materials, neighbour.Slug, neighbour.Anchor);
            else Page(link, "unit", ContentLayout.Units, neighbour.Slug, neighbour.Anchor);
        }
        else if (!isMaterial && PageLink.ToMaterial(url) is { } material)
        {
            Page(link, "material", ContentLayout.Materials, material.Slug, material.Anchor);
            shown.Add($"{folder}{ContentLayout.Materials}{material.Slug}.md");
        }
        else if (!isMaterial && UnitText.ImageLink(url) is { } image)
        {
            if (!files.HasOrRefused(folder + image)) Fault(link, $"there is no image {folder}{image}");
        }
        else if (!UnitText.IsWebAddress(url))
        {
            var expected = isMaterial
                ? "a web address (https://…), a heading of this text (#…) or another material (<slug>.md)"
                : "a web address (https://…), a heading of this text (#…), another unit (<slug>.md) or a material (../materials/<slug>.md)";
            Fault(link, $"the link '{url}' leads nowhere; expected is {expected}");
        }
    }

    private void Page(LinkInline link, string what, string place, string slug, string anchor)
    {
        var target = $"{folder}{place}{slug}.md";
        if (!files.HasOrRefused(target)) Fault(link, $"there is no {what} {target}");
        else if (anchor.Length > 0 && AnchorsOf(target) is { } known && !known.Contains(anchor[1..]))
            Fault(link, $"there is no heading '{anchor}' in {target}; expected is one of {Listed(known)}");
    }

    private HashSet<string>? AnchorsOf(string page)
    {
        if (anchorsOf.TryGetValue(page, out var known)) return known;
        return anchorsOf[page] = files.Has(page) && files.Text(page, []) is { } text && UnitFile.Cut(text) is { } unit
            && UnitText.TryParse(unit.Body, out _) is { } document
            ? UnitText.Anchors(document)
            : null;
    }

    // What refers to no footnote is plain text to the library, and a footnote that nothing refers to is dropped: both show in the source
    // alone.
    private void Footnotes(MarkdownDocument document, string body)
    {
        var lines = body.Split('\n');
        var defined = lines.Select(l => DefinitionPattern().Match(l).Groups["label"].Value).ToHashSet(StringComparer.Ordinal);
        var used = document.Descendants<Footnote>().Select(f => f.Label).ToHashSet(StringComparer.Ordinal);
        foreach (var (index, line) in lines.Index())
        {
            if (DefinitionPattern().Match(line).Groups["label"].Value is { Length: > 0 } label && !used.Contains(label))
                faults.Add(new(path, firstLine + index, $"no sentence refers to the footnote [{label}]"));
            foreach (var missing in ReferencePattern().Matches(line).Select(m => m.Groups["label"].Value)
                .Where(l => l.Length > 0 && !defined.Contains(l)))
                faults.Add(
                    new(path, firstLine + index, $"there is no footnote [{missing}]; expected is a line that begins with [{missing}]:"));
        }
    }

    private void Fault(MarkdownObject at, string message) => faults.Add(new(path, firstLine + at.Line, message));

    private static string Listed(HashSet<string> anchors) =>
        anchors.Count == 0
        ? "none, as it has no headings"
        : string.Join(", ", anchors.Take(MostListed).Select(a => "#" + (a.Length > LongestListed ? a[..LongestListed] + "…" : a)))
            + (anchors.Count > MostListed ? ", …" : "");

    // The first half takes code between backticks out of the way.
    [GeneratedRegex(@"`[^`]*`|\[(?<label>\^[^\]\s]+)\]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ReferencePattern();

    [GeneratedRegex(@"^ {0,3}\[(?<label>\^[^\]\s]+)\]:", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DefinitionPattern();
}
