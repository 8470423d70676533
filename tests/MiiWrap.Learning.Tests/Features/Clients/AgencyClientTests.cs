using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Clients;

/// <summary>An agency's program enrols new people and its own, and learns nothing of anybody else.</summary>
[Collection(AccountMails.Name)]
[StandingClock]
public sealed class AgencyClientTests(LearningApp app)
{
    [Fact]
    public async Task An_agency_client_cannot_tell_known_addresses_from_unknown_ones()
    {
        var (cohort, mine, other) = (await app.Cohort(), await app.Agency(), await app.Agency());
        var foreign = await app.Learner(cohort, "Real Foreign", agencyId: other);
        var without = await app.Learner(cohort, "Real Without");
        var elsewhere = await app.Learner(await app.Cohort(), "Real Elsewhere", agencyId: other);
        var (person, admin) = (await app.Person("Real Person"), await app.Admin());
        var (own, http) = (await app.Learner(cohort, "Own", agencyId: mine), await Client(mine));
        FlowingClock.Advance(TimeSpan.FromDays(3));
        string[] addresses =
            [Given.Address("unknown"), foreign.Email, without.Email, elsewhere.Email, person.Email, admin.Email, cohort.Lead.Email];
        var rows = await Enrol(http, cohort, mine, addresses);

        Assert.All(rows, r => Assert.Equal(("created", null), ((string)r["result"]!, (string?)r["reason"])));
        var ids = rows.ConvertAll(r => (Guid)r["enrolmentId"]!);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.DoesNotContain(foreign.EnrolmentId, ids);
        Assert.DoesNotContain(without.EnrolmentId, ids);

        var progress = (await http.Read($"{cohort.Path}/progress")).Ok();
        var learners = progress["items"]!.AsArray().Select(i => i!).Where(i => (Guid)i["enrolmentId"]! != own.EnrolmentId).ToList();
        Assert.Equal(ids.Order(), learners.Select(l => (Guid)l["enrolmentId"]!).Order());
        Assert.All(learners, l => Assert.StartsWith("Sent", (string)l["learner"]!["name"]!, StringComparison.Ordinal));
        Assert.DoesNotContain("Real", progress.Body, StringComparison.Ordinal);
        // An id tells when it was made: none is of somebody who was here before.
        var made = learners.ConvertAll(l => ((Guid)l["learner"]!["id"]!).ToString()[..13]);
        Assert.Single(made.Distinct());
        foreach (var id in ids)
        {
            var journey = (await http.Read($"/v1/enrolments/{id}")).Ok();
            Assert.Equal("active", (string)journey["status"]!);
            Assert.DoesNotContain("Real", journey.Body, StringComparison.Ordinal);
        }

        // The same again, and in another cohort.
        var again = await Enrol(http, cohort, mine, addresses);
        Assert.All(again, r => Assert.Equal("existing", (string)r["result"]!));
        Assert.Equal(ids, again.Select(r => (Guid)r["enrolmentId"]!));
        var second = await app.Cohort();
        await app.Learner(second, agencyId: mine);
        Assert.All(await Enrol(http, second, mine, addresses), r => Assert.Equal("created", (string)r["result"]!));
        var names = (await http.Read($"{second.Path}/progress")).Ok();
        Assert.DoesNotContain("Real", names.Body, StringComparison.Ordinal);
        Assert.All(ids, id => Assert.Contains(learners.Single(l => (Guid)l["enrolmentId"]! == id)["learner"]!["id"]!.ToString(),
            names.Body, StringComparison.Ordinal));
        foreach (var id in ids) Assert.Equal("withdrawn", (string)(await http.Post($"/v1/enrolments/{id}/withdraw")).Ok()["status"]!);
    }

    [Fact]
    public async Task Its_own_agencys_people_are_existing_and_leads_and_admins_keep_existing()
    {
        var (cohort, mine) = (await app.Cohort(), await app.Agency());
        var own = await app.Learner(cohort, "Own Learner", agencyId: mine);
        var row = Assert.Single(await Enrol(await Client(mine), cohort, mine, own.Email));
        Assert.Equal(("existing", own.EnrolmentId), ((string)row["result"]!, (Guid)row["enrolmentId"]!));
        var second = await app.Cohort();
        await app.Learner(second, agencyId: mine);
        row = Assert.Single(await Enrol(await Client(mine), second, mine, own.Email));
        Assert.Equal("created", (string)row["result"]!);
        Assert.Contains("Own Learner", (await (await Client(mine)).Read($"{second.Path}/progress")).Ok().Body, StringComparison.Ordinal);
        foreach (var http in new[] { cohort.Lead.Http, (await app.Admin()).Http })
        {
            row = Assert.Single(await Enrol(http, cohort, mine, own.Email));
            Assert.Equal(("existing", own.EnrolmentId), ((string)row["result"]!, (Guid)row["enrolmentId"]!));
        }
    }

