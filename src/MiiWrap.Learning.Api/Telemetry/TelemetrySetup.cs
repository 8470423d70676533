using System.Diagnostics;
using System.Diagnostics.Metrics;
using MiiWrap.Learning.Api.Configuration;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MiiWrap.Learning.Api.Telemetry;

/// <summary>
/// OpenTelemetry: metrics and traces to an OTLP endpoint, and metrics for Prometheus. Where neither is set it is not even there.
/// </summary>
internal static class TelemetrySetup
{
    private const string Program = "miiwrap-learning";

    /// <summary>Labels of the instrumentation that come from closed sets; what is left out are hosts and addresses.</summary>
    private static readonly string[] Labels =
    [
        .. LearningMetrics.Tags, "http.request.method", "http.response.status_code", "http.route", "url.scheme", "error.type",
        "network.protocol.version", "network.transport", "network.type", "tls.protocol.version", "aspnetcore.routing.match_status",
        "aspnetcore.diagnostics.exception.result", "gc.heap.generation", "dotnet.gc.heap.generation", "cpu.mode",
    ];

    public static IServiceCollection AddTelemetry(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<LearningMetrics>().AddSingleton<JobRuns>();
        services.AddSingleton<IExternalScopeProvider, LogScopes>().AddSingleton<DistributedContextPropagator, TraceContexts>();
        var telemetry = settings.Telemetry;
        if (!telemetry.IsOn) return services;
        // The default one would read the headers of a request once more, and begin a second span for a stranger's trace.
        Sdk.SetDefaultTextMapPropagator(new TraceContextPropagator());
        // The first to start is the last to stop: the spans of requests that a stop waits for are exported too.
        services.AddHostedService<TelemetryShutdown>();
        var builder = services.AddOpenTelemetry().ConfigureResource(resource => resource
            .AddService(Program, serviceVersion: typeof(TelemetrySetup).Assembly.GetName().Version!.ToString(3))
            // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.
            .AddEnvironmentVariableDetector());
        if (telemetry.HasMetrics) builder.WithMetrics(metrics => AddMetrics(services, metrics, telemetry));
        if (telemetry.ExportsTraces) builder.WithTracing(AddTraces);
        return services;
    }

    private static void AddMetrics(IServiceCollection services, MeterProviderBuilder metrics, TelemetrySettings telemetry)
    {
        metrics.AddMeter(LearningMetrics.MeterName).AddAspNetCoreInstrumentation().AddHttpClientInstrumentation()
            .AddRuntimeInstrumentation();
        services.ConfigureOpenTelemetryMeterProvider((provider, m) =>
        {
            var host = provider.GetRequiredService<IMeterFactory>();
            m.AddView(instrument => IsOf(host, instrument) ? new() { TagKeys = Labels } : MetricStreamConfiguration.Drop);
        });
        if (telemetry.ExportsMetrics) metrics.AddOtlpExporter();
        if (telemetry.Port is not null)
        {
            // What is shown is as old as the scrape: the clock's gauge is compared with that.
            metrics.AddPrometheusExporter(o => o.ScrapeResponseCacheDurationMilliseconds = 0);
            services.AddHostedService<MetricsServer>();
        }

        services.AddHostedService<GaugeMeasurement>();
    }

    /// <summary>False for the meters of another host in this process, such as that of <see cref="MetricsServer"/>.</summary>
    private static bool IsOf(IMeterFactory host, Instrument instrument) =>
        instrument.Meter.Scope is not IMeterFactory other || ReferenceEquals(other, host);

    private static void AddTraces(TracerProviderBuilder traces) => traces
        .AddSource(LearningTraces.SourceName)
        .AddAspNetCoreInstrumentation(o => o.Filter = IsTraced)
        .AddEntityFrameworkCoreInstrumentation()
        .AddHttpClientInstrumentation()
        .AddProcessor(new SpanRedaction())
        .AddOtlpExporter();

    /// <summary>False for what comes every few seconds and says nothing.</summary>
    private static bool IsTraced(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
        && !context.Request.Path.StartsWithSegments(MetricsServer.Path, StringComparison.Ordinal);
}

/// <summary>
/// Exports what is left when the program stops, for two seconds at most: an endpoint that hangs holds up no stop, and what it has not taken
/// by then is lost.
/// </summary>
internal sealed class TelemetryShutdown(IEnumerable<TracerProvider> traces, IEnumerable<MeterProvider> metrics) : IHostedService
{
    private const int MostMilliseconds = 2000;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll([
        .. traces.Select(t => Task.Run(() => t.Shutdown(MostMilliseconds), CancellationToken.None)),
        .. metrics.Select(m => Task.Run(() => m.Shutdown(MostMilliseconds), CancellationToken.None)),
    ]);
}
