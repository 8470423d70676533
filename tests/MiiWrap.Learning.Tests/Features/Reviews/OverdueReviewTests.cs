using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Api.Features.Reviews;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Reviews;

/// <summary>A reflection that waits too long for its review is brought before the cohort's lead, once.</summary>
[Collection(nameof(MaintenanceCollection))]
[StandingClock(YearsLater = true)]
public sealed class OverdueReviewTests(MaintenanceApp app)
{
    [Fact]
    public async Task After_seven_working_days_the_lead_is_told_by_mail_once_for_each_revision()
    {
        var cohort = await app.Cohort();
        var (learner, another) = (await app.Learner(cohort), await app.Learner(cohort));
        var revision = await learner.HandIn();
        await another.HandIn();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();

        // Six working days: shown as late in the queue, and no mail.
        await Sweep(FlowingClock.LaterMonday.AddDays(8));
        Assert.Empty(app.MailsTo(cohort.Lead.Email));
        Assert.Equal("late", (string)(await cohort.Instructor.Http.Read($"/v1/reviews?cohort={cohort.Id}")).Ok()["items"]![0]!["wait"]!);

        await Sweep(FlowingClock.LaterMonday.AddDays(9));
        await Sweep(FlowingClock.LaterMonday.AddDays(10));
        var mail = Assert.Single(app.MailsTo(cohort.Lead.Email));
        Assert.Equal("Reflections wait for feedback", mail.Headers["Subject"]);
        Assert.DoesNotContain(learner.Name, mail.Text, StringComparison.Ordinal);
        Assert.Empty(app.MailsTo(cohort.Instructor.Email));
        Assert.Empty(app.MailsTo(learner.Email));

        // It comes back, and the next revision waits as long.
        (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement("revise", score: 0))).Ok();
        await learner.HandIn(words: "Now with a step.");
        await Sweep(FlowingClock.LaterMonday.AddDays(15));
        Assert.Single(app.MailsTo(cohort.Lead.Email));
        await Sweep(FlowingClock.LaterMonday.AddDays(22));
        Assert.Equal(2, app.MailsTo(cohort.Lead.Email).Count);
    }

    [Fact]
    public async Task Nothing_is_told_of_what_is_on_hold_or_done_and_the_leads_hours_are_kept()
    {
        var cohort = await app.Cohort();
        var (done, held, waiting) = (await app.Learner(cohort), await app.Learner(cohort), await app.Learner(cohort));
        (await cohort.Instructor.Review(await done.HandIn(), ReflectionSteps.Judgement())).Ok();
        await held.HandIn();
        (await held.Http.Post($"{held.Reflection()}/hold", new { reason = "A name slipped in." })).Ok();
        await Sweep(FlowingClock.LaterMonday.AddDays(9));
        Assert.Empty(app.MailsTo(cohort.Lead.Email));

        FlowingClock.Set(FlowingClock.LaterMonday);
        await waiting.HandIn();
        // Five in the morning at the lead's.
        await Sweep(FlowingClock.LaterMonday.AddDays(9).AddHours(-4));
        Assert.Empty(app.MailsTo(cohort.Lead.Email));
        await Sweep(FlowingClock.LaterMonday.AddDays(9));
        Assert.Single(app.MailsTo(cohort.Lead.Email));
    }

    [Fact]
    public async Task A_damaged_reflection_keeps_no_lead_from_hearing_of_the_others()
    {
        var (cohort, other) = (await app.Cohort(), await app.Cohort());
        var (damaged, waiting, elsewhere) = (await app.Learner(cohort), await app.Learner(cohort), await app.Learner(other));
        foreach (var learner in new[] { damaged, waiting, elsewhere }) await learner.HandIn();
        await app.InDb(db => db.Database.ExecuteSqlRawAsync("UPDATE Reflections SET Draft = 'rubbish' WHERE PersonId = {0}",
            [damaged.Id], TestContext.Current.CancellationToken));
        await Sweep(FlowingClock.LaterMonday.AddDays(9));
        Assert.Single(app.MailsTo(cohort.Lead.Email));
        Assert.Single(app.MailsTo(other.Lead.Email));
        // What cannot be read would stand in the way of other tests' purges.
        await app.InDb(db => db.Reflections.Where(r => r.PersonId == damaged.Id)
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.PurgedAt, FlowingClock.Now.UtcDateTime), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_suspended_lead_is_told_when_they_are_back_and_admins_meanwhile()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        await (await app.Learner(cohort)).HandIn();
        (await admin.Http.Post($"/v1/people/{cohort.Lead.Id}/suspend", new { reason = "Away until further notice." })).Ok();
        foreach (var days in new[] { 9, 10, 11 }) await Sweep(FlowingClock.LaterMonday.AddDays(days));
        Assert.Empty(app.MailsTo(cohort.Lead.Email));
        var name = (string)(await admin.Http.Read(cohort.Path)).Ok()["name"]!;
        var admins = await app.InDb(db => db.Users.Where(p => p.IsProgramAdmin).OrderBy(p => p.Id).Select(p => p.Email!)
            .ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Math.Min(5, admins.Count),
            admins.SelectMany(app.MailsTo).Count(m => m.Text.Contains(name, StringComparison.Ordinal)
                && m.Headers["Subject"] == "Somebody waits in a cohort without staff"));

        (await admin.Http.Post($"/v1/people/{cohort.Lead.Id}/resume")).Ok();
        foreach (var days in new[] { 14, 15 }) await Sweep(FlowingClock.LaterMonday.AddDays(days));
        Assert.Equal("Reflections wait for feedback", Assert.Single(app.MailsTo(cohort.Lead.Email)).Headers["Subject"]);
    }

    [Fact]
    public async Task Of_two_leads_the_one_who_was_away_hears_of_what_still_waits()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var second = await app.Person("Second Lead");
        (await cohort.Lead.Http.Patch(cohort.Path, new { leads = new[] { cohort.Lead.Id, second.Id } })).Ok();
        await (await app.Learner(cohort)).HandIn();
        await Sweep(FlowingClock.LaterMonday);
        var before = app.MailsTo(second.Email).Count;
        (await admin.Http.Post($"/v1/people/{cohort.Lead.Id}/suspend", new { reason = "Away until further notice." })).Ok();
        await Sweep(FlowingClock.LaterMonday.AddDays(9));
        Assert.Equal(before + 1, app.MailsTo(second.Email).Count);
        Assert.DoesNotContain(app.MailsTo(cohort.Lead.Email), m => m.Headers["Subject"] == "Reflections wait for feedback");
        (await admin.Http.Post($"/v1/people/{cohort.Lead.Id}/resume")).Ok();
        await Sweep(FlowingClock.LaterMonday.AddDays(10));
        Assert.Single(app.MailsTo(cohort.Lead.Email), m => m.Headers["Subject"] == "Reflections wait for feedback");
    }

    private async Task Sweep(DateTimeOffset now)
    {
        FlowingClock.Set(now);
        await app.Send(new EscalateOverdueReviews());
        await app.Send(new SendMails());
    }
}
