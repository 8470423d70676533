using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>A wrong agency is put right, by hand or by the roster.</summary>
[StandingClock]
public sealed class ChangeAgencyTests(LearningApp app)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_agency_can_be_corrected_and_rights_follow_at_once(bool byRoster)
    {
        var (cohort, wrong, right) = (await app.Cohort(), await app.Agency(), await app.Agency());
        var (former, next) = (await Supervisor(wrong), await Supervisor(right));
        var learner = await app.Learner(cohort, agencyId: wrong);
        (await former.Http.Read(learner.Journey)).Ok();
        if (byRoster)
        {
            var row = await Enrol(cohort.Lead.Http, cohort, learner, right);
            Assert.Equal(("changed", null, learner.EnrolmentId), ((string)row["result"]!, (string?)row["reason"], (Guid)row["enrolmentId"]!));
            Assert.Equal("existing", (string)(await Enrol(cohort.Lead.Http, cohort, learner, right))["result"]!);
            // What is not said stays.
            Assert.Equal("existing", (string)(await Enrol(cohort.Lead.Http, cohort, learner, null))["result"]!);
        }
        else
        {
            var changed = (await (await app.Admin()).Http.Put($"{learner.Journey}/agency", new { agencyId = right })).Ok();
            Assert.Equal((learner.EnrolmentId, right), ((Guid)changed["id"]!, (Guid)changed["agencyId"]!));
        }

        (await former.Http.Read(learner.Journey)).Expect(HttpStatusCode.NotFound);
        (await former.Http.Read($"{cohort.Path}/progress")).Expect(HttpStatusCode.NotFound);
        (await next.Http.Read(learner.Journey)).Ok();
        Assert.Single((await next.Http.Read($"{cohort.Path}/progress")).Ok()["items"]!.AsArray());
        Assert.Null((await cohort.Lead.Http.Put($"{learner.Journey}/agency", new { agencyId = (Guid?)null })).Ok()["agencyId"]);
        (await next.Http.Read(learner.Journey)).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Closed_days_follow_at_once_and_those_of_an_agency_that_was_left_do_not_apply()
    {
        var (cohort, elsewhere, wrong, right) = (await app.Cohort(), await app.Cohort(), await app.Agency(), await app.Agency());
        var admin = await app.Admin();
        var learner = await app.Learner(cohort, agencyId: wrong);
        (await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok();
        var open = await DueDays(learner);
        var days = new[] { open[0], open[1] };
        foreach (var agency in new[] { wrong, right })
            (await admin.Http.Put($"/v1/agencies/{agency}/closed-days", new { days = new[] { agency == wrong ? days[0] : days[1] } })).Ok();
        Assert.DoesNotContain(days[0], await DueDays(learner));
        (await cohort.Lead.Http.Put($"{learner.Journey}/agency", new { agencyId = right })).Ok();
        Assert.Contains(days[0], await DueDays(learner));
        Assert.DoesNotContain(days[1], await DueDays(learner));
        (await cohort.Lead.Http.Put($"{learner.Journey}/agency", new { agencyId = (Guid?)null })).Ok();
        Assert.Equal(open, await DueDays(learner));

        // By another cohort, which the learner then leaves.
        var second = (Guid)(await Enrol(elsewhere.Lead.Http, elsewhere, learner, right))["enrolmentId"]!;
        (await admin.Http.Put($"/v1/agencies/{right}/closed-days", new { days })).Ok();
        Assert.DoesNotContain(days[0], await DueDays(learner));
        (await elsewhere.Lead.Http.Post($"/v1/enrolments/{second}/withdraw")).Ok();
        Assert.Equal(open, await DueDays(learner));
    }

    [Fact]
    public async Task The_closed_days_of_an_agency_that_a_new_enrolment_names_count_for_what_is_planned_elsewhere()
    {
        var (elsewhere, agency, admin) = (await app.Cohort(), await app.Agency(), await app.Admin());
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok();
        var closed = (await DueDays(learner))[1];
        (await admin.Http.Put($"/v1/agencies/{agency}/closed-days", new { days = new[] { closed } })).Ok();
        Assert.Contains(closed, await DueDays(learner));
        await Enrol(elsewhere.Lead.Http, elsewhere, learner, agency);
        Assert.DoesNotContain(closed, await DueDays(learner));
    }

    [Fact]
    public async Task The_transfer_stays_with_the_agency_at_the_start()
    {
        var (cohort, wrong, right, admin) = (await app.Cohort(), await app.Agency(), await app.Agency(), await app.Admin());
        var learner = await app.Learner(cohort, agencyId: wrong);
        (await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok();
        (await cohort.Lead.Http.Put($"{learner.Journey}/agency", new { agencyId = right })).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(40));
        Assert.Equal(1, (int)(await admin.Http.Read($"/v1/agencies/{wrong}/transfer")).Ok()["pooled"]!["denominator"]!);
        Assert.Equal(0, (int)(await admin.Http.Read($"/v1/agencies/{right}/transfer")).Ok()["pooled"]!["denominator"]!);
    }

    [Fact]
    public async Task No_client_moves_another_agencys_person()
    {
        var (cohort, theirs, mine) = (await app.Cohort(), await app.Agency(), await app.Agency());
        var (learner, without) = (await app.Learner(cohort, agencyId: theirs), await app.Learner(cohort));
        await app.Learner(cohort, agencyId: mine);
        var (owner, agencyClient, programClient) = (await Supervisor(theirs), await Client(mine), await Client(null));

        Assert.Equal("created", (string)(await Enrol(agencyClient, cohort, learner, mine))["result"]!);
        var row = await Enrol(programClient, cohort, learner, mine);
        Assert.Equal("existing", (string)row["result"]!);
        Assert.StartsWith("agencyId: ", (string)row["reason"]!, StringComparison.Ordinal);
        (await owner.Http.Read(learner.Journey)).Ok();
        Assert.Equal("changed", (string)(await Enrol(programClient, cohort, without, mine))["result"]!);
        (await programClient.Put($"{learner.Journey}/agency", new { agencyId = mine }))
            .Expect(HttpStatusCode.Forbidden, "client.notAllowed");
    }

    [Fact]
    public async Task Nobody_moves_their_own_agencys_learner_to_read_them_or_one_on_legal_hold()
    {
        var (cohort, agency, other, admin) = (await app.Cohort(), await app.Agency(), await app.Agency(), await app.Admin());
        var learner = await app.Learner(cohort, agencyId: agency);
        var path = $"{learner.Journey}/agency";
        (await cohort.Instructor.Http.Put(path, new { agencyId = other })).Expect(HttpStatusCode.Forbidden, "role.required");
        (await cohort.Lead.Http.Put(path, new { agencyId = Guid.NewGuid() }))
            .Expect(HttpStatusCode.UnprocessableEntity, "agency.unknown");
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{cohort.Lead.Id}", new { role = "supervisor" }))
            .Expect(HttpStatusCode.NoContent);
        (await cohort.Lead.Http.Put(path, new { agencyId = (Guid?)null })).Expect(HttpStatusCode.Forbidden, "enrolment.agency.own");
        var row = await Enrol(cohort.Lead.Http, cohort, learner, other);
        Assert.Equal("existing", (string)row["result"]!);
        Assert.StartsWith("agencyId: ", (string)row["reason"]!, StringComparison.Ordinal);

        (await admin.Http.Put($"/v1/agencies/{agency}/legal-hold", new { reason = "A records request is pending." })).Ok();
        (await admin.Http.Put(path, new { agencyId = other })).Expect(HttpStatusCode.Conflict, "legalHold.on");
        (await admin.Http.Call(HttpMethod.Delete, $"/v1/agencies/{agency}/legal-hold", null)).Ok();
        (await admin.Http.Put(path, new { agencyId = other })).Ok();
    }

    private async Task<TestPerson> Supervisor(Guid agency)
    {
        var (admin, person) = (await app.Admin(), await app.Person("Sam Supervisor"));
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{person.Id}", new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        return person;
    }

    private Task<HttpClient> Client(Guid? agencyId) => app.Client(agencyId, "enrolments:write", "progress:read");

    private static async Task<JsonNode> Enrol(HttpClient http, TestCohort cohort, TestLearner learner, Guid? agency) =>
        (await http.Post($"{cohort.Path}/enrolments", new
        {
            learners = new[] { new { email = learner.Email, name = learner.Name, timeZone = Given.Zone, agencyId = agency } },
        })).Ok()["rows"]![0]!;

    /// <summary>The days on which the learner's check-ins are due, in order.</summary>
    private static async Task<List<string>> DueDays(TestLearner learner) =>
        [.. (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray().Where(n => (string)n!["status"]! == "planned")
            .OrderBy(n => (int)n!["step"]!).Select(n => ((string)n!["dueAt"]!)[..10])];
}
