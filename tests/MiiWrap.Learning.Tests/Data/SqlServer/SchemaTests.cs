using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.SqlServer;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Tests.Data.SqlServer;

/// <summary>What SQL Server refuses and SQLite lets pass, looked for in the model and in the script; no server is needed for it.</summary>
public sealed partial class SchemaTests
{
    private const int LongestPrimaryKey = 900;
    private const int LongestIndex = 1700;

    private static readonly IModel Model = Open().GetService<IDesignTimeModel>().Model;

    private static IEnumerable<IEntityType> Types => Model.GetEntityTypes();

    [Fact]
    public void No_key_and_no_index_is_longer_than_the_server_takes()
    {
        var keys = Types.SelectMany(t => t.GetKeys())
            .Select(k => (Name: k.GetName()!, Bytes: BytesOf(k.Properties), Most: LongestPrimaryKey));
        var indexes = Types.SelectMany(t => t.GetIndexes())
            .Select(i => (Name: i.GetDatabaseName()!, Bytes: BytesOf(i.Properties), Most: LongestIndex));
        var all = keys.Concat(indexes).ToList();
        Assert.True(all.Count > 40, $"Only {all.Count} keys and indexes.");
        Assert.Empty(all.Where(k => k.Bytes > k.Most));
    }

    [Fact]
    public void No_table_is_reached_by_two_cascades()
    {
        var cascades = Types.SelectMany(t => t.GetForeignKeys())
            .Where(f => f.DeleteBehavior is DeleteBehavior.Cascade or DeleteBehavior.SetNull
                && TableOf(f.PrincipalEntityType) != TableOf(f.DeclaringEntityType))
            .Select(f => (From: TableOf(f.PrincipalEntityType), To: TableOf(f.DeclaringEntityType), f.Properties))
            .DistinctBy(c => (c.From, c.To, string.Join(',', c.Properties.Select(p => p.Name))))
            .ToLookup(c => c.From, c => c.To);
        Assert.NotEmpty(cascades);
        foreach (var table in Types.Select(TableOf).Distinct())
        {
            var reached = new List<string>();
            void Follow(string from)
            {
                foreach (var to in cascades[from])
                {
                    Assert.False(reached.Contains(to) || to == table, $"A row of {table} would reach {to} by two cascades (error 1785).");
                    reached.Add(to);
                    Follow(to);
                }
            }

            Follow(table);
        }
    }

    [Fact]
    public void Moments_are_datetime2_and_the_version_is_a_number_of_ours_on_both_databases()
    {
        var columns = Types.SelectMany(t => t.GetProperties()).ToList();
        Assert.All(columns.Where(c => (Nullable.GetUnderlyingType(c.ClrType) ?? c.ClrType) == typeof(DateTime)),
            c => Assert.Equal("datetime2(3)", c.GetColumnType()));
        Assert.DoesNotContain(columns, c => c.GetColumnType() is "rowversion" or "timestamp");
        var versioned = Types.Where(t => typeof(IVersioned).IsAssignableFrom(t.ClrType))
            .Select(t => t.FindProperty(nameof(IVersioned.Version))!).ToList();
        Assert.True(versioned.Count > 5, $"Only {versioned.Count} versioned tables.");
        Assert.All(versioned, v => Assert.True(v is { IsConcurrencyToken: true, ValueGenerated: ValueGenerated.Never }
            && v.GetColumnType() == "int", v.ToString()));
    }

    [Fact]
    public void A_unique_index_lets_many_rows_have_no_value() =>
        // Two nulls are equal to SQL Server; only a filtered index lets them pass, as SQLite does.
        Assert.All(
            Types.SelectMany(t => t.GetIndexes()).Where(i => i.IsUnique && i.Properties.Any(p => p.IsNullable)),
            i => Assert.Contains("IS NOT NULL", i.GetFilter() ?? "", StringComparison.Ordinal));

    [Fact]
    public void Tokens_are_compared_byte_for_byte_and_what_people_write_as_people_sort()
    {
        var texts = Types.SelectMany(t => t.GetProperties()
            .Select(p => (Table: TableOf(t), Column: p.GetColumnName(), Collation: p.GetCollation(), Type: p.GetColumnType())))
            .Where(c => c.Type.StartsWith("nvarchar", StringComparison.Ordinal)).Distinct().ToList();
        foreach (var (table, column) in new[] { ("Receipts", "Key"), ("Curricula", "Slug"), ("Nudges", "Unit"), ("Nudges", "Status"),
            ("People", "NormalizedEmail") })
            Assert.Equal("Latin1_General_100_BIN2", texts.Single(t => t.Table == table && t.Column == column).Collation);
        foreach (var (table, column) in new[] { ("Enrolments", "LearnerName"), ("Cohorts", "Name") })
            Assert.Null(texts.Single(t => t.Table == table && t.Column == column).Collation);
        // Two columns of different collations cannot be compared with one another (error 468).
        Assert.Empty(texts.GroupBy(t => t.Column).Where(g => g.DistinctBy(t => t.Collation).Count() > 1).Select(g => g.Key));
    }

