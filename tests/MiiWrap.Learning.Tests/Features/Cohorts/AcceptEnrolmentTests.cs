using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>Everything that was of a stand-in is the person's once they accept; nothing is lost, and nothing is there twice.</summary>
[StandingClock(YearsLater = true)]
public sealed class AcceptEnrolmentTests(LearningApp app)
{
    [Fact]
    public async Task An_open_follow_up_goes_to_the_learners_own_enrolment()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var learner = await app.Learner(cohort, "Kim Known");
        var (offered, standIn) = await app.Offer(cohort, agency, learner.Email);
        await MissTwo(cohort, standIn);
        var before = Assert.Single(await FollowUps(cohort))!;
        (await learner.Http.Accept(offered)).Ok();
        var moved = Assert.Single(await FollowUps(cohort))!;
        Assert.Equal(((Guid)before["id"]!, learner.EnrolmentId, learner.Id, learner.Name),
            ((Guid)moved["id"]!, (Guid)moved["enrolmentId"]!, (Guid)moved["learner"]!["id"]!, (string)moved["learner"]!["name"]!));
    }

    [Fact]
    public async Task Of_two_open_follow_ups_one_stays_with_what_both_were_opened_for()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var learner = await app.Learner(cohort, "Kim Known");
        var (offered, standIn) = await app.Offer(cohort, agency, learner.Email);
        await MissTwo(cohort, standIn);
        var due = (string)Assert.Single(await FollowUps(cohort))!["dueOn"]!;
        FlowingClock.Advance(TimeSpan.FromDays(7));
        var item = (await learner.Http.Post("/v1/action-items", CoachingSteps.Step(learner.EnrolmentId))).Expect(HttpStatusCode.Created)
            .Headers["Location"];
        for (var i = 0; i < 2; i++) (await learner.Http.Post($"{item}/evidence", new { level = "notYet" })).Ok();
        await MissTwo(cohort, learner.Id);
        var own = (await FollowUps(cohort)).Single(f => (Guid)f!["learner"]!["id"]! == learner.Id)!;
        (await learner.Http.Accept(offered)).Ok();
        var left = Assert.Single(await FollowUps(cohort))!;
        Assert.Equal(((Guid)own["id"]!, due), ((Guid)left["id"]!, (string)left["dueOn"]!));
        Assert.Equal(["missedSessions", "twiceNotYet"], left["triggers"]!.AsArray().Select(t => (string)t!["reason"]!).Order());
    }

    [Fact]
    public async Task What_the_coaches_of_a_stand_in_see_to_is_hidden_from_who_supervises_the_person_and_not_theirs_to_close()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var (lead, boss) = (cohort.Lead, await app.Member(agency, AgencyRole.Supervisor));
        (await lead.Http.Patch(cohort.Path, new { instructors = new[] { cohort.Instructor.Id, boss.Id } })).Ok();
        var (offered, standIn) = await app.Offer(cohort, agency, lead.Email);
        await MissTwo(cohort, standIn);
        Assert.Empty(await FollowUps(cohort, boss));
        (await lead.Http.Accept(offered)).Ok();
        var seen = Assert.Single(await FollowUps(cohort))!;
        Assert.Equal(lead.Id, (Guid)seen["learner"]!["id"]!);
        Assert.Empty(await FollowUps(cohort, boss));
        (await lead.Http.Post($"{cohort.Path}/followups/{(Guid)seen["id"]!}/close", new { outcome = "spoke" }))
            .Expect(HttpStatusCode.Forbidden, "followUp.own");
    }

    private static async Task MissTwo(TestCohort cohort, Guid personId)
    {
        for (var i = 0; i < 2; i++)
        {
            await cohort.Instructor.Http.Log(CoachingSteps.Part(personId, "noShow"));
            FlowingClock.Advance(TimeSpan.FromHours(3));
        }
    }

    private static async Task<JsonArray> FollowUps(TestCohort cohort, TestPerson? reader = null) =>
        (await (reader ?? cohort.Instructor).Http.Read($"{cohort.Path}/followups")).Ok()["items"]!.AsArray();
}
