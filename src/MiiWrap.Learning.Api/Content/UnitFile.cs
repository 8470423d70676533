namespace MiiWrap.Learning.Api.Content;

/// <summary>A unit's file, cut into its front matter and its text; both know at which line of the file they begin.</summary>
internal readonly record struct UnitFile(string FrontMatter, string Body, int BodyLine)
{
    private const string Fence = "---\n";

    /// <summary>Null when the front matter is not fenced by two lines of three hyphens.</summary>
    public static UnitFile? Cut(string text)
    {
        var end = text.StartsWith(Fence, StringComparison.Ordinal)
            ? text.IndexOf("\n" + Fence, Fence.Length - 1, StringComparison.Ordinal)
            : -1;
        if (end < 0) return null;
        var frontMatter = text[Fence.Length..(end + 1)];
        return new(frontMatter, text[(end + 1 + Fence.Length)..], 3 + frontMatter.Count(c => c == '\n'));
    }
}
