using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MiiWrap.Learning.Api.Data.Sqlite;

/// <summary>
/// A fair (first come, first served) queue of the writers of one SQLite file, which has one writer at a time and whose busy handler is not
/// fair. Saves and transactions enter it themselves; single statements enter through the interceptor.
/// </summary>
internal sealed class WriteGate() : SemaphoreSlim(1)
{
    private static readonly ConcurrentDictionary<string, WriteGate> Gates = new(StringComparer.Ordinal);

    /// <summary>True while somebody writes; every write must find it so.</summary>
    public bool IsTaken => CurrentCount == 0;

    public static WriteGate Of(string connectionString) => Gates.GetOrAdd(connectionString, _ => new());

    /// <summary>Waits for the turn, which lasts until it is disposed.</summary>
    public async ValueTask<IDisposable> EnterAsync(CancellationToken ct)
    {
        await WaitAsync(ct);
        return new Turn(this);
    }

    private sealed class Turn(WriteGate gate) : IDisposable
    {
        private WriteGate? gate = gate;

        public void Dispose() => Interlocked.Exchange(ref gate, null)?.Release();
    }

    /// <summary>Lets a write of one statement wait its turn like every other.</summary>
    internal sealed class Interceptor : DbCommandInterceptor
    {
        public static readonly Interceptor Instance = new();

        public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            if (WaitsByItself(command, eventData)) await GateOf(eventData).WaitAsync(cancellationToken);
            return result;
        }

        public override ValueTask<int> NonQueryExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            Release(command, eventData);
            return ValueTask.FromResult(result);
        }

        public override Task CommandFailedAsync(
            DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
        {
            Release(command, eventData);
            return Task.CompletedTask;
        }

        public override Task CommandCanceledAsync(
            DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Release(command, eventData);
            return Task.CompletedTask;
        }

        private static void Release(DbCommand command, CommandEventData eventData)
        {
            if (WaitsByItself(command, eventData)) GateOf(eventData).Release();
        }

        // A transaction has the turn already, and a pragma changes no row.
        private static bool WaitsByItself(DbCommand command, CommandEventData eventData) =>
            eventData.CommandSource is CommandSource.ExecuteUpdate or CommandSource.ExecuteDelete or CommandSource.ExecuteSqlRaw
            && command.Transaction is null && eventData.Context is SqliteLearningDb
            && !command.CommandText.StartsWith("PRAGMA", StringComparison.Ordinal);

        private static WriteGate GateOf(CommandEventData eventData) => Of(eventData.Context!.Database.GetConnectionString()!);
    }
}
