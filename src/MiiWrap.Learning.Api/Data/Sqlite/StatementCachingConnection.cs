using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MiiWrap.Learning.Api.Data.Sqlite;

/// <summary>
/// A connection that stays open as long as its pooled context and caches prepared statements: preparing one for each query took SQLite
/// longer than running it.
/// </summary>
internal sealed class StatementCachingConnection(string connectionString)
    : SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString())
{
    // FULL: what was acknowledged survives a power cut. The busy time-out is for writers of another process. What is deleted or replaced is
    // overwritten, not only let go: words that were taken out would else lie on in the file's free space and in every backup of it.
    private const string Always =
        "PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=4000;";
    private const string Writable = "PRAGMA journal_mode=WAL; " + Always;

    // A few kilobytes each. Queries over lists have a text for each length of the list, and would fill any number.
    private const int MostKept = 100;

    private readonly Dictionary<string, SqliteCommand> idle = new(StringComparer.Ordinal);
    private bool isEnding;

    public override void Open()
    {
        base.Open();
        using var command = new SqliteCommand(For(ConnectionString), this);
        command.ExecuteNonQuery();
    }

    /// <summary>EF closes after each query; only the end of the context is the end of this.</summary>
    public override void Close()
    {
        if (isEnding) base.Close();
    }

    public override SqliteCommand CreateCommand() =>
        new CachedCommand(this) { Connection = this, CommandTimeout = DefaultTimeout, Transaction = Transaction };

    protected override void Dispose(bool disposing)
    {
        isEnding = true;
        base.Dispose(disposing);
    }

    // EF looks read-only whether a database is there; one that is not in WAL mode yet, such as a restored backup, would refuse the change.
    private static string For(string connectionString) =>
        new SqliteConnectionStringBuilder(connectionString).Mode == SqliteOpenMode.ReadOnly ? Always : Writable;

    private SqliteCommand Rent(string text) => idle.Remove(text, out var command) ? command : new(text, this);

    private void TakeBack(SqliteCommand command)
    {
        // Pragmas may act when they are prepared, and would do nothing the second time.
        if (isEnding || command.CommandText.StartsWith("PRAGMA", StringComparison.OrdinalIgnoreCase)
            || !idle.TryAdd(command.CommandText, command))
        {
            command.Dispose();
            return;
        }

        if (idle.Count <= MostKept) return;
        foreach (var other in idle.Values) other.Dispose();
        idle.Clear();
    }

    /// <summary>Gives each context's connection to EF.</summary>
    internal sealed class Interceptor : DbConnectionInterceptor
    {
        public static readonly Interceptor Instance = new();

        public override InterceptionResult<DbConnection> ConnectionCreating(
            ConnectionCreatingEventData eventData, InterceptionResult<DbConnection> result) =>
            InterceptionResult<DbConnection>.SuppressWithResult(new StatementCachingConnection(eventData.ConnectionString!));
    }

    /// <summary>A command as EF makes one for each query; it runs by one that is prepared.</summary>
    private sealed class CachedCommand(StatementCachingConnection connection) : SqliteCommand
    {
        private SqliteCommand? borrowed;

        // Every way to execute leads here.
        public override SqliteDataReader ExecuteReader(CommandBehavior behavior)
        {
            borrowed ??= connection.Rent(CommandText);
            borrowed.Transaction = Transaction;
            borrowed.CommandTimeout = CommandTimeout;
            borrowed.Parameters.Clear();
            foreach (SqliteParameter parameter in Parameters) borrowed.Parameters.Add(parameter);
            try
            {
                return borrowed.ExecuteReader(behavior);
            }
            catch
            {
                borrowed.Dispose();
                borrowed = null;
                throw;
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && borrowed is { } command)
            {
                borrowed = null;
                command.Parameters.Clear();
                connection.TakeBack(command);
            }

            base.Dispose(disposing);
        }
    }
}
