using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>A programme admin opens the next cohort like the one before.</summary>
[StandingClock]
public sealed class CloneCohortTests(LearningApp app)
{
    [Fact]
    public async Task It_has_the_rules_and_the_staff_of_the_first_and_none_of_its_learners()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort("sequential"));
        await app.Learner(cohort);
        (await cohort.Lead.Http.Put($"{cohort.Path}/hold-out", new { standard = 20, light = 10 })).Ok();
        (await cohort.Lead.Http.Post($"{cohort.Path}/close")).Ok();

        var created = (await admin.Http.Post($"{cohort.Path}/clone", new { name = " Riverbend, autumn ", startsOn = "2027-09-06" }))
            .Expect(HttpStatusCode.Created);
        Assert.Equal($"/v1/cohorts/{created["id"]}", created.Headers["Location"]);
        var (first, next) = ((await admin.Http.Read(cohort.Path)).Ok(), (await admin.Http.Read(created.Headers["Location"])).Ok());
        Assert.Equal(created.Body, next.Body);
        foreach (var field in new[] { "curriculum", "version", "timeZone", "gate", "instructors", "leads" })
            Assert.Equal(first[field]!.ToJsonString(), next[field]!.ToJsonString());
        Assert.Equal(("Riverbend, autumn", "2027-09-06", null),
            ((string)next["name"]!, (string)next["startsOn"]!, (string?)next["closedAt"]));
        var path = created.Headers["Location"];
        Assert.Equal((0, 20, 10), await Shares(path));
        Assert.Equal(0, (int)(await cohort.Lead.Http.Read($"{path}/progress")).Ok()["summary"]!["learners"]!);

        // From now on each is changed by itself.
        (await cohort.Lead.Http.Put($"{path}/hold-out", new { standard = 0 })).Ok();
        Assert.Equal((0, 20, 10), await Shares(cohort.Path));

        async Task<(int, int, int)> Shares(string of)
        {
            var shares = (await cohort.Lead.Http.Read($"{of}/hold-out")).Ok();
            return ((int)shares["anchor"]!, (int)shares["standard"]!, (int)shares["light"]!);
        }
    }

    [Fact]
    public async Task In_another_zone_its_modules_open_there()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var path = $"{cohort.Path}/clone";
        var created = (await admin.Http.Post(path, new { name = "West", startsOn = "2027-09-06", timeZone = "America/Los_Angeles" }))
            .Expect(HttpStatusCode.Created);
        Assert.Equal("America/Los_Angeles", (string)created["timeZone"]!);
        foreach (var (field, body) in new (string, object)[]
        {
            ("name", new { startsOn = "2027-09-06" }), ("startsOn", new { name = "West" }),
            ("timeZone", new { name = "West", startsOn = "2027-09-06", timeZone = "Mars/Olympus" }),
        })
            Assert.Equal(field, Assert.Single((await admin.Http.Post(path, body))
                .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid")["errors"]!.AsObject()).Key);
    }
}
