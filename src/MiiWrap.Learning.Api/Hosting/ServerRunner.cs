using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Features.Demonstration;
using MiiWrap.Learning.Api.Jobs;

namespace MiiWrap.Learning.Api.Hosting;

/// <summary>Initializes the database, then runs the web server until shutdown.</summary>
internal static class ServerRunner
{
    public static async Task Run(WebApplication app, Settings settings)
    {
        // A start is compiling more than anything else: the routes' delegates are made while the database is prepared.
        if (settings.HttpEnabled) MapOnce(app);
        var routes = Task.Run(() => app.Services.GetRequiredService<EndpointDataSource>().Endpoints);
        await DatabaseInitializer.Prepare(app, settings);
        await routes;
        app.Lifetime.ApplicationStarted.Register(() => Announce(app, settings));
        await app.RunAsync();
    }

    /// <summary>
    /// Whoever asks a source of routes for them has it make them, and their delegates, anew: the first request did, and so waited for what
    /// had been made at the start. One source of them all keeps what it has made.
    /// </summary>
    private static void MapOnce(WebApplication app)
    {
        var sources = ((IEndpointRouteBuilder)app).DataSources;
        var all = new CompositeEndpointDataSource([.. sources]);
        sources.Clear();
        sources.Add(all);
        app.UseEndpoints(_ => { });
    }

    private static void Announce(WebApplication app, Settings settings)
    {
        if (!settings.HttpEnabled)
        {
            Console.WriteLine("MiiWrap.Learning works without HTTP: this node runs jobs alone.");
            return;
        }

        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? settings.PublicBaseUrl.ToString();
        address = address.TrimEnd('/');
        var lines = new List<string>
        {
            $"MiiWrap.Learning is ready at {address} (Swagger UI: {address}/swagger)",
            $"Database: {settings.Provider}{(settings.Provider == DatabaseProvider.Sqlite ? $" in {settings.DataFolder}" : "")}; mail: {(settings.Mail.Server is { } server ? $"{server.Host}:{server.Port}" : settings.Mail.PickupFolder)}",
        };
        lines.Add($"Jobs: {address}{JobsDashboard.Path}");
        if (app.Environment.IsDevelopment()) lines.Add(DemonstrationPeople.SignIns(settings.DemoPassword));
        // One write: whoever waits for the first line has the others too.
        Console.WriteLine(string.Join(Environment.NewLine, lines));
    }
}
