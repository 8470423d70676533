using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Agencies;

/// <summary>Agencies and what their own people see: a status, and no more.</summary>
[StandingClock]
public sealed class AgencyMemberTests(LearningApp app)
{
    [Fact]
    public async Task A_supervisor_sees_the_status_of_their_own_agencys_learners_until_they_are_dismissed()
    {
        var (admin, supervisor) = (await app.Admin(), await app.Person("Sam Supervisor"));
        var (agency, other) = (await app.Agency(), await app.Agency());
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort, "Mine", agencyId: agency);
        var stranger = await app.Learner(cohort, "Theirs", agencyId: other);
        var part = $"/v1/agencies/{agency}/people/{supervisor.Id}";

        (await supervisor.Http.Read($"{cohort.Path}/progress")).Expect(HttpStatusCode.NotFound);
        (await admin.Http.Put(part, new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        (await admin.Http.Put(part, new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);

        var seen = (await supervisor.Http.Read($"{cohort.Path}/progress")).Ok();
        Assert.Equal(learner.EnrolmentId, (Guid)Assert.Single(seen["items"]!.AsArray())!["enrolmentId"]!);
        Assert.Null(seen["summary"]!["transfer"]!["rate"]);
        Assert.Null(seen["items"]![0]!["transfer"]!["denominator"]);
        (await supervisor.Http.Read(learner.Journey)).Ok();
        (await supervisor.Http.Read(stranger.Journey)).Expect(HttpStatusCode.NotFound);
        (await supervisor.Http.Read(learner.Unit(RolePeople.AnchorUnit))).Expect(HttpStatusCode.NotFound);
        (await supervisor.Http.Read($"{cohort.Path}/nudges")).Expect(HttpStatusCode.NotFound);
        (await supervisor.Http.Post($"{learner.Journey}/withdraw")).Expect(HttpStatusCode.Forbidden, "role.required");

        (await admin.Http.Call(HttpMethod.Delete, part, null)).Expect(HttpStatusCode.NoContent);
        (await admin.Http.Call(HttpMethod.Delete, part, null)).Expect(HttpStatusCode.NoContent);
        (await supervisor.Http.Read(learner.Journey)).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_person_has_one_role_in_an_agency_at_a_time()
    {
        var (admin, person, agency) = (await app.Admin(), await app.Person(), await app.Agency());
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{person.Id}", new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{person.Id}", new { role = "agencyAdmin" })).Expect(HttpStatusCode.NoContent);
        var role = Assert.Single((await person.Http.Read("/v1/me")).Ok()["roles"]!.AsArray())!;
        Assert.Equal(("agencyAdmin", agency), ((string)role["role"]!, (Guid)role["agencyId"]!));
    }

    [Fact]
    public async Task Nobody_leaves_an_agency_to_read_its_learners_and_comes_back_as_if_they_had_not_been_away()
    {
        var (admin, other, agency, empty) = (await app.Admin(), await app.Admin(), await app.Agency(), await app.Agency());
        var cohort = await app.Cohort();
        (await admin.Http.Put($"/v1/agencies/{empty}/people/{admin.Id}", new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        (await other.Http.Patch(cohort.Path, new { leads = new[] { cohort.Lead.Id, admin.Id } })).Ok();
        var revision = await (await app.Learner(cohort, agencyId: agency)).HandIn();
        var part = $"/v1/agencies/{agency}/people/{admin.Id}";

        // Neither way is for oneself: who comes in by the back door goes out by it.
        (await admin.Http.Put(part, new { role = "supervisor" })).Expect(HttpStatusCode.Forbidden, "agency.member.self");
        (await admin.Http.Call(HttpMethod.Delete, part, null)).Expect(HttpStatusCode.NoContent);
        (await other.Http.Put(part, new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        (await admin.Http.Put(part, new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        (await admin.Http.Put(part, new { role = "agencyAdmin" })).Expect(HttpStatusCode.Forbidden, "agency.member.self");
        (await admin.Http.Call(HttpMethod.Delete, part, null)).Expect(HttpStatusCode.Forbidden, "agency.member.self");
        Assert.Null((await admin.Http.Read(ReflectionSteps.Review(revision))).Ok()["answers"]);

        (await admin.Http.Call(HttpMethod.Delete, $"/v1/agencies/{empty}/people/{admin.Id}", null)).Expect(HttpStatusCode.NoContent);
        (await other.Http.Call(HttpMethod.Delete, part, null)).Expect(HttpStatusCode.NoContent);
        Assert.NotNull((await admin.Http.Read(ReflectionSteps.Review(revision))).Ok()["answers"]);
    }

    [Fact]
    public async Task Nobody_is_appointed_who_is_not_here_and_nowhere_that_is_not()
    {
        var (admin, person, agency) = (await app.Admin(), await app.Person(), await app.Agency());
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{Guid.NewGuid()}", new { role = "supervisor" }))
            .Expect(HttpStatusCode.NotFound, "person.notFound");
        (await admin.Http.Put($"/v1/agencies/{Guid.NewGuid()}/people/{person.Id}", new { role = "supervisor" }))
            .Expect(HttpStatusCode.NotFound, "agency.notFound");
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{person.Id}", new { role = "chief" }))
            .Expect(HttpStatusCode.UnprocessableEntity);
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{person.Id}", new { }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await admin.Http.Post("/v1/agencies", new { name = " " })).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }
}
