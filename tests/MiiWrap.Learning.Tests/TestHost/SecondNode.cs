using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Sqlite;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>
/// Another node that commits, or holds a lock, in the middle of this one's transaction, as a database with many writers lets it. SQLite has
/// one writer, so what the other commits is written by this one's connection; where this one then rolls back, it is written again before
/// anything else, for the other has committed it.
/// </summary>
internal sealed class SecondNode : DbCommandInterceptor
{
    private readonly ConcurrentDictionary<string, int> refusals = new(StringComparer.Ordinal);
    private string? sql;
    private string? before;
    private bool isAnywhere;
    private bool isCommitted;

    /// <summary>How often what the other commits had to be written: once, and again after each rollback.</summary>
    public int Written { get; private set; }

    /// <summary>The locks that were asked for, by kind.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Commits this SQL just before the first statement with these words, of a transaction unless it may be anywhere.</summary>
    public void Commits(string what, string beforeStatementWith, bool anywhere = false) =>
        (sql, before, isAnywhere, isCommitted, Written) = (what, beforeStatementWith, anywhere, false, 0);

    /// <summary>Holds the locks of this kind, which is a name up to its first colon, the next so many times.</summary>
    public void Holds(string kind, int times = 1) => refusals[kind] = times;

    public void AddTo(IServiceCollection services)
    {
        // A server has writers of its own.
        if (TestDatabase.IsServerAskedFor) return;
        services.ConfigureDbContext<SqliteLearningDb>(o => o.AddInterceptors(this, new Transactions(this)));
        services.RemoveAll<LearningDb>().AddScoped<LearningDb>(sp =>
            // The schema is made by the context that the migrations are for.
            sp.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.IsCancellationRequested
                ? new ContestedDb(sp.GetRequiredService<DbContextOptions<SqliteLearningDb>>(), this).LeaseTo(sp)
                : sp.GetRequiredService<SqliteLearningDb>().LeaseTo(sp));
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        Meet(command);
        return new(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Meet(command);
        return new(result);
    }

    private void Meet(DbCommand command)
    {
        if (command.Transaction is null && Written > 0) WriteAgain(command.Connection!, null);
        if (before is null || (command.Transaction is null && !isAnywhere)
            || !command.CommandText.Contains(before, StringComparison.Ordinal)) return;
        before = null;
        Write(command.Connection!, command.Transaction);
    }

    /// <summary>What was rolled back with this node's own changes.</summary>
    private void WriteAgain(DbConnection connection, DbTransaction? transaction)
    {
        if (!isCommitted) Write(connection, transaction);
    }

    private void Write(DbConnection connection, DbTransaction? transaction)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        Assert.True(command.ExecuteNonQuery() > 0, $"The other node changed nothing: {sql}");
        Written++;
        isCommitted |= transaction is null;
    }

    private bool Refuses(string name)
    {
        var kind = name.Split(':')[0];
        Asked.Enqueue(kind);
        if (refusals.GetValueOrDefault(kind) is not (> 0 and var left)) return false;
        refusals[kind] = left - 1;
        return true;
    }

    private sealed class Transactions(SecondNode other) : DbTransactionInterceptor
    {
        public override ValueTask<DbTransaction> TransactionStartedAsync(
            DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
        {
            if (other.Written > 0) other.WriteAgain(connection, result);
            return new(result);
        }

        public override Task TransactionCommittedAsync(
            DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            other.isCommitted |= other.Written > 0;
            return Task.CompletedTask;
        }
    }

    private sealed class ContestedDb(DbContextOptions<SqliteLearningDb> options, SecondNode other) : SqliteLearningDb(options)
    {
        public override async Task<bool> TryAcquireLockAsync(string name, TimeSpan wait, CancellationToken ct) =>
            !other.Refuses(name) && await base.TryAcquireLockAsync(name, wait, ct);
    }
}

/// <summary>A host of its own, beside which another node works on the same database.</summary>
public sealed class TwoNodesApp : LearningApp
{
    internal SecondNode Other { get; } = new();

    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string> { ["Webhooks:AllowPrivateNetworks"] = "true" };

    protected override void Replace(IServiceCollection services) => Other.AddTo(services);
}

/// <summary>The same, for people of a provider.</summary>
public sealed class TwoNodesProviderApp : ProviderApp
{
    internal SecondNode Other { get; } = new();

    protected override void Replace(IServiceCollection services)
    {
        base.Replace(services);
        Other.AddTo(services);
    }
}
