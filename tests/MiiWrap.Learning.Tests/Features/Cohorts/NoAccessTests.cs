using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>Who is suspended or has left can't come, so nobody is told that they were enrolled, moved or appointed.</summary>
[StandingClock]
public sealed class NoAccessTests(LearningApp app)
{
    private const string Why = "Away until further notice.";

    [Theory]
    [InlineData("suspend")]
    [InlineData("dismiss")]
    public async Task Who_has_no_access_is_not_enrolled_and_does_not_come_back(string end)
    {
        var (admin, cohort, other) = (await app.Admin(), await app.Cohort(), await app.Cohort());
        var learner = await app.Learner(cohort);
        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
        (await admin.Http.Post($"/v1/people/{learner.Id}/{end}", new { reason = Why })).Ok();
        foreach (var http in new[] { cohort.Lead.Http, admin.Http })
            foreach (var query in new[] { "?dryRun=true", "" })
                Assert.Equal(("invalid", "noAccess"), await Enrol(http, cohort, learner, query));
        foreach (var http in new[] { other.Lead.Http, admin.Http })
            Assert.Equal(("invalid", "noAccess"), await Enrol(http, other, learner));
        using var file = new StringContent($"email,name,timeZone\r\n{learner.Email},Lou,{Given.Zone}\r\n", Encoding.UTF8, "text/csv");
        var row = (await other.Lead.Http.Post($"{other.Path}/enrolments", file)).Ok()["rows"]![0]!;
        Assert.Equal(("invalid", "noAccess"), ((string)row["result"]!, (string?)row["reason"]));
        Assert.Equal(0, (int)(await other.Lead.Http.Read($"{other.Path}/progress")).Ok()["summary"]!["learners"]!);
        Assert.Equal("withdrawn", (string)(await cohort.Lead.Http.Read(learner.Journey)).Ok()["status"]!);

        (await admin.Http.Post($"/v1/people/{learner.Id}/resume")).Ok();
        Assert.Equal(("resumed", null), await Enrol(cohort.Lead.Http, cohort, learner));
        Assert.Equal(("created", null), await Enrol(other.Lead.Http, other, learner));
    }

