using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>The clock of the machine is set back by a day under a program that runs, and then forth by two.</summary>
public sealed class ClockSetBackTests : IDisposable
{
    private static readonly string? FakeTime =
        Directory.Exists("/usr/lib") ? Directory.GetDirectories("/usr/lib").Select(d => Path.Combine(d, "faketime", "libfaketimeMT.so.1"))
            .FirstOrDefault(File.Exists) : null;


    private readonly Home home = new();

    [Fact(Explicit = true)]
    public async Task Sweeps_go_on()
    {
        Assert.SkipUnless(FakeTime is not null, "faketime is not installed: a clock that is set back under the program was not seen");
        var clock = Path.Combine(home.Folder, "clock");
        await File.WriteAllTextAsync(clock, "+0d", TestContext.Current.CancellationToken);
        await using var program = await RunningProgram.Start(
            home, ("LD_PRELOAD", FakeTime), ("FAKETIME_TIMESTAMP_FILE", clock), ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"), ("DONT_FAKE_MONOTONIC", "1"),
            // Its way round an old glibc makes waits with a time limit end late.
            ("FAKETIME_FORCE_MONOTONIC_FIX", "0"));
        using var admin = await program.SignIn("admin@example.org");
        await InviteAndWait(admin, "before@example.org");
        await File.WriteAllTextAsync(clock, "-1d", TestContext.Current.CancellationToken);
        await InviteAndWait(admin, "after@example.org");
        await File.WriteAllTextAsync(clock, "+1d", TestContext.Current.CancellationToken);
        // Its sign-in has run out by the clock as it is now.
        using var again = await program.SignIn("admin@example.org");
        await InviteAndWait(again, "later@example.org");
        foreach (var email in new[] { "before@example.org", "after@example.org", "later@example.org" }) Assert.Single(home.MailsTo(email));
    }

    public void Dispose() => home.Dispose();

    private async Task InviteAndWait(HttpClient admin, string email)
    {
        (await admin.Post("/v1/people", new { email, name = "Ivo Invited", timeZone = Given.Zone })).Expect(HttpStatusCode.Created);
        await Polling.Until(() => Task.FromResult(home.MailsTo(email).Count == 1));
    }
}
