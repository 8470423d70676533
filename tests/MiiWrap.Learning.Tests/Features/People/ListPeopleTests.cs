using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.People;

/// <summary>Staff find the people with whom they have to do, see where their invitations stand, and send them again.</summary>
[Collection(AccountMails.Name)]
[StandingClock]
public sealed class ListPeopleTests(LearningApp app)
{
    // A family name that no other test has, so that others' people are in no answer.
    private readonly string family = $"Q{Guid.NewGuid():N}";

    [Fact]
    public async Task A_person_is_found_by_the_beginning_of_any_word_whatever_its_case_and_accents()
    {
        var admin = await app.Admin();
        var email = Given.Address("inigo.west");
        var sought = await app.Person($"Íñigo O’Brien-Núñez {family}", email: email);
        await app.Person($"Ada Other {family}");
        foreach (var q in new[]
        {
            family, family[..12].ToLowerInvariant(), $"{family} inigo", $"ÍÑIGO {family}", $"in\u0303igo {family}", $"o'brien {family}",
            $"brien {family}", $"NUN {family}", $"o’b {family}", $"west {family}", email, email[..20].ToUpperInvariant(),
        })
        {
            var found = await Find(admin.Http, $"q={Uri.EscapeDataString(q)}");
            Assert.True(found.Exists(p => (Guid)p["id"]! == sought.Id), q);
            if (q != family && !q.StartsWith(family[..12], StringComparison.OrdinalIgnoreCase)) Assert.Single(found);
        }

        foreach (var q in new[] { $"rien {family}", $"nigo {family}", $"{family}x", $"ada inigo {family}" })
            Assert.Empty(await Find(admin.Http, $"q={Uri.EscapeDataString(q)}"));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("%20%20%20")]
    [InlineData("a%20b%20c%20d%20e%20f")]
    [InlineData("%E2%80%8B%E2%80%8B")]
    public async Task What_cannot_be_looked_for_is_422(string q)
    {
        var refused = (await (await app.Admin()).Http.Read($"/v1/people?q={q}"))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Equal("q", Assert.Single(refused["errors"]!.AsObject()).Key);
    }

    [Fact]
    public async Task Pages_come_in_the_order_of_names()
    {
        var admin = await app.Admin();
        foreach (var name in new[] { "Zoe", "ada", "Ángel", "Bo" }) await app.Person($"{name} {family}");
        var (names, next) = (new List<string>(), $"/v1/people?q={family}&limit=3");
        while (next is not null)
        {
            var page = (await admin.Http.Read(next)).Ok();
            names.AddRange(page["items"]!.AsArray().Select(p => ((string)p!["name"]!).Split(' ')[0]));
            next = (string?)page["next"] is { } cursor ? $"/v1/people?q={family}&limit=3&cursor={cursor}" : null;
        }

        Assert.Equal(["ada", "Ángel", "Bo", "Zoe"], names);
    }