    [Fact]
    public void Every_reference_has_an_index_to_follow_it_back() =>
        Assert.Empty(Types.SelectMany(t => t.GetForeignKeys())
            .Where(f => !f.IsOwnership && !Leads(f.DeclaringEntityType, f.Properties))
            .Select(f => $"{TableOf(f.DeclaringEntityType)}({string.Join(", ", f.Properties.Select(p => p.Name))})"));

    [Fact]
    public void The_script_makes_every_table_and_the_indexes_of_the_hot_paths()
    {
        using var db = Open();
        Assert.False(db.Database.HasPendingModelChanges());
        var script = db.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent);
        var dropped = DropTable().Matches(script).Select(m => m.Groups["name"].Value);
        var made = CreateTable().Matches(script).Select(m => m.Groups["name"].Value).Where(t => t != "__EFMigrationsHistory")
            .Except(dropped)
            .Order().ToList();
        Assert.Equal(Types.Select(TableOf).Distinct().Order(), made);
        Assert.Matches(@"INDEX \[\w+\] ON \[NudgeMessages\] \(\[LeaseUntil\]\) WHERE \[SentAt\] IS NULL", script);
        Assert.Matches(@"INDEX \[\w+\] ON \[Enrolments\] \(\[CohortId\], \[LearnerName\], \[Id\]\) INCLUDE \(\[PersonId\], ", script);
        Tsql.Write("schema.sql", script);
        Assert.Equal([], Tsql.SyntaxErrors(script));
    }

    /// <summary>By which columns each table can be found without reading the whole of it.</summary>
    internal static readonly Dictionary<string, HashSet<string>> LeadingColumns = Types.GroupBy(TableOf).ToDictionary(
        g => g.Key,
        g => g.SelectMany(t => t.GetKeys().Select(k => k.Properties[0]).Concat(t.GetIndexes().Select(i => i.Properties[0])))
            .Select(p => p.GetColumnName()).ToHashSet());

    internal static readonly HashSet<string> LongTexts =
        [.. Types.SelectMany(t => t.GetProperties()).Where(p => p.GetColumnType().Contains("max", StringComparison.Ordinal))
            .Select(p => p.GetColumnName())];

    private const string ServersOwn = "(the server's own)";

    /// <summary>The lint, with the collation of each text of this schema.</summary>
    internal static readonly TsqlLint Lint = new(Types.GroupBy(TableOf).ToDictionary(
        g => g.Key,
        g => (IReadOnlyDictionary<string, TextCollation?>)g.SelectMany(t => t.GetProperties()).GroupBy(p => p.GetColumnName())
            .ToDictionary(p => p.Key, p => p.First().GetColumnType().StartsWith("nvarchar", StringComparison.Ordinal)
                ? new TextCollation(p.First().GetCollation() ?? ServersOwn) : null, StringComparer.OrdinalIgnoreCase),
        StringComparer.OrdinalIgnoreCase));

    internal static SqlServerLearningDb Open() => new SqlServerDesignTime().CreateDbContext([]);

    internal static string TableOf(IReadOnlyEntityType type) => type.GetTableName()!;

    private static bool Leads(IEntityType type, IReadOnlyList<IProperty> columns) =>
        type.GetIndexes().Select(i => i.Properties).Concat(type.GetKeys().Select(k => k.Properties))
            .Any(i => i.Take(columns.Count).ToHashSet().SetEquals(columns));

    private static int BytesOf(IEnumerable<IProperty> columns) => columns.Sum(c =>
    {
        var type = c.GetColumnType();
        var length = Length().Match(type);
        return (type.Split('(')[0], length.Success) switch
        {
            ("nvarchar", true) => 2 * int.Parse(length.Groups["n"].Value, CultureInfo.InvariantCulture),
            ("uniqueidentifier", _) => 16,
            ("datetime2" or "bigint", _) => 8,
            ("int", _) => 4,
            ("date", _) => 3,
            ("bit", _) => 1,
            _ => int.MaxValue / 4,
        };
    });

    [GeneratedRegex(@"\((?<n>\d+)\)", RegexOptions.None, -1)]
    private static partial Regex Length();

    [GeneratedRegex(@"DROP TABLE \[(?<name>\w+)\]", RegexOptions.None, -1)]
    private static partial Regex DropTable();

    [GeneratedRegex(@"CREATE TABLE \[(?<name>\w+)\]", RegexOptions.None, -1)]
    private static partial Regex CreateTable();
}
