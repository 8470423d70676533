using System.Net;

namespace MiiWrap.Learning.Api.Configuration;

/// <summary>Where metrics and traces go; nowhere by default.</summary>
public sealed record TelemetrySettings
{
    /// <summary>The names that OpenTelemetry's specification gives to its settings.</summary>
    internal const string Prefix = "OTEL_";

    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The port of <c>/metrics</c>; null where nobody scrapes.</summary>
    public required int? Port { get; init; }

    /// <summary>Where that port is open: to this machine alone unless said otherwise, since it asks nobody who they are.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The time between two measurements of what the database knows.</summary>
    public required TimeSpan MeasureEvery { get; init; }

    /// <summary>Metrics go to an OTLP endpoint.</summary>
    public required bool ExportsMetrics { get; init; }

    /// <summary>Traces go to an OTLP endpoint.</summary>
    public required bool ExportsTraces { get; init; }

    public bool HasMetrics => ExportsMetrics || Port is not null;

    public bool IsOn => HasMetrics || ExportsTraces;

    internal static TelemetrySettings Read(Settings.Reader read)
    {
        var address = read.Text("Metrics:Address", "127.0.0.1");
        var port = read.Number("Metrics:Port", 0, 0, 65535);
        if (port > 0 && $"{read.Text("urls", "")};{read.Text("http_ports", "")}".Split(';')
            .Any(url => $":{url}".TrimEnd('/').EndsWith($":{port}", StringComparison.Ordinal)))
            throw new SettingException($"Metrics:Port must be another than the program's own, which is {port} too.");
        var exports = read.Text(Endpoint, "").Length > 0 && read.Url(Endpoint, "") is not null;
        return new()
        {
            Port = port == 0 ? null : port,
            Address = IPAddress.TryParse(address, out var parsed)
                ? parsed
                : throw new SettingException($"Metrics:Address must be an address of this machine such as 127.0.0.1 or 0.0.0.0, not '{address}'."),
            MeasureEvery = TimeSpan.FromSeconds(read.Number("Metrics:MeasureSeconds", 30, 1, 3600)),
            ExportsMetrics = exports && read.Text("OTEL_METRICS_EXPORTER", "otlp") != "none",
            ExportsTraces = exports && read.Text("OTEL_TRACES_EXPORTER", "otlp") != "none",
        };
    }
}
