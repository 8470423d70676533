using System.Collections.Concurrent;
using System.Data.Common;
using System.Linq.Expressions;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Tests.Conventions;

namespace MiiWrap.Learning.Tests.App;

/// <summary>A host on which every operation is asked by every role once, and whose queries are kept with the operation that asked them.</summary>
[CollectionDefinition(nameof(ListeningApp))]
public sealed class ListeningApp : LearningApp, ICollectionFixture<ListeningApp>
{
    private readonly Lazy<Task<IReadOnlyList<string>>> walk;

    public ListeningApp() => walk = new(() => RoleTable.Walk(this));

    /// <summary>What was answered otherwise than the table of roles says.</summary>
    internal Task<IReadOnlyList<string>> Walked => walk.Value;

    internal Listener Heard { get; } = new();

    protected override void Replace(IServiceCollection services) => services.ConfigureDbContext<SqliteLearningDb>(o => o.AddInterceptors(Heard));
}

internal sealed class Listener : DbCommandInterceptor, IQueryExpressionInterceptor
{
    private readonly HttpContextAccessor http = new();

    public ConcurrentQueue<(string Operation, Expression Query)> Queries { get; } = new();

    public Expression QueryCompilationStarting(Expression queryExpression, QueryExpressionEventData eventData)
    {
        Queries.Enqueue((http.HttpContext.Operation() ?? "(start and jobs)", queryExpression));
        return queryExpression;
    }

    /// <summary>The statements that are written by hand for both databases.</summary>
    public ConcurrentQueue<(string Operation, string Sql)> Written { get; } = new();

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (eventData.CommandSource == CommandSource.ExecuteSqlRaw && !command.CommandText.Contains("PRAGMA", StringComparison.Ordinal))
            Written.Enqueue((http.HttpContext.Operation() ?? "(start and jobs)", command.CommandText));
        return base.NonQueryExecutingAsync(command, eventData, result, cancellationToken);
    }
}
