using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>An author of a front end lets weeks pass, reads the mails, and begins anew.</summary>
public sealed class SandboxTests : IDisposable
{
    private const string Learner = "learner1@example.org";
    private readonly Home home = new();

    [Fact]
    public async Task Weeks_pass_in_seconds_with_a_mail_on_each_day_that_has_one_and_a_reset_begins_anew()
    {
        await using var program = await RunningProgram.Start(
            home, ("Sandbox__Enabled", "true"), ("Jobs__Enabled", "false"), ("Clock__StartAt", "2027-03-15T15:00:00Z"));
        using var anyone = program.Anonymous();
        using var learner = await program.SignIn(Learner);
        var enrolment = (string)(await learner.Read("/v1/me")).Ok()["enrolments"]![0]!["id"]!;
        var completed = (await learner.Post($"/v1/enrolments/{enrolment}/units/2.4-watching-voice-and-power/complete", Given.IfThen())).Ok();
        var planned = completed["nudges"]!.AsArray().Select(n => (string)n!["id"]!).ToHashSet();

        var (now, ran) = ("", new HashSet<string>());
        while (!now.StartsWith("2027-04-12T15:00:", StringComparison.Ordinal))
        {
            var moved = (await anyone.Post("/sandbox/clock", new { now = "2027-04-12T15:00:00Z" })).Ok();
            Assert.All(moved["ran"]!.AsArray(), r => Assert.True((int)r!["count"]! > 0));
            ran.UnionWith(moved["ran"]!.AsArray().Select(r => (string)r!["name"]!));
            // A busy machine may not get there by one request: each goes on where the last one stopped.
            Assert.True(string.CompareOrdinal((string)moved["now"]!, now) > 0, now);
            now = (string)moved["now"]!;
        }

        Assert.Contains("send-due-nudges", ran);
        var mails = (await anyone.Read($"/sandbox/mails?to={Learner.ToUpperInvariant()}")).Ok()["items"]!.AsArray();
        var brought = mails.Where(m => m!["nudges"]!.AsArray().Any(n => planned.Contains((string)n!))).ToList();
        // One after the other, as the weeks would have brought them, and not all at the end.
        Assert.True(brought.Select(m => ((string)m!["sentAt"]!)[..10]).Distinct().Count() >= 3, mails.ToJsonString());
        Assert.All(mails, m => Assert.Equal(Learner, (string)m!["to"]!));
        Assert.Contains(brought[0]!["links"]!.AsArray(), l => ((string)l!).Contains("/n/", StringComparison.Ordinal));

        (await anyone.Post("/sandbox/clock", new { now = "2027-04-01T15:00:00Z" }))
            .Expect(HttpStatusCode.Conflict, "sandbox.clock.backwards");
        (await anyone.Post("/sandbox/clock", "{}")).Expect(HttpStatusCode.UnprocessableEntity);
        (await learner.Read("/v1/me")).Expect(HttpStatusCode.Unauthorized);

        using var admin = await program.SignIn("admin@example.org");
        using var reader = await program.SignIn(Learner);
        (await admin.Read("/v1/people")).Ok();
        (await reader.Read("/v1/me")).Ok();
        (await anyone.Post("/sandbox/reset")).Expect(HttpStatusCode.NoContent);
        // They are new people, and whoever was here before is none of them.
        (await admin.Read("/v1/people")).Expect(HttpStatusCode.Unauthorized);
        (await reader.Read("/v1/me")).Expect(HttpStatusCode.Unauthorized);
        Assert.Empty((await anyone.Read("/sandbox/mails")).Ok()["items"]!.AsArray());
        using var again = await program.SignIn(Learner);
        Assert.NotEqual(enrolment, (string)(await again.Read("/v1/me")).Ok()["enrolments"]![0]!["id"]!);
    }

    [Fact]
    public async Task Without_the_setting_there_is_none()
    {
        await using var program = await RunningProgram.Start(home, ("Jobs__Enabled", "false"));
        using var admin = await program.SignIn("admin@example.org");
        (await admin.Post("/sandbox/reset")).Expect(HttpStatusCode.NotFound);
    }

    public void Dispose() => home.Dispose();
}
