using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Data;

/// <summary>
/// Refuses a save with a text that is longer than its column, alike on both databases: SQLite would keep it and SQL Server fail. Nothing of
/// that save is kept, and the caller is told which field to shorten.
/// </summary>
internal sealed class ColumnLengthInterceptor : SaveChangesInterceptor
{
    public static readonly ColumnLengthInterceptor Instance = new();

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        foreach (var entry in eventData.Context!.ChangeTracker.Entries())
        {
            if (entry.State is EntityState.Added or EntityState.Modified) Check(entry);
        }

        return ValueTask.FromResult(result);
    }

    private static void Check(EntityEntry entry)
    {
        foreach (var property in entry.Metadata.GetProperties())
        {
            if (property.GetMaxLength() is not { } most || property.ClrType.IsEnum) continue;
            var value = entry.Property(property);
            if (entry.State == EntityState.Modified && !value.IsModified) continue;
            if (TextOf(property, value.CurrentValue) is not { } text || text.Length <= most) continue;
            var told = $"At most {most:N0} characters are kept of this, and these are {text.Length:N0}.";
            throw new RuleException("text.tooLong", told, RuleKind.Invalid).With("errors",
                new Dictionary<string, string[]> { [JsonNamingPolicy.CamelCase.ConvertName(property.Name)] = [told] });
        }
    }

    /// <summary>The text as the column gets it; null where it gets none.</summary>
    private static string? TextOf(IProperty property, object? value) =>
        value as string ?? (value is null ? null : property.GetTypeMapping().Converter?.ConvertToProvider(value) as string);
}
