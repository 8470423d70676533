using System.Globalization;
using FluentValidation;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>Months as the API writes them, such as <c>2027-03</c>; inside, each is its first day.</summary>
internal static class Months
{
    private const string Format = "yyyy-MM";

    /// <summary>The first month in which anything of a programme could lie.</summary>
    public static readonly DateOnly Earliest = new(2000, 1, 1);

    public static string NameOf(DateOnly month) => month.ToString(Format, CultureInfo.InvariantCulture);

    public static DateOnly Parse(string text) => DateOnly.ParseExact(text, Format, CultureInfo.InvariantCulture);

    public static bool TryParse(string? text, out DateOnly month) =>
        DateOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out month);

    public static DateOnly Of(DateOnly day) => new(day.Year, day.Month, 1);

    public static IRuleBuilderOptions<T, string?> MustBeMonth<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(m => TryParse(m, out _))
            .WithMessage("This must be a month such as 2027-03, without a day.");
}
