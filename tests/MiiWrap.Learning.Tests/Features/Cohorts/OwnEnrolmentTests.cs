using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>
/// Who teaches or leads may learn in the same cohort. What others say of a learner, and what is counted of them, nobody decides for
/// themselves.
/// </summary>
[StandingClock]
public sealed class OwnEnrolmentTests(LearningApp app)
{
    private const string Unit = "2.4-watching-voice-and-power";

    [Theory]
    [InlineData("instructor")]
    [InlineData("lead")]
    [InlineData("admin")]
    public async Task Nobody_verifies_exempts_or_lifts_for_themselves(string who)
    {
        var (cohort, me, own) = await Learning(who);
        (await me.Http.Post($"{own.Unit(Unit)}/complete", Given.IfThen())).Ok();
        (await me.Http.Post($"{own.Unit(Unit)}/verifications", new { result = "verified" }))
            .Expect(HttpStatusCode.Forbidden, "transfer.own");
        (await me.Http.Put($"{own.Unit(Unit)}/exemption", new { reason = "notMyRole" })).Expect(HttpStatusCode.Forbidden, "transfer.own");
        var another = await Another(cohort, who);
        (await another.Http.Put($"{own.Unit(Unit)}/exemption", new { reason = "notMyRole" })).Ok();
        (await me.Http.Call(HttpMethod.Delete, $"{own.Unit(Unit)}/exemption", null)).Expect(HttpStatusCode.Forbidden, "transfer.own");
        (await another.Http.Call(HttpMethod.Delete, $"{own.Unit(Unit)}/exemption", null)).Expect(HttpStatusCode.NoContent);
        (await another.Http.Post($"{own.Unit(Unit)}/verifications", new { result = "verified" })).Expect(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("instructor")]
    [InlineData("lead")]
    [InlineData("admin")]
    public async Task Nobody_closes_their_own_follow_up(string who)
    {
        var (cohort, me, own) = await Learning(who);
        var asks = (await me.Http.Post($"{own.Unit(Unit)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();
        (await me.Http.Post($"/v1/nudges/{asks[0]!["id"]}/response", new { outcome = "applied", needHelp = true })).Ok();
        var id = (await cohort.Lead.Http.Read($"{cohort.Path}/followups")).Ok()["items"]![0]!["id"]!;
        (await me.Http.Post($"{cohort.Path}/followups/{id}/close", new { outcome = "spoke" }))
            .Expect(HttpStatusCode.Forbidden, "followUp.own");
        (await (await Another(cohort, who)).Http.Post($"{cohort.Path}/followups/{id}/close", new { outcome = "spoke" })).Ok();
    }

    [Theory]
    [InlineData("lead")]
    [InlineData("admin")]
    public async Task Nobody_opens_a_module_changes_the_agency_or_moves_for_themselves(string who)
    {
        var (cohort, me, own) = await Learning(who);
        var (open, agency) = ($"{own.Journey}/modules/hearing-mi-at-work/open", await app.Agency());
        var to = await app.Cohort("sequential");
        (await to.Lead.Http.Patch(to.Path, new { leads = new[] { to.Lead.Id, cohort.Lead.Id } })).Ok();
        (await me.Http.Post(open, new { reason = "I know it already" })).Expect(HttpStatusCode.Forbidden, "enrolment.own");
        (await me.Http.Put($"{own.Journey}/agency", new { agencyId = agency })).Expect(HttpStatusCode.Forbidden, "enrolment.own");
        (await me.Http.Post($"{own.Journey}/move", new { cohortId = to.Id })).Expect(HttpStatusCode.Forbidden, "enrolment.own");
        var learners = new[] { new { email = me.Email, name = me.Name, timeZone = Given.Zone, agencyId = agency } };
        var row = (await me.Http.Post($"{cohort.Path}/enrolments", new { learners })).Ok()["rows"]![0]!;
        Assert.Equal("existing", (string)row["result"]!);
        Assert.StartsWith("agencyId: ", (string)row["reason"]!, StringComparison.Ordinal);

        var another = await app.Admin();
        (await another.Http.Post(open, new { reason = "Knows it already" })).Ok();
        (await another.Http.Put($"{own.Journey}/agency", new { agencyId = agency })).Ok();
        (await another.Http.Post($"{own.Journey}/move", new { cohortId = to.Id })).Ok();
    }

    [Fact]
    public async Task Nobody_hands_over_releases_or_allows_another_try_of_their_own_reflection()
    {
        var (cohort, lead, own) = await Learning("lead");
        var revision = await own.HandIn();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
        var friend = await app.Person();
        (await lead.Http.Patch(cohort.Path, new { instructors = new[] { cohort.Instructor.Id, friend.Id } })).Ok();
        const string Reason = "The reviewer is ill this week.";
        (await lead.Http.Post($"{ReflectionSteps.Review(revision)}/hand-over", new { to = friend.Id, reason = Reason }))
            .Expect(HttpStatusCode.Forbidden, "review.own");
        (await lead.Http.Post($"{ReflectionSteps.Review(revision)}/release", new { reason = Reason }))
            .Expect(HttpStatusCode.Forbidden, "review.own");
        (await lead.Http.Post($"{ReflectionSteps.Review(revision)}/another-try")).Expect(HttpStatusCode.Forbidden, "review.own");
    }

    private async Task<(TestCohort Cohort, TestPerson Me, TestLearner Own)> Learning(string who)
    {
        var cohort = await app.Cohort("sequential");
        var admin = await app.Admin();
        var me = who switch { "instructor" => cohort.Instructor, "lead" => cohort.Lead, _ => admin };
        var learners = new[] { new { email = me.Email, name = me.Name, timeZone = Given.Zone } };
        var row = (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new { learners })).Ok()["rows"]![0]!;
        var own = new TestLearner(me.Id, me.Email, me.Name, me.Http, (Guid)row["enrolmentId"]!);
        (await (await app.Admin()).Http.Post($"{own.Journey}/modules/{Given.SecondModule}/open",
            new { reason = "Works ahead with them" })).Ok();
        return (cohort, me, own);
    }

    private async Task<TestPerson> Another(TestCohort cohort, string who) =>
        who == "admin" ? await app.Admin() : who == "lead" ? cohort.Instructor : cohort.Lead;
}
