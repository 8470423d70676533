using System.Net;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>
/// Who stands in for somebody whom an agency's program has named is nobody: no one can sign in as them, so they get no part.
/// </summary>
public sealed class StandInTests(LearningApp app)
{
    [Fact]
    public async Task A_stand_in_gets_no_role_and_no_claim()
    {
        var (admin, cohort, agency) = (await app.Admin(), await app.Cohort(), await app.Agency());
        var (own, known) = (await app.Learner(cohort, agencyId: agency), await app.Person());
        var client = await app.Client(agency, "enrolments:write");
        (await client.Post($"{cohort.Path}/enrolments", new
        {
            learners = new[] { new { email = known.Email, name = "Sten Stand", timeZone = Given.Zone, agencyId = agency } },
        })).Ok();
        var standIn = (Guid)(await cohort.Lead.Http.Read($"/v1/people?cohort={cohort.Id}&q=sten")).Ok()["items"]![0]!["id"]!;

        foreach (var staff in new object[] { new { instructors = new[] { standIn } }, new { leads = new[] { standIn } } })
        {
            foreach (var http in new[] { cohort.Lead.Http, admin.Http })
                (await http.Patch(cohort.Path, staff)).Expect(HttpStatusCode.UnprocessableEntity, "person.unknown");
        }

        (await admin.Http.Post("/v1/cohorts", new
        {
            name = "Ghosts",
            curriculum = Given.Course,
            startsOn = "2027-03-01",
            timeZone = Given.Zone,
            gate = "open",
            instructors = new[] { standIn },
            leads = new[] { cohort.Lead.Id },
        })).Expect(HttpStatusCode.UnprocessableEntity, "person.unknown");
        foreach (var role in new[] { "agencyAdmin", "supervisor" })
        {
            (await admin.Http.Put($"/v1/agencies/{agency}/people/{standIn}", new { role }))
                .Expect(HttpStatusCode.NotFound, "person.notFound");
        }

        (await admin.Http.Put($"/v1/people/{standIn}/program-admin", null)).Expect(HttpStatusCode.NotFound, "person.notFound");

        // One who got a part before this was refused is handed nothing, and no clone has them.
        await app.InDb(db =>
        {
            db.Add(new CohortMember(cohort.Id, standIn, CohortRole.Instructor));
            return db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        var revision = await own.HandIn();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
        (await cohort.Lead.Http.Post($"{ReflectionSteps.Review(revision)}/hand-over", new { to = standIn, reason = "They have time." }))
            .Expect(HttpStatusCode.UnprocessableEntity, "review.handOver.notReviewer");
        var clone = (await admin.Http.Post($"{cohort.Path}/clone", new { name = "Again", startsOn = "2027-06-01" }))
            .Expect(HttpStatusCode.Created);
        Assert.DoesNotContain(clone["instructors"]!.AsArray(), p => (Guid)p!["id"]! == standIn);
        // A part that they have can be ended.
        (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = new[] { cohort.Instructor.Id } })).Ok();
    }
}
