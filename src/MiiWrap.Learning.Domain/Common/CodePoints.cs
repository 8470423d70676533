using System.Text;

namespace MiiWrap.Learning.Domain.Common;

/// <summary>What Unicode says of text before anyone reads it as words.</summary>
public static class CodePoints
{
    /// <summary>Code points that never mean a character: XML may not hold them, and databases and mails change them.</summary>
    public static bool IsNoncharacter(Rune rune) => (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF;

    /// <summary>True when each code point of the text is allowed, and no half of a surrogate pair, which is none, is among them.</summary>
    public static bool AreAll(string text, Func<Rune, bool> isAllowed)
    {
        for (var i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune) || !isAllowed(rune)) return false;
            i += rune.Utf16SequenceLength;
        }

        return true;
    }
}
