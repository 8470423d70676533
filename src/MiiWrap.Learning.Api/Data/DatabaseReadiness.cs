using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MiiWrap.Learning.Api.Data;

/// <summary>The database answers.</summary>
internal sealed class DatabaseReadiness(LearningDb db) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await db.Database.CanConnectAsync(cancellationToken)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The database does not answer: see ConnectionStrings:Learning.");
}

/// <summary>The schema is at least as new as this program, also after a restore.</summary>
internal sealed class SchemaReadiness(LearningDb db) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        (await db.Database.GetPendingMigrationsAsync(cancellationToken)).Count() is var pending and > 0
            ? HealthCheckResult.Unhealthy($"The schema lacks {pending} of this version's migrations: run --migrate.")
            : HealthCheckResult.Healthy();
}
