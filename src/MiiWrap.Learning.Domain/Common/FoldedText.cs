using System.Globalization;
using System.Text;

namespace MiiWrap.Learning.Domain.Common;

/// <summary>
/// A text in which what looks alike is alike: compatibility forms, accents, digits of all scripts, dashes, blanks and quotation marks; what
/// nobody can see is left out. Each of its characters knows its place in the original, so a match can be told exactly.
/// </summary>
public sealed class FoldedText
{
    /// <summary>The Braille pattern without a dot: no white space to Unicode, and nothing to the eye.</summary>
    public const int BlankBraille = 0x2800;

    private const string Dashes =
        "\u2212\u02D7\u2043\u2796\u2500\u2501\u2504\u2505\u2508\u2509\u254C\u254D\u2574\u2576\u2578\u257A"
        + "\u30FC\uFF70\u4E00\u223C\u2053\u23AF\u30A0\u02C9\u02CD\u2550\u25AC\u2581\u2594\u23BA\u23BB\u23BC\u23BD";
    private const string Apostrophes = "\u2018\u2019\u201A\u201B\u02BB\u02BC\u02B9\u2032`\u00B4\uFF07";
    private const string Quotes = "\u201C\u201D\u201E\u201F\u2033";
    private const string Dots = "\u00B7\u2027\u2219\u22C5\u3002\u30FB\uFF65\u06D4\u2E31\u066B\uA78F\u2024\uFF61";
    private const string Slashes = "\u2044\u2215\u29F8\u2571\u27CB\u2758\u2223\u01C0";

    /// <summary>Small capitals, which Unicode takes for letters of their own, by the plain ones in the same places.</summary>
    private const string SmallCapitals = "\u1D00\u0299\u1D04\u1D05\u1D07\uA730\u0262\u029C\u026A\u1D0A\u1D0B\u029F\u1D0D\u0274\u1D0F\u1D18\uA7AF"
        + "\u0280\uA731\u1D1B\u1D1C\u1D20\u1D21\u028F\u1D22";
    private const string PlainCapitals = "ABCDEFGHIJKLMNOPQRSTUVWYZ";

    private readonly StringBuilder folded = new();
    private readonly List<int> starts = [];
    private readonly List<int> ends = [];

    private FoldedText(string original)
    {
        Original = original;
        var at = 0;
        // Half a surrogate pair comes as U+FFFD, of the same length.
        foreach (var rune in original.EnumerateRunes())
        {
            Take(rune, at, at + rune.Utf16SequenceLength);
            at += rune.Utf16SequenceLength;
        }

        Text = folded.ToString();
        Lower = FoldedLetters.Lower(Text);
    }

    public string Original { get; }

    /// <summary>A blank stands for a run of blanks, a line break for one with a line break in it.</summary>
    public string Text { get; }

    /// <summary>The same without case, character by character.</summary>
    public string Lower { get; }

    public static FoldedText Of(string text) => new(text);

    /// <summary>What nobody sees, such as a zero-width space, a soft hyphen or a mark of writing direction.</summary>
    public static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2065 or 0x3164
            or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xE0000 and <= 0xE0FFF);

    /// <summary>Where a part of the folded text stands in the original, accents that follow its last letter included.</summary>
    public (int Start, int End) InOriginal(int start, int end) => (starts[start], ends[end - 1]);

    private void Take(Rune rune, int start, int end)
    {
        if (rune.IsAscii && rune.Value > ' ' && rune.Value is not ('`' or 0x7F)) Add((char)rune.Value, start, end);
        else if (Rune.IsWhiteSpace(rune) || rune.Value == BlankBraille) AddBlank(IsLineBreak(rune), start, end);
        else if (IsInvisible(rune)) return;
        else if (IsAccent(rune)) Extend(end);
        else if (Plain(rune) is { } plain) Add(plain, start, end);
        else if (FoldedLetters.PlainOf(rune.Value) is { } letters) Add(letters, start, end);
        else Decompose(rune, start, end);
    }

    private void Decompose(Rune rune, int start, int end)
    {
        // An ellipsis ends no domain and begins no number: it stays one character. Normalize() refuses U+FFFE, which is no character.
        var parts = rune.Value is 0x2026 or 0xFFFE ? rune.ToString() : rune.ToString().Normalize(NormalizationForm.FormKD);
        foreach (var part in parts.EnumerateRunes())
        {
            if (IsInvisible(part) || IsAccent(part)) continue;
            if (Rune.IsWhiteSpace(part)) AddBlank(isLine: false, start, end);
            else if (Plain(part) is { } plain) Add(plain, start, end);
            else Add(part.ToString(), start, end);
        }
    }

    /// <summary>The one character that stands for all that look like it, or serve as it.</summary>
    private static char? Plain(Rune rune)
    {
        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.DecimalDigitNumber:
                return (char)('0' + (int)Rune.GetNumericValue(rune));
            // Encircled ones of the dingbats come apart into none.
            case UnicodeCategory.OtherNumber when rune.Value is (>= 0x24EA and <= 0x24FF) or (>= 0x2776 and <= 0x2793)
                && Rune.GetNumericValue(rune) is var number and >= 0 and <= 9:
                return (char)('0' + (int)number);
            case UnicodeCategory.DashPunctuation:
                return '-';
            case UnicodeCategory.ConnectorPunctuation:
                return '_';
        }

        // Letters in squares and circles, dark ones too.
        if (rune.Value is >= 0x1F130 and <= 0x1F149) return (char)('A' + rune.Value - 0x1F130);
        if (rune.Value is >= 0x1F150 and <= 0x1F169) return (char)('A' + rune.Value - 0x1F150);
        if (rune.Value is >= 0x1F170 and <= 0x1F189) return (char)('A' + rune.Value - 0x1F170);
        if (!rune.IsBmp) return null;
        var character = (char)rune.Value;
        if (SmallCapitals.IndexOf(character, StringComparison.Ordinal) is var at and >= 0) return PlainCapitals[at];
        return Dashes.Contains(character) ? '-'
            : Apostrophes.Contains(character) ? '\''
            : Quotes.Contains(character) ? '"'
            : Dots.Contains(character) ? '.'
            : Slashes.Contains(character) ? '/'
            : character == '\u2236' ? ':'
            : null;
    }

    private static bool IsAccent(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;

    private static bool IsLineBreak(Rune rune) => rune.Value is (>= '\n' and <= '\r') or 0x85 or 0x2028 or 0x2029;

    private void Add(string text, int start, int end)
    {
        foreach (var character in text) Add(character, start, end);
    }

    private void Add(char character, int start, int end)
    {
        folded.Append(character);
        starts.Add(start);
        ends.Add(end);
    }

    private void AddBlank(bool isLine, int start, int end)
    {
        if (folded.Length == 0 || folded[^1] is not (' ' or '\n'))
        {
            Add(isLine ? '\n' : ' ', start, end);
            return;
        }

        if (isLine) folded[^1] = '\n';
        Extend(end);
    }

    private void Extend(int end)
    {
        if (ends.Count > 0) ends[^1] = end;
    }
}
