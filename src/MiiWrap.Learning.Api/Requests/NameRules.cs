using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using FluentValidation;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>What people and things are called stands in mails, pages and files of others: it must not act there, only be read.</summary>
internal static class NameRules
{
    /// <summary>A scheme, what a mail program takes for one, or the address of a share.</summary>
    private static readonly Regex Scheme = new(
        @"[a-z][a-z0-9+-]{1,15}://|\bwww\.|\\\\[a-z0-9]|\b(?:mailto|tel|sms|callto|facetime|skype|data|file|javascript|vbscript):\+?\S",
        Linear);

    /// <summary>
    /// Labels with dots between them, and the path behind. Without a path what follows an <c>@</c> is none: some people are called by their
    /// address.
    /// </summary>
    private static readonly Regex Host = new(
        @"(?:\A|(?<at>@)|[^\p{L}\p{N}@._-])[._-]*(?<host>[\p{L}\p{N}_-]{1,63}(?:\.[\p{L}\p{N}_-]{1,63})+)(?<path>[/?#]|:[0-9])?", Linear);

    private static readonly FrozenSet<string> TopLevelDomains = ReadTopLevelDomains();

    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;

    /// <summary>One line in which something can be seen, without links and without characters that turn the direction of writing.</summary>
    public static IRuleBuilderOptions<T, string?> MustBeName<T>(this IRuleBuilder<T, string?> rule, int most = 200) =>
        rule.MustBeLine(most)
            .Must(n => n is null || !n.Any(TurnsDirection)).WithMessage("A name holds no character that turns the direction of writing.")
            .Must(n => string.IsNullOrWhiteSpace(n) || n.EnumerateRunes().Any(IsSeen)).WithMessage("A name must be seen.")
            .Must(n => n is null || !HoldsLink(FoldedText.Of(n).Lower)).WithMessage("A name holds no link.");

    // Embeddings, overrides and isolates reach beyond the name; the marks of right-to-left names do not.
    private static bool TurnsDirection(char character) => character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static bool IsSeen(Rune rune) =>
        !Rune.IsWhiteSpace(rune) && rune.Value != FoldedText.BlankBraille && !FoldedText.IsInvisible(rune)
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark);

    /// <summary>What mail programs make a link of.</summary>
    private static bool HoldsLink(string name) => Scheme.IsMatch(name) || Host.Matches(name).Any(IsLink);

    private static bool IsLink(Match match)
    {
        var (host, hasPath) = (match.Groups["host"].Value, match.Groups["path"].Success);
        return hasPath || (!match.Groups["at"].Success && (IsAddress(host) || IsDomain(host)));
    }

    private static bool IsAddress(string host) => host.Count(c => c == '.') == 3 && IPAddress.TryParse(host, out _);

    // "J.Law" is a person with an initial, "x.com" and "t.me" are hosts. Whatever letters an A-label stands for, it is no word.
    private static bool IsDomain(string host) => host.Split('.') is [.., var last, var top]
        && (top.StartsWith("xn--", StringComparison.Ordinal) || (TopLevelDomains.Contains(top)
            && (last.Length > 1 || top is "com" or "net" or "org" or "co" or "io" or "me" or "ai" or "ly" or "gg")));

    private static FrozenSet<string> ReadTopLevelDomains()
    {
        using var stream = typeof(NameRules).Assembly.GetManifestResourceStream("top-level-domains.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n').Where(line => !line.StartsWith('#'))
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(top => FoldedText.Of(top).Lower)
            .Concat(["example", "i2p", "internal", "local", "localhost", "onion", "test"]).ToFrozenSet(StringComparer.Ordinal);
    }
}
