using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Enrolments;

/// <summary>Programs and staff find enrolments by cohort, person and agency, and follow what changed.</summary>
[StandingClock]
public sealed class ListEnrolmentsTests(LearningApp app)
{
    [Fact]
    public async Task Enrolments_are_found_by_cohort_person_and_agency_as_far_as_the_caller_may_follow_them()
    {
        var (admin, cohort, other, agency) = (await app.Admin(), await app.Cohort(), await app.Cohort(), await app.Agency());
        var learner = await app.Learner(cohort, "Lou", agencyId: agency);
        var foreign = await app.Learner(cohort, "Fae");
        (await other.Lead.Http.Post($"{other.Path}/enrolments",
            new { learners = new[] { new { email = learner.Email, name = "Lou", timeZone = Given.Zone } } })).Ok();

        Assert.Equal(["Fae", "Lou"], Names(await Find(cohort.Lead.Http, $"cohort={cohort.Id}")));
        Assert.Equal(2, (await Find(admin.Http, $"person={learner.Id}")).Count);
        Assert.Equal(["Lou"], Names(await Find(admin.Http, $"agency={agency}")));
        var item = Assert.Single(await Find(cohort.Lead.Http, $"person={learner.Id}"));
        Assert.Equal((cohort.Id, agency, "active", 0, "accepted"), ((Guid)item["cohortId"]!, (Guid)item["agencyId"]!,
            (string)item["status"]!, (int)item["percent"]!, (string)item["invitation"]!));
        // Learners see their own, and nobody else's.
        Assert.Equal(["Fae"], Names(await Find(foreign.Http, $"cohort={cohort.Id}")));
        Assert.Empty(await Find(foreign.Http, $"person={learner.Id}"));

        await app.Withdraw(foreign);
        Assert.Equal(["Fae"], Names(await Find(cohort.Lead.Http, $"cohort={cohort.Id}&status=withdrawn")));
        (await admin.Http.Read("/v1/enrolments?status=active")).Expect(HttpStatusCode.UnprocessableEntity, "filter.required");
        foreach (var wrong in new[] { "status=gone", "updatedSince=yesterday", "updatedSince=2027-03-01T09:00:00", "limit=0", "cursor=x" })
            (await admin.Http.Read($"/v1/enrolments?cohort={cohort.Id}&{wrong}"))
                .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Fact]
    public async Task A_program_follows_what_has_changed_page_by_page()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learners = new List<TestLearner>();
        foreach (var name in new[] { "One", "Two", "Three" })
        {
            learners.Add(await app.Learner(cohort, name));
            FlowingClock.Advance(TimeSpan.FromMinutes(1));
        }

        var since = FlowingClock.Now.ToString("yyyy-MM-ddTHH:mm:ssZ", null);
        Assert.Empty(await Find(admin.Http, $"cohort={cohort.Id}&updatedSince={since}"));
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        (await learners[0].Http.Post($"{learners[0].Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok();
        Assert.Equal(["One"], Names(await Find(admin.Http, $"cohort={cohort.Id}&updatedSince={since}")));

        var (seen, next) = (new List<string>(), $"/v1/enrolments?cohort={cohort.Id}&limit=1");
        while (next is not null)
        {
            var page = (await admin.Http.Read(next)).Ok();
            seen.AddRange(page["items"]!.AsArray().Select(e => (string)e!["person"]!["name"]!));
            next = (string?)page["next"] is { } cursor ? $"/v1/enrolments?cohort={cohort.Id}&limit=1&cursor={cursor}" : null;
        }

        Assert.Equal(["Two", "Three", "One"], seen);
    }

    private static async Task<List<JsonNode>> Find(HttpClient who, string query) =>
        [.. (await who.Read($"/v1/enrolments?{query}")).Ok()["items"]!.AsArray().Select(e => e!)];

    private static IEnumerable<string> Names(IEnumerable<JsonNode> items) =>
        items.Select(e => (string)e["person"]!["name"]!).Order(StringComparer.Ordinal);
}
