using System.Collections;
using System.Data;
using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.Internal;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Data.SqlServer;
using MiiWrap.Learning.Api.Features.Maintenance;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Api.Jobs;
using MiiWrap.Learning.Api.Telemetry;
using MiiWrap.Learning.Tests.Conventions;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Data.SqlServer;

/// <summary>
/// The T-SQL of every query. Each operation is asked by every role on a host that listens to its queries; then each query is compiled once
/// more for SQL Server, run against no server at all, and its statements are looked at.
/// </summary>
[Collection(nameof(StatementListenerApp))]
[StandingClock(YearsLater = true)]
public sealed partial class StatementTests
{
    // These are a handful of rows, read whole.
    private static readonly HashSet<string> SmallTables =
    [
        "Agencies", "AuthorizationKeys", "BadgeBases", "BadgeKeys", "Clients", "CredentialDefinitions", "Curricula", "IndicatorSets",
        "Instruments", "ProtectionKeys", "Webhooks",
    ];

    // What a client of the whole programme may see of one cohort depends on what it sees of all the others.
    private static readonly string[] InScope = ["MaturesAt", "ExemptAt", "WithdrawnAt", "WindowEndsAt"];

    private readonly StatementListenerApp app;

    public StatementTests(StatementListenerApp app) => this.app = app;

    [SqliteFact]
    public async Task Every_query_runs_on_SQL_Server_by_an_index_and_no_list_reads_long_text()
    {
        await app.Walked;
        var learner = await app.Learner();
        var due = (DateTimeOffset)(await learner.Http.Post($"{learner.Unit("1.4-coaching-agreement")}/complete", Given.IfThen()))
            .Ok()["nudges"]![0]!["dueAt"]!;
        FlowingClock.Set(due);
        await app.Send(new SendDueNudges());
        await app.Send(new DeleteExpired());
        await app.Send(new ScheduleUpcoming());
        await app.InDb(db => OwedMessages.Read(db, FlowingClock.Now.UtcDateTime, TestContext.Current.CancellationToken));
        var queries = app.Heard.Queries.ToArray();
        Assert.True(queries.Length > 100, $"Only {queries.Length} queries were heard.");

        var (faults, statements) = (new List<string>(), new List<(string Operation, string Sql)>());
        foreach (var (operation, query) in queries)
        {
            var (sql, fault) = OnSqlServer.Statements(query);
            if (fault is not null) faults.Add($"{operation}: {fault}");
            statements.AddRange(sql.Select(s => (operation, s)));
        }

        var written = app.Heard.Written.Distinct().ToList();
        Assert.True(written.Count > 1, $"Only {written.Count} statements written by hand were heard.");
        statements.AddRange(written);
        faults.AddRange(statements.SelectMany(s => FaultsOf(s.Operation, s.Sql)));
        faults.AddRange(statements.Distinct().SelectMany(s => Tsql.SyntaxErrors(s.Sql).Select(e => $"{s.Operation}, {e}\n{s.Sql}")));
        faults.AddRange(statements.Distinct().SelectMany(s => SchemaTests.Lint.Faults(s.Sql).Select(e => $"{s.Operation}, {e}\n{s.Sql}")));
        Tsql.Write("queries.sql", string.Join("\n\n", statements.Distinct().OrderBy(s => s.Operation, StringComparer.Ordinal)
            .Select(s => $"-- {s.Operation}\n{s.Sql}")));
        Assert.True(faults.Count == 0, string.Join('\n', faults.Distinct()));
        Assert.Contains(statements, s => s.Operation == "GetCohortProgress");
    }

    [Fact]
    public async Task No_page_takes_more_than_three_statements()
    {
        await app.Walked;
        Assert.True(app.Reads.Pages > 40, $"Only {app.Reads.Pages} pages were read.");
        Faults.None(app.Reads.TooMany);
    }

    [SqliteFact]
    public async Task No_write_begins_before_its_turn()
    {
        await app.Walked;
        Assert.True(app.Heard.Writes > 100, $"Only {app.Heard.Writes} writes were heard.");
        Faults.None(app.Heard.OutOfTurn);
    }

