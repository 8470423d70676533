using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace MiiWrap.Learning.Api.Data;

/// <summary>Only UTC goes into the database and only UTC comes out; a local time in a query or a save is a mistake that must show.</summary>
internal sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(v => Utc(v), v => DateTime.SpecifyKind(v, DateTimeKind.Utc))
{
    private static DateTime Utc(DateTime value) =>
        value.Kind == DateTimeKind.Utc ? value : throw new InvalidOperationException($"{value:O} is not UTC.");
}
