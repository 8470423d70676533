using System.Text.RegularExpressions;

namespace MiiWrap.Learning.Domain.Reflections;

/// <summary>What became of a piece of text.</summary>
public enum TextChangeKind
{
    Same,
    Removed,
    Added,
}

/// <summary>A run of words, with the blanks between them.</summary>
public sealed record TextChange(TextChangeKind Kind, string Text);

/// <summary>
/// Compares two texts word by word: what is the same and removed makes the older one, what is the same and added the newer.
/// </summary>
public static partial class WordDiff
{
    // Two texts of some thousand words; beyond, a word-by-word answer helps no reader.
    private const int MostCells = 16_000_000;

    public static IReadOnlyList<TextChange> Of(string before, string after)
    {
        var (old, now) = (Words(before), Words(after));
        var start = 0;
        while (start < old.Length && start < now.Length && old[start] == now[start]) start++;
        var (oldEnd, nowEnd) = (old.Length, now.Length);
        while (oldEnd > start && nowEnd > start && old[oldEnd - 1] == now[nowEnd - 1]) (oldEnd, nowEnd) = (oldEnd - 1, nowEnd - 1);

        var changes = new List<TextChange>();
        Add(changes, TextChangeKind.Same, old.AsSpan(..start));
        Compare(changes, old.AsSpan(start..oldEnd), now.AsSpan(start..nowEnd));
        Add(changes, TextChangeKind.Same, old.AsSpan(oldEnd..));
        return changes;
    }

    private static void Compare(List<TextChange> changes, ReadOnlySpan<string> old, ReadOnlySpan<string> now)
    {
        if ((long)(old.Length + 1) * (now.Length + 1) > MostCells)
        {
            Add(changes, TextChangeKind.Removed, old);
            Add(changes, TextChangeKind.Added, now);
            return;
        }

        // The longest common run of words from each pair of places on.
        var common = new ushort[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
                common[i, j] = old[i] == now[j] ? (ushort)(common[i + 1, j + 1] + 1) : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        var (a, b) = (0, 0);
        while (a < old.Length || b < now.Length)
        {
            if (a < old.Length && b < now.Length && old[a] == now[b])
            {
                Add(changes, TextChangeKind.Same, old[a]);
                (a, b) = (a + 1, b + 1);
            }
            else if (b == now.Length || (a < old.Length && common[a + 1, b] >= common[a, b + 1]))
            {
                Add(changes, TextChangeKind.Removed, old[a++]);
            }
            else
            {
                Add(changes, TextChangeKind.Added, now[b++]);
            }
        }
    }

    private static void Add(List<TextChange> changes, TextChangeKind kind, params ReadOnlySpan<string> words)
    {
        if (words.Length == 0) return;
        var text = string.Concat(words);
        if (changes.Count > 0 && changes[^1].Kind == kind) changes[^1] = new(kind, changes[^1].Text + text);
        else changes.Add(new(kind, text));
    }

    private static string[] Words(string text) => [.. WordPattern().Matches(text).Select(m => m.Value)];

    [GeneratedRegex(@"\s+|\S+", RegexOptions.None, 1000)]
    private static partial Regex WordPattern();
}
