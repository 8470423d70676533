using Markdig;

namespace MiiWrap.Learning.Api.Content;

/// <summary>Turns a unit's Markdown into HTML: CommonMark with tables and footnotes, headings with anchors, raw HTML shown as text.</summary>
internal static class UnitText
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml()
        .UsePipeTables()
        .UseFootnotes()
        .UseAutoIdentifiers(Markdig.Extensions.AutoIdentifiers.AutoIdentifierOptions.GitHub)
        .Build();

    public static string ToHtml(string markdown) => Markdown.ToHtml(markdown, Pipeline);
}
