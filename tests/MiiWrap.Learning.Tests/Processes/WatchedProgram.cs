using System.Text.Json.Nodes;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>A program whose traces and metrics go to a receiver, whose metrics are scraped too, and whose log is kept as JSON.</summary>
public sealed class WatchedProgram : IAsyncLifetime
{
    private readonly Home home = new();

    internal OtlpReceiver Receiver { get; private set; } = null!;

    internal RunningProgram Program { get; private set; } = null!;

    internal Uri MetricsAddress { get; private set; } = null!;

    internal Home Home => home;

    /// <summary>The lines of the log; those that the program prints at its start are no JSON.</summary>
    internal IReadOnlyList<JsonNode> Log =>
        [.. Program.Output.Where(l => l.StartsWith('{')).Select(l => JsonNode.Parse(l)!)];

    public async ValueTask InitializeAsync()
    {
        Receiver = await OtlpReceiver.Start();
        var port = FreePort.Take();
        MetricsAddress = new($"http://127.0.0.1:{port}");
        // The demonstration is made on one day, so that check-ins are due on another.
        await using (var first = await RunningProgram.Start(home, ("Clock__StartAt", "2027-03-15T15:00:00Z"), ("Jobs__Enabled", "false")))
            await first.Stop();
        Program = await RunningProgram.Start(home,
            ("Clock__StartAt", "2027-03-24T15:00:00Z"),
            ("Metrics__Port", $"{port}"),
            ("Metrics__MeasureSeconds", "1"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", Receiver.Url),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "200"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "1000"),
            ("Logging__Console__FormatterName", "json"),
            ("Logging__LogLevel__MiiWrap.Learning.Requests", "Information"));
    }

    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        await Receiver.DisposeAsync();
        home.Dispose();
    }

    /// <summary>What a scrape shows.</summary>
    internal async Task<string> Scrape()
    {
        using var http = new HttpClient { BaseAddress = MetricsAddress };
        return (await http.Read("/metrics")).Ok().Body;
    }
}
