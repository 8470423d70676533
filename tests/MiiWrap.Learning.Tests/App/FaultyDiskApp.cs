using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;

namespace MiiWrap.Learning.Tests.App;

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
        services.ConfigureDbContext<SqliteLearningDb>(o => o.AddInterceptors(disk, new Saves(disk)));
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

    /// <summary>A connection that was open before hears of it with the next save.</summary>
    private sealed class Saves(Disk disk) : SaveChangesInterceptor
    {
        public override ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            if (eventData.Context!.Database.GetDbConnection() is { State: ConnectionState.Open } connection) disk.Tell(connection);
            return ValueTask.FromResult(result);
        }
    }

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

        public void Tell(DbConnection connection)
        {
            using var command = connection.CreateCommand();
            command.CommandText = state;
            command.ExecuteNonQuery();
        }
    }
}
