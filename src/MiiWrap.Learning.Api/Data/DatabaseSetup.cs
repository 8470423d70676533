using Microsoft.EntityFrameworkCore;

namespace MiiWrap.Learning.Api.Data;

/// <summary>Another process keeps the database from being prepared, or its lock cannot be had; the message is one sentence.</summary>
internal sealed class DatabaseBusyException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Applies the schema; several processes on one database take turns, and a lock left behind by a dead one does not stop a start.
/// </summary>
internal static class DatabaseSetup
{
    /// <summary>More than any preparation takes, a first import and a large migration among them.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    public static string LockIn(string folder) => Path.Combine(folder, "setup.lock");

    public static async Task Migrate(LearningDb db, CancellationToken ct)
    {
        // This asks without a lock: a start with nothing to do waits for nobody.
        if ((await db.Database.GetPendingMigrationsAsync(ct)).Any()) await ApplyMigrations(db, ct);
        await SortNames.Fill(db, ct);
    }

    private static async Task ApplyMigrations(LearningDb db, CancellationToken ct)
    {
        if (db.Database.IsSqlite() && await HasMigrationLock(db, ct))
        {
            // Whoever calls holds the file lock beside the database, so no living process can own this row.
            await db.Database.ExecuteSqlRawAsync("""DELETE FROM "__EFMigrationsLock" """, ct);
        }

        await db.MigrateAsync(ct);
    }

    /// <summary>Holds an operating-system lock beside the database, which ends with the process however it ends.</summary>
    /// <exception cref="DatabaseBusyException">Another process has held it for five minutes, or there is no room for it.</exception>
    public static async Task<IDisposable> TakeTurn(string folder, TimeProvider clock, ILogger log, CancellationToken ct)
    {
        var file = LockIn(folder);
        var (begun, told) = (clock.GetTimestamp(), false);
        while (true)
        {
            try
            {
                return FilePermissions.Open(file, FileMode.OpenOrCreate, FileShare.None);
            }
            catch (IOException e) when (!IsHeld(e))
            {
                throw new DatabaseBusyException($"The lock file '{file}' cannot be opened: {e.Message}", e);
            }
            catch (IOException e)
            {
                if (clock.GetElapsedTime(begun) >= LongestWait)
                    throw new DatabaseBusyException(
                        $"Another process has been preparing the database for {LongestWait.TotalMinutes} minutes and holds '{file}': stop it, and start again.", e);
                if (!told && clock.GetElapsedTime(begun) >= Silence)
                {
                    told = true;
                    log.LogInformation("Waiting for another process that prepares the database and holds {File}", file);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), clock, ct);
            }
        }
    }

    // EAGAIN on Linux, EWOULDBLOCK on macOS, a sharing or lock violation on Windows; a full disk is none of them, and not waited for.
    private static bool IsHeld(IOException error) => (error.HResult & 0xFFFF) is 11 or 35 or 32 or 33;

    private static async Task<bool> HasMigrationLock(LearningDb db, CancellationToken ct) =>
        await db.Database.SqlQuery<int>($"""SELECT COUNT(*) AS "Value" FROM sqlite_master WHERE name = '__EFMigrationsLock'""")
            .SingleAsync(ct) > 0;
}
