using System.Globalization;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace MiiWrap.Learning.Api.Data.Mappings;

/// <summary>A short list of days as one text: it is always read whole, and never searched.</summary>
internal sealed class DayListConverter() : ValueConverter<IReadOnlyList<DateOnly>, string>(days => Write(days), text => Read(text))
{
    public const int MostDays = 300;
    public const int MostCharacters = MostDays * 9;

    private const string Format = "yyyyMMdd";

    internal static string Write(IReadOnlyList<DateOnly> days) =>
        string.Join(' ', days.Select(d => d.ToString(Format, CultureInfo.InvariantCulture)));

    /// <summary>What is no day is left out: one damaged list must not stop what is read for many people at once.</summary>
    internal static IReadOnlyList<DateOnly> Read(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(d => DateOnly.TryParseExact(d, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                ? day : (DateOnly?)null)
            .OfType<DateOnly>()];
}

/// <summary>Lists of days are equal when their days are.</summary>
internal sealed class DayListComparer() : ValueComparer<IReadOnlyList<DateOnly>>(
    (a, b) => ReferenceEquals(a, b) || (a != null && b != null && a.SequenceEqual(b)), days => days.Aggregate(
        0, (hash, day) => HashCode.Combine(hash, day)), days => days);