    [Fact]
    public async Task Whoever_accepts_learns_from_then_on_under_their_own_name()
    {
        var (cohort, mine, person) = (await app.Cohort(), await app.Agency(), await app.Person("Real Person"));
        await app.Learner(cohort, agencyId: mine);
        var http = await Client(mine);
        var id = (Guid)Assert.Single(await Enrol(http, cohort, mine, person.Email))["enrolmentId"]!;
        Assert.Empty((await person.Http.Read("/v1/me")).Ok()["enrolments"]!.AsArray());
        (await person.Http.Read($"/v1/enrolments/{id}")).Expect(HttpStatusCode.NotFound);
        await app.Send(new SendMails());
        var mail = Assert.Single(app.MailsTo(person.Email));
        Assert.Contains("Riverbend", mail.Text, StringComparison.Ordinal);

        var offer = Assert.Single((await person.Http.Read("/v1/me/enrolment-offers")).Ok()["items"]!.AsArray())!;
        Assert.Equal((id, cohort.Id, mine, "Sent 0"), ((Guid)offer["enrolmentId"]!, (Guid)offer["cohort"]!["id"]!,
            (Guid)offer["agency"]!["id"]!, (string)offer["name"]!));
        (await (await app.Person()).Http.Post($"/v1/me/enrolment-offers/{id}/accept")).Expect(HttpStatusCode.NotFound);
        var accepted = (await person.Http.Post($"/v1/me/enrolment-offers/{id}/accept")).Ok();
        Assert.Equal(accepted.Body, (await person.Http.Post($"/v1/me/enrolment-offers/{id}/accept")).Ok().Body);
        Assert.Empty((await person.Http.Read("/v1/me/enrolment-offers")).Ok()["items"]!.AsArray());

        (await person.Http.Post($"/v1/enrolments/{id}/units/{RolePeople.AnchorUnit}/complete", Given.IfThen())).Ok();
        var learner = (await http.Read($"{cohort.Path}/progress")).Ok()["items"]!.AsArray().Select(i => i!)
            .Single(i => (Guid)i["enrolmentId"]! == id);
        Assert.Equal((person.Id, "Real Person", 1),
            ((Guid)learner["learner"]!["id"]!, (string)learner["learner"]!["name"]!, (int)learner["unitsCompleted"]!));
        Assert.Equal("existing", (string)Assert.Single(await Enrol(http, cohort, mine, person.Email))["result"]!);
    }

