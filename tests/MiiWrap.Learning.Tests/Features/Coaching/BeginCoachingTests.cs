using System.Net;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Coaching;

/// <summary>Who is named to coach somebody may see what is theirs, so it is told at once to them and to those who teach them.</summary>
[Collection(nameof(MaintenanceCollection))]
[StandingClock(YearsLater = true)]
public sealed class BeginCoachingTests(MaintenanceApp app)
{
    private const string Begun = "Somebody coaches you from now on";
    private const string Appointed = "Somebody is to coach a learner of your cohort";

    [Fact]
    public async Task Whom_an_admin_gives_a_coach_hears_of_it_and_so_do_those_who_teach_them()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var (alias, learner) = (await app.Person("Alex Alias"), await app.Learner(cohort));
        // In the evening: it does not wait for the hours of anybody.
        FlowingClock.Advance(TimeSpan.FromHours(10));
        (await admin.Http.Post(CoachingSteps.Relationships, new { coachId = alias.Id, coacheeId = learner.Id, cohortId = cohort.Id }))
            .Expect(HttpStatusCode.Created);
        await app.Send(new SendMails());

        var told = Assert.Single(app.MailsTo(learner.Email));
        Assert.Equal(Begun, told.Headers["Subject"]);
        Assert.Equal("https://learning.example.org/", Assert.Single(told.Links).ToString());
        Assert.DoesNotContain(alias.Name, told.Text, StringComparison.Ordinal);
        foreach (var staff in new[] { cohort.Lead, cohort.Instructor })
        {
            var mail = Assert.Single(app.MailsTo(staff.Email));
            Assert.Equal(Appointed, mail.Headers["Subject"]);
            Assert.Contains("Ada Admin named Alex Alias to coach a learner.", mail.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(learner.Name, mail.Raw, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Whoever_names_a_coach_is_not_told_of_it_and_who_has_ended_it_meanwhile_neither()
    {
        var cohort = await app.Cohort();
        var (coach, learner) = (await app.Person(), await app.Learner(cohort));
        var path = (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await learner.Http.Post($"{path}/end", new { reason = "I would rather not do this." })).Ok();
        await app.Send(new SendMails());
        Assert.Equal((0, 0, 1),
            (app.MailsTo(learner.Email).Count, app.MailsTo(cohort.Lead.Email).Count, app.MailsTo(cohort.Instructor.Email).Count));
    }

    [Fact]
    public async Task A_supervisor_who_names_a_colleague_does_so_in_the_open_too()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var supervisor = await app.Member(agency, AgencyRole.Supervisor);
        var (peer, learner) = (await app.Learner(cohort, agencyId: agency), await app.Learner(cohort, agencyId: agency));
        (await supervisor.Http.Post(CoachingSteps.Relationships, new { coachId = peer.Id, coacheeId = learner.Id, agencyId = agency }))
            .Expect(HttpStatusCode.Created);
        await app.Send(new SendMails());
        Assert.Equal(Begun, Assert.Single(app.MailsTo(learner.Email)).Headers["Subject"]);
        foreach (var staff in new[] { cohort.Lead, cohort.Instructor })
            Assert.Contains(
                $"named {peer.Name} to coach a learner.", Assert.Single(app.MailsTo(staff.Email)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whom_an_agency_names_coach_does_not_tell_it_whether_their_address_is_known()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var (supervisor, own, known) = (
            await app.Member(agency, AgencyRole.Supervisor), await app.Learner(cohort, agencyId: agency), await app.Person("Kim Known"));
        var client = await app.Client(agency, "enrolments:write");
        foreach (var email in new[] { Given.Address(), known.Email })
        {
            var row = (await client.Post($"{cohort.Path}/enrolments",
                new { learners = new[] { new { email, name = "Kim", timeZone = Given.Zone, agencyId = agency } } })).Ok()["rows"]![0]!;
            var enrolmentId = (Guid)row["enrolmentId"]!;
            var named = await app.InDb(db => db.Enrolments.Where(e => e.Id == enrolmentId).Select(e => e.PersonId).SingleAsync());
            (await supervisor.Http.Post(CoachingSteps.Relationships, new { coachId = named, coacheeId = own.Id, agencyId = agency }))
                .Expect(HttpStatusCode.UnprocessableEntity, "person.unknown");
        }
    }

    [Fact]
    public async Task Who_accepts_an_enrolment_that_has_a_coach_hears_of_them()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var (known, coach) = (await app.Person("Kim Known"), await app.Person());
        var client = await app.Client(agency, "enrolments:write");
        var enrolmentId = (Guid)(await client.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = known.Email, name = "Kim", timeZone = Given.Zone, agencyId = agency } } }))
            .Ok()["rows"]![0]!["enrolmentId"]!;
        var standIn = await app.InDb(db => db.Enrolments.Where(e => e.Id == enrolmentId).Select(e => e.PersonId).SingleAsync());
        (await cohort.LetCoach(coach.Id, standIn)).Expect(HttpStatusCode.Created);
        await app.Send(new SendMails());
        Assert.DoesNotContain(app.MailsTo(known.Email), m => m.Headers["Subject"] == Begun);
        (await known.Http.Post($"/v1/me/enrolment-offers/{enrolmentId}/accept")).Ok();
        await app.Send(new SendMails());
        Assert.Single(app.MailsTo(known.Email), m => m.Headers["Subject"] == Begun);
    }

    [Fact]
    public async Task Who_gets_a_coachs_invitation_in_their_stead_is_as_good_as_named()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        var invited = (Guid)(await admin.Http.Post("/v1/people",
            new { email = Given.Address("coach"), name = "Cora Coach", timeZone = Given.Zone })).Expect(HttpStatusCode.Created)["id"]!;
        (await cohort.LetCoach(invited, learner.Id)).Expect(HttpStatusCode.Created);
        await app.Send(new SendMails());
        FlowingClock.Advance(TimeSpan.FromHours(1));
        (await admin.Http.Patch($"/v1/people/{invited}", new { email = Given.Address("alias") }, ("If-Match", "*"))).Ok();
        await app.Send(new SendMails());
        Assert.Equal(2, app.MailsTo(learner.Email).Count(m => m.Headers["Subject"] == Begun));
        Assert.Contains("goes to another address", Assert.Single(app.MailsTo(cohort.Lead.Email)).Text, StringComparison.Ordinal);
    }
}
