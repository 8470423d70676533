using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Reliability;

/// <summary>
/// People are appointed, dismissed and given reviews at once, and complete units while they change their leave: one of two is first, the
/// other sees it. Each race runs twice; LEARNING_RACES=50 runs each fifty times.
/// </summary>
[StandingClock]
public sealed class ConcurrentAppointmentTests(LearningApp app)
{
    private static readonly int Times =
        int.TryParse(Environment.GetEnvironmentVariable("LEARNING_RACES"), NumberStyles.None, CultureInfo.InvariantCulture, out var times)
        && times > 0 ? times : 2;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_who_name_other_leads_and_instructors_one_is_the_last_and_no_cohort_is_left_without()
    {
        var admin = await app.Admin();
        for (var round = 0; round < Times; round++)
        {
            var (cohort, other) = (await app.Cohort(), await app.Person());
            Guid[] a = [cohort.Lead.Id], b = [other.Id];
            (await admin.Http.Patch(cohort.Path, new { leads = a.Concat(b), instructors = a.Concat(b) })).Ok();
            foreach (var answer in await Task.WhenAll(
                admin.Http.Patch(cohort.Path, new { leads = a, instructors = a }),
                admin.Http.Patch(cohort.Path, new { leads = b, instructors = b }))) answer.Ok();
            var view = (await admin.Http.Read(cohort.Path)).Ok();
            var (lead, instructor) = (Assert.Single(view["leads"]!.AsArray()), Assert.Single(view["instructors"]!.AsArray()));
            Assert.Equal((Guid)lead!["id"]!, (Guid)instructor!["id"]!);
        }
    }

    [Fact]
    public async Task A_claim_that_meets_its_reviewers_dismissal_is_released_or_refused()
    {
        for (var round = 0; round < Times; round++)
        {
            var cohort = await app.Cohort();
            var revision = await (await app.Learner(cohort)).HandIn();
            await Task.WhenAll(
                cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim"),
                cohort.Lead.Http.Patch(cohort.Path, new { instructors = Array.Empty<Guid>() }));
            Assert.False(await IsHeld(revision, cohort.Instructor.Id));
        }
    }

    [Fact]
    public async Task A_claim_that_meets_an_appointment_in_the_learners_agency_is_released_or_refused()
    {
        var admin = await app.Admin();
        for (var round = 0; round < Times; round++)
        {
            var (cohort, agency) = (await app.Cohort(), await app.Agency());
            var revision = await (await app.Learner(cohort, agencyId: agency)).HandIn();
            await Task.WhenAll(
                cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim"),
                admin.Http.Put($"/v1/agencies/{agency}/people/{cohort.Instructor.Id}", new { role = "supervisor" }));
            Assert.False(await IsHeld(revision, cohort.Instructor.Id));
        }
    }

    [Fact]
    public async Task Of_two_roles_in_an_agency_that_are_given_at_once_one_stays()
    {
        var (admin, agency) = (await app.Admin(), await app.Agency());
        for (var round = 0; round < Times; round++)
        {
            var person = await app.Person();
            foreach (var answer in await Task.WhenAll(new[] { "supervisor", "agencyAdmin" }.Select(role =>
                admin.Http.Put($"/v1/agencies/{agency}/people/{person.Id}", new { role })))) answer.Expect(HttpStatusCode.NoContent);
            Assert.Single((await person.Http.Read("/v1/me")).Ok()["roles"]!.AsArray());
        }
    }