    [Fact]
    public async Task Whom_the_lead_has_withdrawn_is_told_so_and_the_offer_stays()
    {
        var (cohort, mine) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: mine);
        var gone = await app.Learner(cohort, "Real Gone");
        (await cohort.Lead.Http.Post($"{gone.Journey}/withdraw")).Ok();
        var row = Assert.Single(await Enrol(await Client(mine), cohort, mine, gone.Email));
        var accept = $"/v1/me/enrolment-offers/{(Guid)row["enrolmentId"]!}/accept";
        (await gone.Http.Post(accept)).Expect(HttpStatusCode.Conflict, "enrolment.withdrawn");
        Assert.Single((await gone.Http.Read("/v1/me/enrolment-offers")).Ok()["items"]!.AsArray());

        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = gone.Email, name = gone.Name, timeZone = Given.Zone } } })).Ok();
        Assert.Equal("active", (string)(await gone.Http.Post(accept)).Ok()["status"]!);
    }

    [Fact]
    public async Task Who_learns_there_already_gains_the_agency_by_accepting_unless_they_have_another()
    {
        var (cohort, mine, other) = (await app.Cohort(), await app.Agency(), await app.Agency());
        await app.Learner(cohort, agencyId: mine);
        var (free, taken) = (await app.Learner(cohort, "Real Free"), await app.Learner(cohort, "Real Taken", agencyId: other));
        var http = await Client(mine);
        var rows = await Enrol(http, cohort, mine, free.Email, taken.Email);
        var accepted = (await free.Http.Post($"/v1/me/enrolment-offers/{(Guid)rows[0]["enrolmentId"]!}/accept")).Ok();
        Assert.Equal(free.EnrolmentId, (Guid)accepted["enrolmentId"]!);
        (await http.Read(free.Journey)).Ok();
        (await taken.Http.Post($"/v1/me/enrolment-offers/{(Guid)rows[1]["enrolmentId"]!}/accept"))
            .Expect(HttpStatusCode.Conflict, "enrolment.agency.other");
        (await http.Read(taken.Journey)).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Two_requests_at_once_make_one_enrolment()
    {
        var (cohort, mine, person) = (await app.Cohort(), await app.Agency(), await app.Person());
        await app.Learner(cohort, agencyId: mine);
        var http = await Client(mine);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Enrol(http, cohort, mine, person.Email)));
        Assert.Single(answers.Select(a => (Guid)a[0]["enrolmentId"]!).Distinct());
        Assert.Single(answers, a => (string)a[0]["result"]! == "created");
        Assert.Equal(1, await app.InDb(db => db.StandIns.CountAsync(s => s.StandsFor == person.Id,
            TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_row_without_an_address_finds_none_of_those_who_stand_in_for_others()
    {
        var (cohort, mine) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: mine);
        await Enrol(await Client(mine), cohort, mine, (await app.Person()).Email, (await app.Person()).Email);
        object[] learners =
        [
            new { name = "Without", timeZone = Given.Zone }, new { email = (string?)null, name = "Null", timeZone = Given.Zone },
            new { email = Given.Address(), name = "Sound", timeZone = Given.Zone },
        ];
        var rows = (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new { learners })).Ok()["rows"]!.AsArray();
        Assert.Equal(["invalid", "invalid", "created"], rows.Select(r => (string)r!["result"]!));
    }

    [Fact]
    public async Task The_directory_does_not_tell_an_agency_who_is_known_either()
    {
        var (cohort, mine, boss) = (await app.Cohort(), await app.Agency(), await app.Person("Gus Boss"));
        (await (await app.Admin()).Http.Put($"/v1/agencies/{mine}/people/{boss.Id}", new { role = "agencyAdmin" }))
            .Expect(HttpStatusCode.NoContent);
        await app.Learner(cohort, agencyId: mine);
        var (unknown, known) = (Given.Address("unknown"), (await app.Person("Real Person")).Email);
        await Enrol(await Client(mine), cohort, mine, unknown, known);
        var ids = new List<Guid>();
        foreach (var email in new[] { unknown, known })
        {
            var found = Assert.Single((await boss.Http.Read($"/v1/people?q={email}")).Ok()["items"]!.AsArray())!;
            Assert.Equal((email, "invited"), ((string)found["email"]!, (string)found["invitation"]!));
            ids.Add((Guid)found["id"]!);
        }

        await app.Send(new SendMails());
        FlowingClock.Advance(TimeSpan.FromDays(15));
        foreach (var id in ids)
        {
            Assert.Equal("expired", await StateOf(id));
            (await boss.Http.Post($"/v1/people/{id}/invitations")).Expect(HttpStatusCode.NoContent);
            Assert.Equal("invited", await StateOf(id));
        }

        await app.Send(new SendMails());
        Assert.Contains("has a place for you", app.MailsTo(known)[^1].Headers["Subject"], StringComparison.Ordinal);

        // Corrected to the other kind of address, each looks as the other did.
        var (other, free) = ((await app.Person("Other Real")).Email, Given.Address("free"));
        foreach (var (id, email) in new[] { (ids[0], other), (ids[1], free) })
        {
            var tag = (await boss.Http.Read($"/v1/people/{id}")).Ok().ETag!;
            var changed = (await boss.Http.Patch($"/v1/people/{id}", new { email }, ("If-Match", tag))).Ok();
            Assert.Equal((email, null, "invited"),
                ((string)changed["email"]!, (string?)changed["newEmail"], (string)changed["invitation"]!));
        }

        await app.Send(new SendMails());
        Assert.Contains("has a place for you", Assert.Single(app.MailsTo(other)).Headers["Subject"], StringComparison.Ordinal);
        Assert.Contains("invited", Assert.Single(app.MailsTo(free)).Headers["Subject"], StringComparison.Ordinal);

        async Task<string> StateOf(Guid id) => (string)(await boss.Http.Read($"/v1/people/{id}")).Ok()["invitation"]!;
    }

    private Task<HttpClient> Client(Guid agencyId) => app.Client(agencyId, "progress:read", "enrolments:write");

    private static async Task<List<JsonNode>> Enrol(HttpClient http, TestCohort cohort, Guid agencyId, params string[] addresses)
    {
        var learners = addresses.Select((email, i) => new { email, name = $"Sent {i}", timeZone = Given.Zone, agencyId });
        var answer = await http.Post($"{cohort.Path}/enrolments", new { learners });
        return [.. answer.Ok()["rows"]!.AsArray().Select(r => r!)];
    }
}
