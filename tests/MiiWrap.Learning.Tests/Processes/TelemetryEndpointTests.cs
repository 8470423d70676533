using System.Net;
using System.Net.Sockets;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>Whoever watches the program holds up nothing of it, and a port that is taken is told at its start.</summary>
public sealed class TelemetryEndpointTests : IDisposable
{
    private readonly Home home = Home.Prepared();

    [Theory]
    [InlineData(true, "grpc")]
    [InlineData(true, "http/protobuf")]
    [InlineData(false, "grpc")]
    public async Task An_endpoint_that_hangs_or_refuses_holds_up_neither_start_nor_request_nor_stop(bool hangs, string protocol)
    {
        using var silence = new TcpListener(IPAddress.Loopback, 0);
        silence.Start();
        var port = ((IPEndPoint)silence.LocalEndpoint).Port;
        if (!hangs) silence.Stop();
        await using var program = await RunningProgram.Start(home,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://127.0.0.1:{port}"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            // Longer than the test is given: whoever waited for one export would never be done.
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "3600000"),
            ("OTEL_BSP_EXPORT_TIMEOUT", "3600000"),
            ("OTEL_METRIC_EXPORT_TIMEOUT", "3600000"),
            ("OTEL_BSP_SCHEDULE_DELAY", "50"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "50"));
        using var admin = await program.SignIn("admin@example.org");
        // An export has begun, and waits.
        if (hangs) using (await silence.AcceptTcpClientAsync(TestContext.Current.CancellationToken)) await Ask();
        else await Ask();
        Assert.Equal((0, 0), await program.Stop() is var ended ? (ended.ExitCode, ended.Errors.Count) : default);

        async Task Ask()
        {
            for (var i = 0; i < 10; i++) (await admin.Read("/v1/me")).Ok();
        }
    }

    [Fact]
    public async Task A_node_without_HTTP_shows_its_metrics_too()
    {
        var port = FreePort.Take();
        await using var worker = await RunningProgram.Start(home, ("Http__Enabled", "false"), ("Metrics__Port", $"{port}"));
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") };
        await Polling.Until(async () =>
            (await http.Read("/metrics")).Ok().Body.Contains("learning_jobs_servers", StringComparison.Ordinal));
        Assert.Equal(0, (await worker.Stop()).ExitCode);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_in_one_sentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var ended = await RunningProgram.RunToEnd(home, [], ("Metrics__Port", $"{port}"));
        Assert.NotEqual(0, ended.ExitCode);
        Assert.Equal($"Metrics:Port {port} is taken: stop the program that listens there, or choose another.", Assert.Single(ended.Errors));
    }

    [Fact]
    public async Task Text_lines_begin_with_the_time_in_UTC_and_name_their_trace()
    {
        await using var program = await RunningProgram.Start(home, ("Logging__LogLevel__MiiWrap.Learning.Requests", "Information"));
        using var http = program.Anonymous();
        var trace = (await http.Read("/v1/me")).Expect(HttpStatusCode.Unauthorized).Headers["Request-Id"].Split('-')[1];
        (await http.Read("/health/live")).Ok();
        await Polling.Until(() => program.Output.Any(l => l.Contains("/v1/me", StringComparison.Ordinal)));
        Assert.Matches(
            $@"^20[0-9-]+T[0-9:]+\.[0-9]+Z info: MiiWrap\.Learning\.Requests\[2000\].* TraceId:{trace}.* GET /v1/me/? answered 401 in [0-9]+ ms",
            Assert.Single(program.Output, l => l.Contains("Requests[2000]", StringComparison.Ordinal)));
    }

    public void Dispose() => home.Dispose();
}
