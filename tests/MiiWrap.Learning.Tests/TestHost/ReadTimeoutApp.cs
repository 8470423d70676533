using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Data.Sqlite;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>
/// A program behind its real server with little patience for readers, that counts the requests which bear a mark, and the writers.
/// </summary>
[CollectionDefinition(nameof(ReadTimeoutApp))]
public sealed class ReadTimeoutApp : NetworkApp, IStartupFilter, ICollectionFixture<ReadTimeoutApp>
{
    public const string Mark = "X-Slow: yes\r\n";
    private readonly Lock door = new();
    private readonly HashSet<DbContext> writers = [];
    private int mostWriters;
    private int begun;
    private int ended;

    public int Begun => Volatile.Read(ref begun);

    /// <summary>How many were in the database at once, at most, to change something in it.</summary>
    public int MostWriters
    {
        get
        {
            lock (door) return mostWriters;
        }
    }

    public int Ended => Volatile.Read(ref ended);

    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>(base.Settings) { ["Limits:ReaderBytesPerSecond"] = "10000000" };

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, rest) =>
        {
            if (!context.Request.Headers.ContainsKey("X-Slow"))
            {
                await rest(context);
                return;
            }

            Interlocked.Increment(ref begun);
            try
            {
                await rest(context);
            }
            finally
            {
                Interlocked.Increment(ref ended);
            }
        });
        next(app);
    };

    protected override void Replace(IServiceCollection services)
    {
        base.Replace(services);
        services.AddSingleton<IStartupFilter>(this);
        services.ConfigureDbContext<SqliteLearningDb>(o => o.AddInterceptors(new Door(this)));
        // The time of grace goes by the real clock, and is no setting: one second of it shows the same as five.
        services.Configure<KestrelServerOptions>(o => o.Limits.MinResponseDataRate =
            new(o.Limits.MinResponseDataRate!.BytesPerSecond, TimeSpan.FromSeconds(1.1)));
    }

    /// <summary>
    /// Counts who is in the database to change something: whoever waits there has no turn, and fails when it takes too long.
    /// </summary>
    private sealed class Door(ReadTimeoutApp app) : SaveChangesInterceptor
    {
        public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            lock (app.door)
            {
                app.writers.Add(eventData.Context!);
                app.mostWriters = Math.Max(app.mostWriters, app.writers.Count);
            }

            return ValueTask.FromResult(result);
        }

        public override ValueTask<int> SavedChangesAsync(
            SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            Leave(eventData);
            return ValueTask.FromResult(result);
        }

        public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
        {
            Leave(eventData);
            return Task.CompletedTask;
        }

        public override Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default)
        {
            Leave(eventData);
            return Task.CompletedTask;
        }

        // Whoever lost a race leaves by this door alone.
        public override ValueTask<InterceptionResult> ThrowingConcurrencyExceptionAsync(
            ConcurrencyExceptionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            Leave(eventData);
            return ValueTask.FromResult(result);
        }

        private void Leave(DbContextEventData eventData)
        {
            lock (app.door) app.writers.Remove(eventData.Context!);
        }
    }
}
