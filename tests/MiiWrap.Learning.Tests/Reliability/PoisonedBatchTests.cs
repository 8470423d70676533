using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Reliability;

/// <summary>
/// One bad row of one learner stops no batch and nobody else's row in it, whatever in it is damaged; a figure that would be untrue without
/// it is not there, and says so.
/// </summary>
[StandingClock]
public sealed class PoisonedBatchTests(OwnDatabaseApp app) : IClassFixture<OwnDatabaseApp>
{
    private const string Second = "2.4-watching-voice-and-power";
    private const string Late = "'9999-12-31 23:59:59.9999999'";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Poisons =>
    [
        "UPDATE People SET TimeZone = 'Gone/Nowhere' WHERE Id = {0}",
        "UPDATE People SET QuietFrom = 'rubbish' WHERE Id = {0}",
        "UPDATE People SET QuietDays = 'rubbish' WHERE Id = {0}",
        "UPDATE People SET LeaveDays = 'rubbish' WHERE Id = {0}",
        "UPDATE People SET CreatedAt = 'rubbish' WHERE Id = {0}",
        "UPDATE People SET Status = 'OfALaterRelease' WHERE Id = {0}",
        "UPDATE Enrolments SET Status = 'OfALaterRelease' WHERE PersonId = {0}",
        "UPDATE Enrolments SET UpdatedAt = 'rubbish' WHERE PersonId = {0}",
        "UPDATE Enrolments SET EnrolledAt = 'rubbish' WHERE PersonId = {0}",
        $"UPDATE Enrolments SET EnrolledAt = {Late} WHERE PersonId = {{0}}",
        "UPDATE Nudges SET DueAt = 'rubbish' WHERE PersonId = {0} AND Step = 2",
        "UPDATE Nudges SET ExpiresAt = 'rubbish' WHERE PersonId = {0} AND Step = 2",
        "UPDATE Nudges SET Kind = 'OfALaterRelease' WHERE PersonId = {0} AND Step = 2",
        "UPDATE Nudges SET Channel = 'OfALaterRelease' WHERE PersonId = {0} AND Step = 2",
        "UPDATE TransferOpportunities SET \"Plan\" = 'OfALaterRelease' WHERE PersonId = {0}",
        "UPDATE TransferOpportunities SET StartsAt = 'rubbish' WHERE PersonId = {0}",
        $"UPDATE TransferOpportunities SET StartsAt = {Late} WHERE PersonId = {{0}}",
        "UPDATE TransferOpportunities SET Curriculum = 'gone' WHERE PersonId = {0}",
        "UPDATE TransferOpportunities SET CurriculumVersion = -5 WHERE PersonId = {0}",
        "UPDATE Reflections SET LatestRevisionId = 'rubbish' WHERE PersonId = {0}",
        "UPDATE Reflections SET SubmittedAt = 'rubbish' WHERE PersonId = {0}",
        "UPDATE Reflections SET Status = 'OfALaterRelease' WHERE PersonId = {0}",
        "UPDATE Reviews SET HandedInAt = 'rubbish' WHERE ReflectionId IN (SELECT Id FROM Reflections WHERE PersonId = {0})",
    ];

