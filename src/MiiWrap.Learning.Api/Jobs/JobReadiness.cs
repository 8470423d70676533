using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>Where this node's workers stand, as they say themselves.</summary>
internal sealed class JobServerState
{
    /// <summary>The workers take jobs.</summary>
    public bool IsWorking { get; set; }

    /// <summary>The job storage took no schedule when it was last tried.</summary>
    public bool HasFailed { get; set; }
}

/// <summary>This node's workers take jobs; on a node without workers there is no such part.</summary>
internal sealed class JobReadiness(JobServerState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(state switch
        {
            { IsWorking: true } => HealthCheckResult.Healthy(),
            { HasFailed: true } => HealthCheckResult.Unhealthy("The job storage takes no schedule: the log says why."),
            // A degraded part would be a warning in the log of every start.
            _ => HealthCheckResult.Healthy("The workers start a moment after the node."),
        });
}
