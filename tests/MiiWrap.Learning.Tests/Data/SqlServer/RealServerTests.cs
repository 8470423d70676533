using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Api.Jobs;
using MiiWrap.Learning.Tests.Jobs;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Data.SqlServer;

/// <summary>
/// What only a server with several writers shows. Every other scenario runs there too, when <c>LEARNING_TEST_DB=sqlserver</c> asks for it.
/// </summary>
[StandingClock]
public sealed class RealServerTests(JobsApp app) : IClassFixture<JobsApp>
{
    private const string WhyNot =
        "no SQL Server was asked for: LEARNING_TEST_DB=sqlserver runs this in a container, or on LEARNING_TEST_SQLSERVER";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Skip = WhyNot, SkipUnless = nameof(TestDatabase.IsServerAskedFor), SkipType = typeof(TestDatabase))]
    public async Task Hangfire_keeps_its_tables_beside_ours_and_its_jobs_in_them()
    {
        Assert.True(await app.InDb(db => db.Database.SqlQuery<int>($"SELECT COUNT(*) AS [Value] FROM [HangFire].[Schema]")
            .SingleAsync(Ct)) > 0);
        await app.Send(new ScheduleUpcoming());
        var learner = await app.Learner();
        var nudge = (await learner.Http.Post($"{learner.Unit("2.4-watching-voice-and-power")}/complete", Given.IfThen()))
            .Ok()["nudges"]![0]!;
        app.WorkAll();
        app.JobOf((string)nudge["id"]!);
        Assert.NotNull(app.Services.GetRequiredService<JobStorage>() as global::Hangfire.SqlServer.SqlServerStorage);
    }

    [Fact(Skip = WhyNot, SkipUnless = nameof(TestDatabase.IsServerAskedFor), SkipType = typeof(TestDatabase))]
    public async Task Eight_senders_at_once_claim_each_ask_once()
    {
        var learners = new List<TestLearner>();
        for (var i = 0; i < 6; i++) learners.Add(await app.Learner());
        DateTimeOffset due = default;
        foreach (var learner in learners)
            due = (DateTimeOffset)(await learner.Http.Post($"{learner.Unit("2.4-watching-voice-and-power")}/complete", Given.IfThen()))
                .Ok()["nudges"]![0]!["dueAt"]!;
        FlowingClock.Set(due);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => app.Send(new SendDueNudges())));
        Assert.All(learners, l => Assert.Single(app.MailsTo(l.Email)));
    }

    [Fact(Skip = WhyNot, SkipUnless = nameof(TestDatabase.IsServerAskedFor), SkipType = typeof(TestDatabase))]
    public async Task A_name_that_one_transaction_holds_is_refused_to_another_until_it_ends()
    {
        var name = $"test-{Guid.NewGuid():N}";
        async Task<bool> Hold() => await app.InDb(db =>
            db.InTransactionAsync(ct => db.TryAcquireLockAsync(name, TimeSpan.Zero, ct), commit: null, Ct));
        await app.InDb(db => db.InTransactionAsync(async ct =>
        {
            Assert.True(await db.TryAcquireLockAsync(name, TimeSpan.Zero, ct));
            Assert.False(await Hold());
            return true;
        }, commit: null, Ct));
        Assert.True(await Hold());
    }

    [Fact(Skip = WhyNot, SkipUnless = nameof(TestDatabase.IsServerAskedFor), SkipType = typeof(TestDatabase))]
    public async Task Twenty_answers_to_one_ask_at_once_leave_one()
    {
        var learner = await app.Learner();
        var id = (Guid)(await learner.Http.Post($"{learner.Unit("2.4-watching-voice-and-power")}/complete", Given.IfThen()))
            .Ok()["nudges"]![0]!["id"]!;
        var answers = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(_ => learner.Http.Post($"/v1/nudges/{id}/response", new { outcome = "applied" })));
        Assert.All(answers, a => a.Ok());
        Assert.Equal(1, await app.InDb(db => db.Opportunities.Where(o => o.PersonId == learner.Id).SelectMany(o => o.Evidence)
            .CountAsync(Ct)));
    }
}
