using System.Collections.Frozen;
using System.Text;
using FluentValidation;
using FluentValidation.Validators;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>A password is long, and neither its owner's address nor one of the commonest; nothing else is asked of it.</summary>
internal static class PasswordRules
{
    public const int Shortest = 12;
    public const int Longest = 128;

    private static readonly FrozenSet<string> Commonest = ReadCommonest();

    // What somebody who looks for a password here thinks of first; the longest come first.
    private static readonly string[] OwnWords =
        ["wraparound", "reflection", "coaching", "learning", "miiwrap", "cohort", "coach", "learn", "nudge", "wrap"];

    public static IRuleBuilderOptions<T, string> MustBePassword<T>(this IRuleBuilder<T, string> rule) =>
        rule.NotEmpty().Must(p => p is null || PreparedPassword.IsSound(p)).WithMessage("A password has no control characters.")
            .SetValidator(new PreparedLength<T>());

    /// <param name="field">Where the request names it.</param>
    public static void Check(string password, string address, string field = "password")
    {
        // Compatibility forms, so that neither full-width letters nor raised figures make another password of it.
        var plain = Folded(password);
        var forms = Forms(plain).ToHashSet(StringComparer.Ordinal);
        var own = Folded(address);
        if (forms.Contains(own) || forms.Contains(own[..own.IndexOf('@', StringComparison.Ordinal)])
            || plain.Contains(own, StringComparison.Ordinal))
            throw Refused(field, "password.ownAddress", "The password must not be your own e-mail address.");
        if (forms.Overlaps(Commonest) || forms.Any(IsRun) || forms.Any(IsOfOwnWords))
            throw Refused(field, "password.common", "This is one of the commonest passwords, or close to one; choose another.");
    }

    /// <summary>
    /// The password as it stands, and as what it was made of: without figures and signs around it, with letters for 0, 3, @ and their like,
    /// said once.
    /// </summary>
    private static IEnumerable<string> Forms(string lower)
    {
        string[] worn = [lower, Bare(lower), Letters(lower), Letters(Bare(lower)), Bare(Letters(lower))];
        return worn.Concat(worn.Select(Once)).Concat(worn.Select(w => Bare(Once(w)))).Where(form => form.Length > 0);
    }

    private static string Folded(string text) => text.Normalize(NormalizationForm.FormKC).ToLowerInvariant();

    /// <summary>True when nothing is left of the letters without this product's own words: "miiwrap-coaching".</summary>
    private static bool IsOfOwnWords(string text)
    {
        var letters = string.Concat(text.Where(char.IsLetter));
        return letters.Length > 0
            && OwnWords.Aggregate(letters, (rest, word) => rest.Replace(word, "", StringComparison.Ordinal)).Length == 0;
    }

    private static string Bare(string text)
    {
        var first = 0;
        var end = text.Length;
        while (first < end && !char.IsLetter(text[first])) first++;
        while (end > first && !char.IsLetter(text[end - 1])) end--;
        return text[first..end];
    }

    private static string Letters(string text) => string.Concat(text.Select(c => c switch
    {
        '0' => 'o',
        '1' or '!' => 'i',
        '3' => 'e',
        '4' or '@' => 'a',
        '5' or '$' => 's',
        '7' => 't',
        _ => c,
    }));

    /// <summary>"monkeymonkey" is "monkey".</summary>
    private static string Once(string text)
    {
        for (var length = 1; length <= text.Length / 2; length++)
        {
            if (text.Length % length == 0 && text.AsSpan(length).SequenceEqual(text.AsSpan(0, text.Length - length))) return text[..length];
        }

        return text;
    }

    /// <summary>One character again and again, or a run such as 123456789012 and abcdefghijkl.</summary>
    private static bool IsRun(string text) =>
        text.Length == 1 || IsRun(text, 0) || IsRun(text, 1) || IsRun(text, -1);

    private static bool IsRun(string text, int step)
    {
        for (var i = 1; i < text.Length; i++)
        {
            var wraps = char.IsDigit(text[i]) && char.IsDigit(text[i - 1]) && (text[i] - text[i - 1] - step) % 10 == 0;
            if (!wraps && text[i] - text[i - 1] != step) return false;
        }

        return text.Length >= Shortest;
    }

    private static RuleException Refused(string field, string code, string message) =>
        new RuleException(code, message, RuleKind.Invalid).With("errors", new Dictionary<string, string[]> { [field] = [message] });

    /// <summary>Counts the characters of the password as it is kept.</summary>
    private sealed class PreparedLength<T> : PropertyValidator<T, string>, ILengthValidator
    {
        public override string Name => nameof(PreparedLength<T>);

        public int Min => Shortest;

        public int Max => Longest;

        public override bool IsValid(ValidationContext<T> context, string value) =>
            // What was refused for its characters already is not refused for its length too; and no work is done on what is far too long.
            value is null || (value.Length <= SignInValidator.LongestTyped
                && (!PreparedPassword.IsSound(value) || PreparedPassword.Of(value).Length is >= Shortest and <= Longest));

        protected override string GetDefaultMessageTemplate(string errorCode) => $"A password has {Shortest} to {Longest} characters.";
    }

    private static FrozenSet<string> ReadCommonest()
    {
        using var resource = typeof(PasswordRules).Assembly.GetManifestResourceStream("common-passwords.txt")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#')).ToFrozenSet(StringComparer.Ordinal);
    }
}
