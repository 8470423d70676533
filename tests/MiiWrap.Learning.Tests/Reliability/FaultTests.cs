using System.Net;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Reliability;

/// <summary>A disk that is full or read only, a mail folder that is gone, a clock that jumps, many writers at once.</summary>
[StandingClock]
public sealed class FaultTests(FaultyDiskApp app) : IClassFixture<FaultyDiskApp>
{
    private const string Unit = "2.4-watching-voice-and-power";

    [SqliteFact]
    public async Task A_full_disk_refuses_changes_and_goes_on_reading()
    {
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit(Unit)}/start")).Ok();
        var completed = new List<string>();
        var body = new { ifThen = new { cue = new string('c', 280), action = new string('a', 280) } };
        using (app.Full())
        {
            // Pages that are half empty still take a row or two.
            foreach (var unit in await Units(learner))
            {
                var answer = await learner.Http.Post($"{learner.Unit(unit)}/complete", body);
                if (answer.Status == HttpStatusCode.OK) completed.Add(unit);
                else answer.Expect(HttpStatusCode.InsufficientStorage, "storage.full");
            }

            Assert.NotInRange(completed.Count, 30, int.MaxValue);
            (await learner.Http.Read(learner.Unit(Unit))).Ok();
            // Of what was refused nothing is there: neither the unit, nor its asks, nor its place in the tally.
            await OnlyCompleted(learner, completed);
        }

        foreach (var unit in (await Units(learner)).Except(completed))
            (await learner.Http.Post($"{learner.Unit(unit)}/complete", body)).Ok();
        await OnlyCompleted(learner, await Units(learner));
    }

    [SqliteFact]
    public async Task A_read_only_file_refuses_changes_and_goes_on_reading()
    {
        var learner = await app.Learner();
        (await learner.Http.Read(learner.Unit(Unit))).Ok();
        using (app.ReadOnly())
        {
            (await learner.Http.Post($"{learner.Unit(Unit)}/start")).Expect(HttpStatusCode.ServiceUnavailable, "storage.readOnly");
            Assert.Equal("open", (string)(await learner.Http.Read(learner.Unit(Unit))).Ok()["state"]!);
            (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen()))
                .Expect(HttpStatusCode.ServiceUnavailable, "storage.readOnly");
            (await learner.Http.Patch("/v1/me/preferences", new { channels = new[] { "inApp" } }, ("If-Match", "*")))
                .Expect(HttpStatusCode.ServiceUnavailable, "storage.readOnly");
            // A sign-in is a row too.
            (await Session.Anonymous(app).Post("/v1/identity/login", new { email = learner.Email, password = Given.Password }))
                .Expect(HttpStatusCode.ServiceUnavailable, "storage.readOnly");
            await OnlyCompleted(learner, []);
            Assert.Equal(2, (await learner.Http.Read("/v1/me/preferences")).Ok()["channels"]!.AsArray().Count);
        }

        (await learner.Http.Post($"{learner.Unit(Unit)}/start")).Ok();
        (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok();
        await OnlyCompleted(learner, [Unit]);
    }

    [SqliteFact]
    public async Task A_disk_that_fails_between_a_mail_and_its_record_gets_the_same_mail_sent_again()
    {
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(9));
        IDisposable? failing = null;
        app.OnMail = () => failing = app.ReadOnly();
        await Assert.ThrowsAnyAsync<Exception>(() => app.Send(new SendDueNudges { PersonId = learner.Id }));
        app.OnMail = () => { };
        Assert.NotNull(failing);
        failing.Dispose();
        var first = Assert.Single(app.MailsTo(learner.Email));
        File.Delete(first.File);

        // Whoever sent it may still be at it; a minute later somebody else takes over.
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        Assert.Empty(app.MailsTo(learner.Email));
        FlowingClock.Advance(NudgeMessage.Lease);
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        Assert.Equal(first.Headers["Message-ID"], Assert.Single(app.MailsTo(learner.Email)).Headers["Message-ID"]);
        Assert.Single((await learner.Http.Read("/v1/nudges?status=sent")).Ok()["items"]!.AsArray());
    }

    [Fact]
    public async Task Mail_waits_while_its_folder_cannot_be_written()
    {
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(9));
        var aside = $"{app.MailFolder}-aside";
        Directory.Move(app.MailFolder, aside);
        await File.WriteAllTextAsync(app.MailFolder, "A file in the place of the folder.", TestContext.Current.CancellationToken);
        await app.Send(new SendDueNudges());

        File.Delete(app.MailFolder);
        Directory.Move(aside, app.MailFolder);
        // Its next try comes a minute after the first.
        await app.Send(new SendDueNudges());
        Assert.Empty(app.MailsTo(learner.Email));
        FlowingClock.Advance(TimeSpan.FromMinutes(2));
        await app.Send(new SendDueNudges());
        await app.Send(new SendDueNudges());
        Assert.Single(app.MailsTo(learner.Email));
    }

    [Fact]
    public async Task A_clock_that_jumps_sends_nothing_twice_and_leaves_nothing_out()
    {
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok();
        foreach (var days in new[] { 9, -8, 8, -20, 20 })
        {
            FlowingClock.Advance(TimeSpan.FromDays(days));
            await app.Send(new SendDueNudges());
        }

        Assert.Single(app.MailsTo(learner.Email));
        Assert.Single((await learner.Http.Read("/v1/nudges?status=sent")).Ok()["items"]!.AsArray());
    }

    [Fact]
    public async Task Thirty_two_writers_at_once_lose_nothing()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var others = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => app.Learner(cohort)));
        var units = await Units(learner);
        // Half of them meet in one enrolment, whose tally every one of them changes.
        var writers = units.Take(24).Select(unit => (learner, unit)).Concat(others.Select(other => (learner: other, unit: units[0])));
        var answers = await Task.WhenAll(writers.Select(w => w.learner.Http.Post($"{w.learner.Unit(w.unit)}/complete", Given.IfThen())));

        Assert.All(answers, answer => answer.Ok());
        var journey = (await learner.Http.Read(learner.Journey)).Ok();
        Assert.Equal(24, (int)journey["progress"]!["unitsCompleted"]!);
        foreach (var other in others) Assert.Equal(1, (int)(await other.Http.Read(other.Journey)).Ok()["progress"]!["unitsCompleted"]!);
    }

    private static async Task OnlyCompleted(TestLearner learner, List<string> units)
    {
        var journey = (await learner.Http.Read(learner.Journey)).Ok();
        var completed = journey["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray())
            .Where(u => (string)u!["state"]! == "completed")
            .ToList();
        Assert.Equal(units.Order(), completed.Select(u => (string)u!["slug"]!).Order());
        Assert.Equal(units.Count, (int)journey["progress"]!["unitsCompleted"]!);
        var asks = (await learner.Http.Read("/v1/nudges?limit=200")).Ok()["items"]!.AsArray();
        Assert.Equal(units.Order(), asks.Select(n => (string)n!["unit"]!).Distinct().Order());
    }

    private static async Task<List<string>> Units(TestLearner learner) =>
        [.. (await learner.Http.Read(learner.Journey)).Ok()["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray())
            .Select(u => (string)u!["slug"]!)];
}
