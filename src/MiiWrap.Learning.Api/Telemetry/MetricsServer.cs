using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using MiiWrap.Learning.Api.Configuration;
using OpenTelemetry.Metrics;

namespace MiiWrap.Learning.Api.Telemetry;

/// <summary>
/// <c>/metrics</c> on a port of its own, by a server of its own: no <c>Host</c> header leads from the main port to it, nothing else of the
/// program is behind it, and it is there on nodes without HTTP too.
/// </summary>
internal sealed class MetricsServer(MeterProvider meters, Settings settings) : IHostedService, IAsyncDisposable
{
    public const string Path = "/metrics";

    // A few scrapers, who send no bodies.
    private const int MostConnections = 50;

    private WebApplication? server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var (address, port) = (settings.Telemetry.Address, settings.Telemetry.Port!.Value);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(address, port);
        });
        server = builder.Build();
        server.UseOpenTelemetryPrometheusScrapingEndpoint(meters, IsScrape, path: null, configureBranchedPipeline: null, optionsName: null);
        server.Run(context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        try
        {
            await server.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new SettingException($"Metrics:Port {port} is taken: stop the program that listens there, or choose another.");
        }
        catch (SocketException e)
        {
            throw new SettingException($"Metrics:Address {address} cannot be opened at port {port}: {e.Message}.");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? default;

    private static bool IsScrape(HttpContext context) =>
        context.Request.Path.Value == Path && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method));
}
