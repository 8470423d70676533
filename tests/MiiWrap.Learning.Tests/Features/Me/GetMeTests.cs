using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Me;

/// <summary>A person sees who they are here, and the one thing to do next.</summary>
[StandingClock(YearsLater = true)]
public sealed class GetMeTests(LearningApp app)
{
    [Fact]
    public async Task Roles_are_those_of_ones_relationships()
    {
        var cast = await RolePeople.Of(app);
        Assert.Equal([("learner", cast.CohortId, null)], await RolesOf(cast, Role.Learner));
        Assert.Equal([("instructor", cast.CohortId, null)], await RolesOf(cast, Role.Instructor));
        Assert.Equal([("lead", cast.CohortId, null)], await RolesOf(cast, Role.Lead));
        Assert.Equal([("supervisor", null, cast.AgencyId)], await RolesOf(cast, Role.Supervisor));
        Assert.Equal([("agencyAdmin", null, cast.AgencyId)], await RolesOf(cast, Role.AgencyAdmin));
        Assert.Equal([("programAdmin", null, null)], await RolesOf(cast, Role.ProgramAdmin));
    }

    [Fact]
    public async Task A_learner_finds_their_enrolments()
    {
        var learner = await app.Learner();
        var me = (await learner.Http.Read("/v1/me")).Ok();
        Assert.Equal((learner.Name, learner.Email, Given.Zone), ((string)me["name"]!, (string)me["email"]!, (string)me["timeZone"]!));
        var enrolment = Assert.Single(me["enrolments"]!.AsArray())!;
        Assert.Equal((learner.EnrolmentId, "active"), ((Guid)enrolment["id"]!, (string)enrolment["status"]!));
    }

    [Fact]
    public async Task The_next_thing_is_the_first_open_unit_that_is_not_completed()
    {
        var learner = await app.Learner();
        Assert.Equal(learner.Unit("0.1-before-you-write"), await Next(learner));
        (await learner.Http.Post($"{learner.Unit("0.1-before-you-write")}/complete", Given.IfThen())).Ok();
        Assert.Equal(learner.Unit("1.1-why-good-training-fades"), await Next(learner));
    }

    [Fact]
    public async Task Before_the_start_there_is_nothing_to_do()
    {
        var cohort = await app.Cohort(startsOn: new(2034, 3, 1));
        Assert.Null(await Next(await app.Learner(cohort)));
        Assert.Null((await cohort.Lead.Http.Read("/v1/me/next")).Ok()["next"]);
    }

    private static async Task<IEnumerable<(string, Guid?, Guid?)>> RolesOf(RolePeople cast, Role role) =>
        (await cast.As(role).Read("/v1/me")).Ok()["roles"]!.AsArray()
            .Select(r => ((string)r!["role"]!, (Guid?)r["cohortId"], (Guid?)r["agencyId"])).ToList();

    private static async Task<string?> Next(TestLearner learner) => (string?)(await learner.Http.Read("/v1/me/next")).Ok()["next"]?["href"];
}
