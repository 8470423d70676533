using System.Data.Common;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Sqlite;
using MiiWrap.Learning.Tests.Processes;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Data;

/// <summary>
/// The database files of released versions, each with the demonstration in it and with what its people hold: tokens, and links from its
/// mails. The present program opens them, brings them up to date, and what people hold is good.
/// </summary>
public sealed class UpgradeTests : IDisposable
{
    private static readonly string Releases = Path.Combine(Repository.Folder, "tests", "MiiWrap.Learning.Tests", "Data", "Releases");

    private readonly Home home = new();

    public static TheoryData<string> Released => [.. Directory.GetDirectories(Releases).Select(d => Path.GetFileName(d))];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Released))]
    public async Task A_database_of_a_released_version_is_upgraded_and_what_its_people_hold_is_good(string release)
    {
        var kept = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Releases, release, "release.json"), Ct))!;
        await Unpack(release, (string)kept["sha256"]!);

        // Stop, migrate, start.
        var migrated = await RunningProgram.RunToEnd(home, ["--migrate"]);
        Assert.Equal((0, "The schema is up to date."), (migrated.ExitCode, Assert.Single(migrated.Output)));
        await using var program = await RunningProgram.Start(home, ("Clock__StartAt", (string)kept["clock"]!));
        using var http = program.Anonymous();

        var renewed = (await http.Post("/v1/identity/refresh", new { refreshToken = (string)kept["refreshToken"]! })).Ok();
        using var learner = program.Anonymous();
        learner.DefaultRequestHeaders.Authorization = new("Bearer", (string)renewed["accessToken"]!);
        var enrolment = (string)(await learner.Read("/v1/me")).Ok()["enrolments"]![0]!["id"]!;
        Assert.True((int)(await learner.Read($"/v1/enrolments/{enrolment}")).Ok()["progress"]!["unitsCompleted"]! > 0);

        (await http.Read((string)kept["oneTapLink"]!)).Ok();
        (await http.Post((string)kept["oneTapLink"]!,
            new FormUrlEncodedContent([new("outcome", "stillGood"), new("nudge", (string)kept["nudge"]!)]))).Ok();
        (await http.Read((string)kept["stopLink"]!)).Ok();
        (await http.Read((string)kept["calendar"]!)).Ok();
        foreach (var (path, token) in new[] { ("/v1/identity/invitations/accept", "invitation"), ("/v1/identity/password/reset", "reset") })
            (await http.Post(path, new { token = (string)kept[token]!, password = "three quiet herons at dusk" }))
                .Expect(HttpStatusCode.NoContent);

        // What was owed when it stopped goes out now.
        foreach (var owed in new[] { "unsentInvitationTo", "unsentFeedbackNoticeTo" })
            await Polling.Until(() => Task.FromResult(home.MailsTo((string)kept[owed]!).Count == 1));
    }

    [Theory]
    [MemberData(nameof(Released))]
    public async Task An_upgrade_that_is_cut_off_anywhere_leaves_nothing_half_done(string release)
    {
        await Unpack(release, (string)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Releases, release, "release.json"),
            Ct))!["sha256"]!);
        var (random, cutOff) = (new Random(20270201), new CutOff());
        var cuts = 0;
        while (true)
        {
            var options = SqliteLearningDb.Use(new DbContextOptionsBuilder<SqliteLearningDb>(), $"Data Source={home.Database}");
            await using var db = new SqliteLearningDb((DbContextOptions<SqliteLearningDb>)options.AddInterceptors(cutOff).Options);
            // Later and later, so that the longest migration gets through as well.
            cutOff.After(random.Next(1, 40 + (4 * cuts)));
            try
            {
                await DatabaseSetup.Migrate(db, Ct);
                break;
            }
            catch (TimeoutException)
            {
                cuts++;
            }
        }

        Assert.InRange(cuts, 5, 1000);
        cutOff.After(int.MaxValue);
        await using var upgraded = new SqliteLearningDb((DbContextOptions<SqliteLearningDb>)SqliteLearningDb
            .Use(new DbContextOptionsBuilder<SqliteLearningDb>(), $"Data Source={home.Database}").Options);
        Assert.Empty(await upgraded.Database.GetPendingMigrationsAsync(Ct));
        Assert.Equal(0, await upgraded.Database.SqlQuery<int>($"SELECT COUNT(*) AS Value FROM pragma_foreign_key_check").SingleAsync(Ct));
        Assert.True(await upgraded.Nudges.CountAsync(n => n.OpportunityId != null, Ct) > 100);
    }

    public void Dispose() => home.Dispose();

    /// <summary>Fails at one of the commands to come, as if the process had ended there.</summary>
    private sealed class CutOff : DbCommandInterceptor
    {
        private int left;

        public void After(int commands) => left = commands;

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
            left-- > 0 ? ValueTask.FromResult(result) : throw new TimeoutException("Cut off.");
    }

    private async Task Unpack(string release, string sha256)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(home.Database)!);
        await using (var packed = new GZipStream(
            File.OpenRead(Path.Combine(Releases, release, "learning.db.gz")), CompressionMode.Decompress))
        await using (var file = File.Create(home.Database))
            await packed.CopyToAsync(file, Ct);
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(home.Database, Ct))));
    }
}
