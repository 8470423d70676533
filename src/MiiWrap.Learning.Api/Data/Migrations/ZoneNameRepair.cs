using Microsoft.EntityFrameworkCore.Migrations;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Data.Migrations;

/// <summary>
/// Gives every stored zone the name that the tz database has for it now. Names in another case, and those of folders that some systems keep
/// beside the database's own, were taken too before.
/// </summary>
internal static class ZoneNameRepair
{
    private const string Plain =
        "LOWER(CASE WHEN TimeZone LIKE 'right/%' OR TimeZone LIKE 'posix/%' THEN SUBSTRING(TimeZone, 7, 64) ELSE TimeZone END)";

    private static readonly string[] Tables = ["People", "Cohorts", "TransferOpportunities"];

    /// <param name="migration">The migration that it belongs to.</param>
    /// <param name="binary">The collation in which upper and lower case differ, where that is not the column's own.</param>
    public static void RepairZoneNames(this MigrationBuilder migration, string binary = "")
    {
        var names = ZoneNames.All.Append(new("posixrules", "America/New_York")).OrderBy(n => n.Key, StringComparer.Ordinal).ToList();
        var current = string.Join(", ", names.Select(n => n.Value).Distinct(StringComparer.Ordinal).Select(n => $"'{n}'"));
        var cases = string.Join(' ', names.Select(n => $"WHEN '{n.Key.ToLowerInvariant()}' THEN '{n.Value}'"));
        foreach (var table in Tables)
            migration.Sql($"UPDATE {table} SET TimeZone = CASE {Plain} {cases} ELSE TimeZone END WHERE TimeZone{binary} NOT IN ({current})");
    }
}
