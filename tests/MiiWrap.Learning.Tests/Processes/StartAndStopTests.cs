using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>A first start makes everything, a second changes nothing, and each node does its own part of the work.</summary>
public sealed partial class StartAndStopTests : IDisposable
{
    private static readonly (string, string) Monday = ("Clock__StartAt", "2027-03-15T15:00:00Z");
    private static readonly (string, string) NineDaysLater = ("Clock__StartAt", "2027-03-24T15:00:00Z");

    private readonly Home home = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_start_makes_everything_another_nothing_and_a_worker_sends_what_is_due()
    {
        IReadOnlyList<string> made;
        await using (var first = await RunningProgram.Start(home, Monday))
        {
            (await first.Anonymous().Read("/health/ready")).Ok();
            using var http = await first.SignIn("admin@example.org");
            Assert.Equal("admin@example.org", (string)(await http.Read("/v1/me")).Ok()["email"]!);

            var ended = await first.Stop();
            Assert.Equal((0, 0), (ended.ExitCode, ended.Errors.Count));
            Assert.Equal(
                [
                    $"MiiWrap.Learning is ready at {first.Address.GetLeftPart(UriPartial.Authority)} (Swagger UI: {first.Address}swagger)",
                    $"Database: Sqlite in {Path.GetDirectoryName(home.Database)}; mail: {home.MailFolder}",
                    $"Jobs: {first.Address}jobs",
                    "Sign in as admin@example.org, lead@example.org, instructor@example.org, supervisor@example.org "
                    + $"or learner1@example.org to learner18@example.org, password {RunningProgram.Password}",
                ],
                NotOfTheMachine(ended.Output));
            made = await Rows();
            Assert.Contains("People 22", made);
            Assert.Contains("Enrolments 18", made);
        }

        // Nudges are due by now, and a node without jobs leaves them alone.
        await using (var web = await RunningProgram.Start(home, NineDaysLater, ("Jobs__Enabled", "false")))
        {
            Assert.Equal(0, (await web.Stop()).ExitCode);
            Assert.Equal(made, await Rows());
            Assert.False(Directory.Exists(home.MailFolder) && Directory.EnumerateFiles(home.MailFolder).Any());
        }

        await using var worker = await RunningProgram.Start(home, NineDaysLater, ("Http__Enabled", "false"));
        Assert.Equal("MiiWrap.Learning works without HTTP: this node runs jobs alone.", Assert.Single(NotOfTheMachine(worker.Output)));
        await home.UntilMailTo("learner2@example.org");
        Assert.Equal(0, (await worker.Stop()).ExitCode);
    }

    public void Dispose() => home.Dispose();

    /// <summary>
    /// What was printed, without what a busy machine makes the web server, the job server and the watch of the clock warn of.
    /// </summary>
    private static IEnumerable<string> NotOfTheMachine(IEnumerable<string> output) =>
        output.Where(line => !MachineWarning().IsMatch(line));

    [GeneratedRegex(@"^\S+Z warn: (Hangfire\.|Microsoft\.AspNetCore\.Server\.Kestrel|\S+\.WallClockWatch\[)",
        RegexOptions.ExplicitCapture, -1)]
    private static partial Regex MachineWarning();

    /// <summary>How many rows each table has, and what the nudges say of themselves.</summary>
    private async Task<IReadOnlyList<string>> Rows()
    {
        await using var connection = new SqliteConnection($"Data Source={home.Database};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync(Ct);
        var tables =
            await Column(connection,
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'SignInSessions' ORDER BY name");
        var rows = new List<string>();
        foreach (var table in tables) rows.AddRange(await Column(connection, $"SELECT '{table} ' || COUNT(*) FROM \"{table}\""));
        rows.AddRange(
            await Column(
                connection, """SELECT "Id" || ' ' || "Status" || ' ' || "DueAt" || ' ' || "Version" FROM "Nudges" ORDER BY "Id" """));
        return rows;
    }

    private static async Task<IReadOnlyList<string>> Column(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var values = new List<string>();
        while (await reader.ReadAsync(Ct)) values.Add(reader.GetString(0));
        return values;
    }
}

internal static class Waiting
{
    /// <summary>The mails to someone as soon as there is one.</summary>
    public static async Task<IReadOnlyList<Mail>> UntilMailTo(this Home home, string address)
    {
        IReadOnlyList<Mail> mails = [];
        await Polling.Until(() => (mails = home.MailsTo(address)).Count > 0);
        return mails;
    }
}
