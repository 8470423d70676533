using System.Text;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>
/// Text as callers send it. It is checked and composed (Unicode's NFC) where it comes in, before anything measures, compares or keeps it.
/// </summary>
internal static class IncomingText
{
    public const string Unsound = "This holds half a surrogate pair, U+FFFE or U+FFFF, which no text may.";

    /// <summary>False for what is no Unicode text, and what XML and databases refuse later.</summary>
    public static bool IsSound(string text) => CodePoints.AreAll(text, static rune => rune.Value is not (0xFFFE or 0xFFFF));

    /// <summary>In composed form, so that equal words are equal and have one length.</summary>
    public static string Compose(string text) => text.Normalize(NormalizationForm.FormC);
}
