using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MiiWrap.Learning.Api.Data;

namespace MiiWrap.Learning.Api.Content;

/// <summary>There is something to learn: a curriculum is published.</summary>
internal sealed class ContentReadiness(LearningDb db) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await db.Curricula.AnyAsync(cancellationToken)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("No curriculum is published: see Content:Folder, and start again.");
}
