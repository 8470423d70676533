using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Api.Features.Nudges;
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
    public async Task Whose_author_has_no_access_is_told_nothing_until_they_are_back()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var (learner, gone) = (await app.Learner(cohort), await app.Learner(cohort));
        var (revision, other) = (await learner.HandIn(), await gone.HandIn());
        (await admin.Http.Post($"/v1/people/{learner.Id}/suspend", new { reason = "Away until further notice." })).Ok();
        var published = (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement())).Ok();
        Assert.NotNull((string?)published["publishedAt"]);
        Assert.Equal((null, null), ((string?)published["toldBy"], (string?)published["toldAt"]));
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(other)}/claim")).Ok();
        var tag = (await cohort.Instructor.Http.Read(ReflectionSteps.Review(other))).Ok().ETag!;
        (await cohort.Instructor.Http.Put(ReflectionSteps.Review(other), ReflectionSteps.Judgement(), ("If-Match", tag))).Ok();
        (await admin.Http.Post($"/v1/people/{gone.Id}/dismiss", new { reason = "The employment has ended." })).Ok();
        published = (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(other)}/publish")).Ok();
        Assert.Equal((null, null), ((string?)published["toldBy"], (string?)published["toldAt"]));
        await app.Send(new SendMails());
        Assert.Empty(app.MailsTo(learner.Email));

        FlowingClock.Advance(TimeSpan.FromDays(7));
        await app.Send(new SendMails());
        (await admin.Http.Post($"/v1/people/{learner.Id}/resume")).Ok();
        FlowingClock.Advance(TimeSpan.FromHours(1));
        await app.Send(new SendMails());
        Assert.Equal("Your feedback is ready", Assert.Single(app.MailsTo(learner.Email)).Headers["Subject"]);
        Assert.Empty(app.MailsTo(gone.Email));
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
    public async Task Whoever_publishes_on_a_Saturday_is_told_that_its_author_hears_of_it_on_Monday()
    {
        var cohort = await app.Cohort();
        var (learner, silent) = (await app.Learner(cohort), await app.Learner(cohort));
        (await silent.Http.Patch("/v1/me/preferences", new { feedbackByMail = false }, ("If-Match", "*"))).Ok();
        var (revision, other) = (await learner.HandIn(), await silent.HandIn());
        FlowingClock.Set(FlowingClock.Monday.AddDays(5));

        var published = (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement())).Ok();
        Assert.Equal(("email", FlowingClock.Monday.AddDays(7).AddMinutes(-30).UtcDateTime),
            ((string)published["toldBy"]!, (DateTime)published["toldAt"]!));
        var unmailed = (await cohort.Instructor.Review(other, ReflectionSteps.Judgement())).Ok();
        Assert.Equal(("inApp", FlowingClock.Now.UtcDateTime), ((string)unmailed["toldBy"]!, (DateTime)unmailed["toldAt"]!));

        FlowingClock.Set(FlowingClock.Monday.AddDays(7).AddMinutes(-30));
        await app.Send(new SendMails());
        Assert.Single(app.MailsTo(learner.Email));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_waits_until_leave_and_the_agencys_closed_days_are_over(bool leave)
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var learner = await app.Learner(cohort, agencyId: agency);
        var revision = await learner.HandIn();
        if (leave)
            (await learner.Http.Put("/v1/me/leave", new { periods = new[] { new { from = "2027-02-01", until = "2027-02-02" } } })).Ok();
        else
            (await (await app.Admin()).Http.Put($"/v1/agencies/{agency}/closed-days", new { days = new[] { "2027-02-01", "2027-02-02" } }))
                .Ok();
        (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement())).Ok();
        foreach (var day in new[] { 0, 1 })
        {
            FlowingClock.Set(FlowingClock.Monday.AddDays(day));
            await app.Send(new SendMails());
            Assert.Empty(app.MailsTo(learner.Email));
        }

        FlowingClock.Set(FlowingClock.Monday.AddDays(2));
        await app.Send(new SendMails());
        Assert.Single(app.MailsTo(learner.Email));
    }

    [Fact]
    public async Task Stopping_the_check_ins_leaves_it_and_it_has_a_switch_of_its_own()
    {
        var cohort = await app.Cohort();
        var (asked, told) = (await app.Learner(cohort), await app.Learner(cohort));
        var stop = app.Services.GetRequiredService<OneTapLinks>().ToStop(told.Id).PathAndQuery;
        (await Session.Anonymous(app).Post(stop, new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]))).Ok();
        var preferences = (await asked.Http.Patch("/v1/me/preferences", new { feedbackByMail = false }, ("If-Match", "*"))).Ok();
        Assert.Equal((false, true), ((bool)preferences["feedbackByMail"]!, preferences["channels"]!.ToJsonString().Contains("email")));
        Assert.True((bool)(await told.Http.Read("/v1/me/preferences")).Ok()["feedbackByMail"]!);
        foreach (var learner in new[] { asked, told })
            (await cohort.Instructor.Review(await learner.HandIn(), ReflectionSteps.Judgement())).Ok();
        await app.Send(new SendMails());
        Assert.Empty(app.MailsTo(asked.Email));
        Assert.Single(app.MailsTo(told.Email));
    }

    [Fact]
    public async Task Whoever_has_read_it_already_or_wants_no_mail_gets_none()
    {
        var cohort = await app.Cohort();
        var (reader, silent) = (await app.Learner(cohort), await app.Learner(cohort));
        (await silent.Http.Patch("/v1/me/preferences", new { feedbackByMail = false }, ("If-Match", "*"))).Ok();
        (await cohort.Instructor.Review(await reader.HandIn(), ReflectionSteps.Judgement())).Ok();
        (await cohort.Instructor.Review(await silent.HandIn(), ReflectionSteps.Judgement())).Ok();
        await reader.GetReflection();
        await app.Send(new SendMails());
        Assert.Empty(app.MailsTo(reader.Email));
        Assert.Empty(app.MailsTo(silent.Email));
    }
}
