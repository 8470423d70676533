using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Data;

namespace MiiWrap.Learning.Tests.App;

/// <summary>A program of its own, whose disk can be made to refuse.</summary>
public sealed class FaultyDiskApp : LearningApp
{
    private readonly Disk disk = new();

    /// <summary>No further page fits into the database file until the answer is disposed.</summary>
    public IDisposable Full() => disk.Refuse("PRAGMA max_page_count=1");

    /// <summary>Nothing in the file can be changed until the answer is disposed.</summary>
    public IDisposable ReadOnly() => disk.Refuse("PRAGMA query_only=ON");

    protected override void Replace(IServiceCollection services) => services.ConfigureDbContext<SqliteLearningDb>(o => o.AddInterceptors(disk));

    private sealed class Disk : DbCommandInterceptor, IDisposable
    {
        // What a healthy connection has; connections stay open, and as they are left.
        private const string Healthy = "PRAGMA max_page_count=1073741823; PRAGMA query_only=OFF";
        private readonly ConditionalWeakTable<DbConnection, string> told = [];
        private volatile string state = Healthy;

        public IDisposable Refuse(string pragma)
        {
            state = pragma;
            return this;
        }

        public void Dispose() => state = Healthy;

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Tell(command);
            return new(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Tell(command);
            return new(result);
        }

        private void Tell(DbCommand next)
        {
            var (connection, wanted) = (next.Connection!, state);
            if (told.TryGetValue(connection, out var known) ? known == wanted : wanted == Healthy) return;
            using var command = connection.CreateCommand();
            command.CommandText = wanted;
            command.Transaction = next.Transaction;
            command.ExecuteNonQuery();
            told.AddOrUpdate(connection, wanted);
        }
    }
}
