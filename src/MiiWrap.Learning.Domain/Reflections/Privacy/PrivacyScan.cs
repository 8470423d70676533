using System.Text.RegularExpressions;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Reflections.Privacy;

/// <summary>One look through one text, which counts what it costs: how many characters were given to expressions and comparisons.</summary>
internal sealed class PrivacyScan(FoldedText folded)
{
    public FoldedText Folded { get; } = folded;

    // Where a line break is the last character, an expression without backtracking loses its groups.
    public string Text { get; } = folded.Text.EndsWith('\n') ? $"{folded.Text[..^1]} " : folded.Text;

    public long Work { get; private set; }

    public void Count(int characters) => Work += characters + 1;

    /// <summary>The text before a place, no more of it than is needed to see what the place means.</summary>
    public string Before(int at, int most)
    {
        Count(most);
        return Text[Math.Max(0, at - most)..at];
    }

    /// <summary>The text after a place, in the same measure.</summary>
    public string After(int at, int most)
    {
        Count(most);
        return Text[at..Math.Min(Text.Length, at + most)].TrimEnd('\n');
    }
}

/// <summary>
/// One form in a text. Its expression runs without backtracking, so that one look costs no more than the text is long, and takes a bounded
/// length, so that looks from one match to the next add up to the same. What stands around a match is part of the expression, and the
/// group "it" is what is found.
/// </summary>
/// <param name="keep">Where in the text it really is; null when it is none after all.</param>
internal sealed class PrivacyShape(
    string pattern, RegexOptions options = RegexOptions.None, Func<PrivacyScan, Match, (int Start, int End)?>? keep = null)
{
    // No outcome hangs on it, since no look takes long; if one should all the same, the request is refused and nothing is lost.
    private static readonly TimeSpan SafetyTimeout = TimeSpan.FromSeconds(20);

    private readonly Regex expression = Linear(pattern, options);

    /// <summary>An expression whose cost grows with the text alone.</summary>
    public static Regex Linear(string pattern, RegexOptions options = RegexOptions.None) =>
        new(pattern, options | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, SafetyTimeout);

    public IEnumerable<(int Start, int End)> In(PrivacyScan scan)
    {
        var at = 0;
        while (at < scan.Text.Length)
        {
            var match = expression.Match(scan.Text, at);
            scan.Count((match.Success ? match.Index + match.Length : scan.Text.Length) - at);
            if (!match.Success) yield break;
            var it = match.Groups["it"] is { Success: true } named ? named : match;
            var span = keep is null ? (it.Index, it.Index + it.Length) : keep(scan, match);
            // The character after a match may be the one before the next.
            at = Math.Max(span?.Item2 ?? it.Index + it.Length, at + 1);
            if (span is { } kept) yield return kept;
        }
    }
}