    [Fact]
    public async Task What_a_completion_plans_keeps_clear_of_leave_that_is_taken_meanwhile()
    {
        for (var round = 0; round < Times; round++)
        {
            var learner = await app.Learner();
            foreach (var answer in await Task.WhenAll(
                learner.Http.Put("/v1/me/leave", new { periods = new[] { new { from = "2027-02-02", until = "2027-02-28" } } }),
                learner.Http.Post($"{learner.Unit("2.4-watching-voice-and-power")}/complete", Given.IfThen()))) answer.Ok();
            Assert.DoesNotContain((await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray(), n => n!["statusReason"] is null
                && string.CompareOrdinal((string)n["dueAt"]!, "2027-03-01") < 0);
        }
    }

    private Task<bool> IsHeld(Guid revision, Guid reviewer) => app.InDb(db => db.Reviews.AnyAsync(
        r => r.RevisionId == revision && r.ReviewerId == reviewer && r.LeaseUntil != null, Ct));
}

/// <summary>The same, with another node that is quicker each time: every act meets it on each row that it rests on.</summary>
[StandingClock]
public sealed class RowsThatActsMeetOnTests(TwoNodesApp app) : IClassFixture<TwoNodesApp>
{
    private const string Unit = "2.4-watching-voice-and-power";

    [SqliteTheory]
    [InlineData("change staff", "Cohorts")]
    [InlineData("claim", "Cohorts")]
    [InlineData("claim", "People")]
    [InlineData("appoint", "Agencies")]
    [InlineData("appoint", "People")]
    [InlineData("dismiss", "Agencies")]
    [InlineData("enrol", "Cohorts")]
    [InlineData("enrol", "Agencies")]
    [InlineData("enrol", "People")]
    [InlineData("change agency", "Agencies")]
    [InlineData("change agency", "People")]
    [InlineData("complete", "People")]
    [InlineData("snooze", "People")]
    public async Task An_act_that_another_node_is_quicker_than_runs_again(string act, string table)
    {
        var (admin, cohort, agency) = (await app.Admin(), await app.Cohort(), await app.Agency());
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn();
        (await learner.Http.Post($"{learner.Unit("1.2-coach-supervisor-trainer")}/complete", Given.IfThen())).Ok();
        var ask = (string)(await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray()
            .First(n => n!["statusReason"] is null)!["id"]!;
        var (elsewhere, part) = (await app.Cohort(), $"/v1/agencies/{agency}/people/{cohort.Instructor.Id}");
        if (act == "dismiss") (await admin.Http.Put(part, new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        var row = table switch { "Cohorts" => act == "enrol" ? elsewhere.Id : cohort.Id, "Agencies" => agency, _ => Guid.Empty };
        var which = row != Guid.Empty ? $"Id = '{row.ToString().ToUpperInvariant()}'" : "1 = 1";
        app.Other.Commits($"UPDATE {table} SET Version = Version + 1 WHERE {which}", $"UPDATE \"{table}\"");
        var answer = await (act switch
        {
            "change staff" => admin.Http.Patch(cohort.Path, new { leads = new[] { cohort.Lead.Id, elsewhere.Lead.Id } }),
            "claim" => cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim"),
            "appoint" => admin.Http.Put(part, new { role = "supervisor" }),
            "dismiss" => admin.Http.Call(HttpMethod.Delete, part, null),
            "enrol" => elsewhere.Lead.Http.Post($"{elsewhere.Path}/enrolments",
                new { learners = new[] { new { email = learner.Email, name = "Lou", timeZone = Given.Zone, agencyId = agency } } }),
            "change agency" => cohort.Lead.Http.Put($"{learner.Journey}/agency", new { agencyId = agency }),
            "complete" => learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen()),
            _ => learner.Http.Post($"/v1/nudges/{ask}/snooze", new { days = 7 }),
        });
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.NoContent, answer.Body);
        Assert.Equal(2, app.Other.Written);
    }

    [SqliteFact]
    public async Task A_sign_out_that_another_node_is_quicker_than_ends_every_token_all_the_same()
    {
        var person = await app.Person();
        (await person.Http.Read("/v1/me")).Ok();
        Task<string?> Stamp() => app.InDb(db => db.Users.Where(p => p.Id == person.Id).Select(p => p.SecurityStamp)
            .SingleAsync(TestContext.Current.CancellationToken));
        var before = await Stamp();
        app.Other.Commits("UPDATE People SET Version = Version + 1", "UPDATE \"People\"", anywhere: true);
        (await person.Http.Post("/v1/identity/logout")).Expect(HttpStatusCode.NoContent);
        Assert.True(app.Other.Written > 0);
        Assert.NotEqual(before, await Stamp());
    }
}
