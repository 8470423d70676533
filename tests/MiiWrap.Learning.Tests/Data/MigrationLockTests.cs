using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Hosting;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Data;

/// <summary>Of several processes on one folder one prepares the database, and the others wait, say so, and in the end give up.</summary>
public sealed class MigrationLockTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("learning-lock-").FullName;
    private readonly ManualClock clock = new();
    private readonly LogSink log = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_waits_says_so_after_a_few_seconds_and_goes_on_when_the_other_is_done()
    {
        var other = await Take();
        var mine = Take();
        await clock.Elapse(TimeSpan.FromSeconds(2));
        await clock.Elapse(TimeSpan.FromSeconds(1));
        Assert.Empty(log.Lines);
        for (var i = 0; i < 3; i++) await clock.Elapse(TimeSpan.FromSeconds(5));
        Assert.Contains("Waiting for another process that prepares the database", Assert.Single(log.Lines), StringComparison.Ordinal);
        other.Dispose();
        await clock.Elapse(TimeSpan.FromSeconds(1));
        (await mine).Dispose();
    }

    [Fact]
    public async Task After_five_minutes_it_gives_up_in_one_sentence()
    {
        using var other = await Take();
        var mine = Take();
        await clock.Elapse(TimeSpan.FromMinutes(4));
        await clock.Elapse(TimeSpan.FromMinutes(1));
        var error = await Assert.ThrowsAsync<DatabaseBusyException>(() => mine);
        Assert.Equal(
            $"Another process has been preparing the database for 5 minutes and holds '{Path.Combine(folder, "setup.lock")}': stop it, and start again.", CommandLine.Sentence(error));
    }

    public void Dispose()
    {
        log.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private Task<IDisposable> Take() => DatabaseSetup.TakeTurn(folder, clock, log.CreateLogger(""), Ct);
}
