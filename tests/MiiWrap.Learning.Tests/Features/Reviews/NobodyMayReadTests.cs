using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Reviews;

/// <summary>
/// Where nobody who has access may read what learners write, somebody who can change that is told: the cohort's leads, and some programme
/// admins where no lead is there.
/// </summary>
[StandingClock]
public sealed class NobodyMayReadTests(OwnDatabaseApp app) : IClassFixture<OwnDatabaseApp>
{
    private const string Subject = "Nobody may read some reflections";

    [Theory]
    [InlineData("dismiss")]
    [InlineData("suspend")]
    public async Task When_the_last_of_the_staff_has_no_access_admins_are_told(string end)
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        await app.Learner(cohort);
        for (var i = 0; i < 6; i++) await app.Admin();
        await End(admin, cohort.Instructor, end);
        await app.Send(new SendMails());
        Assert.Empty(await ToldOf(cohort));
        await End(admin, cohort.Lead, end);
        await app.Send(new SendMails());
        var told = await ToldOf(cohort);
        Assert.Equal(5, told.Count);
        Assert.DoesNotContain(cohort.Lead.Email, told);
        Assert.Empty(app.MailsTo(cohort.Lead.Email).Where(m => m.Headers["Subject"] == Subject));
    }

    [Fact]
    public async Task A_lead_who_may_not_read_is_told_when_the_last_reader_is_suspended()
    {
        var (admin, cohort, agency) = (await app.Admin(), await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{cohort.Lead.Id}", new { role = "supervisor" }))
            .Expect(System.Net.HttpStatusCode.NoContent);
        await End(admin, cohort.Instructor, "suspend");
        await app.Send(new SendMails());
        Assert.Equal([cohort.Lead.Email], await ToldOf(cohort));
    }

    [Fact]
    public async Task Who_comes_into_a_cohort_without_anybody_there_is_told_to_admins()
    {
        var (admin, cohort, from) = (await app.Admin(), await app.Cohort(), await app.Cohort());
        var moved = await app.Learner(from);
        await End(admin, cohort.Instructor, "suspend");
        await End(admin, cohort.Lead, "suspend");
        (await admin.Http.Post($"{moved.Journey}/move", new { cohortId = cohort.Id })).Ok();
        await app.Send(new SendMails());
        Assert.Equal(await ToldAtMost(), (await ToldOf(cohort)).Count);

        var another = await app.Cohort();
        await End(admin, another.Instructor, "suspend");
        await End(admin, another.Lead, "suspend");
        var email = Given.Address();
        (await admin.Http.Post($"{another.Path}/enrolments", new { learners = new[] { new { email, name = "New", timeZone = Given.Zone } } }))
            .Ok();
        await app.Send(new SendMails());
        Assert.Equal(await ToldAtMost(), (await ToldOf(another)).Count);
    }

    [Fact]
    public async Task A_suspended_lead_hears_of_appointments_when_they_are_back()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        await app.Learner(cohort);
        await End(admin, cohort.Lead, "suspend");
        var puppet = await app.Person("Pia Puppet");
        (await admin.Http.Patch(cohort.Path, new { leads = new[] { puppet.Id } })).Ok();
        await app.Send(new SendMails());
        Assert.Empty(app.MailsTo(cohort.Lead.Email));
        (await admin.Http.Post($"/v1/people/{cohort.Lead.Id}/resume")).Ok();
        FlowingClock.Advance(TimeSpan.FromHours(1));
        await app.Send(new SendMails());
        Assert.Contains("Pia Puppet", Assert.Single(app.MailsTo(cohort.Lead.Email)).Text, StringComparison.Ordinal);
    }

    private static async Task End(TestPerson admin, TestPerson person, string end) =>
        (await admin.Http.Post($"/v1/people/{person.Id}/{end}", new { reason = "Away until further notice." })).Ok();

    private async Task<int> ToldAtMost() =>
        Math.Min(5, await app.InDb(db => db.Users.CountAsync(p => p.IsProgramAdmin, TestContext.Current.CancellationToken)));

    private async Task<List<string>> ToldOf(TestCohort cohort)
    {
        var name = await app.InDb(db => db.Cohorts.Where(c => c.Id == cohort.Id).Select(c => c.Name)
            .SingleAsync(TestContext.Current.CancellationToken));
        var people = await app.InDb(db => db.Users.Where(p => p.Email != null).Select(p => p.Email!)
            .ToListAsync(TestContext.Current.CancellationToken));
        return [.. people.Where(e => app.MailsTo(e).Any(m =>
            m.Headers["Subject"] == Subject && m.Text.Contains(name, StringComparison.Ordinal)))];
    }
}
