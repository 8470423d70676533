using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace MiiWrap.Learning.Api.Data.Mappings;

/// <summary>
/// Only UTC goes into the database and only UTC comes out; a local time in a query or a save is a mistake that must show.
/// </summary>
internal sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(v => Utc(v), v => DateTime.SpecifyKind(v, DateTimeKind.Utc))
{
    // The tools that compile the model convert the default too, which is no time at all.
    internal static DateTime Utc(DateTime value) =>
        value.Kind == DateTimeKind.Utc || EF.IsDesignTime ? value : throw new InvalidOperationException($"{value:O} is not UTC.");
}
