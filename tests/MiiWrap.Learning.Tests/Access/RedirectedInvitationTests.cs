using System.Net;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Access;

/// <summary>
/// Whoever has an invitation go to another address may have chosen one of their own. So the people behind it make no group larger for
/// that reader: four of them do not show the fifth.
/// </summary>
[Collection(AccountMails.Name)]
[StandingClock]
public sealed class RedirectedInvitationTests(LearningApp app)
{
    private const string Password = "three quiet herons";
    private const string Unit = "0.1-before-you-write";

    [Fact]
    public async Task Four_learners_whose_invitations_the_reader_has_redirected_do_not_show_the_fifth()
    {
        var (agency, boss, other, cohort) = await Agency();
        var people = await Enrol(cohort, agency, 5);
        var redirected = new List<string>();
        foreach (var (id, _) in people.Skip(1)) redirected.Add(await Redirect(boss, id));
        foreach (var email in redirected.Prepend(people[0].Email)) await Complete(email, await Accept(email));
        FlowingClock.Advance(TimeSpan.FromDays(60));

        await AssertShown(boss, agency, cohort, null);
        FlowingClock.Advance(TimeSpan.FromDays(60));
        await AssertShown(boss, agency, cohort, null);
        // Without the content too, its tag and its length tell of it: it counts as shown.
        (await other.Http.Head($"/v1/agencies/{agency}/transfer")).Ok();
        Assert.Equal(1, await app.InDb(db =>
            Task.FromResult(db.Set<Api.Data.Entities.TransferRelease>().Count(r => r.ReaderId == other.Id))));
        await AssertShown(other, agency, cohort, 5);
    }

    [Fact]
    public async Task Everybody_who_has_redirected_an_invitation_counts_and_whoever_only_sends_it_again_does_not()
    {
        var (agency, boss, other, cohort) = await Agency();
        var third = await Member(agency, AgencyRole.AgencyAdmin);
        var people = await Enrol(cohort, agency, 5);
        var addresses = new List<string>();
        foreach (var (id, email) in people)
        {
            (await third.Http.Post($"/v1/people/{id}/invitations")).Expect(HttpStatusCode.NoContent);
            // The second corrects what the first has: both have had the link sent where they liked.
            addresses.Add(id == people[0].Id ? email : await Redirect(boss, id));
            if (id == people[1].Id) addresses[^1] = await Redirect(other, id);
        }

        foreach (var email in addresses) await Complete(email, await Accept(email));
        FlowingClock.Advance(TimeSpan.FromDays(60));
        await AssertShown(boss, agency, cohort, null);
        await AssertShown(other, agency, cohort, null);
        await AssertShown(third, agency, cohort, 5);
    }

    [Fact]
    public async Task An_offer_that_the_reader_has_redirected_to_accounts_of_their_own_shows_nobody_either()
    {
        var (agency, boss, other, cohort) = await Agency();
        // Learners of another agency, for whom somebody stands in where this one's client names them.
        var client = await Client(agency);
        await app.Learner(cohort, agencyId: agency);
        var accounts = new List<TestPerson>();
        for (var i = 0; i < 5; i++)
        {
            var (meant, account) = (await app.Person(), await app.Person());
            var row = (await client.Post($"{cohort.Path}/enrolments", new
            {
                learners = new[] { new { email = meant.Email, name = "Pat Place", timeZone = Given.Zone, agencyId = agency } },
            })).Ok()["rows"]![0]!;
            if (i == 0)
            {
                accounts.Add(meant);
                (await meant.Http.Post($"/v1/me/enrolment-offers/{(Guid)row["enrolmentId"]!}/accept")).Ok();
                continue;
            }

            var standIn = (Guid)(await boss.Http.Read($"/v1/people?q={meant.Email}")).Ok()["items"]![0]!["id"]!;
            await Redirect(boss, standIn, account.Email);
            accounts.Add(account);
            (await account.Http.Post($"/v1/me/enrolment-offers/{(Guid)row["enrolmentId"]!}/accept")).Ok();
        }

        foreach (var account in accounts) await Complete(account.Email, Given.Password);
        FlowingClock.Advance(TimeSpan.FromDays(60));
        await AssertShown(boss, agency, cohort, null);
        await AssertShown(other, agency, cohort, 5);
    }

