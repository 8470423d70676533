using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>
/// The database of one host: a SQLite file, or with <c>LEARNING_TEST_DB=sqlserver</c> a database of its own on SQL Server. Asked for and
/// not to be had is a failure: nothing falls back to the other one.
/// </summary>
public sealed class TestDatabase
{
    private static byte[]? prepared;
    private readonly string? server;

    private TestDatabase(string connectionString, string? server) => (ConnectionString, this.server) = (connectionString, server);

    /// <summary>True when the run is to be on SQL Server.</summary>
    public static bool IsServerAskedFor => Wanted != "sqlite";

    private static string Wanted => Environment.GetEnvironmentVariable("LEARNING_TEST_DB") is { Length: > 0 } wanted ? wanted : "sqlite";

    public string ConnectionString { get; }

    public string Provider => server is null ? "Sqlite" : "SqlServer";

    public static async Task<TestDatabase> In(string folder) => Wanted switch
    {
        "sqlite" => At(Path.Combine(folder, "learning.db")),
        "sqlserver" => On(Environment.GetEnvironmentVariable("LEARNING_TEST_SQLSERVER") is { Length: > 0 } given
            ? given
            : await TestServer.ConnectionString()),
        var other => throw new InvalidOperationException($"LEARNING_TEST_DB is '{other}'; it takes sqlite or sqlserver."),
    };

    /// <summary>
    /// Keeps what the first host of the run has made at its start, its schema and its course: the later ones begin with a copy. Keys are
    /// each host's own.
    /// </summary>
    public void Prepare()
    {
        if (server is not null || prepared is not null) return;
        var file = $"{new SqliteConnectionStringBuilder(ConnectionString).DataSource}.prepared";
        using (var original = new SqliteConnection(ConnectionString))
        using (var copy = new SqliteConnection($"Data Source={file};Pooling=false"))
        {
            original.Open();
            copy.Open();
            original.BackupDatabase(copy);
            using var command = copy.CreateCommand();
            command.CommandText = "DELETE FROM ProtectionKeys; DELETE FROM AuthorizationKeys; VACUUM";
            command.ExecuteNonQuery();
        }

        prepared = File.ReadAllBytes(file);
        File.Delete(file);
    }

    /// <summary>Puts there what <see cref="Prepare"/> has kept; nothing where nothing was.</summary>
    public static void CopyPrepared(string file)
    {
        if (prepared is not null) File.WriteAllBytes(file, prepared);
    }

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

    private static TestDatabase At(string file)
    {
        CopyPrepared(file);
        return new($"Data Source={file}", server: null);
    }

    private static TestDatabase On(string server) =>
        new(new SqlConnectionStringBuilder(server) { InitialCatalog = $"learning_{Guid.NewGuid():N}" }.ConnectionString, server);
}
