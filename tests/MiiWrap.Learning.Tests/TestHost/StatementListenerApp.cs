using System.Collections.Concurrent;
using System.Data.Common;
using System.Linq.Expressions;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Data.Sqlite;
using MiiWrap.Learning.Tests.Conventions;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>
/// A host on which every operation is asked by every role once, and whose queries are kept with the operation that asked them.
/// </summary>
[CollectionDefinition(nameof(StatementListenerApp))]
public sealed class StatementListenerApp : LearningApp, ICollectionFixture<StatementListenerApp>
{
    private readonly Lazy<Task<IReadOnlyList<string>>> walk;

    public StatementListenerApp() => walk = new(() => RoleTableTests.Walk(this));

    /// <summary>What was answered otherwise than the table of roles says.</summary>
    internal Task<IReadOnlyList<string>> Walked => walk.Value;

    internal Listener Heard { get; } = new();

    protected override void Replace(IServiceCollection services) =>
        services.ConfigureDbContext<SqliteLearningDb>(o => o.AddInterceptors(Heard));
}

internal sealed class Listener : DbCommandInterceptor, IQueryExpressionInterceptor
{
    private readonly HttpContextAccessor http = new();
    private int writes;

    public ConcurrentQueue<(string Operation, Expression Query)> Queries { get; } = new();

    public Expression QueryCompilationStarting(Expression queryExpression, QueryExpressionEventData eventData)
    {
        Queries.Enqueue((http.HttpContext.Operation() ?? "(start and jobs)", queryExpression));
        return queryExpression;
    }

    /// <summary>Writes that began while nobody had the turn to write.</summary>
    public ConcurrentQueue<string> OutOfTurn { get; } = new();

    /// <summary>Writes that were heard at all.</summary>
    public int Writes => writes;

    /// <summary>The statements that are written by hand for both databases.</summary>
    public ConcurrentQueue<(string Operation, string Sql)> Written { get; } = new();

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (eventData.CommandSource == CommandSource.ExecuteSqlRaw && !command.CommandText.Contains("PRAGMA", StringComparison.Ordinal))
            Written.Enqueue((http.HttpContext.Operation() ?? "(start and jobs)", command.CommandText));
        HearWrite(command, eventData);
        return base.NonQueryExecutingAsync(command, eventData, result, cancellationToken);
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData,
        InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        HearWrite(command, eventData);
        return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
    }

    // Requests are sent one after the other here, so that the turn can be nobody else's.
    private void HearWrite(DbCommand command, CommandEventData eventData)
    {
        if (eventData.CommandSource == CommandSource.Migrations
            || !Write.Any(w => command.CommandText.TrimStart().StartsWith(w, StringComparison.OrdinalIgnoreCase))) return;
        Interlocked.Increment(ref writes);
        if (!WriteGate.Of(eventData.Context!.Database.GetConnectionString()!).IsTaken)
            OutOfTurn.Enqueue($"{http.HttpContext.Operation() ?? "(start and jobs)"}: {command.CommandText}");
    }

    private static readonly string[] Write = ["INSERT", "UPDATE", "DELETE"];
}
