using System.Net;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>What an agency's program offers to somebody whom it does not know, and what becomes of it.</summary>
[Collection(AccountMails.Name)]
[StandingClock]
public sealed class EnrolmentOffersTests(LearningApp app)
{
    private const string Offers = "/v1/me/enrolment-offers";

    [Fact]
    public async Task A_closed_cohort_takes_nobody_in_by_an_offer()
    {
        var (cohort, agency, person) = (await app.Cohort(), await app.Agency(), await app.Person());
        await app.Learner(cohort, agencyId: agency);
        var offered = await Offer(cohort, agency, person.Email);
        (await cohort.Lead.Http.Post($"{cohort.Path}/close")).Ok();
        await app.Send(new SendMails());
        Assert.Empty(app.MailsTo(person.Email));
        Assert.Empty((await person.Http.Read(Offers)).Ok()["items"]!.AsArray());
        (await person.Http.Post($"{Offers}/{offered}/accept")).Expect(HttpStatusCode.Conflict, "cohort.closed");
        Assert.Empty((await person.Http.Read("/v1/me")).Ok()["enrolments"]!.AsArray());

        // Once it is open again the offer stands, and its mail goes.
        (await cohort.Lead.Http.Post($"{cohort.Path}/reopen")).Ok();
        await app.Send(new SendMails());
        Assert.Contains("has a place for you", Assert.Single(app.MailsTo(person.Email)).Headers["Subject"], StringComparison.Ordinal);
        Assert.Single((await person.Http.Read(Offers)).Ok()["items"]!.AsArray());
        (await person.Http.Post($"{Offers}/{offered}/accept")).Ok();

        // Nobody is told twice.
        (await cohort.Lead.Http.Post($"{cohort.Path}/close")).Ok();
        (await cohort.Lead.Http.Post($"{cohort.Path}/reopen")).Ok();
        await app.Send(new SendMails());
        Assert.Single(app.MailsTo(person.Email));
        (await cohort.Lead.Http.Post($"{cohort.Path}/close")).Ok();
        (await person.Http.Post($"{Offers}/{offered}/accept")).Ok();
    }

    [Fact]
    public async Task Whoever_accepts_under_a_key_is_answered_and_gets_the_same_answer_again()
    {
        var (cohort, agency, person) = (await app.Cohort(), await app.Agency(), await app.Person());
        await app.Learner(cohort, agencyId: agency);
        var offered = await Offer(cohort, agency, person.Email);
        var key = ("Idempotency-Key", $"accept-{Guid.NewGuid():N}");
        var first = (await person.Http.Post($"{Offers}/{offered}/accept", null, key)).Ok();
        var again = (await person.Http.Post($"{Offers}/{offered}/accept", null, key)).Ok();
        Assert.Equal((first.Body, "true"), (again.Body, again.Headers["Idempotency-Replayed"]));
        Assert.Single((await person.Http.Read("/v1/me")).Ok()["enrolments"]!.AsArray());
    }

