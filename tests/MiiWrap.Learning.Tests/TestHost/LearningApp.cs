using MediatR;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Sqlite;
using MiiWrap.Learning.Api.Data.SqlServer;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.Conventions;
using MiiWrap.Learning.Tests.TestHost;

[assembly: AssemblyFixture(typeof(LearningApp))]

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>
/// The whole program on a real database file, one host for the run. Tests run in parallel against it: each has a clock of its own and makes
/// people and cohorts of its own.
/// </summary>
public class LearningApp : WebApplicationFactory<Program>, IAsyncLifetime
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("learning-tests-").FullName;

    private TestDatabase? database;
    /// <summary>Keeps the log at every level, for tests that look for what must be in no line of it.</summary>
    public bool KeepsEveryLogLine { get; init; }

    /// <summary>What every test has seen of how pages are read.</summary>
    internal PageReads Reads { get; } = new();

    /// <summary>What the database means to do for the requests of every test.</summary>
    internal QueryPlans Plans { get; } = new();

    /// <summary>What every test was refused with.</summary>
    private readonly ProblemAnswers problems = new();

    public string MailFolder => Path.Combine(Folder, "mail");

    // The factory starts lazily and is not safe to start from two tests at once.
    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.In(Folder);
        StartServer();
        database.Prepare();
    }

    /// <summary>How requests get to the program: without a network, except on hosts of their own that listen to one.</summary>
    public virtual HttpMessageHandler Way() => Server.CreateHandler();

    public virtual Uri Address => new("http://localhost");

    /// <summary>For tests of what SQLite alone does.</summary>
    public bool IsSqlite => database is { Provider: "Sqlite" };

    /// <summary>Sends a request of the program itself, as a job would.</summary>
    public async Task<T> Send<T>(IRequest<T> request)
    {
        if (request is SendDueNudges { PersonId: null } && GetType() == typeof(LearningApp) && !KeepsEveryLogLine)
            throw new InvalidOperationException("A sweep of everybody's nudges, on the host that all tests share: name a person.");
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Looks into the database, or changes it in a way that no route offers.</summary>
    public async Task<T> InDb<T>(Func<LearningDb, Task<T>> work)
    {
        await using var scope = Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<LearningDb>());
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
        // Together the tests bring pages into more states than any one of them can.
        List<string> faults = [.. Reads.TooMany, .. problems.Faults, .. IsSqlite ? Plans.Faults(database!.ConnectionString) : []];
        if (database is not null) await database.Drop();
        Directory.Delete(Folder, recursive: true);
        Faults.None(faults);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Testing");
        database ??= TestDatabase.In(Folder).GetAwaiter().GetResult();
        builder.UseSetting("Database:Provider", database.Provider);
        builder.UseSetting("ConnectionStrings:Learning", database.ConnectionString);
        KeyFile.Use(builder);
        builder.UseSetting("Mail:PickupFolder", MailFolder);
        builder.UseSetting("Public:BaseUrl", "https://learning.example.org");
        builder.UseSetting("Jobs:Enabled", "false");
        // Thousands of requests; the sink keeps their lines for the tests that ask.
        builder.UseSetting("Logging:Console:LogLevel:MiiWrap.Learning.Requests", "Warning");
        // The limits have tests of their own, on hosts of their own; here hundreds of tests share one address.
        foreach (var limit in new[] { "CallerBurst", "AddressBurst", "SignInBurst", "SignInPerMinuteAndAddress", "SignInFailuresPerAddress",
            "OneTapPerMinute", "InvitationsPerHour", "StreamsPerCaller" })
            builder.UseSetting($"Limits:{limit}", "1000000");
        foreach (var (name, value) in Settings) builder.UseSetting(name, value);
        builder.ConfigureTestServices(services =>
        {
            services.RemoveAll<TimeProvider>().AddSingleton<TimeProvider, FlowingClock>();
            services.Configure<TestServerOptions>(o => o.PreserveExecutionContext = true);
            // Hashing is meant to be slow; its strength is not what these tests are about.
            services.Configure<PasswordHasherOptions>(o => o.IterationCount = 1000);
            services.ConfigureDbContext<SqliteLearningDb>(o => o.AddInterceptors(Reads, Plans))
                .ConfigureDbContext<SqlServerLearningDb>(o => o.AddInterceptors(Reads));
            problems.Watch(services);
            Replace(services);
            if (KeepsEveryLogLine) services.AddLogging(l => l.AddFilter<LogSink>((_, _) => true));
            services.AddSingleton<LogSink>().AddSingleton<ILoggerProvider>(sp => sp.GetRequiredService<LogSink>());
        });
    }

    /// <summary>For a host of its own: settings in place of those of the run.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    /// <summary>For a host of its own: what else is different in it.</summary>
    protected virtual void Replace(IServiceCollection services)
    {
    }
}