    [Fact]
    public void A_filter_without_an_index_and_long_text_in_a_list_are_noticed()
    {
        Assert.NotEmpty(FaultsOf("GetJourney", "SELECT [n].[Id] FROM [Nudges] AS [n] WHERE [n].[Step] = 1"));
        Assert.NotEmpty(FaultsOf("GetJourney", "SELECT [n].[Id] FROM [Nudges] AS [n]"));
        Assert.NotEmpty(FaultsOf("ListReviewQueue", "SELECT [r].[Answers] FROM [ReflectionRevisions] AS [r] WHERE [r].[Id] = @id"));
        Assert.NotEmpty(Tsql.SyntaxErrors("SELECT [r].[Id] FROM [Reviews] AS [r] LIMIT 1"));
        Assert.Empty(Tsql.SyntaxErrors("SELECT TOP(1) [r].[Id] FROM [Reviews] AS [r]"));
        Assert.Empty(FaultsOf("GetReview", "SELECT [r].[Answers] FROM [ReflectionRevisions] AS [r] WHERE [r].[Id] = @id"));
    }

    private static IEnumerable<string> FaultsOf(string operation, string sql)
    {
        var tables = Table().Matches(sql).Select(m => (Table: m.Groups["table"].Value, Alias: m.Groups["alias"].Value)).Distinct();
        var derived = Derived().Matches(sql).Select(m => m.Groups["alias"].Value).ToList();
        foreach (var (table, alias) in tables.Where(t => SchemaTests.LeadingColumns.ContainsKey(t.Table) && !SmallTables.Contains(t.Table)))
        {
            var compared = Comparison().Matches(sql).Where(m => Names(m.Groups["alias"].Value, alias, derived))
                .Select(m => m.Groups["column"].Value).ToHashSet();
            var isShort = compared.Count == 0 && (sql.Contains("TOP(", StringComparison.Ordinal) || SchemaTests.LeadingColumns[table]
                .Overlaps(Extremes().Matches(sql).Select(m => m.Groups["column"].Value)));
            if (!compared.Overlaps(SchemaTests.LeadingColumns[table]) && !isShort && !QueryPlans.MayReadWhole(operation, table)
                && !(table == "TransferOpportunities" && compared.SetEquals(InScope)))
                yield return $"{operation} reads {table} without an index, by ({string.Join(", ", compared)}):\n{sql}";
        }

        var isList = operation.StartsWith("List", StringComparison.Ordinal) || operation == "GetCohortProgress";
        foreach (Match read in isList ? Column().Matches(sql).AsEnumerable() : [])
        {
            if (SchemaTests.LongTexts.Contains(read.Groups["column"].Value))
                yield return $"{operation} is a list and reads {read.Value}:\n{sql}";
        }
    }

    // A derived table goes by its table's letter with another number, and its conditions are pushed down to it.
    private static bool Names(string name, string alias, List<string> derived) =>
        name == alias || (derived.Contains(name) && name.TrimEnd(Digits) == alias.TrimEnd(Digits));

    private static readonly char[] Digits = [.. "0123456789"];

    [GeneratedRegex(@"\) AS \[(?<alias>\w+)\]", RegexOptions.None, -1)]
    private static partial Regex Derived();

    [GeneratedRegex(@"(?:FROM|JOIN|APPLY)\s+\[(?<table>\w+)\] AS \[(?<alias>\w+)\]", RegexOptions.None, -1)]
    private static partial Regex Table();

    [GeneratedRegex(@"\[(?<alias>\w+)\]\.\[(?<column>\w+)\](?=\s*(?:=|<|>|IN\b|IS\b|LIKE\b))|(?<=(?:=|<|>)\s*)\[(?<alias>\w+)\]\.\[(?<column>\w+)\]", RegexOptions.None, -1)]
    private static partial Regex Comparison();

    [GeneratedRegex(@"(?:MIN|MAX)\(\[\w+\]\.\[(?<column>\w+)\]\)", RegexOptions.None, -1)]
    private static partial Regex Extremes();

    [GeneratedRegex(@"\[\w+\]\.\[(?<column>\w+)\]", RegexOptions.None, -1)]
    private static partial Regex Column();

    /// <summary>Compiles a query of the SQLite model for SQL Server and runs it with made-up values, where no server is.</summary>
    private static class OnSqlServer
    {
        private static readonly MethodInfo RunMethod = typeof(OnSqlServer)
            .GetMethod(nameof(Run), BindingFlags.NonPublic | BindingFlags.Static)!;

