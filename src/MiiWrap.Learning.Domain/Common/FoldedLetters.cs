namespace MiiWrap.Learning.Domain.Common;

/// <summary>Letters as readers look for them, whatever their case, their place in the word and the language.</summary>
internal static class FoldedLetters
{
    // Letters of their own that readers of other languages look for under a plain one, and that no decomposition takes apart.
    private static readonly Dictionary<int, string> Plain = new()
    {
        ['ß'] = "ss", ['ẞ'] = "SS", ['æ'] = "ae", ['Æ'] = "AE", ['œ'] = "oe", ['Œ'] = "OE", ['ø'] = "o", ['Ø'] = "O", ['đ'] = "d",
        ['Đ'] = "D", ['ð'] = "d", ['Ð'] = "D", ['þ'] = "th", ['Þ'] = "Th", ['ħ'] = "h", ['Ħ'] = "H", ['ı'] = "i", ['ł'] = "l", ['Ł'] = "L",
        ['ŋ'] = "n", ['Ŋ'] = "N", ['ŧ'] = "t", ['Ŧ'] = "T",
    };

    /// <summary>The plain letters in whose place this one stands; null for all others.</summary>
    public static string? PlainOf(int letter) => Plain.GetValueOrDefault(letter);

    /// <summary>
    /// Simple case folding (Unicode, 5.18), character by character: by way of the capital, since a letter may have several small forms, as
    /// Σ has ς at the end of a word and σ elsewhere.
    /// </summary>
    public static string Lower(string text) => text.ToUpperInvariant().ToLowerInvariant();
}
