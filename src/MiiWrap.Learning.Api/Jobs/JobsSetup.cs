using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.InMemory;
using Hangfire.SqlServer;
using Microsoft.Data.SqlClient;
using MiiWrap.Learning.Api.Configuration;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>
/// Hangfire as the clock and the workforce. On SQLite its storage is in this process' memory and a restart begins anew; on SQL Server its
/// tables lie beside ours, and the workers of every node take from the same queues. Either way it holds no truth: what is due stands in our
/// tables.
/// </summary>
internal static class JobsSetup
{
    private const string Schema = "HangFire";

    /// <summary>How long storage in memory keeps what has finished, to be seen on the dashboard.</summary>
    private static readonly TimeSpan FinishedKept = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a command to storage in memory may wait for its turn: a busy machine must fail no start and no completion.
    /// </summary>
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromMinutes(10);

    /// <param name="runs">False on a node that only answers requests: it shows jobs, and works on none.</param>
    public static IServiceCollection AddJobs(this IServiceCollection services, Settings settings, bool runs)
    {
        services.AddScoped<FollowUpJobs>();
        // Registered here, since Hangfire would otherwise take the ones that this process configured last.
        services.AddSingleton(_ => StorageOf(settings));
        services.AddSingleton<JobActivator>(sp => new AspNetCoreJobActivator(sp.GetRequiredService<IServiceScopeFactory>()));
        services.AddHangfire((sp, hangfire) => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseLogProvider(new HangfireLog(sp.GetRequiredService<ILoggerFactory>(), sp.GetRequiredService<IHostApplicationLifetime>()))
            // A job that one version of the program has written must be readable by the next.
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings());
        services.AddSingleton<RecurringJobs>().AddSingleton<JobServerState>();
        if (runs)
        {
            services.AddHostedService<JobServer>().AddHostedService<WallClockWatch>().AddHostedService<WebhookDispatcher>();
            services.AddHealthChecks().AddCheck<JobReadiness>("jobs");
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

    private static JobStorage StorageOf(Settings settings) => settings.Provider == DatabaseProvider.SqlServer
        ? new SqlServerStorage(settings.ConnectionString, new SqlServerStorageOptions
        {
            SqlClientFactory = SqlClientFactory.Instance,
            SchemaName = Schema,
            // The storage is made before the database may exist; its tables and what goes with their newest version are settled in
            // PrepareJobs.
            PrepareSchemaIfNecessary = false,
            TryAutoDetectSchemaDependentOptions = false,
            UseIgnoreDupKeyOption = true,
            DisableGlobalLocks = true,
            DeleteExpiredBatchSize = 10_000,
        })
        : new InMemoryStorage(new InMemoryStorageOptions { MaxExpirationTime = FinishedKept, CommandTimeout = CommandTimeout });
}

/// <summary>Queues by urgency. SQL Server's storage serves them in the order of their names, the others in the order of the list.</summary>
internal static class Urgency
{
    public const string Nudges = "a-nudges";
    public const string Recurring = "b-recurring";
    public const string Maintenance = "c-upkeep";

    public static readonly string[] Queues = [Nudges, Recurring, Maintenance];

    // What comes round in minutes is waited for by somebody; what comes round in hours is tidying up.
    public static string Of(RecurringRequest request) => request.Every < TimeSpan.FromMinutes(30) ? Recurring : Maintenance;
}
