using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Tests.Conventions;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Data;

/// <summary>
/// From 0.2 on, nodes of two releases run side by side while one is rolled out, so a migration may add and never take away what the release
/// before still uses. Migrations of a release are frozen.
/// </summary>
public sealed partial class MigrationTests
{
    /// <summary>The first migrations, of release 0.1: nothing was there that they could take away.</summary>
    private static readonly string[] Initial = ["20261122105321_Initial", "20261122105324_Initial"];

    /// <summary>What may be taken away all the same, as "migration: operation", with the release that had stopped using it.</summary>
    /// <remarks>Of what 0.1 used, anything: from 0.1 the way is to stop, migrate and start.</remarks>
    private static readonly Dictionary<string, string> Allowed = new(StringComparer.Ordinal)
    {
        ["OutboundMails: drops table AccountMails"] = "0.2",
        ["OutboundMails: drops table FeedbackNotices"] = "0.2",
        ["SignInFailures: drops column People.FailedSignIns"] = "0.2",
        ["SignInFailures: drops column People.LockedUntil"] = "0.2",
        // The index of before, less the rows that have no opportunity.
        ["CoachingWords: adds unique index IX_Nudges_OpportunityId_Step_PlanVersion"] = "0.2",
    };

    /// <summary>The files of released migrations, by the hash of their text: whoever has run them would not run them again.</summary>
    private static readonly Dictionary<string, string> Frozen = new(StringComparer.Ordinal)
    {
        ["Sqlite/20261122105321_Initial.cs"] = "7333c72f58ee7407c7aa236f73cf1eb6031615d2d56f90128ea4a0a52cc87ad2",
        ["SqlServer/20261122105324_Initial.cs"] = "27f8550d3e6e0582b7400bd473171c28c75b807bac5ec5a33ef82c87d1397041",
    };

    public static TheoryData<string> Databases => ["Sqlite", "SqlServer"];

    [Theory]
    [MemberData(nameof(Databases))]
    public void No_migration_takes_away_what_the_release_before_uses(string database)
    {
        using var db = Open(database);
        var migrations = db.GetService<IMigrationsAssembly>();
        Assert.NotEmpty(migrations.Migrations);
        var faults = migrations.Migrations.Where(m => !Initial.Contains(m.Key))
            .SelectMany(m => Losses(migrations.CreateMigration(m.Value, db.Database.ProviderName!).UpOperations)
                .Select(l => $"{m.Key.Split('_', 2)[1]}: {l}"));
        Faults.None(faults.Where(f => !Allowed.ContainsKey(f)));
    }

    [Fact]
    public void What_drops_renames_or_narrows_is_noticed()
    {
        Assert.Equal(["drops table Nudges"], Losses([new DropTableOperation { Name = "Nudges" }]));
        Assert.Equal(["drops column Nudges.Unit"], Losses([new DropColumnOperation { Table = "Nudges", Name = "Unit" }]));
        Assert.Equal(["renames table Nudges"], Losses([new RenameTableOperation { Name = "Nudges", NewName = "Asks" }]));
        Assert.Equal(
            ["renames column Nudges.Unit"], Losses([new RenameColumnOperation { Table = "Nudges", Name = "Unit", NewName = "Slug" }]));
        Assert.Equal(
            ["requires column Nudges.Note"], Losses([new AddColumnOperation { Table = "Nudges", Name = "Note", IsNullable = false }]));
        var unique = new CreateIndexOperation { Table = "Nudges", Name = "IX_Nudges_Unit", Columns = ["Unit"], IsUnique = true };
        Assert.Equal(["adds unique index IX_Nudges_Unit"], Losses([unique]));
        Assert.Empty(Losses([new AddColumnOperation { Table = "Nudges", Name = "Unit", IsNullable = true }, unique]));
        var filtered = new CreateIndexOperation
            { Table = "Nudges", Name = "IX_Nudges_Item", Columns = ["Item", "Step"], IsUnique = true, Filter = "[Item] IS NOT NULL" };
        Assert.Equal(["adds unique index IX_Nudges_Item"], Losses([filtered]));
        Assert.Empty(Losses([new AddColumnOperation { Table = "Nudges", Name = "Item", IsNullable = true }, filtered]));
        Assert.Equal(["narrows column Nudges.Unit"], Losses([Altered(from: new AddColumnOperation { MaxLength = 80 }, maxLength: 40)]));
        Assert.Equal(["narrows column Nudges.Unit"],
            Losses([Altered(from: new AddColumnOperation { MaxLength = 80, IsNullable = true }, maxLength: 80)]));
        Assert.Empty(
            Losses([Altered(from: new AddColumnOperation { MaxLength = 80 }, maxLength: 120),
                new AddColumnOperation { Table = "Nudges", Name = "Note", IsNullable = true }]));
        // A unique index on a table of the same migration binds nobody who does not know the table.
        Assert.Empty(
            Losses([new CreateTableOperation { Name = "New" },
                new CreateIndexOperation { Table = "New", Name = "IX_New", IsUnique = true }]));
    }

