using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>
/// Reflections are read by those who coach, and by an admin who says why. Nobody gets round that by appointing themselves or a supervisor,
/// and nobody is appointed unseen.
/// </summary>
[Collection(AccountMails.Name)]
[StandingClock]
public sealed class CohortStaffTests(LearningApp app)
{
    [Theory]
    [InlineData("leads")]
    [InlineData("instructors")]
    public async Task Break_glass_cannot_be_walked_around_by_adding_oneself_to_a_cohort_that_has_learners(string role)
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        // While nobody learns there, nobody's text is opened by it.
        (await admin.Http.Patch((await app.Cohort()).Path, Staff(role, admin.Id))).Ok();

        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn();
        (await admin.Http.Patch(cohort.Path, Staff(role, cohort.Lead.Id, cohort.Instructor.Id, admin.Id)))
            .Expect(HttpStatusCode.Forbidden, "cohort.staff.self");
        Assert.Null((await admin.Http.Read(ReflectionSteps.Review(revision))).Ok()["answers"]);
        Assert.DoesNotContain(admin.Id, await Staff(cohort));

        // Whoever left is a learner of it still, as far as their words go.
        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
        (await admin.Http.Patch(cohort.Path, Staff(role, admin.Id))).Expect(HttpStatusCode.Forbidden, "cohort.staff.self");
    }

    [Fact]
    public async Task Who_opens_a_cohort_may_be_in_it_and_stay_and_an_instructor_does_not_make_themselves_lead()
    {
        var admin = await app.Admin();
        var created = (await admin.Http.Post("/v1/cohorts", new
        {
            name = "Mine",
            curriculum = Given.Course,
            startsOn = "2027-02-01",
            timeZone = Given.Zone,
            gate = "open",
            instructors = new[] { admin.Id },
        })).Expect(HttpStatusCode.Created);
        var cohort = new TestCohort((Guid)created["id"]!, admin, admin);
        await app.Learner(cohort);
        var other = await app.Person("Olga Other");
        (await admin.Http.Patch(cohort.Path, Staff("instructors", admin.Id, other.Id))).Ok();
        (await admin.Http.Patch(cohort.Path, Staff("leads", admin.Id))).Expect(HttpStatusCode.Forbidden, "cohort.staff.self");

        // Who left it is not in it any more; a lead teaches already.
        (await admin.Http.Patch(cohort.Path, new { leads = new[] { other.Id }, instructors = Array.Empty<Guid>() })).Ok();
        (await admin.Http.Patch(cohort.Path, Staff("instructors", admin.Id))).Expect(HttpStatusCode.Forbidden, "cohort.staff.self");
        (await other.Http.Patch(cohort.Path, Staff("instructors", other.Id))).Ok();
        (await other.Http.Patch(cohort.Path, Staff("leads", other.Id))).Ok();
    }

    [Theory]
    [InlineData("supervisor")]
    [InlineData("agencyAdmin")]
    public async Task Who_supervises_at_a_learners_agency_never_reads_that_learners_reflections_whatever_else_they_are(string role)
    {
        var (cohort, agency, admin) = (await app.Cohort(), await app.Agency(), await app.Admin());
        var (theirs, another) = (await app.Learner(cohort, "Theirs", agencyId: agency), await app.Learner(cohort, "Another"));
        var (revision, other) = (await theirs.HandIn(), await another.HandIn());
        var both = await app.Person("Sam Both");
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{both.Id}", new { role })).Expect(HttpStatusCode.NoContent);
        (await cohort.Lead.Http.Patch(cohort.Path, Staff("instructors", cohort.Instructor.Id, both.Id))).Ok();

        (await both.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Expect(HttpStatusCode.Forbidden, "review.ownAgency");
        Assert.Equal([other], (await both.Http.Read($"/v1/reviews?cohort={cohort.Id}")).Ok()["items"]!.AsArray()
            .Select(i => (Guid)i!["revisionId"]!));
        (await both.Http.Post($"{ReflectionSteps.Review(other)}/claim")).Ok();

        // As a lead too, who else reads without asking; and as a programme admin who says why.
        (await cohort.Lead.Http.Patch(cohort.Path, Staff("leads", cohort.Lead.Id, both.Id))).Ok();
        var page = (await both.Http.Read(ReflectionSteps.Review(revision))).Ok();
        Assert.Null(page["answers"]);
        Assert.DoesNotContain(ReflectionSteps.Words, page.Body, StringComparison.Ordinal);
        Assert.NotNull((await both.Http.Read(ReflectionSteps.Review(other))).Ok()["answers"]);
        (await both.Http.Post($"{ReflectionSteps.Review(revision)}/hold", new { reason = "The second answer names a family." }))
            .Expect(HttpStatusCode.Forbidden);
        (await both.Http.Read($"{ReflectionSteps.Review(revision)}/thread")).Expect(HttpStatusCode.Forbidden);

        (await (await app.Admin()).Http.Put($"/v1/agencies/{agency}/people/{admin.Id}", new { role })).Expect(HttpStatusCode.NoContent);
        (await admin.Http.Post($"{ReflectionSteps.Review(revision)}/break-glass", new { reason = "I would like to see it.", hours = 1 }))
            .Expect(HttpStatusCode.Forbidden, "review.ownAgency");
        Assert.Null((await admin.Http.Read(ReflectionSteps.Review(revision))).Ok()["answers"]);
    }

    [Fact]
    public async Task It_is_the_learners_agency_whatever_cohort_says_so_and_from_the_moment_of_the_appointment_on()
    {
        var (cohort, elsewhere, agency, admin) = (await app.Cohort(), await app.Cohort(), await app.Agency(), await app.Admin());
        var learner = await app.Learner(cohort);
        (await elsewhere.Lead.Http.Post($"{elsewhere.Path}/enrolments", new
        {
            learners = new[] { new { email = learner.Email, name = "Lou", timeZone = Given.Zone, agencyId = agency } },
        })).Ok();
        var (revision, review) = (await learner.HandIn(), cohort.Instructor.Http);
        (await review.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
        Assert.NotNull((await review.Read(ReflectionSteps.Review(revision))).Ok()["answers"]);
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{cohort.Instructor.Id}", new { role = "supervisor" }))
            .Expect(HttpStatusCode.NoContent);
        Assert.Null((await review.Read(ReflectionSteps.Review(revision))).Ok()["answers"]);
        (await review.Post($"{ReflectionSteps.Review(revision)}/publish")).Expect(HttpStatusCode.Forbidden, "review.ownAgency");
        // And nobody else waits two days for what they cannot go on with.
        (await cohort.Lead.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
    }

    [Fact]
    public async Task Appointments_are_told_to_the_cohorts_leads_and_written_where_the_learner_sees_them()
    {
        var (cohort, admin) = (await app.Cohort(name: "Riverbend, spring"), await app.Admin());
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn();
        var second = await app.Person("Pia Puppet");
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        // In place of the lead, who is told all the same.
        (await admin.Http.Patch(cohort.Path, Staff("leads", second.Id))).Ok();
        await app.Send(new SendMails());
        foreach (var lead in new[] { cohort.Lead, second })
        {
            var mail = Assert.Single(app.MailsTo(lead.Email));
            Assert.Contains("Riverbend, spring", mail.Text, StringComparison.Ordinal);
            Assert.Contains("Ada Admin made Pia Puppet a lead", mail.Text, StringComparison.Ordinal);
            Assert.Contains("Lee Lead is no longer a lead", mail.Text, StringComparison.Ordinal);
        }

        Assert.Empty(app.MailsTo(cohort.Instructor.Email));
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        (await second.Http.Read(ReflectionSteps.Review(revision))).Ok();
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        (await second.Http.Patch(cohort.Path, Staff("instructors"))).Ok();
        var log = await Log(learner);
        // Of one moment, in no order.
        Assert.Equal(["Lee Lead lead dismissed by Ada Admin", "Pia Puppet lead appointed by Ada Admin"], log.Take(2).Order());
        Assert.Equal(["Pia Puppet lead read", "Ines Instructor reviewer dismissed by Pia Puppet"], log.Skip(2));

        // Somebody who begins to write later sees who came before.
        var later = await app.Learner(cohort with { Lead = second });
        await later.Write();
        Assert.Equal(3, (await Log(later)).Count);

        // Nothing is told when nothing changed.
        (await second.Http.Patch(cohort.Path, Staff("leads", second.Id))).Ok();
        (await second.Http.Patch(cohort.Path, new { name = "Renamed" })).Ok();
        await app.Send(new SendMails());
        Assert.Equal(2, app.MailsTo(second.Email).Count);
        Assert.Single(app.MailsTo(cohort.Lead.Email));
    }

    [Fact]
    public async Task The_log_with_appointments_is_walked_page_by_page_without_a_gap()
    {
        var (cohort, learner, revision) = await HandedIn();
        for (var i = 0; i < 4; i++)
        {
            var person = await app.Person($"Person {i}");
            (await cohort.Lead.Http.Patch(cohort.Path, Staff("instructors", cohort.Instructor.Id, person.Id))).Ok();
            (await cohort.Lead.Http.Read(ReflectionSteps.Review(revision))).Ok();
            if (i % 2 == 0) FlowingClock.Advance(TimeSpan.FromSeconds(1));
        }

        var whole = await Log(learner);
        Assert.Equal(11, whole.Count);
        foreach (var limit in new[] { 1, 2, 3 })
        {
            var seen = new List<string>();
            for (var path = $"{learner.Reflection()}/access-log?limit={limit}"; ;)
            {
                var page = (await learner.Http.Read(path)).Ok();
                seen.AddRange(page["items"]!.AsArray().Select(Line));
                if ((string?)page["next"] is not { } next) break;
                path = $"{learner.Reflection()}/access-log?limit={limit}&cursor={next}";
            }

            Assert.Equal(whole, seen);
        }
    }

    [Fact]
    public async Task Other_programs_are_told_of_appointments_too()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var person = await app.Person();
        (await cohort.Lead.Http.Patch(cohort.Path, Staff("instructors", person.Id))).Ok();
        var events = new List<JsonNode>();
        for (var path = "/v1/events?limit=200"; ;)
        {
            var page = (await admin.Http.Read(path)).Ok();
            events.AddRange(page["items"]!.AsArray().Select(e => e!)
                .Where(e => (string)e["type"]! == "cohort.staffChanged" && (Guid)e["data"]!["cohortId"]! == cohort.Id));
            if (page["items"]!.AsArray().Count < 200 || (string?)page["next"] is not { } next) break;
            path = $"/v1/events?limit=200&after={next}";
        }

        Assert.Equal([(person.Id, "instructor", "appointed"), (cohort.Instructor.Id, "instructor", "dismissed")],
            events.Select(e => ((Guid)e["data"]!["personId"]!, (string)e["data"]!["role"]!, (string)e["data"]!["change"]!)));
    }

    [Fact]
    public async Task A_cohort_whose_text_nobody_may_read_any_more_is_told_to_its_leads()
    {
        var (cohort, agency, admin) = (await app.Cohort(), await app.Agency(), await app.Admin());
        await app.Learner(cohort, agencyId: agency);
        await app.Learner(cohort);
        async Task<int> Told()
        {
            await app.Send(new SendMails());
            return app.MailsTo(cohort.Lead.Email).Count(m => m.Headers["Subject"] == "Nobody may read some reflections");
        }

        (await admin.Http.Put($"/v1/agencies/{agency}/people/{cohort.Lead.Id}", new { role = "supervisor" }))
            .Expect(HttpStatusCode.NoContent);
        Assert.Equal(0, await Told());
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{cohort.Instructor.Id}", new { role = "agencyAdmin" }))
            .Expect(HttpStatusCode.NoContent);
        Assert.Equal(1, await Told());
        (await cohort.Lead.Http.Patch(cohort.Path, Staff("instructors", cohort.Instructor.Id, (await app.Person()).Id))).Ok();
        Assert.Equal(1, await Told());
        (await cohort.Lead.Http.Patch(cohort.Path, Staff("instructors"))).Ok();
        Assert.Equal(2, await Told());
        (await admin.Http.Patch(cohort.Path, new { leads = Array.Empty<Guid>() })).Ok();
        Assert.Equal(3, await Told());
    }

    [Fact]
    public async Task A_roster_whose_learners_nobody_may_read_is_told_to_its_leads_once()
    {
        var (cohort, agency, other, admin) = (await app.Cohort(), await app.Agency(), await app.Agency(), await app.Admin());
        (await cohort.Lead.Http.Patch(cohort.Path, Staff("instructors"))).Ok();
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{cohort.Lead.Id}", new { role = "supervisor" }))
            .Expect(HttpStatusCode.NoContent);
        async Task<int> Told()
        {
            await app.ForgetInvitations(cohort);
            await app.Send(new SendMails());
            return app.MailsTo(cohort.Lead.Email).Count(m => m.Headers["Subject"] == "Nobody may read some reflections");
        }

        var addresses = Enumerable.Range(0, 60).Select(_ => Given.Address("roster")).ToList();
        async Task<Answer> Enrol(Guid? agencyId) => (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new
        {
            learners = addresses.Select(email => new { email, name = "Rosa Roster", timeZone = Given.Zone, agencyId }),
        })).Ok();
        await Enrol(null);
        Assert.Equal(0, await Told());
        // By those who move to it, too.
        Assert.All((await Enrol(agency))["rows"]!.AsArray(), r => Assert.Equal("changed", (string)r!["result"]!));
        Assert.Equal(1, await Told());
        addresses = [.. Enumerable.Range(0, 60).Select(_ => Given.Address("roster"))];
        await Enrol(agency);
        Assert.Equal(2, await Told());
        addresses = [Given.Address("roster")];
        await Enrol(other);
        Assert.Equal(2, await Told());
        // Who is the agency's elsewhere is it here.
        var known = await app.Learner(await app.Cohort(), agencyId: agency);
        addresses = [known.Email];
        await Enrol(null);
        Assert.Equal(3, await Told());
    }

    [Fact]
    public async Task Who_comes_to_supervise_a_learner_by_an_enrolment_elsewhere_gives_back_what_they_hold()
    {
        var (cohort, elsewhere, agency, admin) = (await app.Cohort(), await app.Cohort(), await app.Agency(), await app.Admin());
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{cohort.Instructor.Id}", new { role = "supervisor" }))
            .Expect(HttpStatusCode.NoContent);
        var learner = await app.Learner(cohort);
        var review = ReflectionSteps.Review(await learner.HandIn());
        (await cohort.Instructor.Http.Post($"{review}/claim")).Ok();
        (await cohort.Lead.Http.Post($"{review}/claim")).Expect(HttpStatusCode.Conflict, "review.claimed");
        (await elsewhere.Lead.Http.Post($"{elsewhere.Path}/enrolments", new
        {
            learners = new[] { new { email = learner.Email, name = "Lou", timeZone = Given.Zone, agencyId = agency } },
        })).Ok();
        (await cohort.Lead.Http.Post($"{review}/claim")).Ok();
    }

    private async Task<(TestCohort Cohort, TestLearner Learner, Guid Revision)> HandedIn()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        return (cohort, learner, await learner.HandIn());
    }

    private static Dictionary<string, Guid[]> Staff(string role, params Guid[] people) => new() { [role] = people };

    private static async Task<IEnumerable<Guid>> Staff(TestCohort cohort)
    {
        var view = (await cohort.Lead.Http.Read(cohort.Path)).Ok();
        return view["leads"]!.AsArray().Concat(view["instructors"]!.AsArray()).Select(p => (Guid)p!["id"]!);
    }

    private static async Task<List<string>> Log(TestLearner learner) =>
        [.. (await learner.Http.Read($"{learner.Reflection()}/access-log")).Ok()["items"]!.AsArray().Select(Line)];

    private static string Line(JsonNode? item) =>
        $"{(string)item!["who"]!["name"]!} {(string)item["role"]!} {(string)item["what"]!}{(item["by"] is { } by ? $" by {(string)by["name"]!}" : "")}";
}
