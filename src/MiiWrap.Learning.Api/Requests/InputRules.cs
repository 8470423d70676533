using System.Globalization;
using System.Text.RegularExpressions;
using FluentValidation;
using FluentValidation.Validators;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>Rules about input that several requests share.</summary>
internal static partial class InputRules
{
    // One character would find nearly everybody.
    private const int FewestSought = 2;
    private const int MostSought = 100;

    public static IRuleBuilderOptions<T, string?> MustBeZone<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(Zones.IsKnown).WithMessage("This must be an IANA time zone name such as America/Chicago.");

    public static IRuleBuilderOptions<T, string?> MustBeAddress<T>(this IRuleBuilderInitial<T, string?> rule) =>
        rule.Cascade(CascadeMode.Stop).NotEmpty().MaximumLength(256)
            .Must(e => MailAddresses.Mailable(e) is not null).WithMessage("This is no e-mail address that mail can be sent to.");

    /// <summary>A day on which something of a programme could lie.</summary>
    public static IRuleBuilderOptions<T, DateOnly?> MustBeNearDay<T>(this IRuleBuilder<T, DateOnly?> rule) =>
        rule.InclusiveBetween(new DateOnly(2000, 1, 1), new DateOnly(2200, 1, 1))
            .WithMessage("This must be a day from 2000-01-01 to 2200-01-01.");

    /// <summary>A moment at which something of a programme could lie.</summary>
    public static IRuleBuilderOptions<T, DateTimeOffset?> MustBeNearMoment<T>(this IRuleBuilder<T, DateTimeOffset?> rule) =>
        rule.InclusiveBetween(
                new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero))
            .WithMessage("This must be a moment from 2000-01-01 to 2200-01-01.");

    /// <summary>A section of an instrument, such as <c>tpo-1/family-voice</c>.</summary>
    public static IRuleBuilderOptions<T, string?> MustBeCompetency<T>(this IRuleBuilder<T, string?> rule) =>
        rule.MaximumLength(120).Must(c => c is null || Competency().IsMatch(c))
            .WithMessage("This must be an instrument and a section of it, such as tpo-1/family-voice.");

    [GeneratedRegex("^[a-z0-9.-]+/[a-z0-9-]+$", RegexOptions.NonBacktracking)]
    private static partial Regex Competency();

    /// <summary>A query parameter that is the number of a published version, or none for the newest.</summary>
    public static IRuleBuilderOptions<T, string?> MustBeVersion<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(v => v is null || Version(v) > 0).WithMessage("The version must be a whole number from 1.");

    public static int? Version(string? text) => int.TryParse(text, CultureInfo.InvariantCulture, out var version) ? version : null;

    /// <summary>Rows that are taken at once, each with a result of its own.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<TRow>> MustBeRows<T, TRow>(
        this IRuleBuilder<T, IReadOnlyList<TRow>> rule, int most) =>
        rule.NotEmpty().Must(rows => rows is null || rows.Count <= most).WithMessage($"At most {most:N0} rows are taken at once.");

    /// <summary>A query parameter that is a moment.</summary>
    public static IRuleBuilderOptions<T, string?> MustBeMoment<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(t => t is null || Moments.TryParse(t, out _)).WithMessage("This must be a moment with its offset, such as 2027-03-08T09:00:00Z.");

    /// <summary>A query parameter by whose beginning something is looked for.</summary>
    /// <param name="what">Of what it is the beginning, such as a name.</param>
    public static IRuleBuilderOptions<T, string?> MustBeSought<T>(this IRuleBuilderInitial<T, string?> rule, string what) =>
        rule.Cascade(CascadeMode.Stop).Must(q => q is null || IncomingText.IsSound(q)).WithMessage(IncomingText.Unsound)
            .Must(q => q is null || q.Trim().Length is >= FewestSought and <= MostSought)
            .WithMessage($"Give {FewestSought} to {MostSought} characters of {what}.");

    public static IRuleBuilderOptions<T, string?> MustBeTimeOfDay<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(t => TryTime(t, out _)).WithMessage("This must be a time of day, HH:mm.");

    public static bool TryTime(string? text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    public static TimeOnly Time(string text) => TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);

    /// <summary>One line of text that a person wrote: trimmed length from 1, no control characters.</summary>
    public static IRuleBuilderOptions<T, string?> MustBeLine<T>(this IRuleBuilder<T, string?> rule, int most) =>
        rule.MustBeOneLine().MaximumLength(most);

    /// <summary>The same, however long.</summary>
    public static IRuleBuilderOptions<T, string?> MustBeOneLine<T>(this IRuleBuilder<T, string?> rule) =>
        rule.NotEmpty().Must(t => t is null || !t.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029'))
            .WithMessage("This must be one line without control characters.");

    /// <summary>A text that came in as it was sent is measured as it is kept.</summary>
    public static IRuleBuilderOptions<T, string?> MustFit<T>(this IRuleBuilder<T, string?> rule, int most) =>
        rule.Must(t => t is null || !IncomingText.IsSound(t) || t.NormalizeNfc().Length <= most)
            .WithMessage($"This has at most {most:N0} characters.");

    /// <summary>A query parameter that names one of an enumeration's values, as JSON does.</summary>
    public static IRuleBuilderOptions<T, string?> MustBeOneOf<T, TEnum>(this IRuleBuilder<T, string?> rule)
        where TEnum : struct, Enum =>
        rule.SetValidator(new OneOf<T, TEnum>())
            .WithMessage($"This must be one of {string.Join(", ", EnumNames.Names<TEnum>())}.");

    /// <summary>A text that came in as it was sent, as it is kept: composed, and without blanks at its ends.</summary>
    public static string NormalizeNfc(this string text) => IncomingText.Compose(text.Trim());

    public static QuietHours ToQuietHours(string start, string end, IReadOnlyList<DayOfWeek>? days) =>
        new(Time(start), Time(end), days ?? []);
}

/// <summary>A text that names one of an enumeration's values; the OpenAPI document shows them.</summary>
internal sealed class OneOf<T, TEnum> : PropertyValidator<T, string?>
    where TEnum : struct, Enum
{
    public override string Name => nameof(OneOf<,>);

    public override bool IsValid(ValidationContext<T> context, string? value) => value is null || EnumNames.TryParse<TEnum>(value, out _);
}
