using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MiiWrap.Learning.Api.Data.Sqlite;
using MiiWrap.Learning.Api.Mail;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>A program of its own, whose disk can be made to refuse.</summary>
public sealed class FaultyDiskApp : LearningApp
{
    private readonly Disk disk = new();

    /// <summary>What happens as soon as a mail has gone out, and before that is written down.</summary>
    public Action OnMail { get; set; } = () => { };

    /// <summary>No further page fits into the database file until the answer is disposed.</summary>
    public IDisposable Full() => disk.Refuse("PRAGMA max_page_count=1");

    /// <summary>Nothing in the file can be changed until the answer is disposed.</summary>
    public IDisposable ReadOnly() => disk.Refuse("PRAGMA query_only=ON");

    protected override void Replace(IServiceCollection services)
    {
        services.ConfigureDbContext<SqliteLearningDb>(o => o.AddInterceptors(disk, new Beginnings(disk)));
        services.RemoveAll<IMailer>();
        services.AddSingleton<PickupMailer>();
        services.AddSingleton<IMailer>(sp => new Mailer(this, sp.GetRequiredService<PickupMailer>()));
    }

    private sealed class Mailer(FaultyDiskApp app, PickupMailer folder) : IMailer
    {
        public async Task Send(OutgoingMail mail, CancellationToken ct)
        {
            await folder.Send(mail, ct);
            app.OnMail();
        }
    }

    /// <summary>A transaction that begins is a command of its own, which no interceptor of commands sees.</summary>
    private sealed class Beginnings(Disk disk) : DbTransactionInterceptor
    {
        public override ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
            DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result,
            CancellationToken cancellationToken = default)
        {
            disk.Tell(connection, null);
            return new(result);
        }
    }

    private sealed class Disk : DbCommandInterceptor, IDisposable
    {
        // What a healthy connection has; connections stay open, and as they are left.
        private const string Healthy = "PRAGMA max_page_count=1073741823; PRAGMA query_only=OFF";
        private readonly ConditionalWeakTable<DbConnection, string> told = [];
        private volatile string state = Healthy;

        public IDisposable Refuse(string pragma)
        {
            // A connection that slept through the recovery from another fault must not keep that one.
            state = $"{Healthy}; {pragma}";
            return this;
        }

        public void Dispose() => state = Healthy;

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            Tell(command.Connection!, command.Transaction);
            return new(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Tell(command.Connection!, command.Transaction);
            return new(result);
        }

        public void Tell(DbConnection connection, DbTransaction? transaction)
        {
            var wanted = state;
            if (told.TryGetValue(connection, out var known) ? known == wanted : wanted == Healthy) return;
            using var command = connection.CreateCommand();
            command.CommandText = wanted;
            command.Transaction = transaction;
            command.ExecuteNonQuery();
            told.AddOrUpdate(connection, wanted);
        }
    }
}
