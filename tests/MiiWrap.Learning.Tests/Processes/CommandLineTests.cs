using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>What the same program does besides serving.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly Home home = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrate_applies_the_schema_and_nothing_else_though_a_killed_process_left_its_lock()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(home.Database)!);
        await Execute("""
            CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
            INSERT INTO "__EFMigrationsLock" VALUES (1, '2027-01-01 00:00:00');
            """);

        var ended = await RunningProgram.RunToEnd(home, ["--migrate"]);

        Assert.Equal((0, 0), (ended.ExitCode, ended.Errors.Count));
        Assert.Equal("The schema is up to date.", Assert.Single(ended.Output));
        Assert.Equal(0L,
            await Execute(
                """SELECT (SELECT COUNT(*) FROM "People") + (SELECT COUNT(*) FROM "Curricula") + (SELECT COUNT(*) FROM "__EFMigrationsLock")"""));
        using var db = new SqliteDesignTime().CreateDbContext([]);
        Assert.Equal((long)db.Database.GetMigrations().Count(), await Execute("""SELECT COUNT(*) FROM "__EFMigrationsHistory" """));
    }

    [Fact]
    public async Task Export_writes_the_document_and_makes_no_database()
    {
        var file = Path.Combine(home.Folder, "openapi.json");
        var ended = await RunningProgram.RunToEnd(home, ["--export-openapi", file]);

        Assert.Equal((0, 0), (ended.ExitCode, ended.Errors.Count));
        var document = JsonNode.Parse(await File.ReadAllTextAsync(file, Ct))!;
        Assert.StartsWith("3.1", (string)document["openapi"]!, StringComparison.Ordinal);
        Assert.NotNull(document["paths"]!["/v1/enrolments/{enrolmentId}/units/{unit}/complete"]);
        Assert.False(File.Exists(home.Database));
    }

    [Fact]
    public async Task Export_without_a_file_says_what_is_missing()
    {
        var ended = await RunningProgram.RunToEnd(home, ["--export-openapi"]);

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Equal("--export-openapi needs the name of the file to write.", Assert.Single(ended.Errors));
    }

    public void Dispose() => home.Dispose();

    private async Task<object?> Execute(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={home.Database};Pooling=False");
        await connection.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(Ct);
    }
}