        public static (IReadOnlyList<string> Statements, string? Fault) Statements(Expression query)
        {
            var nowhere = new Nowhere();
            var options = new DbContextOptionsBuilder<SqlServerLearningDb>().UseSqlServer("Server=nowhere;Database=learning")
                .ConfigureWarnings(w => w.Throw(RelationalEventId.MultipleCollectionIncludeWarning)
                    .Ignore(CoreEventId.ManyServiceProvidersCreatedWarning))
                .AddInterceptors(nowhere).Options;
            using var db = new SqlServerLearningDb(options);
            var rebased = new Rebase(db.Model);
            var expression = rebased.Visit(query);
            if (rebased.IsWrittenByHand) return ([], null);
            var result = expression.Type.IsGenericType && typeof(IQueryable).IsAssignableFrom(expression.Type)
                ? typeof(IEnumerable<>).MakeGenericType(expression.Type.GetGenericArguments()[0])
                : expression.Type;
            try
            {
                RunMethod.MakeGenericMethod(result).Invoke(null, [db, expression, rebased.Parameters]);
            }
            catch (TargetInvocationException e) when (nowhere.Statements.Count == 0)
            {
                return ([], e.InnerException!.ToString());
            }
            catch (TargetInvocationException)
            {
                // "There is no element": an empty database has none, and the statement is what was wanted.
            }

            return (nowhere.Statements, nowhere.Statements.Count == 0 ? $"No statement came of {query}" : null);
        }

        private static void Run<TResult>(DbContext db, Expression query, IReadOnlyList<QueryParameterExpression> parameters)
        {
            var compiled = db.GetService<IDatabase>().CompileQuery<TResult>(query, async: false);
            var context = db.GetService<IQueryContextFactory>().Create();
            foreach (var parameter in parameters) context.Parameters[parameter.Name] = Sample(parameter.Type);
            if (compiled(context) is IEnumerable rows and not string)
            {
                foreach (var row in rows) _ = row;
            }
        }

        private static object? Sample(Type type)
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            if (type == typeof(string)) return "a";
            if (type == typeof(Guid)) return Guid.CreateVersion7();
            if (type == typeof(DateTime)) return FlowingClock.Monday.UtcDateTime;
            if (type == typeof(DateOnly)) return new DateOnly(2027, 2, 1);
            if (type.IsEnum) return Enum.GetValues(type).GetValue(0);
            if (type.IsArray) return Filled(Array.CreateInstance(type.GetElementType()!, 2), type.GetElementType()!);
            if (typeof(IEnumerable).IsAssignableFrom(type) && type.IsGenericType)
            {
                var element = type.GetGenericArguments()[0];
                var array = Filled(Array.CreateInstance(element, 2), element);
                return type.IsInterface ? array : Activator.CreateInstance(type, array);
            }

            return RuntimeHelpers.GetUninitializedObject(type);
        }

        private static Array Filled(Array array, Type element)
        {
            for (var i = 0; i < array.Length; i++) array.SetValue(Sample(element), i);
            return array;
        }
    }

    /// <summary>Puts the other model's tables under the query, and collects its parameters.</summary>
    private sealed class Rebase(IModel model) : ExpressionVisitor
    {
        public List<QueryParameterExpression> Parameters { get; } = [];

        /// <summary>SQL of ours, for the one database that it is for.</summary>
        public bool IsWrittenByHand { get; private set; }

        protected override Expression VisitExtension(Expression node)
        {
            if (node is QueryParameterExpression parameter) Parameters.Add(parameter);
            IsWrittenByHand |= node is SqlQueryRootExpression or FromSqlQueryRootExpression;
            return node.GetType() == typeof(EntityQueryRootExpression)
                ? new EntityQueryRootExpression(model.FindEntityType(((EntityQueryRootExpression)node).EntityType.Name)!)
                : base.VisitExtension(node);
        }
    }

    /// <summary>No server: connections do not open, and every statement is kept and finds nothing.</summary>
    private sealed class Nowhere : IDbConnectionInterceptor, IDbCommandInterceptor
    {
        public List<string> Statements { get; } = [];

        public InterceptionResult ConnectionOpening(DbConnection connection, ConnectionEventData eventData, InterceptionResult result) =>
            InterceptionResult.Suppress();

        public InterceptionResult<DbDataReader> ReaderExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
        {
            Statements.Add(command.CommandText);
            using var nothing = new DataTable();
            return InterceptionResult<DbDataReader>.SuppressWithResult(nothing.CreateDataReader());
        }

        public InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
        {
            Statements.Add(command.CommandText);
            return InterceptionResult<int>.SuppressWithResult(0);
        }
    }
}