    [Fact]
    public async Task Who_is_suspended_and_learns_there_is_existing_still()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        (await admin.Http.Post($"/v1/people/{learner.Id}/suspend", new { reason = Why })).Ok();
        Assert.Equal(("existing", null), await Enrol(cohort.Lead.Http, cohort, learner));
    }

    [Fact]
    public async Task A_client_cannot_tell_who_has_no_access_from_an_unknown_address()
    {
        var (admin, cohort, agency) = (await app.Admin(), await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var (suspended, left) = (await app.Person(), await app.Person());
        (await admin.Http.Post($"/v1/people/{suspended.Id}/suspend", new { reason = Why })).Ok();
        (await admin.Http.Post($"/v1/people/{left.Id}/dismiss", new { reason = Why })).Ok();
        var client = await app.Client(agency, "enrolments:write");
        var learners = new[] { Given.Address(), suspended.Email, left.Email }
            .Select(email => new { email, name = "Sent", timeZone = Given.Zone, agencyId = agency });
        foreach (var result in new[] { "created", "existing" })
        {
            var rows = (await client.Post($"{cohort.Path}/enrolments", new { learners })).Ok()["rows"]!.AsArray();
            Assert.All(rows, r => Assert.Equal((result, null), ((string)r!["result"]!, (string?)r["reason"])));
        }
    }

    [Fact]
    public async Task Who_is_suspended_is_not_moved()
    {
        var (admin, from, to) = (await app.Admin(), await app.Cohort(), await app.Cohort());
        var learner = await app.Learner(from);
        (await admin.Http.Post($"/v1/people/{learner.Id}/suspend", new { reason = Why })).Ok();
        (await admin.Http.Post($"{learner.Journey}/move", new { cohortId = to.Id })).Expect(HttpStatusCode.Conflict, "person.suspended");
        (await admin.Http.Post($"/v1/people/{learner.Id}/resume")).Ok();
        (await admin.Http.Post($"{learner.Journey}/move", new { cohortId = to.Id })).Ok();
    }

    [Theory]
    [InlineData("suspend")]
    [InlineData("dismiss")]
    public async Task Who_has_no_access_is_appointed_to_nothing(string end)
    {
        var (admin, cohort, agency, gone) = (await app.Admin(), await app.Cohort(), await app.Agency(), await app.Person());
        (await admin.Http.Post($"/v1/people/{gone.Id}/{end}", new { reason = Why })).Ok();
        foreach (var staff in new object[] { new { leads = new[] { cohort.Lead.Id, gone.Id } }, new { instructors = new[] { gone.Id } } })
            (await cohort.Lead.Http.Patch(cohort.Path, staff)).Expect(HttpStatusCode.Conflict, "person.suspended");
        foreach (var role in new[] { "leads", "instructors" })
        {
            (await admin.Http.Post("/v1/cohorts", new
            {
                name = "Next",
                curriculum = Given.Course,
                startsOn = "2027-02-01",
                timeZone = Given.Zone,
                gate = "open",
                instructors = role == "instructors" ? new[] { gone.Id } : [],
                leads = role == "leads" ? new[] { gone.Id } : [],
            })).Expect(HttpStatusCode.Conflict, "person.suspended");
        }

        foreach (var role in new[] { "supervisor", "agencyAdmin" })
            (await admin.Http.Put($"/v1/agencies/{agency}/people/{gone.Id}", new { role }))
                .Expect(HttpStatusCode.Conflict, "person.suspended");
    }

    [Fact]
    public async Task Who_is_suspended_keeps_their_part_and_gets_none_in_a_clone()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        (await admin.Http.Post($"/v1/people/{cohort.Instructor.Id}/suspend", new { reason = Why })).Ok();
        // Who stays is not appointed.
        var another = await app.Person();
        var kept = (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = new[] { cohort.Instructor.Id, another.Id } })).Ok();
        Assert.Equal(2, kept["instructors"]!.AsArray().Count);
        var clone = (await admin.Http.Post($"{cohort.Path}/clone", new { name = "Next", startsOn = "2027-09-06" }))
            .Expect(HttpStatusCode.Created);
        Assert.DoesNotContain(cohort.Instructor.Id.ToString(), clone.Body, StringComparison.Ordinal);
        Assert.Contains(another.Id.ToString(), clone.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_handed_over_to_who_is_suspended()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var revision = await (await app.Learner(cohort)).HandIn();
        var another = await app.Person();
        (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = new[] { cohort.Instructor.Id, another.Id } })).Ok();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
        (await admin.Http.Post($"/v1/people/{another.Id}/suspend", new { reason = Why })).Ok();
        (await cohort.Lead.Http.Post($"{ReflectionSteps.Review(revision)}/hand-over",
            new { to = another.Id, reason = "The reviewer is ill this week." })).Expect(HttpStatusCode.Conflict, "person.suspended");
    }

    [Fact]
    public async Task For_a_client_a_lead_with_access_hears_of_what_cannot_be_delivered()
    {
        var (admin, cohort, agency) = (await app.Admin(), await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var second = await app.Person("Second Lead");
        (await cohort.Lead.Http.Patch(cohort.Path, new { leads = new[] { cohort.Lead.Id, second.Id } })).Ok();
        (await admin.Http.Post($"/v1/people/{cohort.Lead.Id}/suspend", new { reason = Why })).Ok();
        var client = await app.Client(agency, "enrolments:write");
        var email = Given.Address();
        (await client.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email, name = "New", timeZone = Given.Zone, agencyId = agency } } })).Ok();
        var normalized = email.ToUpperInvariant();
        var inviter = await app.InDb(db => db.OutboundMails
            .Where(m => db.Users.Any(p => p.Id == m.PersonId && p.NormalizedEmail == normalized)).Select(m => m.InvitedBy)
            .SingleAsync(TestContext.Current.CancellationToken));
        Assert.Equal(second.Id, inviter);
    }

    private static async Task<(string Result, string? Reason)> Enrol(
        HttpClient http, TestCohort cohort, TestLearner learner, string query = "")
    {
        var learners = new[] { new { email = learner.Email, name = learner.Name, timeZone = Given.Zone } };
        var row = (await http.Post($"{cohort.Path}/enrolments{query}", new { learners })).Ok()["rows"]![0]!;
        return ((string)row["result"]!, (string?)row["reason"]);
    }
}