    [Fact]
    public async Task Who_learns_there_already_gets_no_agency_by_an_offer_into_a_closed_cohort()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var learner = await app.Learner(cohort);
        var offered = await Offer(cohort, agency, learner.Email);
        (await cohort.Lead.Http.Post($"{cohort.Path}/close")).Ok();
        (await learner.Http.Post($"{Offers}/{offered}/accept")).Expect(HttpStatusCode.Conflict, "cohort.closed");
    }

    [Fact]
    public async Task An_offer_that_is_merged_leaves_no_ghost()
    {
        var (cohort, agency) = (await app.Cohort("sequential"), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var elsewhere = await TwoOf(cohort);
        var learner = await app.Learner(cohort, "Farid Rahman");
        var client = await Client(agency);
        var offered = await Offer(cohort, agency, learner.Email, client);
        // A lead who takes it for a learner opens a module, and moves it there and back.
        (await cohort.Lead.Http.Post($"/v1/enrolments/{offered}/modules/{Given.SecondModule}/open", new { reason = "Works ahead of them" })).Ok();
        foreach (var to in new[] { elsewhere, cohort.Id })
            (await cohort.Lead.Http.Post($"/v1/enrolments/{offered}/move", new { cohortId = to })).Ok();

        var accepted = (await learner.Http.Post($"{Offers}/{offered}/accept")).Ok();
        Assert.Equal(learner.EnrolmentId, (Guid)accepted["enrolmentId"]!);
        var summary = (await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!;
        Assert.Equal((2, 0), ((int)summary["learners"]!, (int)summary["withdrawn"]!));
        Assert.Equal(2, (await client.Read($"{cohort.Path}/progress")).Ok()["items"]!.AsArray().Count);
        Assert.Equal(2, (await client.Read($"/v1/enrolments?cohort={cohort.Id}")).Ok()["items"]!.AsArray().Count);
        (await client.Read($"/v1/enrolments/{offered}")).Expect(HttpStatusCode.NotFound, "enrolment.notFound");
        Assert.DoesNotContain(await app.EventsOf(offered), e => e.Type == "enrolment.withdrawn");
        Assert.Contains(await app.EventsOf(learner.EnrolmentId), e => e.Type == "enrolment.changed");
        var modules = (await learner.Http.Read(learner.Journey)).Ok()["modules"]!.AsArray();
        Assert.Equal("open", (string)modules.Single(m => (string)m!["slug"]! == Given.SecondModule)!["state"]!);
        Assert.Empty((await learner.Http.Read(Offers)).Ok()["items"]!.AsArray());
        // The program finds the learner's own one by their address.
        Assert.Equal(learner.EnrolmentId, await Offer(cohort, agency, learner.Email, client, "existing"));
    }

    [Fact]
    public async Task An_offer_runs_out_as_an_invitation_does_and_is_good_again_once_it_is_sent_again()
    {
        var (cohort, agency, known, boss) = await WithBoss();
        var unknown = Given.Address("nobody");
        var client = await Client(agency);
        var offered = await Offer(cohort, agency, known.Email, client);
        await Offer(cohort, agency, unknown, client);
        await app.Send(new SendMails());
        Assert.Equal(["invited", "invited"], await StatesOf(boss, known.Email, unknown));
        var link = Assert.Single(app.MailsTo(unknown));

        FlowingClock.Advance(TimeSpan.FromDays(20));
        Assert.Equal(["expired", "expired"], await StatesOf(boss, known.Email, unknown));
        (await Session.Anonymous(app).Post(
            "/v1/identity/invitations/accept", new { token = link.Token(), password = "three quiet herons" }))
            .Expect(HttpStatusCode.UnprocessableEntity, "invitation.invalid");
        Assert.Empty((await known.Http.Read(Offers)).Ok()["items"]!.AsArray());
        (await known.Http.Post($"{Offers}/{offered}/accept")).Expect(HttpStatusCode.NotFound, "enrolment.notFound");

        foreach (var id in await IdsOf(boss, known.Email, unknown))
            (await boss.Http.Post($"/v1/people/{id}/invitations")).Expect(HttpStatusCode.NoContent);
        await app.Send(new SendMails());
        Assert.Equal(["invited", "invited"], await StatesOf(boss, known.Email, unknown));
        Assert.Equal(2, app.MailsTo(known.Email).Count);
        Assert.Equal(2, app.MailsTo(unknown).Count);
        Assert.Single((await known.Http.Read(Offers)).Ok()["items"]!.AsArray());
        (await known.Http.Post($"{Offers}/{offered}/accept")).Ok();
        (await known.Http.Post($"{Offers}/{offered}/accept")).Ok();
    }

    [Theory]
    [InlineData("suspend")]
    [InlineData("dismiss")]
    public async Task Ending_somebodys_access_tells_an_agency_alike_of_those_who_are_known_and_those_who_are_not(string end)
    {
        var (cohort, agency, known, boss) = await WithBoss();
        var unknown = Given.Address("nobody");
        var client = await Client(agency);
        var offered = await Offer(cohort, agency, known.Email, client);
        await Offer(cohort, agency, unknown, client);
        await app.Send(new SendMails());
        var people = await IdsOf(boss, known.Email, unknown);
        foreach (var step in new[] { end, "resume" })
        {
            foreach (var id in people)
                (await boss.Http.Post($"/v1/people/{id}/{step}", step == "resume" ? null : new { reason = "Away for now." })).Ok();
            var states = await StatesOf(boss, known.Email, unknown);
            Assert.Equal(states[0], states[1]);
            Assert.Equal("expired", states[0]);
            Assert.Equal(2, (await boss.Http.Read($"/v1/people?invitation=expired&agency={agency}")).Ok()["items"]!.AsArray().Count);
            // What the agency has taken back nobody takes up.
            Assert.Empty((await known.Http.Read(Offers)).Ok()["items"]!.AsArray());
            (await known.Http.Post($"{Offers}/{offered}/accept")).Expect(HttpStatusCode.NotFound, "enrolment.notFound");
        }
    }

    private async Task<(TestCohort Cohort, Guid Agency, TestPerson Known, TestPerson Boss)> WithBoss()
    {
        var (cohort, agency, known, boss) = (await app.Cohort(), await app.Agency(), await app.Person(), await app.Person("Bo Boss"));
        // A client sees a cohort in which its agency learns.
        await app.Learner(cohort, agencyId: agency);
        (await (await app.Admin()).Http.Put($"/v1/agencies/{agency}/people/{boss.Id}", new { role = "agencyAdmin" }))
            .Expect(HttpStatusCode.NoContent);
        return (cohort, agency, known, boss);
    }

    private static async Task<List<Guid>> IdsOf(TestPerson boss, params string[] addresses)
    {
        var ids = new List<Guid>();
        foreach (var address in addresses)
            ids.Add((Guid)(await boss.Http.Read($"/v1/people?q={address}")).Ok()["items"]![0]!["id"]!);
        return ids;
    }

    private static async Task<List<string>> StatesOf(TestPerson boss, params string[] addresses)
    {
        var states = new List<string>();
        foreach (var id in await IdsOf(boss, addresses))
            states.Add((string)(await boss.Http.Read($"/v1/people/{id}")).Ok()["invitation"]!);
        return states;
    }

    private async Task<Guid> TwoOf(TestCohort cohort)
    {
        var other = await app.Cohort("sequential");
        (await other.Lead.Http.Patch(other.Path, new { leads = new[] { other.Lead.Id, cohort.Lead.Id } })).Ok();
        return other.Id;
    }

    private async Task<Guid> Offer(
        TestCohort cohort, Guid agencyId, string email, HttpClient? client = null, string result = "created")
    {
        var learners = new[] { new { email, name = "Sent", timeZone = Given.Zone, agencyId } };
        var row = (await (client ?? await Client(agencyId)).Post($"{cohort.Path}/enrolments", new { learners })).Ok()["rows"]![0]!;
        Assert.Equal(result, (string)row["result"]!);
        return (Guid)row["enrolmentId"]!;
    }

    private Task<HttpClient> Client(Guid agencyId) => app.Client(agencyId, "progress:read", "enrolments:write");
}
