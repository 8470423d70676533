using System.Globalization;
using System.Text;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// Passwords as the profile OpaqueString of RFC 8265 prepares them: every blank is a plain one, letters are composed (NFC), and case stays.
/// So it is the same password on every keyboard.
/// </summary>
internal static class PreparedPassword
{
    /// <summary>What is not sound cannot be composed, and stays as it is.</summary>
    public static string Of(string password) => !IsSound(password) ? password
        : string.Concat(password.Select(c => char.GetUnicodeCategory(c) == UnicodeCategory.SpaceSeparator ? ' ' : c))
            .Normalize(NormalizationForm.FormC);

    /// <summary>False for control characters, half surrogates and what is no character, which no keyboard writes.</summary>
    public static bool IsSound(string password) =>
        CodePoints.AreAll(password, static rune => !Rune.IsControl(rune) && !CodePoints.IsNoncharacter(rune));
}
