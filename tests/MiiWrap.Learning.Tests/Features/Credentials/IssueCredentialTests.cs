using System.Net;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Credentials;

/// <summary>A person issues a credential to somebody else who has shown what it asks for, and its holder accepts it.</summary>
[StandingClock]
public sealed class IssueCredentialTests(LearningApp app)
{
    [Fact]
    public async Task It_is_offered_with_a_frozen_trail_and_begins_when_its_holder_accepts()
    {
        var (cohort, code) = (await app.Cohort(), await app.PublishAttested(CredentialSteps.NewCode()));
        var learner = await app.Learner(cohort);
        var issued = (await cohort.Lead.Http.Issue(code, learner)).Expect(HttpStatusCode.Created);
        var path = issued.Headers["Location"];
        Assert.Equal(("offered", learner.Name, null, null, null),
            ((string)issued["state"]!, (string)issued["person"]!["name"]!, (string?)issued["issuedAt"], (string?)issued["validUntil"],
                (string?)issued["url"]));
        var line = Assert.Single(issued["evidence"]!.AsArray())!;
        Assert.Equal(("attestation", true, 1, 1),
            ((string)line["requirement"]!, (bool)line["met"]!, (int)line["have"]!, (int)line["need"]!));

        FlowingClock.Advance(TimeSpan.FromDays(3));
        var accepted = (await learner.Http.Post($"{path}/accept")).Ok();
        Assert.Equal(("active", "2028-08-04", "2028-05-06", "2028-10-03"),
            ((string)accepted["state"]!, (string)accepted["validUntil"]!, (string)accepted["renewableFrom"]!,
                (string)accepted["renewableUntil"]!));
        Assert.StartsWith("https://learning.example.org/c/", (string)accepted["url"]!, StringComparison.Ordinal);
        // A second tap changes nothing.
        FlowingClock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("2028-08-04", (string)(await learner.Http.Post($"{path}/accept")).Ok()["validUntil"]!);
        Assert.Equal(["credential.issued"], await Told(learner.Id));
    }