    [Fact]
    public async Task Who_sees_whom_and_whose_address()
    {
        var (admin, cohort, other) = (await app.Admin(), await app.Cohort(), await app.Cohort());
        var (mine, theirs) = (await app.Agency(), await app.Agency());
        var learner = await app.Learner(cohort, $"Lou {family}", agencyId: mine);
        var foreign = await app.Learner(cohort, $"Fae {family}", agencyId: theirs);
        var elsewhere = await app.Learner(other, $"Eli {family}", agencyId: mine);
        var (agencyAdmin, supervisor) = (await app.Person($"Gus {family}"), await app.Person($"Sue {family}"));
        await Appoint(admin, mine, agencyAdmin, "agencyAdmin");
        await Appoint(admin, mine, supervisor, "supervisor");
        // What the agency's admin learns of a person's other agencies: nothing.
        await Appoint(admin, theirs, supervisor, "supervisor");

        Assert.Equal(["Eli", "Fae", "Gus", "Lou", "Sue"], Names(await Find(admin.Http, $"q={family}")));
        Assert.Equal(["Eli", "Gus", "Lou", "Sue"], Names(await Find(admin.Http, $"q={family}&agency={mine}")));
        Assert.Equal(["Fae", "Lou"], Names(await Find(admin.Http, $"q={family}&cohort={cohort.Id}")));
        Assert.Equal(["Lou"], Names(await Find(admin.Http, $"q={family}&cohort={cohort.Id}&agency={mine}")));

        var own = await Find(agencyAdmin.Http, $"q={family}");
        Assert.Equal(["Eli", "Gus", "Lou", "Sue"], Names(own));
        Assert.All(own, p => Assert.NotNull((string?)p["email"]));
        Assert.All(own, p => Assert.Equal(mine, (Guid)Assert.Single(p["agencies"]!.AsArray())!["id"]!));
        Assert.Equal("supervisor", (string)own.Single(p => (Guid)p["id"]! == supervisor.Id)["agencies"]![0]!["role"]!);
        Assert.Empty(await Find(agencyAdmin.Http, $"q={family}&agency={theirs}&cohort={cohort.Id}"));

        var taught = await Find(cohort.Lead.Http, $"q={family}");
        Assert.Equal(["Fae", "Lou"], Names(taught));
        Assert.All(taught, p => Assert.Null((string?)p["email"]));
        // Nor do they find out an address letter by letter.
        foreach (var (who, email, finds) in new[] { (admin, learner.Email, true), (agencyAdmin, learner.Email, true),
            (agencyAdmin, foreign.Email, false), (cohort.Lead, learner.Email, false) })
            Assert.Equal(finds, (await Find(who.Http, $"q={email[..20]}")).Exists(p => (string?)p["email"] == email));
        Assert.Empty(await Find(cohort.Lead.Http, $"q={learner.Email[..20]}"));
        Assert.Contains(await Find(cohort.Lead.Http, $"cohort={cohort.Id}"), p => (Guid)p["id"]! == cohort.Instructor.Id);

        Assert.Equal(["Eli", "Lou"], Names((await Find(await Client(mine), $"q={family}"))
            .FindAll(p => p["agencies"]!.AsArray().All(a => a!["role"] is null))));
        var seen = await Find(await Client(null), $"q={family}");
        Assert.Equal(5, seen.Count);
        Assert.All(seen, p => Assert.Null((string?)p["email"]));
        Assert.Empty(await Find(await Client(null), $"q={learner.Email[..20]}"));

        foreach (var nobody in new[] { learner.Http, supervisor.Http, cohort.Instructor.Http })
            (await nobody.Read($"/v1/people?q={family}")).Expect(HttpStatusCode.Forbidden, "role.required");

        (await agencyAdmin.Http.Read($"/v1/people/{learner.Id}")).Ok();
        foreach (var (who, hidden) in new[] { (agencyAdmin, foreign.Id), (cohort.Lead, elsewhere.Id), (supervisor, foreign.Id) })
            (await who.Http.Read($"/v1/people/{hidden}")).Expect(HttpStatusCode.NotFound, "person.notFound");
    }

    [Fact]
    public async Task A_filter_tells_nothing_of_other_agencies_and_cohorts()
    {
        var (admin, cohort, other) = (await app.Admin(), await app.Cohort(), await app.Cohort());
        var (mine, theirs) = (await app.Agency(), await app.Agency());
        var boss = await app.Person($"Gus {family}");
        await Appoint(admin, mine, boss, "agencyAdmin");
        var learner = await app.Learner(cohort, $"Lou {family}", agencyId: mine);
        // Of another agency in another cohort, and its supervisor: nobody's business here.
        (await other.Lead.Http.Post($"{other.Path}/enrolments",
            new { learners = new[] { new { email = learner.Email, name = "Lou", timeZone = Given.Zone, agencyId = theirs } } })).Ok();
        await Appoint(admin, theirs, new(learner.Id, learner.Email, learner.Name, learner.Http), "supervisor");

        foreach (var who in new[] { boss.Http, cohort.Lead.Http, await Client(mine) })
        {
            Assert.Contains("Lou", Names(await Find(who, $"q={family}")));
            Assert.Empty(await Find(who, $"q={family}&agency={theirs}"));
            Assert.Empty(await Find(who, $"q={family}&cohort={other.Id}"));
            Assert.Contains("Lou", Names(await Find(who, $"q={family}&agency={mine}")));
            Assert.Contains("Lou", Names(await Find(who, $"q={family}&cohort={cohort.Id}")));
        }

        Assert.Equal(["Lou"], Names(await Find(admin.Http, $"q={family}&agency={theirs}")));
        Assert.Equal(["Lou"], Names(await Find(other.Lead.Http, $"q={family}&agency={theirs}")));
    }

