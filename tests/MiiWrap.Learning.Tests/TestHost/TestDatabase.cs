using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>
/// The database of one host: a SQLite file, or with <c>LEARNING_TEST_DB=sqlserver</c> a database of its own on SQL Server. Asked for and
/// not to be had is a failure: nothing falls back to the other one.
/// </summary>
public sealed class TestDatabase
{
    private readonly string? server;

    private TestDatabase(string connectionString, string? server) => (ConnectionString, this.server) = (connectionString, server);

    /// <summary>True when the run is to be on SQL Server.</summary>
    public static bool IsServerAskedFor => Wanted != "sqlite";

    private static string Wanted => Environment.GetEnvironmentVariable("LEARNING_TEST_DB") is { Length: > 0 } wanted ? wanted : "sqlite";

    public string ConnectionString { get; }

    public string Provider => server is null ? "Sqlite" : "SqlServer";

    public static async Task<TestDatabase> In(string folder) => Wanted switch
    {
        "sqlite" => new($"Data Source={Path.Combine(folder, "learning.db")}", server: null),
        "sqlserver" => On(Environment.GetEnvironmentVariable("LEARNING_TEST_SQLSERVER") is { Length: > 0 } given
            ? given
            : await TestServer.ConnectionString()),
        var other => throw new InvalidOperationException($"LEARNING_TEST_DB is '{other}'; it takes sqlite or sqlserver."),
    };

    public async Task Drop()
    {
        if (server is null)
        {
            // This pool alone: to close another host's last connection under its feet is an I/O error there.
            using var pooled = new SqliteConnection(ConnectionString);
            SqliteConnection.ClearPool(pooled);
            return;
        }

        SqlConnection.ClearAllPools();
        await using var connection = new SqlConnection(server);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        var name = new SqlConnectionStringBuilder(ConnectionString).InitialCatalog;
        command.CommandText =
            $"IF DB_ID('{name}') IS NOT NULL BEGIN ALTER DATABASE [{name}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE [{name}]; END";
        await command.ExecuteNonQueryAsync();
    }

    private static TestDatabase On(string server) =>
        new(new SqlConnectionStringBuilder(server) { InitialCatalog = $"learning_{Guid.NewGuid():N}" }.ConnectionString, server);
}
