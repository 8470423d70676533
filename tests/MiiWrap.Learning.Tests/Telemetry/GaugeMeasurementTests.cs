using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MiiWrap.Learning.Api.Telemetry;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Telemetry;

/// <summary>A host of its own whose metrics can be scraped, measured every second.</summary>
public sealed class ScrapedApp : LearningApp
{
    private readonly int port = FreePort.Take();

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Metrics:Port"] = port.ToString(CultureInfo.InvariantCulture),
        ["Metrics:MeasureSeconds"] = "1",
    };

    internal async Task<string> Scrape()
    {
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") };
        return (await http.Read("/metrics")).Ok().Body;
    }
}

/// <summary>What is owed is measured by one background turn; what cannot be measured is absent, and nothing else falls.</summary>
public sealed class GaugeMeasurementTests(ScrapedApp app) : IClassFixture<ScrapedApp>
{
    private const string Owed = "learning_messages_owed{otel_scope_name=\"MiiWrap.Learning\",learning_message_kind=\"invitation\"}";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_cannot_be_measured_is_absent_until_it_can_and_is_told_in_the_log()
    {
        var admin = await app.Admin();
        (await admin.Http.Post("/v1/people", new { email = Given.Address("owed"), name = "Owen Owed", timeZone = Given.Zone }))
            .Expect(System.Net.HttpStatusCode.Created);
        await Polling.Until(() => Shows($"{Owed} 1\n"));

        await app.InDb(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE OutboundMails RENAME TO Elsewhere", Ct));
        await Polling.Until(async () => !await Shows("learning_messages_owed"));
        Assert.True(await Shows("learning_clock_time_seconds"));
        Assert.True(await Shows("learning_database_wal_size_bytes"));
        Assert.True(await Shows("learning_mails_attempts_total"));
        Assert.Contains(app.Services.GetRequiredService<LogSink>().Lines,
            l => l.StartsWith("Warning Not measured: what is owed", StringComparison.Ordinal));
        (await admin.Http.Read("/v1/me")).Ok();

        await app.InDb(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE Elsewhere RENAME TO OutboundMails", Ct));
        await Polling.Until(() => Shows($"{Owed} 1\n"));
    }

    [Fact]
    public async Task Hosts_in_one_process_do_not_count_together()
    {
        await using var other = new OwnDatabaseApp();
        await other.InitializeAsync();
        (await Session.Anonymous(other).Post("/v1/identity/login", new { email = "nobody@example.org", password = "three quiet herons" }))
            .Expect(System.Net.HttpStatusCode.Unauthorized);
        await Polling.Until(() => Shows("learning_sign_ins_refused_total"));
        Assert.Matches("learning_sign_ins_refused_total\\{[^}]*\"failed\"[^}]*\\} 0", await app.Scrape());
    }

    [Fact]
    public async Task A_stop_that_outlives_its_services_needs_none_of_them()
    {
        TelemetryShutdown shutdown;
        await using (var other = new ScrapedApp())
        {
            await other.InitializeAsync();
            shutdown = other.Services.GetServices<IHostedService>().OfType<TelemetryShutdown>().Single();
        }

        await shutdown.StopAsync(Ct);
    }

    private async Task<bool> Shows(string text) => (await app.Scrape()).Contains(text, StringComparison.Ordinal);
}