    [Fact]
    public async Task What_is_missing_is_listed_and_nothing_is_issued()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var refused = (await cohort.Lead.Http.Issue("practising-coach", learner)).Expect(HttpStatusCode.Conflict);
        Assert.Equal("credential.unmet", (string)refused["code"]!);
        Assert.Equal(["holds 0/1", "observedContacts 0/4", "fidelity 0/1", "calibrated 0/1"],
            refused["missing"]!.AsArray().Select(m => $"{(string)m!["requirement"]!} {(int)m["have"]!}/{(int)m["need"]!}"));
        Assert.Empty((await learner.Http.Read("/v1/me/credentials")).Ok()["items"]!.AsArray());
    }

    [Fact]
    public async Task There_is_one_at_a_time_and_another_after_it_was_revoked()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (learner, code) = (await app.Learner(cohort), await app.PublishAttested(CredentialSteps.NewCode()));
        var path = (await cohort.Lead.Http.Issue(code, learner)).Expect(HttpStatusCode.Created).Headers["Location"];
        var offered = (await cohort.Lead.Http.Issue(code, learner)).Expect(HttpStatusCode.Conflict);
        Assert.Equal("credential.active", (string)offered["code"]!);
        (await learner.Http.Post($"{path}/accept")).Ok();
        Assert.Equal("credential.active", (string)(await admin.Http.Issue(code, learner)).Expect(HttpStatusCode.Conflict)["code"]!);
        (await admin.Http.Post($"{path}/revoke", new { reason = "It was issued to the wrong learner." })).Ok();
        (await cohort.Lead.Http.Issue(code, learner)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Nobody_issues_to_themselves_or_to_learners_whom_they_do_not_lead()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var (learner, other) = (await app.Learner(cohort, agencyId: agency), await app.Learner());
        var code = await app.PublishAttested(CredentialSteps.NewCode());
        foreach (var (issuer, status, problem) in new[]
        {
            (learner.Http, HttpStatusCode.Forbidden, "credential.own"),
            (cohort.Instructor.Http, HttpStatusCode.Forbidden, "role.required"),
            ((await app.Member(agency, AgencyRole.Supervisor)).Http, HttpStatusCode.Forbidden, "role.required"),
            (other.Http, HttpStatusCode.NotFound, "enrolment.notFound"),
            ((await app.Cohort()).Lead.Http, HttpStatusCode.NotFound, "enrolment.notFound"),
        }) Assert.Equal(problem, (string)(await issuer.Issue(code, learner)).Expect(status)["code"]!);

        // Another's enrolment is none of this learner's.
        Assert.Equal("enrolment.notFound", (string)(await cohort.Lead.Http.Post(CredentialSteps.Credentials,
            CredentialSteps.Issued(code, other.Id, learner.EnrolmentId))).Expect(HttpStatusCode.NotFound)["code"]!);
        var admin = await app.Admin();
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{cohort.Lead.Id}", new { role = "supervisor" }))
            .Expect(HttpStatusCode.NoContent);
        Assert.Equal("credential.ownAgency",
            (string)(await cohort.Lead.Http.Issue(code, learner)).Expect(HttpStatusCode.Forbidden)["code"]!);
    }

    [Fact]
    public async Task A_lead_who_learns_in_their_own_cohort_leaves_it_to_another()
    {
        var (cohort, code) = (await app.Cohort(), await app.PublishAttested(CredentialSteps.NewCode()));
        var enrolled = (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = cohort.Lead.Email, name = cohort.Lead.Name, timeZone = Given.Zone } } })).Ok();
        Assert.Equal("credential.own", (string)(await cohort.Lead.Http.Post(CredentialSteps.Credentials, CredentialSteps.Issued(
            code, cohort.Lead.Id, (Guid)enrolled["rows"]![0]!["enrolmentId"]!))).Expect(HttpStatusCode.Forbidden)["code"]!);
    }

    [Fact]
    public async Task A_credential_of_another_course_or_of_nobody_is_refused()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        foreach (var (code, problem) in new[]
        {
            ("foundations-facilitator", "credential.otherCourse"), ("no-such", "credential.unknown"), ("No Such", "credential.unknown"),
        }) Assert.Equal(problem, (string)(await cohort.Lead.Http.Issue(code, learner)).Expect(HttpStatusCode.UnprocessableEntity)["code"]!);

        await app.Withdraw(learner);
        Assert.Equal("enrolment.withdrawn", (string)(await cohort.Lead.Http.Issue(
            await app.PublishAttested(CredentialSteps.NewCode()), learner)).Expect(HttpStatusCode.Conflict)["code"]!);
    }

    [Fact]
    public async Task Only_its_holder_accepts_it_and_shows_it()
    {
        var (cohort, code) = (await app.Cohort(), await app.PublishAttested(CredentialSteps.NewCode()));
        var learner = await app.Learner(cohort);
        var path = (await cohort.Lead.Http.Issue(code, learner)).Expect(HttpStatusCode.Created).Headers["Location"];
        foreach (var other in new[] { cohort.Lead, cohort.Instructor, await app.Admin() })
        {
            Assert.Equal("credential.notYours",
                (string)(await other.Http.Post($"{path}/accept")).Expect(HttpStatusCode.Forbidden)["code"]!);
            (await other.Http.Patch(path, new { @public = false }, ("If-Match", "*"))).Expect(HttpStatusCode.Forbidden);
        }

        var stranger = await app.Learner(cohort, "Sam Stranger");
        (await stranger.Http.Post($"{path}/accept")).Expect(HttpStatusCode.NotFound);
        (await stranger.Http.Read(path)).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Of_two_who_issue_at_once_one_does()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (learner, code) = (await app.Learner(cohort), await app.PublishAttested(CredentialSteps.NewCode()));
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? cohort.Lead : admin).Http.Issue(code, learner)));
        Assert.Equal([HttpStatusCode.Created, .. Enumerable.Repeat(HttpStatusCode.Conflict, 5)], answers.Select(a => a.Status).Order());
        Assert.Single((await learner.Http.Read("/v1/me/credentials")).Ok()["items"]!.AsArray());
    }

    private async Task<IEnumerable<string>> Told(Guid learnerId) =>
        (await app.EventsOf(learnerId)).Select(e => e.Type).Where(t => t.StartsWith("credential.", StringComparison.Ordinal));
}
