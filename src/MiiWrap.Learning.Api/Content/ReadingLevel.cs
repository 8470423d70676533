using System.Text;
using System.Text.RegularExpressions;
using Markdig.Extensions.Footnotes;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace MiiWrap.Learning.Api.Content;

/// <summary>
/// How long a text is and how hard to read: its words without footnotes, and the Flesch-Kincaid grade of its running text.
/// </summary>
internal sealed partial record ReadingLevel(int Words, double Grade)
{
    public static ReadingLevel Of(string markdown)
    {
        var document = UnitText.ParseToCheck(markdown);
        int words = 0, running = 0, sentences = 0, syllables = 0;
        foreach (var block in document.Descendants<LeafBlock>().Where(b => b.Inline is not null && !IsIn<FootnoteGroup>(b)))
        {
            var text = TextOf(block);
            var found = WordPattern().Matches(text).Select(m => m.Value).ToList();
            words += found.Count;
            // Headings and table cells are no sentences; they would make every text look easy.
            if (found.Count == 0 || block is HeadingBlock || IsIn<TableCell>(block)) continue;
            running += found.Count;
            sentences += Math.Max(1, SentencePattern().Count(text));
            syllables += found.Sum(Syllables);
        }

        return new(words, running == 0 ? 0 : Math.Round((0.39 * running / sentences) + (11.8 * syllables / running) - 15.59, 1));
    }

    /// <summary>The words of a piece of text as they are heard, without any markup.</summary>
    public static string TextOf(MarkdownObject part)
    {
        var text = new StringBuilder();
        foreach (var inline in part is LeafBlock { Inline: { } inlines } ? inlines.Descendants() : part.Descendants())
        {
            text.Append(inline switch
            {
                LiteralInline literal => literal.Content.ToString(),
                CodeInline code => code.Content,
                HtmlEntityInline entity => entity.Transcoded.ToString(),
                LineBreakInline => " ",
                _ => "",
            });
        }

        return text.ToString().Trim();
    }

    private static bool IsIn<T>(Block? block)
        where T : Block
    {
        for (; block is not null; block = block.Parent)
        {
            if (block is T) return true;
        }

        return false;
    }

    /// <summary>Groups of vowels, without a silent e at the end: good to within a few in a hundred over a whole text.</summary>
    private static int Syllables(string word)
    {
        var groups = VowelsPattern().Count(word);
        if (groups > 1 && word.EndsWith('e') && !word.EndsWith("le", StringComparison.OrdinalIgnoreCase)) groups--;
        return Math.Max(1, groups);
    }

    [GeneratedRegex(@"[\p{L}\p{N}]+([’'.,-][\p{L}\p{N}]+)*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"[.!?…][""”’')\]]*(\s|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SentencePattern();

    [GeneratedRegex(@"[aeiouyAEIOUY]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex VowelsPattern();
}