    [Fact]
    public async Task An_invitation_that_ran_out_is_seen_and_sent_again()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var email = Given.Address();
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email, name = $"Nia {family}", timeZone = Given.Zone } } })).Ok();
        var id = (Guid)Assert.Single(await Find(admin.Http, $"q={family}"))["id"]!;
        Assert.Equal("invited", await StateOf(admin, id));
        var first = (await app.AccountMailTo(email)).Token();
        Assert.Equal("invited", await StateOf(admin, id));

        FlowingClock.Advance(TimeSpan.FromDays(15));
        Assert.Equal("expired", await StateOf(admin, id));
        Assert.Single(await Find(cohort.Lead.Http, $"q={family}&invitation=expired"));
        Assert.Empty(await Find(cohort.Lead.Http, $"q={family}&invitation=invited"));

        foreach (var _ in new[] { "first", "repeated" })
            (await cohort.Lead.Http.Post($"/v1/people/{id}/invitations")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("invited", await StateOf(admin, id));
        await app.Send(new SendMails());
        var mails = app.MailsTo(email);
        Assert.Equal(2, mails.Count);
        var again = mails.Single(m => m.Token() != first).Token();
        (await Session.Anonymous(app).Post("/v1/identity/invitations/accept", new { token = again, password = "three quiet herons" }))
            .Expect(HttpStatusCode.NoContent);
        Assert.Equal("accepted", await StateOf(admin, id));
        (await cohort.Lead.Http.Post($"/v1/people/{id}/invitations")).Expect(HttpStatusCode.Conflict, "invitation.accepted");
    }

    [Fact]
    public async Task Nobody_fills_a_mailbox_by_sending_invitations_again_or_to_another_address()
    {
        var (admin, cohort, email) = (await app.Admin(), await app.Cohort(), Given.Address());
        var id = (Guid)(await admin.Http.Post("/v1/people", new { email, name = $"Ida {family}", timeZone = Given.Zone }))
            .Expect(HttpStatusCode.Created)["id"]!;
        for (var i = 1; i < 5; i++)
        {
            await app.Send(new SendMails());
            FlowingClock.Advance(TimeSpan.FromMinutes(1));
            (await admin.Http.Post($"/v1/people/{id}/invitations")).Expect(HttpStatusCode.NoContent);
            // Asked for twice within a minute, it goes once.
            (await admin.Http.Post($"/v1/people/{id}/invitations")).Expect(HttpStatusCode.NoContent);
        }

        await app.Send(new SendMails());
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        var refused = (await admin.Http.Post($"/v1/people/{id}/invitations")).Expect(HttpStatusCode.TooManyRequests, "invitation.limit");
        Assert.InRange(int.Parse(refused.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 3600);
        (await admin.Http.Patch($"/v1/people/{id}", new { email = Given.Address() }, ("If-Match", "*")))
            .Expect(HttpStatusCode.TooManyRequests, "invitation.limit");
        (await Session.Anonymous(app).Post("/v1/identity/password/forgot", new { email })).Expect(HttpStatusCode.Accepted);
        await app.Send(new SendMails());
        Assert.Equal(5, app.MailsTo(email).Count);

        FlowingClock.Advance(TimeSpan.FromHours(1));
        (await admin.Http.Post($"/v1/people/{id}/invitations")).Expect(HttpStatusCode.NoContent);
        await app.Send(new SendMails());
        Assert.Equal(6, app.MailsTo(email).Count);
    }

    [Fact]
    public async Task Whoever_has_accepted_gets_no_more_links_to_ever_other_addresses()
    {
        var (admin, person) = (await app.Admin(), await app.Person());
        for (var i = 0; i < 5; i++)
            (await admin.Http.Patch($"/v1/people/{person.Id}", new { email = Given.Address() }, ("If-Match", "*"))).Ok();
        (await admin.Http.Patch($"/v1/people/{person.Id}", new { email = Given.Address() }, ("If-Match", "*")))
            .Expect(HttpStatusCode.TooManyRequests, "invitation.limit");
    }

    [Fact]
    public async Task An_invitation_that_no_server_took_has_run_out()
    {
        var (admin, email) = (await app.Admin(), Given.Address());
        var id = (Guid)(await admin.Http.Post("/v1/people", new { email, name = $"Max {family}", timeZone = Given.Zone }))
            .Expect(HttpStatusCode.Created)["id"]!;
        await app.InDb(db => db.OutboundMails.Where(m => m.PersonId == id)
            .ExecuteUpdateAsync(m => m.SetProperty(x => x.FailedAt, FlowingClock.Now.UtcDateTime), TestContext.Current.CancellationToken));
        Assert.Equal("expired", await StateOf(admin, id));
    }

    [Fact]
    public async Task People_from_before_there_was_a_directory_are_found_after_the_next_start()
    {
        var admin = await app.Admin();
        var person = await app.Person($"Old {family}");
        await app.InDb(async db =>
        {
            await db.PersonWords.Where(w => w.PersonId == person.Id).ExecuteDeleteAsync(TestContext.Current.CancellationToken);
            await db.Users.Where(p => p.Id == person.Id)
                .ExecuteUpdateAsync(p => p.SetProperty(x => x.SortName, ""), TestContext.Current.CancellationToken);
            Assert.Empty(await Find(admin.Http, $"q={family}"));
            await SortNames.Fill(db, TestContext.Current.CancellationToken);
            return true;
        });
        Assert.Equal(person.Id, (Guid)Assert.Single(await Find(admin.Http, $"q={family}"))["id"]!);
    }

    [Theory]
    [InlineData("Δημήτρης", "ΔΗΜΉΤΡΗΣ"), InlineData("ΓΙΏΡΓΟΣ", "γιώργος"), InlineData("Σωκράτης Παπάς", "παπάσ")]
    [InlineData("Ŋgozi", "ŋgozi"), InlineData("ŋgozi", "NGOZI"), InlineData("Groß", "GROSS"), InlineData("GROẞ", "groß")]
    [InlineData("Işık", "IŞIK"), InlineData("İpek", "ipek"), InlineData("IPEK", "ıpek"), InlineData("ǅemal", "Ǆemal")]
    [InlineData("ĳsbrand", "IJSBRAND"), InlineData("ᲁима", "ДИМА")]
    public async Task A_name_is_found_whatever_form_its_letters_have_by_place_and_language(string name, string sought)
    {
        var admin = await app.Admin();
        var person = await app.Person($"{name} {family}");
        foreach (var q in new[] { sought, name, name.ToUpperInvariant(), name.ToLowerInvariant() })
            Assert.Equal(person.Id, (Guid)Assert.Single(await Find(admin.Http, $"q={Uri.EscapeDataString($"{q} {family}")}"))["id"]!);
    }

    [Fact]
    public async Task Keys_that_were_folded_otherwise_are_renewed_at_the_next_start()
    {
        var ct = TestContext.Current.CancellationToken;
        var (admin, cohort) = (await app.Admin(), await app.Cohort(name: $"Κύκλος {family}"));
        var learner = await app.Learner(cohort, $"Δημήτρης {family}");
        var agency = await app.Agency();
        (await admin.Http.Patch($"/v1/agencies/{agency}", new { name = $"Κύκλος {family}" }, ("If-Match", "*"))).Ok();
        var (name, circle) = ($"δημητρης {family.ToLowerInvariant()}", $"κυκλος {family.ToLowerInvariant()}");
        await app.InDb(async db =>
        {
            await db.PersonWords.Where(w => w.PersonId == learner.Id && w.Word == "δημητρησ")
                .ExecuteUpdateAsync(w => w.SetProperty(x => x.Word, "δημητρης"), ct);
            await db.Users.Where(p => p.Id == learner.Id).ExecuteUpdateAsync(p => p.SetProperty(x => x.SortName, name), ct);
            await db.Enrolments.Where(e => e.PersonId == learner.Id)
                .ExecuteUpdateAsync(e => e.SetProperty(x => x.LearnerSortName, name), ct);
            await db.Cohorts.Where(c => c.Id == cohort.Id).ExecuteUpdateAsync(c => c.SetProperty(x => x.SortName, circle), ct);
            await db.Agencies.Where(a => a.Id == agency).ExecuteUpdateAsync(
                a => a.SetProperty(x => x.SortName, circle).SetProperty(x => x.UniqueSortName, circle), ct);
            Assert.Empty(await Find(admin.Http, $"q={Uri.EscapeDataString($"ΔΗΜΉΤΡΗΣ {family}")}"));
            await SortNames.Fill(db, ct);
            Assert.Equal(("δημητρησ", "δημητρησ", "κυκλοσ", "κυκλοσ"), (
                Word(await db.Users.Where(p => p.Id == learner.Id).Select(p => p.SortName).SingleAsync(ct)),
                Word(await db.Enrolments.Where(e => e.PersonId == learner.Id).Select(e => e.LearnerSortName).SingleAsync(ct)),
                Word(await db.Cohorts.Where(c => c.Id == cohort.Id).Select(c => c.SortName).SingleAsync(ct)),
                Word(await db.Agencies.Where(a => a.Id == agency).Select(a => a.UniqueSortName!).SingleAsync(ct))));
            return true;
        });
        Assert.Single(await Find(admin.Http, $"q={Uri.EscapeDataString($"ΔΗΜΉΤΡΗΣ {family}")}"));
        (await admin.Http.Post("/v1/agencies", new { name = $"ΚΎΚΛΟΣ {family}" })).Expect(HttpStatusCode.Conflict, "agency.name.taken");

        static string Word(string key) => key.Split(' ')[0];
    }

    private static async Task<List<JsonNode>> Find(HttpClient who, string query) =>
        [.. (await who.Read($"/v1/people?{query}")).Ok()["items"]!.AsArray().Select(p => p!)];

    private static async Task<string> StateOf(TestPerson who, Guid person) =>
        (string)(await who.Http.Read($"/v1/people/{person}")).Ok()["invitation"]!;

    private static IEnumerable<string> Names(IEnumerable<JsonNode> people) => people.Select(p => ((string)p["name"]!).Split(' ')[0]);

    private static async Task Appoint(TestPerson admin, Guid agency, TestPerson person, string role) =>
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{person.Id}", new { role })).Expect(HttpStatusCode.NoContent);

    private Task<HttpClient> Client(Guid? agencyId) => app.Client(agencyId, "people:read");
}
