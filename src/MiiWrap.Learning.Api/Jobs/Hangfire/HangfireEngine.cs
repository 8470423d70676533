using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.InMemory;
using Hangfire.SqlServer;
using Microsoft.Data.SqlClient;
using MiiWrap.Learning.Api.Hosting;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>Hangfire as the clock and the workforce of several nodes: its tables lie beside ours, and every worker takes from the same queues.</summary>
internal static class JobEngine
{
    private const string Schema = "HangFire";

    /// <param name="runs">False on a node that only answers requests: it schedules and shows jobs, and works on none.</param>
    public static IServiceCollection AddJobs(this IServiceCollection services, Settings settings, bool runs)
    {
        services.AddSingleton<RequestJob>().AddSingleton<IJobs, ScheduledJobs>();
        // Registered here, since Hangfire would otherwise take the ones that this process configured last.
        services.AddSingleton(_ => StorageOf(settings));
        services.AddSingleton<JobActivator>(sp => new AspNetCoreJobActivator(sp.GetRequiredService<IServiceScopeFactory>()));
        services.AddHangfire(hangfire => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            // A job that one version of the program has written must be readable by the next.
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings());
        if (runs)
        {
            services.AddHostedService<RecurringJobs>();
            services.AddHangfireServer(server =>
            {
                server.Queues = Urgency.Queues;
                server.SchedulePollingInterval = TimeSpan.FromSeconds(5);
                server.WorkerCount = 5;
                server.ShutdownTimeout = TimeSpan.FromSeconds(10);
            });
        }

        return services.AddDashboard();
    }

    /// <summary>Makes or upgrades Hangfire's own tables; several nodes that start at once take turns inside its script.</summary>
    public static async Task PrepareJobs(this IServiceProvider services)
    {
        var settings = services.GetRequiredService<Settings>();
        if (settings.Provider != DatabaseProvider.SqlServer) return;
        await using var connection = new SqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        SqlServerObjectsInstaller.Install(connection, Schema, enableHeavyMigrations: true);
    }

    /// <summary>The dashboard at <c>/jobs</c>, and the way in.</summary>
    public static void MapJobs(this IEndpointRouteBuilder app) => app.MapDashboard();

    private static JobStorage StorageOf(Settings settings) => settings.Provider == DatabaseProvider.SqlServer
        ? new SqlServerStorage(settings.ConnectionString, new SqlServerStorageOptions
        {
            SqlClientFactory = SqlClientFactory.Instance,
            SchemaName = Schema,
            // The storage is made before the database may exist; its tables and what goes with their newest version are settled in PrepareJobs.
            PrepareSchemaIfNecessary = false,
            TryAutoDetectSchemaDependentOptions = false,
            UseIgnoreDupKeyOption = true,
            DisableGlobalLocks = true,
            DeleteExpiredBatchSize = 10_000,
        })
        : new InMemoryStorage();
}

/// <summary>Queues by urgency. SQL Server's storage serves them in the order of their names, the others in the order of the list.</summary>
internal static class Urgency
{
    public const string Nudges = "a-nudges";
    public const string Recurring = "b-recurring";
    public const string Upkeep = "c-upkeep";

    public static readonly string[] Queues = [Nudges, Recurring, Upkeep];

    // What comes round in minutes is waited for by somebody; what comes round in hours is tidying up.
    public static string Of(RecurringRequest request) => request.Every < TimeSpan.FromMinutes(15) ? Recurring : Upkeep;
}
