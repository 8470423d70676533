using System.Text;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>
/// Text as callers send it. It is checked and composed (Unicode's NFC) where it comes in, before anything measures, compares or keeps it.
/// </summary>
internal static class IncomingText
{
    public const string Unsound = "This holds half a surrogate pair, U+FFFE or U+FFFF, which no text may.";

    /// <summary>False for what is no Unicode text, and what XML and databases refuse later.</summary>
    public static bool IsSound(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '\uFFFE' or '\uFFFF') return false;
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }

        return true;
    }

    /// <summary>In composed form, so that equal words are equal and have one length.</summary>
    public static string Compose(string text) => text.Normalize(NormalizationForm.FormC);
}
