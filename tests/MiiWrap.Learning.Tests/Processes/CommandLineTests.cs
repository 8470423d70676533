using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Hosting;

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

    [Fact]
    public async Task An_unknown_argument_stops_the_program_before_anything_is_made()
    {
        var ended = await RunningProgram.RunToEnd(home, ["migrate"]);

        Assert.Equal((1, 0), (ended.ExitCode, ended.Output.Count));
        Assert.Equal("There is no argument migrate; the nearest is --migrate.", Assert.Single(ended.Errors));
        Assert.False(File.Exists(home.Database));
    }

    [Theory]
    [InlineData("There is no argument --migrat; the nearest is --migrate.", "--migrat")]
    [InlineData("There is no argument --Migrate; the nearest is --migrate.", "--Migrate")]
    [InlineData("There is no argument --url; the nearest is --urls.", "--url=http://127.0.0.1:0")]
    [InlineData("There is no argument --Mail:Pasword; the nearest is --Mail:Password.", "--Mail:Pasword=secret-word")]
    [InlineData("There is no argument --Mial:Host; the nearest is --Mail:Host.", "--migrate", "--Mial:Host", "mail.example.org")]
    [InlineData("There is no argument Jobs:Enabled; the nearest is --Jobs:Enabled.", "Jobs:Enabled=false")]
    [InlineData("There is no argument -v; the nearest is --help.", "-v")]
    [InlineData("There is no argument --Mail; the nearest is --help.", "--Mail=pickup")]
    [InlineData("--Jobs:Enabled needs a value: --Jobs:Enabled=VALUE.", "--Jobs:Enabled")]
    [InlineData("--urls needs a value: --urls=VALUE.", "--urls", "--migrate")]
    [InlineData("--invite-admin needs the e-mail address of the person to invite.", "--invite-admin", "--Jobs:Enabled=false")]
    [InlineData("--reset-second-factor needs the e-mail address of the person who lost phone and codes.", "--reset-second-factor")]
    [InlineData("--migrate and --version cannot be done at once: give one of them.", "--migrate", "--version")]
    [InlineData("--migrate takes no value.", "--migrate=yes")]
    public void What_cannot_be_meant_is_told_with_the_nearest_name(string sentence, params string[] arguments) =>
        Assert.Equal(sentence, Assert.Throws<SettingException>(() => Verb.Parse(arguments)).Message);

    [Fact]
    public void Settings_and_options_of_the_host_go_with_any_verb_in_any_place()
    {
        string[] options = ["--urls=http://127.0.0.1:0", "--environment", "Development", "--contentRoot=.", "--applicationName=a",
            "--Jobs:Enabled=false", "--Cors:Origins:0=https://learn.example.org", "--Logging:LogLevel:Default=Debug", "--mail:host=m"];

        Assert.Equal(options, Verb.Parse(options).HostArguments);
        var verb = Verb.Parse([.. options[..1], "--invite-admin", "you@example.org", .. options[1..]]);
        Assert.Equal((Verb.InviteAdmin, "you@example.org"), (verb.Name, verb.Argument));
        Assert.Equal(options, verb.HostArguments);
        Assert.Equal("openapi.json", Verb.Parse(["--export-openapi=openapi.json"]).Argument);
        Assert.Equal(Verb.Help, Verb.Parse(["--invite-admin", "-h"]).Name);
    }

    [Theory]
    [InlineData("--help", "--invite-admin EMAIL")]
    [InlineData("--version", "MiiWrap.Learning ")]
    public async Task The_program_says_what_it_can_and_which_it_is(string argument, string line)
    {
        var ended = await RunningProgram.RunToEnd(home, [argument], ("Mail__Port", "none"));

        Assert.Equal((0, 0), (ended.ExitCode, ended.Errors.Count));
        Assert.Contains(line, string.Join('\n', ended.Output), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody@example.org", "There is nobody with a second factor at nobody@example.org: nothing was changed.")]
    [InlineData("nobody", "--reset-second-factor needs an e-mail address, not 'nobody'.")]
    public async Task Nobody_s_second_factor_is_not_reset(string address, string sentence)
    {
        var ended = await RunningProgram.RunToEnd(home, ["--reset-second-factor", address]);

        Assert.Equal(1, ended.ExitCode);
        Assert.Equal(sentence, Assert.Single(ended.Errors));
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
