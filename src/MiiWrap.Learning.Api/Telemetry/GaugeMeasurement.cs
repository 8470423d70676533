using System.Diagnostics.Metrics;
using Hangfire;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Common;
using OpenTelemetry;

namespace MiiWrap.Learning.Api.Telemetry;

/// <summary>
/// Measures what no event tells: what is owed and for how long, the parts of the node, its files. One turn at a fixed interval, whoever
/// scrapes how often. What cannot be measured is logged and absent until it can.
/// </summary>
internal sealed class GaugeMeasurement : BackgroundService
{
    public const string NudgeState = "learning.nudge.state";
    public const string HealthPart = "learning.health.part";

    private readonly LearningMetrics metrics;
    private readonly IServiceScopeFactory scopes;
    private readonly HealthCheckService health;
    private readonly JobStorage jobs;
    private readonly Settings settings;
    private readonly TimeProvider clock;
    private readonly ILogger<GaugeMeasurement> log;
    private readonly Gauge due;
    private readonly Gauge owed;
    private readonly Gauge oldest;
    private readonly Gauge ready;
    private readonly Gauge servers;
    private readonly Gauge wal;
    private readonly Gauge free;
    private readonly Gauge size;

    public GaugeMeasurement(IMeterFactory meters, LearningMetrics metrics, IServiceScopeFactory scopes, HealthCheckService health,
        JobStorage jobs, Settings settings, TimeProvider clock, ILogger<GaugeMeasurement> log)
    {
        (this.metrics, this.scopes, this.health, this.jobs) = (metrics, scopes, health, jobs);
        (this.settings, this.clock, this.log) = (settings, clock, log);
        var meter = meters.Create(LearningMetrics.MeterName);
        due = new(meter, "learning.nudges.due", "{nudge}", "Check-ins in no message yet: past their due time, or due within a day.");
        owed = new(meter, "learning.messages.owed", "{message}", "Messages that are owed and have not gone out, by kind.");
        oldest = new(meter, "learning.messages.oldest.age", "s",
            "How long the oldest message of a kind should have gone out: since it was due, or, once it was tried, since it was owed.");
        ready = new(meter, "learning.health.ready", null, "1 while a part of the node does its work, as /health/ready says.");
        servers = new(meter, "learning.jobs.servers", "{server}", "Hangfire servers that take jobs.");
        wal = new(meter, "learning.database.wal.size", "By", "The size of SQLite's write-ahead log.");
        free = new(meter, "learning.database.disk.free", "By", "What is free on the disk of the database file.");
        size = new(meter, "learning.database.disk.size", "By", "The size of the disk of the database file.");
        // Asks nobody, so it is read as it is told: compared with the time of the scrape it shows how far clocks are apart.
        meter.CreateObservableGauge("learning.clock.time", () => clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000d, "s",
            "The time of this node's clock, in seconds since 1970.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.BeginAtZero();
        // Its statements are in no trace.
        using var quiet = SuppressInstrumentationScope.Begin();
        while (true)
        {
            await Measure("what is owed", ReadOwed, [due, owed, oldest], stoppingToken);
            await Measure("the parts of this node", ReadHealth, [ready], stoppingToken);
            await Measure("the job servers", ReadServers, [servers], stoppingToken);
            if (settings.Provider == DatabaseProvider.Sqlite)
                await Measure("the database's files", ReadFiles, [wal, free, size], stoppingToken);
            await Task.Delay(settings.Telemetry.MeasureEvery, clock, stoppingToken);
        }
    }

    private async Task Measure(string what, Func<CancellationToken, Task> read, Gauge[] gauges, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(settings.Telemetry.MeasureEvery, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            await read(both.Token);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            foreach (var gauge in gauges) gauge.Clear();
            log.LogWarning(e, "Not measured: {What}; its gauges are absent until the next turn", what);
        }
    }

    private async Task ReadOwed(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<LearningDb>();
        var now = clock.UtcNow();
        var read = await OwedMessages.Read(db, now, ct);
        due.Set(new(read.PastDue, new KeyValuePair<string, object?>(NudgeState, "pastDue")),
            new(read.Planned, new KeyValuePair<string, object?>(NudgeState, "planned")));
        owed.Set(read.ByKind.Select(m => Of(m.Key, m.Value.Count)));
        oldest.Set(read.ByKind.Select(m => Of(m.Key, m.Value.Since is { } since ? Math.Max(0, (now - since).TotalSeconds) : 0)));
    }

    private async Task ReadHealth(CancellationToken ct)
    {
        var report = await health.CheckHealthAsync(ct);
        ready.Set(report.Entries.Select(part => new Measurement<double>(part.Value.Status == HealthStatus.Healthy ? 1 : 0,
            new KeyValuePair<string, object?>(HealthPart, part.Key))));
    }

    private Task ReadServers(CancellationToken ct)
    {
        servers.Set(new Measurement<double>(jobs.GetMonitoringApi().Servers().Count));
        return Task.CompletedTask;
    }

    private Task ReadFiles(CancellationToken ct)
    {
        var file = new FileInfo($"{Sqlite.FileOf(settings.ConnectionString)}-wal");
        var disk = new DriveInfo(settings.DataFolder);
        wal.Set(new Measurement<double>(file.Exists ? file.Length : 0));
        free.Set(new Measurement<double>(disk.AvailableFreeSpace));
        size.Set(new Measurement<double>(disk.TotalSize));
        return Task.CompletedTask;
    }

    private static Measurement<double> Of(string kind, double value) =>
        new(value, new KeyValuePair<string, object?>(LearningMetrics.MessageKind, kind));

    /// <summary>Shows what was measured last; nothing before the first turn and after one that failed.</summary>
    private sealed class Gauge
    {
        private volatile IReadOnlyList<Measurement<double>> values = [];

        public Gauge(Meter meter, string name, string? unit, string description) =>
            meter.CreateObservableGauge(name, () => values, unit, description);

        public void Set(params IEnumerable<Measurement<double>> present) => values = [.. present];

        public void Clear() => values = [];
    }
}