    [Fact]
    public void Released_migrations_are_as_they_were()
    {
        var folder = Path.Combine(Repository.Folder, "src", "MiiWrap.Learning.Api", "Data", "Migrations");
        Assert.Equal(Frozen, Frozen.Keys.ToDictionary(f => f, f => HashOf(Path.Combine(folder, f))));
    }

    [Fact]
    public void A_check_that_rows_of_the_release_before_pass_binds_nobody()
    {
        var check = new AddCheckConstraintOperation
        {
            Table = "Nudges", Name = "CK_Nudges_One",
                Sql = "([Unit] IS NOT NULL AND [Item] IS NULL) OR ([Unit] IS NULL AND [Item] IS NOT NULL)",
        };
        var added = new AddColumnOperation { Table = "Nudges", Name = "Item", IsNullable = true };
        var widened = new AlterColumnOperation { Table = "Nudges", Name = "Unit", IsNullable = true, OldColumn = new AddColumnOperation() };
        Assert.Empty(Losses([added, widened, check]));
        Assert.Equal(["adds check constraint CK_Nudges_One"], Losses([added, check]));
        Assert.Equal(["adds check constraint CK_Nudges_One"], Losses([widened, check]));
        check.Sql = "[Item] > 0";
        Assert.Equal(["adds check constraint CK_Nudges_One"], Losses([added, widened, check]));
    }

    private static IEnumerable<string> Losses(IReadOnlyList<MigrationOperation> operations)
    {
        var made = operations.OfType<CreateTableOperation>().Select(t => t.Name).ToHashSet();
        // Who does not know a column leaves it empty, and what is empty is like nothing.
        var optional = operations.OfType<AddColumnOperation>().Where(c => c.IsNullable).Select(c => (c.Table, c.Name)).ToHashSet();
        // Who does not know that a column may be empty now fills it.
        var widened = operations.OfType<AlterColumnOperation>().Where(c => c.IsNullable && !c.OldColumn.IsNullable)
            .Select(c => (c.Table, c.Name)).ToHashSet();
        foreach (var operation in operations)
        {
            var loss = operation switch
            {
                DropTableOperation o => $"drops table {o.Name}",
                DropColumnOperation o => $"drops column {o.Table}.{o.Name}",
                RenameTableOperation o => $"renames table {o.Name}",
                RenameColumnOperation o => $"renames column {o.Table}.{o.Name}",
                AddColumnOperation { IsNullable: false, DefaultValue: null, DefaultValueSql: null, ComputedColumnSql: null } o when !made
                    .Contains(o.Table) => $"requires column {o.Table}.{o.Name}",
                CreateIndexOperation { IsUnique: true } o when !made.Contains(o.Table)
                    && !o.Columns.All(c => optional.Contains((o.Table, c))) && !IsFilteredBy(o, optional) => $"adds unique index {o.Name}",
                AddUniqueConstraintOperation o when !made.Contains(o.Table) => $"adds unique constraint {o.Name}",
                AddCheckConstraintOperation o when !made.Contains(o.Table)
                    && !(OneOfTwo().Match(o.Sql) is { Success: true } one && widened.Contains((o.Table, one.Groups["old"].Value))
                        && optional.Contains((o.Table, one.Groups["new"].Value))) => $"adds check constraint {o.Name}",
                AlterColumnOperation o when IsNarrower(o) => $"narrows column {o.Table}.{o.Name}",
                _ => null,
            };
            if (loss is not null) yield return loss;
        }
    }

    [GeneratedRegex(
        @"^\(\[(?<old>\w+)\] IS NOT NULL AND \[(?<new>\w+)\] IS NULL\) OR \(\[\k<old>\] IS NULL AND \[\k<new>\] IS NOT NULL\)$",
        RegexOptions.ExplicitCapture, -1)]
    private static partial Regex OneOfTwo();

    /// <summary>It holds only where a column is filled that the release before leaves empty.</summary>
    private static bool IsFilteredBy(CreateIndexOperation index, HashSet<(string Table, string Name)> optional) =>
        index.Filter is not null && index.Columns.Any(c => optional.Contains((index.Table, c)) && index.Filter == $"[{c}] IS NOT NULL");

    private static bool IsNarrower(AlterColumnOperation change) =>
        (change.OldColumn.IsNullable && !change.IsNullable)
        || (change.MaxLength is { } now && (change.OldColumn.MaxLength is not { } before || now < before))
        || (change.OldColumn.ColumnType is { } old && change.ColumnType is { } type && old.Split('(')[0] != type.Split('(')[0]);

    private static AlterColumnOperation Altered(AddColumnOperation from, int maxLength) =>
        new() { Table = "Nudges", Name = "Unit", MaxLength = maxLength, OldColumn = from };

    private static LearningDb Open(string database) =>
        database == "Sqlite" ? new SqliteDesignTime().CreateDbContext([]) : new SqlServerDesignTime().CreateDbContext([]);

    private static string HashOf(string file) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));
}
