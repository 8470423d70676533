using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.FollowUps;

/// <summary>A learner would like to talk, and those who coach them hear of it by a mail without words.</summary>
[StandingClock]
public sealed class QueueTalkNoticeTests(OwnDatabaseApp app) : IClassFixture<OwnDatabaseApp>
{
    private const string Subject = "Someone would like to talk with you";

    [Fact]
    public async Task The_instructors_are_told_once_for_all_who_wait_and_nobody_reads_who_it_is()
    {
        var cohort = await app.Cohort();
        var (ann, bob) = (await app.Learner(cohort, "Ann Anders"), await app.Learner(cohort, "Bob Berger"));
        foreach (var learner in new[] { ann, bob }) await AskForTalk(learner, "1.4-coaching-agreement");
        await AskForTalk(ann, "2.4-watching-voice-and-power");
        await app.Send(new SendMails());

        var mail = Assert.Single(app.MailsTo(cohort.Instructor.Email));
        Assert.Equal(Subject, mail.Headers["Subject"]);
        Assert.Equal("https://learning.example.org/", Assert.Single(mail.Links).ToString());
        foreach (var body in new[] { mail.Text, mail.Html })
            foreach (var word in new[] { "Ann Anders", "Bob Berger", "1.4", "agreement", "a private word" })
                Assert.DoesNotContain(word, body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(app.MailsTo(cohort.Lead.Email), m => m.Headers["Subject"] == Subject);

        // Asked once more about the same, nobody is told again; about something else they are.
        FlowingClock.Advance(TimeSpan.FromDays(1));
        await AskForTalk(bob, "1.4-coaching-agreement", step: 2);
        await app.Send(new SendMails());
        Assert.Single(app.MailsTo(cohort.Instructor.Email));
        await AskForTalk(bob, "2.4-watching-voice-and-power");
        await app.Send(new SendMails());
        Assert.Equal(2, app.MailsTo(cohort.Instructor.Email).Count);
    }

    [Fact]
    public async Task Who_has_seen_to_it_before_it_goes_is_not_told()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        // In the evening: the mail waits for tomorrow.
        FlowingClock.Advance(TimeSpan.FromHours(10));
        await AskForTalk(learner, "1.4-coaching-agreement");
        await app.Send(new SendMails());
        Assert.Empty(app.MailsTo(cohort.Instructor.Email));
        var followUp = (await cohort.Lead.Http.Read($"{cohort.Path}/followups")).Ok()["items"]![0]!["id"]!;
        (await cohort.Lead.Http.Post($"{cohort.Path}/followups/{followUp}/close", new { outcome = "spoke" })).Ok();
        FlowingClock.Advance(TimeSpan.FromHours(14));
        await app.Send(new SendMails());
        Assert.Empty(app.MailsTo(cohort.Instructor.Email));
    }

    [Fact]
    public async Task Where_nobody_instructs_the_leads_are_told()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = Array.Empty<Guid>() })).Ok();
        await AskForTalk(learner, "1.4-coaching-agreement");
        await app.Send(new SendMails());
        Assert.Contains(app.MailsTo(cohort.Lead.Email), m => m.Headers["Subject"] == Subject);
        Assert.DoesNotContain(app.MailsTo(cohort.Instructor.Email), m => m.Headers["Subject"] == Subject);
    }

    [Fact]
    public async Task A_suspended_coach_swallows_no_wish_to_talk()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        await Suspend(admin, cohort.Instructor);
        await AskForTalk(learner, "1.4-coaching-agreement");
        await app.Send(new SendMails());
        Assert.Equal(1, Told(cohort.Lead));
        Assert.Equal(0, Told(cohort.Instructor));
        // Who is back hears of it too, as long as nobody has spoken with the learner.
        (await admin.Http.Post($"/v1/people/{cohort.Instructor.Id}/resume")).Ok();
        await app.Send(new SendMails());
        Assert.Equal((1, 1), (Told(cohort.Lead), Told(cohort.Instructor)));
    }

    [Fact]
    public async Task Who_is_suspended_before_the_mail_goes_leaves_it_to_others()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        // In the evening: the mail waits for tomorrow.
        FlowingClock.Advance(TimeSpan.FromHours(10));
        await AskForTalk(learner, "1.4-coaching-agreement");
        await Suspend(admin, cohort.Instructor);
        FlowingClock.Advance(TimeSpan.FromHours(14));
        await app.Send(new SendMails());
        Assert.Equal((1, 0), (Told(cohort.Lead), Told(cohort.Instructor)));
        (await admin.Http.Post($"/v1/people/{cohort.Instructor.Id}/resume")).Ok();
        FlowingClock.Advance(TimeSpan.FromHours(1));
        await app.Send(new SendMails());
        Assert.Equal((1, 1), (Told(cohort.Lead), Told(cohort.Instructor)));
    }

    [Fact]
    public async Task Where_nobody_has_access_some_programme_admins_are_told()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        for (var i = 0; i < 7; i++) await app.Admin();
        foreach (var coach in new[] { cohort.Instructor, cohort.Lead }) await Suspend(admin, coach);
        await AskForTalk(learner, "1.4-coaching-agreement");
        await AskForTalk(learner, "2.4-watching-voice-and-power");
        await app.Send(new SendMails());
        Assert.Equal((0, 0), (Told(cohort.Lead), Told(cohort.Instructor)));
        var name = (string)(await admin.Http.Read(cohort.Path)).Ok()["name"]!;
        var admins = await app.InDb(db => db.Users.Where(p => p.IsProgramAdmin).Select(p => p.Email!)
            .ToListAsync(TestContext.Current.CancellationToken));
        var mails = admins.SelectMany(app.MailsTo).Where(m => m.Text.Contains(name, StringComparison.Ordinal)
            && m.Headers["Subject"] == "Somebody waits in a cohort without staff").ToList();
        Assert.Equal(5, mails.Count);
        Assert.All(mails, m => Assert.DoesNotContain(learner.Name, m.Text, StringComparison.Ordinal));
        // Who leads it again has what waits.
        (await admin.Http.Post($"/v1/people/{cohort.Lead.Id}/resume")).Ok();
        await app.Send(new SendMails());
        Assert.Equal((1, 0), (Told(cohort.Lead), Told(cohort.Instructor)));
    }

    [Fact]
    public async Task A_coach_whose_row_is_damaged_keeps_nobody_from_answering()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        await app.InDb(db => db.Database.ExecuteSqlRawAsync("UPDATE People SET QuietFrom = 'rubbish' WHERE Id = {0}",
            [cohort.Instructor.Id], TestContext.Current.CancellationToken));
        await AskForTalk(learner, "1.4-coaching-agreement");
        await app.Send(new SendMails());
        Assert.Equal(1, Told(cohort.Lead));
    }

    private int Told(TestPerson person) => app.MailsTo(person.Email).Count(m => m.Headers["Subject"] == Subject);

    private static async Task Suspend(TestPerson admin, TestPerson person) =>
        (await admin.Http.Post($"/v1/people/{person.Id}/suspend", new { reason = "Away until further notice." })).Ok();

    private static async Task AskForTalk(TestLearner learner, string unit, int step = 0)
    {
        var asks = (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();
        (await learner.Http.Post($"/v1/nudges/{asks[step]!["id"]}/response",
            new { outcome = "applied", needHelp = true, note = "a private word" })).Ok();
    }
}
