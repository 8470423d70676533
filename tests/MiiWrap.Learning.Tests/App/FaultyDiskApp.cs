using System.Data.Common;
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

    private sealed class Disk : DbConnectionInterceptor, IDisposable
    {
        // What a healthy connection has; the pool keeps connections as they are left.
        private const string Healthy = "PRAGMA max_page_count=1073741823; PRAGMA query_only=OFF";
        private volatile string state = Healthy;

        public IDisposable Refuse(string pragma)
        {
            state = pragma;
            return this;
        }

        public void Dispose() => state = Healthy;

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Tell(connection);

        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Tell(connection);
            return Task.CompletedTask;
        }

        private void Tell(DbConnection connection)
        {
            using var command = connection.CreateCommand();
            command.CommandText = state;
            command.ExecuteNonQuery();
        }
    }
}
