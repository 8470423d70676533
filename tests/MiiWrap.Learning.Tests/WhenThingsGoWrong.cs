using System.Net;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.App;

namespace MiiWrap.Learning.Tests;

/// <summary>A disk that is full or read only, a mail folder that is gone, a clock that jumps, many writers at once.</summary>
public sealed class WhenThingsGoWrong : IClassFixture<FaultyDiskApp>
{
    private const string Unit = "2.4-watching-voice-and-power";
    private readonly FaultyDiskApp app;

    public WhenThingsGoWrong(FaultyDiskApp app)
    {
        this.app = app;
        TestClock.Set(TestClock.Monday);
    }

    [Fact]
    public async Task A_full_disk_refuses_changes_and_goes_on_reading()
    {
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit(Unit)}/start")).Ok();
        var body = new { ifThen = new { cue = new string('c', 280), action = new string('a', 280) } };
        using (app.Full())
        {
            var refused = 0;
            // Pages that are half empty still take a row or two.
            foreach (var unit in await Units(learner))
            {
                var answer = await learner.Http.Post($"{learner.Unit(unit)}/complete", body);
                if (answer.Status == HttpStatusCode.OK) continue;
                answer.Expect(HttpStatusCode.InsufficientStorage, "storage.full");
                refused++;
            }

            Assert.NotEqual(0, refused);
            (await learner.Http.Read(learner.Unit(Unit))).Ok();
        }

        (await learner.Http.Post($"{learner.Unit(Unit)}/complete", body)).Ok();
    }

    [Fact]
    public async Task A_read_only_file_refuses_changes_and_goes_on_reading()
    {
        var learner = await app.Learner();
        (await learner.Http.Read(learner.Unit(Unit))).Ok();
        using (app.ReadOnly())
        {
            (await learner.Http.Post($"{learner.Unit(Unit)}/start")).Expect(HttpStatusCode.ServiceUnavailable, "storage.readOnly");
            Assert.Equal("open", (string)(await learner.Http.Read(learner.Unit(Unit))).Ok()["state"]!);
        }

        (await learner.Http.Post($"{learner.Unit(Unit)}/start")).Ok();
    }

    [Fact]
    public async Task Mail_waits_while_its_folder_cannot_be_written()
    {
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok();
        TestClock.Advance(TimeSpan.FromDays(9));
        var aside = $"{app.MailFolder}-aside";
        Directory.Move(app.MailFolder, aside);
        await File.WriteAllTextAsync(app.MailFolder, "A file in the place of the folder.", TestContext.Current.CancellationToken);
        await app.Send(new SendDueNudges());

        File.Delete(app.MailFolder);
        Directory.Move(aside, app.MailFolder);
        // Its next try comes a minute after the first.
        await app.Send(new SendDueNudges());
        Assert.Empty(app.MailsTo(learner.Email));
        TestClock.Advance(TimeSpan.FromMinutes(2));
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
            TestClock.Advance(TimeSpan.FromDays(days));
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

    private static async Task<List<string>> Units(TestLearner learner) =>
        [.. (await learner.Http.Read(learner.Journey)).Ok()["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray()).Select(u => (string)u!["slug"]!)];
}
