using System.Globalization;
using FluentValidation;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>Days as the API writes them, such as <c>2027-03-15</c>.</summary>
internal static class Days
{
    private const string Format = "yyyy-MM-dd";

    public static bool TryParse(string? text, out DateOnly day) =>
        DateOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    public static IRuleBuilderOptions<T, string?> MustBeDay<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(d => d is null || TryParse(d, out _)).WithMessage("This must be a day such as 2027-03-15.");
}
