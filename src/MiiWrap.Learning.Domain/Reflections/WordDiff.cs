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
/// <param name="Text">The piece of text.</param>
public sealed record TextChange(TextChangeKind Kind, string Text);

/// <summary>What changed from one text to another, and whether it was compared to the end.</summary>
/// <param name="IsWordByWord">
/// False where the texts differ too much to be compared word by word: what lies between their common beginning and end is told as removed
/// and added.
/// </param>
public sealed record TextComparison(IReadOnlyList<TextChange> Changes, bool IsWordByWord);

/// <summary>
/// Compares two texts word by word: what is the same and removed makes the older one, what is the same and added the newer. The algorithm
/// is that of Myers (1986), whose work grows with the number of differences, and it gives up after <see cref="MostSteps"/>.
/// </summary>
public static partial class WordDiff
{
    /// <summary>
    /// Some 2,000 words and blanks that differ: a long answer that was written anew. Beyond, a word-by-word answer helps no reader, and
    /// each further difference costs more than the one before.
    /// </summary>
    public const int MostSteps = 2_000_000;

    public static TextComparison Of(string before, string after, int mostSteps = MostSteps)
    {
        var (old, now) = (Words(before), Words(after));
        var start = 0;
        while (start < old.Length && start < now.Length && old[start] == now[start]) start++;
        var (oldEnd, nowEnd) = (old.Length, now.Length);
        while (oldEnd > start && nowEnd > start && old[oldEnd - 1] == now[nowEnd - 1]) (oldEnd, nowEnd) = (oldEnd - 1, nowEnd - 1);

        var changes = new List<TextChange>();
        Add(changes, TextChangeKind.Same, old.AsSpan(..start));
        var isWordByWord = Compare(changes, old[start..oldEnd], now[start..nowEnd], mostSteps);
        Add(changes, TextChangeKind.Same, old.AsSpan(oldEnd..));
        return new(changes, isWordByWord);
    }

    private static bool Compare(List<TextChange> changes, string[] old, string[] now, int mostSteps)
    {
        if (Matches(old, now, mostSteps) is not { } matches)
        {
            Add(changes, TextChangeKind.Removed, old);
            Add(changes, TextChangeKind.Added, now);
            return false;
        }

        var (a, b) = (0, 0);
        for (var i = 0; i < matches.Count;)
        {
            var (x, y) = matches[i];
            Add(changes, TextChangeKind.Removed, old.AsSpan(a..x));
            Add(changes, TextChangeKind.Added, now.AsSpan(b..y));
            (a, b) = (x, y);
            while (i < matches.Count && matches[i] == (a, b)) (a, b, i) = (a + 1, b + 1, i + 1);
            Add(changes, TextChangeKind.Same, old.AsSpan(x..a));
        }

        Add(changes, TextChangeKind.Removed, old.AsSpan(a..));
        Add(changes, TextChangeKind.Added, now.AsSpan(b..));
        return true;
    }

    /// <summary>
    /// The places of the words that stay, in order; null when that takes more steps than allowed. Round d holds, for each diagonal of the
    /// table of both texts (old words to the right, new words down), how far d differences lead.
    /// </summary>
    private static List<(int Old, int Now)>? Matches(string[] old, string[] now, int mostSteps)
    {
        var (a, b) = Numbered(old, now);
        var rounds = new List<int[]>();
        for (int differences = 0, steps = 0; ; differences++)
        {
            var round = new int[differences + 1];
            for (var i = 0; i <= differences; i++)
            {
                var diagonal = (2 * i) - differences;
                var x = Begin(rounds, i).X;
                while (x < a.Length && x - diagonal < b.Length && a[x] == b[x - diagonal]) (x, steps) = (x + 1, steps + 1);
                if (++steps > mostSteps) return null;
                round[i] = x;
                if (x >= a.Length && x - diagonal >= b.Length) return Walk(rounds, x, i);
            }

            rounds.Add(round);
        }
    }

    /// <summary>Where the next round begins on its i-th diagonal, and from which diagonal of the round before it comes there.</summary>
    private static (int X, int From) Begin(List<int[]> rounds, int i)
    {
        if (rounds.Count == 0) return (0, 0);
        var before = rounds[^1];
        var isAdded = i == 0 || (i < before.Length && before[i - 1] < before[i]);
        return isAdded ? (before[i], i) : (before[i - 1] + 1, i - 1);
    }

    private static List<(int Old, int Now)> Walk(List<int[]> rounds, int x, int i)
    {
        var matches = new List<(int, int)>();
        while (true)
        {
            var diagonal = (2 * i) - rounds.Count;
            var (begin, from) = Begin(rounds, i);
            while (x > begin) matches.Add((--x, x - diagonal));
            if (rounds.Count == 0) break;
            (x, i) = (rounds[^1][from], from);
            rounds.RemoveAt(rounds.Count - 1);
        }

        matches.Reverse();
        return matches;
    }

    /// <summary>A number for each word, equal for equal words, so that a comparison costs the same however long they are.</summary>
    private static (int[] Old, int[] Now) Numbered(string[] old, string[] now)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int Number(string word) => numbers.TryGetValue(word, out var known) ? known : numbers[word] = numbers.Count;
        return ([.. old.Select(Number)], [.. now.Select(Number)]);
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
