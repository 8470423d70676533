namespace MiiWrap.Learning.Api.Content;

/// <summary>
/// What a page may hold, counted before it is parsed. The Markdown library takes time in the square of many of these, so a page of 200 kB
/// could keep it for minutes; each limit is more than ten times what any page of the course has.
/// </summary>
internal static class MarkdownLimits
{
    private const int MostLines = 5_000;
    private const int LongestLine = 10_000;
    private const int MostHeadings = 200;
    private const int MostBrackets = 1_000;
    private const int MostAngles = 1_000;
    private const int MostStars = 4_000;
    private const int MostTicks = 2_000;
    private const int MostPipes = 5_000;
    private const int MostPipesInLine = 50;

    // Quotes and lists in one another: by their signs in one line, and by how far a line is set in.
    private const int DeepestInLine = 10;
    private const int DeepestIndent = 60;

    /// <returns>The first line, counted from 0, that is one too many, and of what; null when the text is within all limits.</returns>
    public static (int Line, string Message)? Exceeded(string text)
    {
        var (headings, brackets, angles, stars, ticks, pipes) = (0, 0, 0, 0, 0, 0);
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            headings += IsHeading(line) ? 1 : 0;
            brackets += line.Count('[');
            angles += line.Count('<');
            stars += line.Count('*') + line.Count('_');
            ticks += line.Count('`');
            var pipesHere = line.Count('|');
            pipes += pipesHere;
            var (indent, depth) = NestingOf(line);
            var message =
                number >= MostLines ? $"the text has more than {MostLines:N0} lines"
                : line.Length > LongestLine ? $"the line has more than {LongestLine:N0} characters"
                : indent > DeepestIndent || depth > DeepestInLine ? UnitText.TooDeep
                : headings > MostHeadings ? $"the text has more than {MostHeadings:N0} headings"
                : brackets > MostBrackets ? $"the text has more than {MostBrackets:N0} links and images, or brackets '['"
                : angles > MostAngles ? $"the text has more than {MostAngles:N0} signs '<'"
                : stars > MostStars ? $"the text has more than {MostStars:N0} signs '*' and '_'"
                : ticks > MostTicks ? $"the text has more than {MostTicks:N0} backticks"
                : pipesHere > MostPipesInLine ? $"the row has more than {MostPipesInLine:N0} cells"
                : pipes > MostPipes ? $"the text has more than {MostPipes:N0} cells in its tables"
                : null;
            if (message is not null) return (number, message);
            number++;
        }

        return null;
    }

    /// <summary>Headings by number signs, and lines that make the line above them one.</summary>
    private static bool IsHeading(ReadOnlySpan<char> line)
    {
        var text = line.Trim([' ', '\t', '>']);
        return text.StartsWith('#') || (text.Length > 0 && (text.IndexOfAnyExcept('=') < 0 || text.IndexOfAnyExcept('-') < 0));
    }

    private static (int Indent, int Depth) NestingOf(ReadOnlySpan<char> line)
    {
        const int tab = 4;
        var (indent, depth) = (0, 0);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] is ' ' or '\t')
            {
                indent += depth > 0 ? 0 : line[i] == '\t' ? tab : 1;
                continue;
            }

            // A list's number is up to nine digits.
            var sign = i;
            while (sign < line.Length && sign - i < 9 && char.IsAsciiDigit(line[sign])) sign++;
            if (sign >= line.Length || line[sign] is not ('>' or '-' or '*' or '+' or '.' or ')')) break;
            var isQuote = line[i] == '>';
            if (!isQuote && sign + 1 < line.Length && line[sign + 1] is not (' ' or '\t')) break;
            depth++;
            i = sign;
        }

        return (indent, depth);
    }
}
