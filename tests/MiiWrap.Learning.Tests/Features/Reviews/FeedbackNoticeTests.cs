using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Reviews;

/// <summary>The mail that says that feedback is ready, and nothing of what it says.</summary>
[StandingClock]
public sealed class FeedbackNoticeTests(OwnDatabaseApp app) : IClassFixture<OwnDatabaseApp>
{
    [Fact]
    public async Task It_goes_out_once_for_all_that_waits_and_says_no_word_of_it()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        (await cohort.Instructor.Review(await learner.HandIn(), ReflectionSteps.Judgement())).Ok();
        (await cohort.Instructor.Review(await learner.HandIn("1.2-coach-supervisor-trainer"), ReflectionSteps.Judgement())).Ok();
        await app.Send(new SendMails());
        await app.Send(new SendMails());

        var mail = Assert.Single(app.MailsTo(learner.Email));
        Assert.Equal("Your feedback is ready", mail.Headers["Subject"]);
        foreach (var body in new[] { mail.Text, mail.Html })
        {
            Assert.DoesNotContain("quiet", body, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("agreement", body, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task It_keeps_to_the_learners_own_hours()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort, zone: "America/New_York");
        var revision = await learner.HandIn();
        // Friday, 17:30 in New York: the window has just closed until Monday.
        FlowingClock.Set(FlowingClock.Monday.AddDays(4).AddHours(7.5));
        (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement())).Ok();
        foreach (var hours in new[] { 0, 20, 44, 62 })
        {
            FlowingClock.Set(FlowingClock.Monday.AddDays(4).AddHours(7.5 + hours));
            await app.Send(new SendMails());
            Assert.Empty(app.MailsTo(learner.Email));
        }

        FlowingClock.Set(FlowingClock.Monday.AddDays(7).AddHours(-1.5));
        await app.Send(new SendMails());
        Assert.Single(app.MailsTo(learner.Email));
    }

    [Fact]
    public async Task Whoever_has_read_it_already_or_wants_no_mail_gets_none()
    {
        var cohort = await app.Cohort();
        var (reader, silent) = (await app.Learner(cohort), await app.Learner(cohort));
        (await silent.Http.Patch("/v1/me/preferences", new { channels = new[] { "inApp" } }, ("If-Match", "*"))).Ok();
        (await cohort.Instructor.Review(await reader.HandIn(), ReflectionSteps.Judgement())).Ok();
        (await cohort.Instructor.Review(await silent.HandIn(), ReflectionSteps.Judgement())).Ok();
        await reader.GetReflection();
        await app.Send(new SendMails());
        Assert.Empty(app.MailsTo(reader.Email));
        Assert.Empty(app.MailsTo(silent.Email));
    }
}
