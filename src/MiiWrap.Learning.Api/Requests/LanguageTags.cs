using System.Text.RegularExpressions;
using FluentValidation;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>Languages as BCP 47 names them: language, and where it matters script and region.</summary>
internal static partial class LanguageTags
{
    public static IRuleBuilderOptions<T, string?> MustBeLanguage<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(tag => tag is null || Form.IsMatch(tag)).WithMessage("This must be a language tag such as en, es-MX or zh-Hant-TW.");

    /// <summary>The tag in the case that RFC 5646 recommends.</summary>
    public static string Canonical(string tag) => string.Join('-', tag.Split('-').Select((part, i) => (i, part.Length) switch
    {
        (0, _) => part.ToLowerInvariant(),
        (_, 4) => char.ToUpperInvariant(part[0]) + part[1..].ToLowerInvariant(),
        _ => part.ToUpperInvariant(),
    }));

    [GeneratedRegex(@"\A[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form { get; }
}
