using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>A lead enrols learners in bulk: each row gets its own result, and the good ones are taken.</summary>
[StandingClock]
public sealed class EnrolLearnersTests(LearningApp app)
{
    [Fact]
    public async Task Each_row_says_what_became_of_it()
    {
        var cohort = await app.Cohort();
        var enrolled = await app.Learner(cohort);
        var rows = await Enrol(cohort, Row(), Row(enrolled.Email), Row("no address"), Row(name: ""), Row(zone: "Mars/Olympus"),
            Row(agency: Guid.NewGuid()), null, Row());

        Assert.Equal(["created", "existing", "invalid", "invalid", "invalid", "invalid", "invalid", "created"],
            rows.Select(r => (string)r["result"]!));
        Assert.Equal(Enumerable.Range(1, 8), rows.Select(r => (int)r["line"]!));
        Assert.Equal(enrolled.EnrolmentId, (Guid)rows[1]["enrolmentId"]!);
        foreach (var (line, field) in new[] { (2, "email"), (3, "name"), (4, "timeZone"), (5, "agencyId") })
            Assert.StartsWith($"{field}: ", (string)rows[line]["reason"]!, StringComparison.Ordinal);
        Assert.All(rows.Where(r => (string)r["result"]! == "invalid"), r => Assert.Null(r["enrolmentId"]));
        (await cohort.Lead.Http.Read($"/v1/enrolments/{(Guid)rows[7]["enrolmentId"]!}")).Ok();
    }

    [Fact]
    public async Task One_address_twice_in_a_body_is_one_learner()
    {
        var cohort = await app.Cohort();
        var email = Given.Address();
        var rows = await Enrol(cohort, Row(email), Row(email.ToUpperInvariant()), Row($" {email} "));
        Assert.Equal(["created", "existing", "existing"], rows.Select(r => (string)r["result"]!));
        Assert.Single(rows.Select(r => (Guid)r["enrolmentId"]!).Distinct());
    }

    [Fact]
    public async Task Someone_known_keeps_their_own_name_and_zone()
    {
        var cohort = await app.Cohort();
        var person = await app.Person("Their Own Name", zone: "America/Denver");
        var row = Assert.Single(await Enrol(cohort, Row(person.Email, name: "Another Name", zone: "America/New_York")));
        Assert.Equal("created", (string)row["result"]!);
        var me = (await person.Http.Read("/v1/me")).Ok();
        Assert.Equal(("Their Own Name", "America/Denver"), ((string)me["name"]!, (string)me["timeZone"]!));
        var learner = (await cohort.Instructor.Http.Read($"{cohort.Path}/progress")).Ok()["items"]![0]!["learner"]!;
        Assert.Equal("Their Own Name", (string)learner["name"]!);
    }

    [Fact]
    public async Task One_person_may_learn_in_two_cohorts_of_one_curriculum()
    {
        var person = await app.Person();
        var rows = (await Enrol(await app.Cohort(), Row(person.Email))).Concat(await Enrol(await app.Cohort(), Row(person.Email))).ToList();
        Assert.All(rows, r => Assert.Equal("created", (string)r["result"]!));
        Assert.Equal(2, (await person.Http.Read("/v1/me")).Ok()["enrolments"]!.AsArray().Count);
    }

    [Fact]
    public async Task Two_leads_at_once_make_one_person_and_one_enrolment()
    {
        var cohort = await app.Cohort();
        var addresses = Enumerable.Range(0, 5).Select(_ => Given.Address()).ToList();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Enrol(cohort, [.. addresses.Select(a => Row(a))])));
        foreach (var address in addresses)
        {
            var rows = answers.SelectMany(a => a).Where(r => (string)r["email"]! == address).ToList();
            Assert.Single(rows.Select(r => (Guid)r["enrolmentId"]!).Distinct());
            Assert.Single(rows, r => (string)r["result"]! == "created");
            Assert.Equal(1, await app.InDb(db => db.Users.CountAsync(p => p.Email == address, TestContext.Current.CancellationToken)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task From_one_row_to_a_thousand_are_taken(int rows)
    {
        var cohort = await app.Cohort();
        var learners = Enumerable.Range(0, rows).Select(_ => Row()).ToArray();
        var answer = (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new { learners }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Equal("learners", Assert.Single(answer["errors"]!.AsObject()).Key);
    }

    [Fact]
    public async Task A_thousand_rows_are_one_request()
    {
        var cohort = await app.Cohort();
        var rows = await Enrol(cohort, [.. Enumerable.Range(0, 1000).Select(_ => Row())]);
        Assert.Equal(1000, rows.Count(r => (string)r["result"]! == "created"));
        await app.ForgetInvitations(cohort);
    }

    [Fact]
    public async Task Only_a_lead_may()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var body = new { learners = new[] { Row() } };
        (await cohort.Instructor.Http.Post($"{cohort.Path}/enrolments", body)).Expect(HttpStatusCode.Forbidden, "role.required");
        (await learner.Http.Post($"{cohort.Path}/enrolments", body)).Expect(HttpStatusCode.Forbidden, "role.required");
        (await (await app.Person()).Http.Post($"{cohort.Path}/enrolments", body)).Expect(HttpStatusCode.NotFound, "cohort.notFound");
    }

    private static async Task<List<JsonNode>> Enrol(TestCohort cohort, params object?[] learners) =>
        [.. (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new { learners })).Ok()["rows"]!.AsArray().Select(r => r!)];

    private static object Row(string? email = null, string name = "New Learner", string zone = Given.Zone, Guid? agency = null) =>
        new { email = email ?? Given.Address(), name, timeZone = zone, agencyId = agency };
}
