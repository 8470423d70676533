using System.Text;
using System.Text.RegularExpressions;
using FluentValidation;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>What people and things are called stands in mails, pages and files of others: it must not act there, only be read.</summary>
internal static class NameRules
{
    /// <summary>What mail programs make a link of; an address of mail is none, since some people are called by it.</summary>
    private static readonly Regex Link = new(
        @"[a-z][a-z0-9+-]{1,15}://|\bwww\.|\b(?:mailto|javascript|vbscript):|(?:\A|[^\p{L}\p{N}@._-])[\p{L}\p{N}-]{2,63}(?:\.[\p{L}\p{N}-]{1,63}){0,5}\.(?:com|net|org|info|biz|edu|gov|mil|int|io|co|me|app|dev|xyz|top|site|online|shop|store|club|link|click|live|page|news|pro|cc|tv|to|ly|gl|eu|us|uk|ca|au|de|fr|es|it|nl|pl|ru|cn|jp|in|br|mx|ch|at|be|se|no|dk|example|test|localhost)(?:\z|[^\p{L}\p{N}-])",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant);

    /// <summary>One line in which something can be seen, without links and without characters that turn the direction of writing.</summary>
    public static IRuleBuilderOptions<T, string?> MustBeName<T>(this IRuleBuilder<T, string?> rule, int most = 200) =>
        rule.MustBeLine(most)
            .Must(n => n is null || !n.Any(TurnsDirection)).WithMessage("A name holds no character that turns the direction of writing.")
            .Must(n => string.IsNullOrWhiteSpace(n) || n.EnumerateRunes().Any(IsSeen)).WithMessage("A name must be seen.")
            .Must(n => n is null || !Link.IsMatch(FoldedText.Of(n).Lower)).WithMessage("A name holds no link.");

    // Embeddings, overrides and isolates reach beyond the name; the marks of right-to-left names do not.
    private static bool TurnsDirection(char character) => character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static bool IsSeen(Rune rune) => !Rune.IsWhiteSpace(rune) && !FoldedText.IsInvisible(rune);
}
