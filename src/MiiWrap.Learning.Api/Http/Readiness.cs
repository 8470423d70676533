using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Whether a node, or a part of it, can do its work.</summary>
public enum ReadinessStatus
{
    Ready,

    /// <summary>It will be in a moment; requests are answered meanwhile.</summary>
    Starting,

    NotReady,
}

/// <summary>Whether this node can answer requests, and which part of it keeps it from that.</summary>
public sealed record Readiness(ReadinessStatus Status, IReadOnlyList<ReadinessPart> Parts)
{
    /// <summary>Writes the parts, without what an exception says: that may name servers and accounts.</summary>
    internal static Task Write(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new Readiness(
            report.Status == HealthStatus.Unhealthy ? ReadinessStatus.NotReady : ReadinessStatus.Ready,
            [.. report.Entries.Select(e => new ReadinessPart(e.Key, StatusOf(e.Value),
                e.Value.Exception is null ? e.Value.Description : "It could not be asked."))]),
        context.RequestAborted);

    private static ReadinessStatus StatusOf(HealthReportEntry part) => part switch
    {
        { Status: HealthStatus.Unhealthy } => ReadinessStatus.NotReady,
        { Description: null } => ReadinessStatus.Ready,
        // It says what it waits for.
        _ => ReadinessStatus.Starting,
    };
}

/// <summary>One part of a node.</summary>
/// <param name="Detail">What is wrong and what to do; null when nothing is.</param>
public sealed record ReadinessPart(string Name, ReadinessStatus Status, string? Detail);
