using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>
/// Counts by how many statements each page is read, in whatever state the tests bring it; what a page writes, such as who has read, is not
/// counted.
/// </summary>
internal sealed class PageReads : DbCommandInterceptor
{
    /// <summary>Of a request that meets a damaged row: which one it is is found by halves.</summary>
    public static readonly (string Name, string Value) MeetsDamage = ("X-Meets-Damage", "yes");

    private const int Most = 3;

    private static readonly Dictionary<string, int> MostOf = new()
    {
        // Which groups are large enough to be shown depends on all that a supervisor may see.
        ["GetCohortProgress"] = 4,
        // A statement for each of their blocks, however large the agency or the programme is.
        ["GetImplementation"] = 10,
        ["GetProgramImplementation"] = 10,
        // A statement for each kind of evidence, however much there is of it.
        ["GetOwnCredentials"] = 10,
        ["GetCredentialProgress"] = 10,
        // What has happened since the last reader is given its place first.
        ["ListEvents"] = int.MaxValue,
        ["FollowMe"] = int.MaxValue,
    };

    private readonly HttpContextAccessor http = new();
    private readonly ConcurrentDictionary<string, Page> most = new();

    public int Pages => most.Count;

    public IReadOnlyList<string> TooMany =>
        [.. most.Where(m => m.Value.Statements.Count > MostOf.GetValueOrDefault(m.Key, Most)).OrderBy(m => m.Key, StringComparer.Ordinal)
            .Select(m =>
                $"{m.Key} reads by {m.Value.Statements.Count} statements: {m.Value.Path}\n{string.Join('\n', m.Value.Statements)}")];

    public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
    {
        if (http.HttpContext is { } context && HttpMethods.IsGet(context.Request.Method) && context.Operation() is { } operation
            && Counts(context, result.CommandText))
        {
            var page = (Page)(context.Items[typeof(Page)] ??= new Page(context.Request.Path, []));
            page.Statements.Add(result.CommandText);
            most.AddOrUpdate(operation, page, (_, other) => other.Statements.Count > page.Statements.Count ? other : page);
        }

        return result;
    }

    private static bool Counts(HttpContext context, string sql) =>
        sql.StartsWith("SELECT", StringComparison.Ordinal)
        && !context.Request.Headers.ContainsKey(MeetsDamage.Name)
        // A table of all rows is written page by page.
        && !context.Request.Headers.Accept.ToString().Contains(Csv.MediaType, StringComparison.Ordinal)
        // A version of a curriculum is read once, whole, and then held.
        && !sql.Contains(nameof(PublishedCurriculum.Bundle), StringComparison.Ordinal)
        // Who asks is looked up once a minute, by whichever request comes then.
        && (context.User.Identity is not { IsAuthenticated: true }
            || context.RequestServices.GetRequiredService<Caller>().PersonId != Guid.Empty);

    private sealed record Page(string Path, List<string> Statements);
}

internal static class Operations
{
    public static string? Operation(this HttpContext? context) =>
        context?.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName;
}
