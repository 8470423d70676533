using Microsoft.Data.Sqlite;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>The address under which badges are looked up is the one of the first issue: others hold files that name it.</summary>
public sealed class BadgeAddressTests : IDisposable
{
    private const string Stored = "https://badges.example.org";

    private readonly Home home = Home.Prepared();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_start_with_another_address_than_that_of_the_badges_stops_with_one_sentence_but_not_in_Development()
    {
        await Store();
        (string, string) other = ("Credentials__BaseUrl", "https://elsewhere.example.org/");
        var ended = await RunningProgram.RunToEnd(home, [], other, ("ASPNETCORE_ENVIRONMENT", "Production"));
        Assert.NotEqual(0, ended.ExitCode);
        Assert.Equal(
            "Credentials:BaseUrl is 'https://elsewhere.example.org', but the badges that people hold are looked up under "
            + "'https://badges.example.org': set it to that, or leave it out.",
            Assert.Single(ended.Errors));

        await using var program = await RunningProgram.Start(home, other);
        using var http = program.Anonymous();
        Assert.Equal($"{Stored}/v1/badges/issuer", (string)(await http.Read("/v1/badges/issuer")).Ok()["id"]!);
    }

    [Fact]
    public async Task Rotating_the_key_says_which_signs_from_now_on()
    {
        var ended = await RunningProgram.RunToEnd(home, ["--rotate-badge-key"]);
        Assert.Equal((0, 0), (ended.ExitCode, ended.Errors.Count(e => !e.StartsWith("info", StringComparison.Ordinal))));
        Assert.Matches("^Badges are signed by the key [A-Za-z0-9_-]{43} from now on", ended.Output[^1]);
    }

    public void Dispose() => home.Dispose();

    private async Task Store()
    {
        await using var connection = new SqliteConnection($"Data Source={home.Database};Pooling=False");
        await connection.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
        command.CommandText = $"INSERT INTO BadgeBases (Id, Url, StoredAt) VALUES (1, '{Stored}', '2027-02-01 15:00:00')";
        await command.ExecuteNonQueryAsync(Ct);
    }
}
