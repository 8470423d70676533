using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;

namespace MiiWrap.Learning.Api.Data.Sqlite;

/// <summary>The embedded database: one file, one writer at a time.</summary>
public class SqliteLearningDb(DbContextOptions<SqliteLearningDb> options) : LearningDb(options)
{
    private const int Constraint = 19;

    private WriteGate? gate;

    private WriteGate Gate => gate ??= WriteGate.Of(Database.GetConnectionString()!);

    public override bool IsUniqueViolation(DbUpdateException error) =>
        error.InnerException is SqliteException { SqliteErrorCode: Constraint, SqliteExtendedErrorCode: 2067 or 1555 };

    protected override bool IsForeignKeyViolation(DbUpdateException error) =>
        error.InnerException is SqliteException { SqliteErrorCode: Constraint, SqliteExtendedErrorCode: 787 };

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (Database.CurrentTransaction is not null) return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        using var turn = await Gate.EnterAsync(cancellationToken);
        return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    public override async Task<IDbContextTransaction> BeginWriteAsync(CancellationToken ct)
    {
        var turn = await Gate.EnterAsync(ct);
        try
        {
            // Microsoft.Data.Sqlite begins immediately: a deferred transaction that turns into a write can only fail.
            return new QueuedTransaction(await Database.BeginTransactionAsync(ct), turn);
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    public override async Task<IAsyncDisposable?> RelaxDurabilityAsync(CancellationToken ct)
    {
        // Held open, so that all saves go by the connection that was told.
        await Database.OpenConnectionAsync(ct);
        await Database.ExecuteSqlRawAsync("PRAGMA synchronous=NORMAL", ct);
        return new RelaxedDurability(this);
    }

    public override async Task MigrateAsync(CancellationToken ct)
    {
        // Held open, so that it is the connection that was told.
        await Database.OpenConnectionAsync(ct);
        await Database.ExecuteSqlRawAsync("PRAGMA foreign_keys = 0", ct);
        try
        {
            await Database.MigrateAsync(ct);
        }
        finally
        {
            await Database.ExecuteSqlRawAsync("PRAGMA foreign_keys = 1", CancellationToken.None);
            await Database.CloseConnectionAsync();
        }
    }

    // The write-ahead log holds pages as they were, words that were taken out since among them, until it is begun anew. Readers in the
    // middle of something keep it; then the next turn does it, rather than that writers wait.
    public override async Task TruncateWalAsync(CancellationToken ct)
    {
        using var turn = await Gate.EnterAsync(ct);
        await Database.ExecuteSqlRawAsync("PRAGMA busy_timeout=250; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout=5000;", ct);
    }

    public override async Task<bool> EraseOverwrittenAsync(CancellationToken ct)
    {
        try
        {
            await Database.ExecuteSqlRawAsync("VACUUM", ct);
        }
        catch (SqliteException)
        {
            // It takes as much room again as the file, and nobody else who writes.
            return false;
        }

        using var turn = await Gate.EnterAsync(ct);
        await Database.OpenConnectionAsync(ct);
        try
        {
            await using var command = Database.GetDbConnection().CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            return await command.ExecuteScalarAsync(ct) is 0L;
        }
        finally
        {
            await Database.CloseConnectionAsync();
        }
    }

    public static DbContextOptionsBuilder Use(DbContextOptionsBuilder options, string connectionString) =>
        options.UseSqlite(connectionString).ReplaceService<IMigrationsSqlGenerator, WholeMigrations>().AddInterceptors(
            StatementCachingConnection.Interceptor.Instance, WriteGate.Interceptor.Instance);

    private sealed class RelaxedDurability(SqliteLearningDb db) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await db.Database.ExecuteSqlRawAsync("PRAGMA synchronous=FULL");
            await db.Database.CloseConnectionAsync();
        }
    }

    private sealed class QueuedTransaction(IDbContextTransaction inner, IDisposable turn) : IDbContextTransaction
    {
        private bool disposed;

        public Guid TransactionId => inner.TransactionId;

        public void Commit() => inner.Commit();

        public Task CommitAsync(CancellationToken cancellationToken = default) => inner.CommitAsync(cancellationToken);

        public void Rollback() => inner.Rollback();

        public Task RollbackAsync(CancellationToken cancellationToken = default) => inner.RollbackAsync(cancellationToken);

        public void Dispose()
        {
            if (disposed) return;
            disposed = true;
            inner.Dispose();
            turn.Dispose();
        }

        public async ValueTask DisposeAsync()
        {
            if (disposed) return;
            disposed = true;
            await inner.DisposeAsync();
            turn.Dispose();
        }
    }
}