    [Theory]
    [MemberData(nameof(Poisons))]
    public async Task One_bad_row_stops_no_batch_and_nobody_elses_row(string poison)
    {
        var (admin, cohort, agency, other) = (await app.Admin(), await app.Cohort(), await app.Agency(), await app.Agency());
        var (to, supervisor) = (await app.Cohort(), await app.Person());
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{supervisor.Id}", new { role = "supervisor" }))
            .Expect(HttpStatusCode.NoContent);
        (await to.Lead.Http.Patch(to.Path, new { leads = new[] { to.Lead.Id, cohort.Lead.Id } })).Ok();
        var (first, victim, last) = (await Working(cohort, agency), await Working(cohort, agency), await Working(cohort, agency));
        var (accepted, waiting) = (await Accepted(cohort, first), new List<Guid>());
        await Accepted(cohort, victim);
        foreach (var learner in new[] { first, victim, last }) waiting.Add(await learner.HandIn(Second));
        await app.InDb(db => db.Database.ExecuteSqlRawAsync(poison, [victim.Id], Ct));

        // Closed days move the others' check-ins.
        var day = (await Due(first))[..10];
        (await admin.Http.Put($"/v1/agencies/{agency}/closed-days", new { days = new[] { day } })).Ok();
        foreach (var learner in new[] { first, last }) Assert.NotEqual(day, (await Due(learner))[..10]);
        (await admin.Http.Put($"/v1/agencies/{agency}/closed-days", new { days = Array.Empty<string>() })).Ok();

        // Claims.
        var claims = (await cohort.Instructor.Http.Post("/v1/reviews/claims", new { revisionIds = waiting })).Ok()["rows"]!.AsArray();
        Assert.Equal(waiting, claims.Select(c => (Guid)c!["revisionId"]!));
        Assert.NotNull(claims[0]!["claim"]);
        Assert.True(claims[1]!["claim"] is not null || (string)claims[1]!["reason"]! == "row.unreadable", claims[1]!.ToJsonString());
        Assert.NotNull(claims[2]!["claim"]);
        foreach (var reader in new[] { cohort.Lead, admin })
            foreach (var status in new[] { "accepted", "claimed", "awaiting", "revise" })
            {
                var found = await Walk(reader, $"/v1/reviews?status={status}&cohort={cohort.Id}&limit=1");
                if (status == "accepted") Assert.Contains(found, r => (Guid)r["revisionId"]! == accepted);
            }

        // Lists and pages of others; a rate is right, or it is not there.
        foreach (var path in new[] { $"{first.Journey}/transfer", $"{last.Journey}", $"{to.Path}/transfer" })
            (await (path.StartsWith(to.Path, StringComparison.Ordinal) ? to.Lead : admin).Http.Read(path, PageReads.MeetsDamage)).Ok();
        foreach (var (reader, path) in new[]
        {
            (cohort.Lead, $"{cohort.Path}/transfer"), (admin, $"{cohort.Path}/transfer"), (admin, $"/v1/agencies/{agency}/transfer"),
            (admin, $"{victim.Journey}/transfer"), (supervisor, $"/v1/agencies/{agency}/transfer"), (supervisor, $"{cohort.Path}/progress"), (admin, $"{cohort.Path}/progress"), (cohort.Lead, $"{cohort.Path}/nudges/figures"),
        })
            MustBeToldOrRight(await reader.Http.Read(path, PageReads.MeetsDamage));

        // The cohort goes on.
        MustBeToldOrRight(await cohort.Lead.Http.Post($"{cohort.Path}/upgrade?dryRun=true", new { version = 1 }));
        (await cohort.Lead.Http.Post($"{cohort.Path}/reschedule", new { startsOn = "2027-01-25" })).Ok();
        (await cohort.Lead.Http.Patch(cohort.Path, new { gate = "paced" })).Ok();
        (await admin.Http.Post($"{cohort.Path}/clone", new { name = "Next", startsOn = "2027-09-06" })).Expect(HttpStatusCode.Created);
        (await cohort.Lead.Http.Post($"{cohort.Path}/close")).Ok();
        (await cohort.Lead.Http.Post($"{cohort.Path}/reopen")).Ok();
        var moved = await Working(cohort, agency);
        (await cohort.Lead.Http.Post($"{moved.Journey}/move", new { cohortId = to.Id })).Ok();
        (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = Array.Empty<Guid>() })).Ok();
        (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = new[] { cohort.Instructor.Id } })).Ok();

        // Enrolling again, as a roster of another agency, and with somebody new.
        var fresh = Given.Address();
        foreach (var (agencyId, results) in new[] { (agency, "existing"), (other, "changed"), (agency, "changed") })
        {
            var learners = new[] { first.Email, victim.Email, last.Email, fresh }
                .Select(email => new { email, name = "Name", timeZone = Given.Zone, agencyId });
            foreach (var query in new[] { "?dryRun=true", "" })
            {
                var rows = (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments{query}", new { learners })).Ok()["rows"]!.AsArray();
                Assert.Equal([1, 2, 3, 4], rows.Select(r => (int)r!["line"]!));
                Assert.Equal((results, results), ((string)rows[0]!["result"]!, (string)rows[2]!["result"]!));
                Assert.True((string)rows[1]!["result"]! == results || Unreadable(rows[1]!), rows[1]!.ToJsonString());
                Assert.NotEqual("invalid", (string)rows[3]!["result"]!);
            }
        }

        // Who leaves.
        var left = new[] { first, victim, last }.Select(l => l.EnrolmentId).ToList();
        var ended = (await cohort.Lead.Http.Post($"{cohort.Path}/withdrawals", new { enrolmentIds = left })).Ok()["rows"]!.AsArray();
        Assert.Equal(left, ended.Select(r => (Guid)r!["enrolmentId"]!));
        Assert.Equal(("withdrawn", "withdrawn"), ((string)ended[0]!["result"]!, (string)ended[2]!["result"]!));
        Assert.True((string)ended[1]!["result"]! == "withdrawn" || Unreadable(ended[1]!), ended[1]!.ToJsonString());
        foreach (var learner in new[] { first, last })
            Assert.Equal("withdrawn", (string)(await cohort.Lead.Http.Read(learner.Journey)).Ok()["status"]!);
    }

    [Theory]
    [InlineData("UPDATE Cohorts SET CurriculumVersion = -99999 WHERE Id = {0}")]
    [InlineData("UPDATE Cohorts SET StartsOn = 'rubbish' WHERE Id = {0}")]
    [InlineData("UPDATE Cohorts SET ClosedAt = 'rubbish' WHERE Id = {0}")]
    [InlineData("UPDATE Cohorts SET Gate = 'OfALaterRelease' WHERE Id = {0}")]
    [InlineData("UPDATE Cohorts SET Curriculum = 'gone' WHERE Id = {0}")]
    public async Task A_damaged_cohort_says_so_and_stops_no_other_cohort(string poison)
    {
        var (admin, cohort, agency, to) = (await app.Admin(), await app.Cohort(), await app.Agency(), await app.Cohort());
        (await to.Lead.Http.Patch(to.Path, new { leads = new[] { to.Lead.Id, cohort.Lead.Id } })).Ok();
        var (victim, learner) = (await Working(cohort, agency), await Working(to, agency));
        await app.InDb(db => db.Database.ExecuteSqlRawAsync(poison, [cohort.Id], Ct));
        try
        {
            (await admin.Http.Read($"/v1/agencies/{agency}/transfer", PageReads.MeetsDamage))
                .Expect(HttpStatusCode.ServiceUnavailable, "row.unreadable");
            foreach (var path in new[] { $"{to.Path}/transfer", $"{to.Path}/progress", learner.Journey, $"{learner.Journey}/transfer" })
                (await admin.Http.Read(path, PageReads.MeetsDamage)).Ok();
            foreach (var path in new[] { $"{cohort.Path}/transfer", $"{cohort.Path}/progress", $"{victim.Journey}/transfer" })
                MustBeToldOrRight(await admin.Http.Read(path, PageReads.MeetsDamage));
            (await admin.Http.Put($"/v1/agencies/{agency}/closed-days", new { days = new[] { "2027-02-03" } })).Ok();
            foreach (var (path, body) in new (string, object?)[]
            {
                ("upgrade", new { version = 1 }), ("reschedule", new { startsOn = "2027-02-08" }), ("close", null), ("reopen", null),
                ("clone", new { name = "Next", startsOn = "2027-09-06" }),
                ("enrolments", new { learners = new[] { new { email = victim.Email, name = "Name", timeZone = Given.Zone } } }),
            })
                MustBeToldOrRight(await admin.Http.Post($"{cohort.Path}/{path}", body));
            MustBeToldOrRight(await admin.Http.Patch(cohort.Path, new { name = "Renamed" }));
            // A cohort of another curriculum, or none of its version, is refused as such.
            foreach (var (enrolment, target) in new[] { (victim.Journey, to.Id), (learner.Journey, cohort.Id) })
            {
                var moved = await admin.Http.Post($"{enrolment}/move", new { cohortId = target });
                if (moved.Status != HttpStatusCode.Conflict) MustBeToldOrRight(moved);
            }

            MustBeToldOrRight(await admin.Http.Post($"{cohort.Path}/withdrawals", new { enrolmentIds = new[] { victim.EnrolmentId } }));
        }
        finally
        {
            await app.InDb(db => db.Database.ExecuteSqlRawAsync(
                "UPDATE Cohorts SET CurriculumVersion = 1, StartsOn = '2027-02-01', ClosedAt = NULL, Gate = 'Open', Curriculum = {1} WHERE Id = {0}",
                [cohort.Id, Given.Course], Ct));
        }
    }

    private static bool Unreadable(JsonNode row) =>
        (string)row["result"]! == "invalid" && (string?)row["reason"] is "unreadable" or "row.unreadable";

    private static void MustBeToldOrRight(Answer answer)
    {
        if (answer.Status is not (HttpStatusCode.OK or HttpStatusCode.Created))
            answer.Expect(HttpStatusCode.ServiceUnavailable, "row.unreadable");
    }

    private static async Task<string> Due(TestLearner learner) =>
        (string)(await learner.Http.Read("/v1/nudges?status=planned&limit=1", PageReads.MeetsDamage)).Ok()["items"]![0]!["dueAt"]!;

    private async Task<TestLearner> Working(TestCohort cohort, Guid agency)
    {
        var learner = await app.Learner(cohort, agencyId: agency);
        (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok();
        return learner;
    }

    private static async Task<Guid> Accepted(TestCohort cohort, TestLearner learner)
    {
        var revision = await learner.HandIn();
        (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement())).Ok();
        return revision;
    }

    private static async Task<List<JsonNode>> Walk(TestPerson reader, string path)
    {
        var all = new List<JsonNode>();
        for (string? next = path; next is not null;)
        {
            var page = (await reader.Http.Read(next, PageReads.MeetsDamage)).Ok();
            all.AddRange(page["items"]!.AsArray()!);
            next = page["next"] is { } cursor ? $"{path}&cursor={(string)cursor!}" : null;
        }

        return all;
    }
}
