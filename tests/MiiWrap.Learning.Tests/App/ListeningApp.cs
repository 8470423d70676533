using System.Collections.Concurrent;
using System.Data.Common;
using System.Linq.Expressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
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

    /// <summary>How many statements each request read by; what it writes, such as who has read, is not counted.</summary>
    public ConcurrentDictionary<(string Operation, string Method, string Request), int> Reads { get; } = new();

    private string Operation => http.HttpContext?.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? "(start and jobs)";

    public Expression QueryCompilationStarting(Expression queryExpression, QueryExpressionEventData eventData)
    {
        Queries.Enqueue((Operation, queryExpression));
        return queryExpression;
    }

    public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
    {
        if (http.HttpContext is { } context && KnowsItsCaller(context) && result.CommandText.StartsWith("SELECT", StringComparison.Ordinal))
            Reads.AddOrUpdate((Operation, context.Request.Method, context.TraceIdentifier), 1, (_, count) => count + 1);
        return result;
    }

    // Who asks is looked up once a minute, by whichever request comes then.
    private static bool KnowsItsCaller(HttpContext context) =>
        context.User.Identity is not { IsAuthenticated: true } || context.RequestServices.GetRequiredService<Caller>().PersonId != Guid.Empty;
}
