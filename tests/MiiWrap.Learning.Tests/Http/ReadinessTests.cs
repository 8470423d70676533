using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MiiWrap.Learning.Api.Jobs;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>An operator asks a node whether it is ready, and reads which part is not.</summary>
public sealed class ReadinessTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_says_of_each_part_whether_it_is_ready()
    {
        await using var app = new NodeWithIdleWorkers();
        await app.InitializeAsync();

        var ready = (await Session.Anonymous(app).Read("/health/ready")).Ok();

        Assert.Equal("application/json; charset=utf-8", ready.Headers["Content-Type"]);
        Assert.Equal("ready", (string)ready["status"]!);
        Assert.Equal(["database ready", "migrations ready", "content ready", "jobs starting"], PartsOf(ready));

        var state = app.Services.GetRequiredService<JobServerState>();
        state.IsWorking = true;
        Assert.Equal("jobs ready", PartsOf((await Session.Anonymous(app).Read("/health/ready")).Ok())[^1]);

        (state.IsWorking, state.HasFailed) = (false, true);
        await app.InDb(db => db.Database.ExecuteSqlRawAsync(
            """DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" = (SELECT MAX("MigrationId") FROM "__EFMigrationsHistory")""", Ct));
        await app.InDb(db => db.Cohorts.ExecuteDeleteAsync(Ct));
        await app.InDb(db => db.Curricula.ExecuteDeleteAsync(Ct));
        var not = await Session.Anonymous(app).Read("/health/ready");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, not.Status);
        Assert.Equal("notReady", (string)not["status"]!);
        Assert.Equal(["database ready", "migrations notReady", "content notReady", "jobs notReady"], PartsOf(not));
        Assert.Equal("The schema lacks 1 of this version's migrations: run --migrate.", (string)not["parts"]![1]!["detail"]!);
    }

    [Fact]
    public async Task What_an_exception_says_is_not_shown()
    {
        await using var app = new NodeWithIdleWorkers();
        await app.InitializeAsync();
        await app.InDb(db => db.Database.ExecuteSqlRawAsync("""ALTER TABLE "Curricula" RENAME TO "CurriculaMoved" """, Ct));

        var not = await Session.Anonymous(app).Read("/health/ready");

        Assert.Equal("It could not be asked.", (string)not["parts"]![2]!["detail"]!);
        Assert.DoesNotContain("Curricula", not.Body, StringComparison.Ordinal);
        await app.InDb(db => db.Database.ExecuteSqlRawAsync("""ALTER TABLE "CurriculaMoved" RENAME TO "Curricula" """, Ct));
    }

    private static List<string> PartsOf(Answer answer) =>
        [.. answer["parts"]!.AsArray().Select(p => $"{p!["name"]} {p["status"]}")];

    /// <summary>A node with jobs whose workers do not begin by themselves.</summary>
    private sealed class NodeWithIdleWorkers : LearningApp
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["Jobs:Enabled"] = "true" };

        protected override void Replace(IServiceCollection services)
        {
            foreach (var worker in services.Where(s => s.ServiceType == typeof(IHostedService)
                && s.ImplementationType?.Namespace == typeof(JobServerState).Namespace).ToList()) services.Remove(worker);
        }
    }
}
