using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Metadata;
using MiiWrap.Learning.Api.Configuration;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Refuses query parameters that the operation does not take: a misspelt filter would silently answer another question.</summary>
internal static class QueryParameters
{
    // Endpoints live as long as the program; those of test hosts go with them.
    private static readonly ConditionalWeakTable<Endpoint, IReadOnlyList<string>> Known = [];

    public static void UseKnownQueryParameters(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.QueryString.HasValue && context.GetEndpoint() is RouteEndpoint endpoint && IsStrict(endpoint)) Check(
            context.Request.Query, Known.GetValue(endpoint, static e => NamesOf((RouteEndpoint)e)));
        return next(context);
    });

    /// <summary>
    /// An operation under <c>/v1</c>, unless others write its address: OAuth has its own rules, and mail programs mark links.
    /// </summary>
    public static bool IsStrict(RouteEndpoint endpoint) => IsStrict(endpoint.RoutePattern.RawText, endpoint.Metadata);

    public static bool IsStrict(string? path, IEnumerable<object> metadata) =>
        path?.TrimStart('/').StartsWith("v1/", StringComparison.Ordinal) == true && !metadata.OfType<IgnoresUnknownQuery>().Any();

    /// <summary>The names that the handler binds from the query.</summary>
    public static IReadOnlyList<string> NamesOf(RouteEndpoint endpoint) =>
    [
        .. endpoint.Metadata.GetOrderedMetadata<IParameterBindingMetadata>()
            .Where(p => p.ParameterInfo.ParameterType == typeof(string) || p.HasTryParse)
            .Where(p => !p.ParameterInfo.GetCustomAttributes(false).Any(a => a is IFromHeaderMetadata or IFromRouteMetadata))
            .Where(p => endpoint.RoutePattern.GetParameter(p.Name) is null)
            .Select(p => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Distinct().Order(StringComparer.Ordinal),
    ];

    private static void Check(IQueryCollection query, IReadOnlyList<string> known)
    {
        var unknown = query.Keys.Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)).ToList();
        if (unknown.Count > 0) throw new UnknownQueryException(unknown, known);
    }
}

/// <summary>The query has parameters that the operation does not take.</summary>
internal sealed class UnknownQueryException(IReadOnlyList<string> unknown, IReadOnlyList<string> known)
    : Exception("The query has a parameter that this operation does not take.")
{
    public IReadOnlyList<string> Known { get; } = known;

    /// <summary>What is said of each unknown name, with the known one that was probably meant.</summary>
    public Dictionary<string, string[]> Errors { get; } = unknown.ToDictionary(name => name, name => new[] { Told(name, known) });

    private static string Told(string name, IReadOnlyList<string> known)
    {
        var taken = known.Count == 0 ? "This operation takes no query parameters." : $"This operation takes {string.Join(", ", known)}.";
        return NearestName.IfNear(name, known) is { } meant ? $"Did you mean '{meant}'? {taken}" : taken;
    }
}

/// <summary>Marks operations whose addresses others write, and may mark with parameters of their own.</summary>
internal sealed class IgnoresUnknownQuery;
