using System.Data;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Data.SqlServer;

/// <summary>The database of a programme that has outgrown one machine.</summary>
public sealed class SqlServerLearningDb(DbContextOptions<SqlServerLearningDb> options) : LearningDb(options)
{
    private const int UniqueIndex = 2601;
    private const int UniqueConstraint = 2627;
    private const int ForeignKey = 547;
    private const int SnapshotConflict = 3960;

    // Compared byte for byte, as SQLite compares everything.
    private const string Exact = "Latin1_General_100_BIN2";

    // Slugs, keys, zones, hashes and names of choices are this long at most; what people write may be longer, and sorts as people expect.
    private const int LongestToken = 128;

    public static DbContextOptionsBuilder Use(DbContextOptionsBuilder options, string connectionString) =>
        // A deadlock's victim (1205) is in the provider's own list of what to try again; a lost race under snapshot isolation is not.
        options.UseSqlServer(connectionString, s => s.EnableRetryOnFailure(
            maxRetryCount: 6, maxRetryDelay: TimeSpan.FromSeconds(5), errorNumbersToAdd: [SnapshotConflict]));

    public override bool IsUniqueViolation(DbUpdateException error) =>
        error.InnerException is SqlException { Number: UniqueIndex or UniqueConstraint };

    protected override bool IsForeignKeyViolation(DbUpdateException error) => error.InnerException is SqlException { Number: ForeignKey };

    public override async Task<bool> TryAcquireLockAsync(string name, TimeSpan wait, CancellationToken ct)
    {
        var result = new SqlParameter("@result", SqlDbType.Int) { Direction = ParameterDirection.Output };
        await Database.ExecuteSqlRawAsync(
            "EXEC @result = sp_getapplock @Resource = @name, @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = @wait",
            [result, new SqlParameter("@name", name), new SqlParameter("@wait", (int)wait.TotalMilliseconds)], ct);
        return (int)result.Value >= 0;
    }

    public override async Task<IAsyncDisposable?> AcquireMigrationLockAsync(CancellationToken ct)
    {
        // Not from the pool: the lock ends with its session, and a pooled session lives on.
        var connection =
            new SqlConnection(new SqlConnectionStringBuilder(Database.GetConnectionString()) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(ct);
            await using var command = connection.CreateCommand();
            command.CommandText =
                "DECLARE @r int; EXEC @r = sp_getapplock @Resource = 'preparation', @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = @wait; SELECT @r";
            command.CommandTimeout = (int)DatabaseSetup.LongestWait.TotalSeconds * 2;
            command.Parameters.AddWithValue("@wait", (int)DatabaseSetup.LongestWait.TotalMilliseconds);
            if ((int)(await command.ExecuteScalarAsync(ct))! < 0)
                throw new DatabaseBusyException(
                    $"Another node has been preparing the database for {DatabaseSetup.LongestWait.TotalMinutes} minutes: stop it, and start again.");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        foreach (var property in builder.Model.GetEntityTypes().SelectMany(t => t.GetProperties()))
        {
            var isText = (property.GetProviderClrType() ?? property.ClrType) == typeof(string) || property.ClrType.IsEnum
                || Nullable.GetUnderlyingType(property.ClrType)?.IsEnum == true;
            // Of the columns called Name or Reason some are tokens: they may be compared as the others are.
            if (isText && property.Name is not ("Name" or "Reason")
                && (property.GetMaxLength() <= LongestToken || property.Name.StartsWith("Normalized", StringComparison.Ordinal)
                    || property.Name is "Word" || property.Name.EndsWith("SortName", StringComparison.Ordinal)))
                property.SetCollation(Exact);
        }

        // A bit is no condition here.
        builder.Entity<Person>().HasIndex(p => new { p.IsProgramAdmin, p.Id }).HasFilter("[IsProgramAdmin] = 1");
        // A cohort's page is read far more often than its rows change: it is answered from the index alone.
        builder.Entity<Enrolment>().HasIndex(e => new { e.CohortId, e.LearnerSortName, e.Id })
            .IncludeProperties(e => new
            {
                e.LearnerName, e.PersonId, e.AgencyId, e.Status, e.EnrolledAt, e.EndedAt, e.UnitsCompleted, e.UnitsTotal,
                    e.ReflectionsAccepted, e.ReflectionsTotal, e.LastActivityAt, e.ResumedAt, e.UpdatedAt, e.Version,
            });
    }
}
