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

    private static async Task AskForTalk(TestLearner learner, string unit, int step = 0)
    {
        var asks = (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();
        (await learner.Http.Post($"/v1/nudges/{asks[step]!["id"]}/response",
            new { outcome = "applied", needHelp = true, note = "a private word" })).Ok();
    }
}