    [Fact]
    public async Task Learners_whom_the_reader_has_added_themselves_make_no_group_larger_whoever_enrols_them()
    {
        var (agency, _, other, cohort) = await Agency();
        var reader = await app.Admin();
        await Appoint(agency, reader.Id, AgencyRole.AgencyAdmin);
        var addresses = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            addresses.Add(Given.Address("added"));
            if (i > 0)
            {
                (await reader.Http.Post("/v1/people", new { email = addresses[i], name = "Ana Added", timeZone = Given.Zone }))
                    .Expect(HttpStatusCode.Created);
            }

            await Enrol(cohort, agency, addresses[i]);
            await Complete(addresses[i], await Accept(addresses[i]));
        }

        FlowingClock.Advance(TimeSpan.FromDays(60));
        // Somebody else ends their other part.
        (await (await app.Admin()).Http.Call(HttpMethod.Delete, $"/v1/people/{reader.Id}/program-admin", null))
            .Expect(HttpStatusCode.NoContent);
        await AssertShown(Session.Of(app, reader.Email), agency, cohort, null);
        await AssertShown(other, agency, cohort, 5);
    }

    private async Task<(Guid Agency, TestPerson Boss, TestPerson Other, TestCohort Cohort)> Agency()
    {
        var agency = await app.Agency();
        return (agency, await Member(agency, AgencyRole.AgencyAdmin), await Member(agency, AgencyRole.AgencyAdmin), await app.Cohort());
    }

    private async Task<TestPerson> Member(Guid agency, AgencyRole role)
    {
        var person = await app.Person("Bo Boss");
        await Appoint(agency, person.Id, role);
        return person;
    }

    private Task<HttpClient> Client(Guid agency) => app.Client(agency, "progress:read", "enrolments:write");

    private Task<int> Appoint(Guid agency, Guid person, AgencyRole role) => app.InDb(db =>
    {
        db.Add(new AgencyMember(agency, person, role));
        return db.SaveChangesAsync(TestContext.Current.CancellationToken);
    });

    private async Task<List<(Guid Id, string Email)>> Enrol(TestCohort cohort, Guid agency, int count)
    {
        var people = new List<(Guid, string)>();
        for (var i = 0; i < count; i++)
        {
            var email = Given.Address("victim");
            people.Add((await Enrol(cohort, agency, email), email));
        }

        return people;
    }

    private async Task<Guid> Enrol(TestCohort cohort, Guid agency, string email)
    {
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new
        {
            learners = new[] { new { email, name = "Vic Victim", timeZone = Given.Zone, agencyId = agency } },
        })).Ok();
        return (Guid)(await (await app.Admin()).Http.Read($"/v1/people?q={email}")).Ok()["items"]![0]!["id"]!;
    }

    private static async Task<string> Redirect(TestPerson by, Guid person, string? to = null)
    {
        to ??= Given.Address("mine");
        (await by.Http.Patch($"/v1/people/{person}", new { email = to }, ("If-Match", "*"))).Ok();
        return to;
    }

    private async Task<string> Accept(string email)
    {
        (await Session.Anonymous(app).Post("/v1/identity/invitations/accept",
            new { token = (await app.AccountMailTo(email)).Token(), password = Password })).Expect(HttpStatusCode.NoContent);
        return Password;
    }

    private async Task Complete(string email, string password)
    {
        var http = Session.Of(app, email, password);
        var enrolment = (Guid)(await http.Read("/v1/me")).Ok()["enrolments"]![0]!["id"]!;
        (await http.Post($"/v1/enrolments/{enrolment}/units/{Unit}/complete", Given.IfThen())).Ok();
    }

    private static Task AssertShown(TestPerson reader, Guid agency, TestCohort cohort, int? learners) =>
        AssertShown(reader.Http, agency, cohort, learners);

    private static async Task AssertShown(HttpClient reader, Guid agency, TestCohort cohort, int? learners)
    {
        foreach (var path in new[] { $"/v1/agencies/{agency}/transfer", $"{cohort.Path}/transfer" })
            Assert.Equal(learners, (int?)(await reader.Read(path)).Ok()["pooled"]!["denominator"]);
    }
}
