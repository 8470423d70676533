using System.Globalization;
using System.Text;

namespace MiiWrap.Learning.Domain.Common;

/// <summary>
/// By what names are sorted: without case and accents, as readers look for them. It is kept beside the name, since no two databases fold
/// alike.
/// </summary>
public static class SortKey
{
    /// <summary>No key is longer; where more would be needed to tell two names apart, their ids do.</summary>
    public const int Length = 200;

    public static string Of(string name)
    {
        var key = new StringBuilder(name.Length);
        foreach (var letter in name.Normalize(NormalizationForm.FormKD))
        {
            if (char.IsWhiteSpace(letter))
            {
                if (key.Length > 0 && key[^1] != ' ') key.Append(' ');
            }
            else if (char.GetUnicodeCategory(letter) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
                or UnicodeCategory.Format or UnicodeCategory.Control))
            {
                key.Append(FoldedLetters.PlainOf(letter) ?? letter.ToString());
            }
        }

        var folded = FoldedLetters.Lower(key.ToString().TrimEnd());
        // Something of a name must remain: an empty key would stand for one that has not been worked out.
        return Cut(folded.Length > 0 ? folded : name);
    }

    /// <summary>As readers look for names; of two that are alike the order stays.</summary>
    public static IOrderedEnumerable<T> OrderByName<T>(this IEnumerable<T> items, Func<T, string> nameOf) =>
        items.OrderBy(item => Of(nameOf(item)), StringComparer.Ordinal);

    /// <inheritdoc cref="OrderByName"/>
    public static IOrderedEnumerable<T> ThenByName<T>(this IOrderedEnumerable<T> items, Func<T, string> nameOf) =>
        items.ThenBy(item => Of(nameOf(item)), StringComparer.Ordinal);

    private static string Cut(string key) =>
        key.Length <= Length ? key : key[..(char.IsHighSurrogate(key[Length - 1]) ? Length - 1 : Length)];
}
