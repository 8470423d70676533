using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.CompiledModel;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Tests.Conventions;

/// <summary>The two models as they are built without a server, held to what SQLite does not mind and SQL Server refuses.</summary>
public sealed class BothDatabasesTests
{
    /// <summary>Keys end at 900 bytes and other indexes at 1,700.</summary>
    private const int LongestKey = 900;
    private const int LongestIndex = 1700;

    /// <summary>
    /// The texts that are longer than an indexed column can be: what people write, in one bounded JSON value each, and keys; never
    /// searched.
    /// </summary>
    private static readonly string[] Long =
    [
        "Agency.DeniedWords", "BadgeKey.Sealed", "CredentialPeriod.Badge", "CredentialPeriod.Evidence", "FidelityResult.Ratings",
        "FidelityResult.Scores", "FidelityReview.Draft", "FidelityReview.Notes", "IssuedToken.Payload", "ProtectionKey.Xml",
        "Reflection.Draft", "ReflectionRevision.Answers", "Review.Comments", "SessionRecordVersion.Content",
    ];

    public static TheoryData<string> Names => [.. Contexts.Keys];

    private static readonly Dictionary<string, Func<LearningDb>> Contexts = new()
    {
        ["Sqlite"] = () => new SqliteDesignTime().CreateDbContext([]),
        ["SqlServer"] = () => new SqlServerDesignTime().CreateDbContext([]),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void The_migrations_are_those_of_the_model(string name)
    {
        using var db = Contexts[name]();

        Assert.NotEmpty(db.Database.GetMigrations());
        Assert.False(db.Database.HasPendingModelChanges(), $"Make the {name} migration anew: the model has changed.");
    }

    [Fact]
    public void The_compiled_model_is_that_of_the_mappings()
    {
        using var db = Contexts["Sqlite"]();
        const string Compile =
            "dotnet ef dbcontext optimize --no-build --context SqliteLearningDb --project src/MiiWrap.Learning.Api --output-dir Data/CompiledModel --namespace MiiWrap.Learning.Api.Data.CompiledModel";

        Assert.IsType<SqliteLearningDbModel>(db.Model);
        Assert.True(Describe(db.GetService<IDesignTimeModel>().Model)
            .SequenceEqual(Describe(db.Model)), $"Compile the model anew, for it has changed: {Compile}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_text_is_bounded(string name)
    {
        using var db = Contexts[name]();
        var texts = Columns(db).Where(c => Stored(c) == typeof(string)).ToList();

        Assert.True(texts.Count > 40, $"Only {texts.Count} texts were looked at.");
        Assert.Equal([], texts.Where(t => t.GetMaxLength() is null).Select(Name));
        Assert.Equal(Long, texts.Where(t => t.GetMaxLength() > 4000).Select(Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Keys_and_indexes_fit_into_SQL_Server()
    {
        using var db = Contexts["SqlServer"]();
        var keys = Tables(db).SelectMany(t => t.GetKeys()).Select(k => (Name: Name(k.Properties), Bytes: k.Properties.Sum(Bytes))).ToList();
        var indexes = Tables(db).SelectMany(t => t.GetIndexes()).Select(i => (Name: Name(i.Properties), Bytes: i.Properties.Sum(Bytes)))
            .ToList();

        Assert.True(keys.Count > 15 && indexes.Count > 20, $"Only {keys.Count} keys and {indexes.Count} indexes were looked at.");
        Assert.Equal([], keys.Where(k => k.Bytes > LongestKey));
        Assert.Equal([], indexes.Where(i => i.Bytes > LongestIndex));
    }

    [Fact]
    public void No_table_is_reached_by_two_paths_of_cascading_deletes()
    {
        using var db = Contexts["SqlServer"]();
        var tables = Tables(db).Where(t => t.FindOwnership() is null
            || t.GetTableName() != t.FindOwnership()!.PrincipalEntityType.GetTableName()).ToList();
        var cascades = tables.SelectMany(t => t.GetForeignKeys())
            .Where(f => f.DeleteBehavior is DeleteBehavior.Cascade or DeleteBehavior.SetNull)
            .Select(f => (From: f.PrincipalEntityType.GetTableName()!, To: f.DeclaringEntityType.GetTableName()!))
            .Where(c => c.From != c.To)
            .ToLookup(c => c.From, c => c.To);

        Assert.NotEmpty(cascades);
        foreach (var start in tables.Select(t => t.GetTableName()!).Distinct())
            Assert.Equal([], Reached(cascades, start).GroupBy(t => t).Where(g => g.Count() > 1).Select(g => $"{start} → {g.Key}"));
        Assert.DoesNotContain(tables.SelectMany(t => t.GetForeignKeys()),
            f => f.DeclaringEntityType.GetTableName() == f.PrincipalEntityType.GetTableName()
                && f.DeleteBehavior == DeleteBehavior.Cascade);
    }

    [Fact]
    public void Moments_are_kept_to_the_millisecond_in_datetime2()
    {
        using var db = Contexts["SqlServer"]();
        var moments = Columns(db).Where(c => Stored(c) == typeof(DateTime)).ToList();

        Assert.True(moments.Count > 15, $"Only {moments.Count} moments were looked at.");
        Assert.Equal([], moments.Where(m => m.GetColumnType() != "datetime2(3)").Select(m => $"{Name(m)} {m.GetColumnType()}"));
        // DateTimeOffset is Identity's lock-out alone, which nothing reads or orders by.
        Assert.Equal(["Person.LockoutEnd"], Columns(db).Where(c => Stored(c) == typeof(DateTimeOffset)).Select(Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_versioned_has_a_concurrency_token(string name)
    {
        using var db = Contexts[name]();
        var versioned = Tables(db).Where(t => typeof(IVersioned).IsAssignableFrom(t.ClrType)).ToList();

        Assert.True(versioned.Count >= 6, $"Only {versioned.Count} versioned entities were looked at.");
        Assert.Equal([], versioned.Where(t => !t.FindProperty(nameof(IVersioned.Version))!.IsConcurrencyToken).Select(t => t.ClrType.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_identifier_is_made_by_the_database(string name)
    {
        using var db = Contexts[name]();
        Assert.Equal([], Columns(db).Where(c => c.IsPrimaryKey() && c.ClrType == typeof(Guid) && c.ValueGenerated != ValueGenerated.Never
            && !c.IsForeignKey()).Select(Name));
    }

    [Fact]
    public void The_script_for_SQL_Server_is_T_SQL()
    {
        using var db = Contexts["SqlServer"]();
        var script = db.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent);

        Assert.Contains("IF NOT EXISTS", script, StringComparison.Ordinal);
        Assert.Contains("BEGIN TRANSACTION;", script, StringComparison.Ordinal);
        Assert.Contains("CREATE TABLE [Enrolments]", script, StringComparison.Ordinal);
        Assert.Contains("[DueAt] datetime2(3) NOT NULL", script, StringComparison.Ordinal);
        Assert.Contains("[Id] uniqueidentifier NOT NULL", script, StringComparison.Ordinal);
        Assert.Contains("\nGO\n", script.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        foreach (var foreign in new[] { "AUTOINCREMENT", " TEXT ", " INTEGER ", "sqlite" })
            Assert.DoesNotContain(foreign, script, StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<IEntityType> Tables(LearningDb db) =>
        db.GetService<IDesignTimeModel>().Model.GetEntityTypes().Where(t => t.GetTableName() is not null);

    private static IEnumerable<IProperty> Columns(LearningDb db) => Tables(db).SelectMany(t => t.GetDeclaredProperties());

    private static Type Stored(IProperty property)
    {
        var type = property.GetTypeMapping().Converter?.ProviderClrType ?? property.ClrType;
        return Nullable.GetUnderlyingType(type) ?? type;
    }

    private static string Name(IProperty property) => $"{property.DeclaringType.ShortName()}.{property.Name}";

    private static string Name(IEnumerable<IProperty> properties) => string.Join(", ", properties.Select(Name));

    /// <summary>What a column takes in a key of SQL Server, at most.</summary>
    private static int Bytes(IProperty property)
    {
        var type = property.GetColumnType();
        return type switch
        {
            "uniqueidentifier" => 16,
            "bit" => 1,
            "int" => 4,
            "bigint" => 8,
            "date" => 3,
            "time" => 5,
            _ when type.StartsWith("datetime", StringComparison.Ordinal) => 10,
            _ when type.StartsWith("nvarchar(", StringComparison.Ordinal) && property.GetMaxLength() is { } length => 2 * length,
            _ => throw new InvalidOperationException($"{Name(property)} is a {type}: how many bytes are that in a key?"),
        };
    }

    private static IEnumerable<string> Reached(ILookup<string, string> cascades, string from) =>
        cascades[from].SelectMany(to => Reached(cascades, to).Prepend(to));

    /// <summary>What the compiled model keeps of the mappings, a line for each thing that a query or a save goes by.</summary>
    private static IEnumerable<string> Describe(IModel model)
    {
        foreach (var type in model.GetEntityTypes().OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            yield return $"{type.Name} in {type.GetTableName()}";
            foreach (var property in type.GetProperties())
            {
                yield return $"{Name(property)} {property.ClrType} {property.GetColumnName()} {property.GetColumnType()} {property.IsNullable} {property.GetMaxLength()} {property.GetPrecision()} "
                    + $"{property.IsConcurrencyToken} {property.ValueGenerated} {property.GetTypeMapping().Converter?.GetType()} {property.GetValueComparer().GetType()}";
            }

            foreach (var key in type.GetKeys()) yield return $"key {Name(key.Properties)} {key.IsPrimaryKey()}";
            foreach (var index in type.GetIndexes())
                yield return $"index {Name(index.Properties)} {index.IsUnique} {index.GetDatabaseName()}";
            foreach (var foreign in type.GetForeignKeys())
                yield return $"to {foreign.PrincipalEntityType.Name} by {Name(foreign.Properties)} {foreign.DeleteBehavior} {foreign.IsRequired} {foreign.IsOwnership}";
            foreach (var navigation in type.GetNavigations())
                yield return $"{navigation.Name} {navigation.IsCollection} {navigation.IsEagerLoaded}";
        }
    }
}
