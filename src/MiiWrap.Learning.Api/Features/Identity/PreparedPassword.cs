using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Identity;
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

    /// <summary>True for somebody's password, however its characters were composed when it was chosen and as it is typed now.</summary>
    /// <param name="isOutdated">Its hash is weaker than today's, or of an unprepared password.</param>
    public static bool IsPassword<T>(this IPasswordHasher<T> hasher, T person, string hash, string typed, out bool isOutdated)
        where T : class
    {
        var prepared = Of(typed);
        var verified = hasher.VerifyHashedPassword(person, hash, prepared);
        // Whoever chose a password before it was prepared gets in as they typed it then.
        if (verified == PasswordVerificationResult.Failed && prepared != typed
            && hasher.VerifyHashedPassword(person, hash, typed) != PasswordVerificationResult.Failed)
            verified = PasswordVerificationResult.SuccessRehashNeeded;
        isOutdated = verified == PasswordVerificationResult.SuccessRehashNeeded;
        return verified != PasswordVerificationResult.Failed;
    }

    /// <summary>False for control characters, half surrogates and what is no character, which no keyboard writes.</summary>
    public static bool IsSound(string password) =>
        CodePoints.AreAll(password, static rune => !Rune.IsControl(rune) && !CodePoints.IsNoncharacter(rune));
}
