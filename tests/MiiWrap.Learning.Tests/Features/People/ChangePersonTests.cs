using System.Net;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.People;

/// <summary>Staff correct what is wrong about a person: the name everywhere, the zone with its check-ins, and the address safely.</summary>
[Collection(AccountMails.Name)]
[StandingClock]
public sealed class ChangePersonTests(LearningApp app)
{
    [Fact]
    public async Task A_wrong_name_is_corrected_wherever_it_is_shown()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var family = $"Q{Guid.NewGuid():N}";
        var learner = await app.Learner(cohort, "Mra Wrong");
        var changed = await Change(admin, learner.Id, new { name = $"Mara {family}" });
        Assert.Equal($"Mara {family}", (string)changed.Ok()["name"]!);
        Assert.Equal(learner.Id, (Guid)Assert.Single(
            (await admin.Http.Read($"/v1/people?q=mara%20{family}")).Ok()["items"]!.AsArray())!["id"]!);
        Assert.Contains($"Mara {family}", (await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok().Body, StringComparison.Ordinal);
        Assert.Equal($"Mara {family}", (string)(await learner.Http.Read("/v1/me")).Ok()["name"]!);
        Assert.Equal($"Mara {family}", (string)(await cohort.Lead.Http.Read($"/v1/enrolments?person={learner.Id}"))
            .Ok()["items"]![0]!["person"]!["name"]!);
    }

    [Fact]
    public async Task A_change_says_what_it_changes_and_a_stale_one_is_refused()
    {
        var (admin, person) = (await app.Admin(), await app.Person());
        (await admin.Http.Patch($"/v1/people/{person.Id}", new { name = "Pat" })).Expect((HttpStatusCode)428);
        var read = (await admin.Http.Read($"/v1/people/{person.Id}")).Ok().ETag!;
        var first = (await admin.Http.Patch($"/v1/people/{person.Id}", new { locale = "ES-mx" }, ("If-Match", read))).Ok();
        Assert.Equal("es-MX", (string)first["locale"]!);
        (await admin.Http.Patch($"/v1/people/{person.Id}", new { name = "Pat" }, ("If-Match", read)))
            .Expect(HttpStatusCode.PreconditionFailed, "person.stale");
        (await admin.Http.Patch($"/v1/people/{person.Id}", new { name = "Pat" }, ("If-Match", first.ETag!))).Ok();
        foreach (var wrong in new object[]
        {
            new { locale = "English" }, new { timeZone = "Chicago" }, new { name = " " }, new { email = "x" },
        })
            (await Change(admin, person.Id, wrong)).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Fact]
    public async Task Check_ins_move_with_a_corrected_zone()
    {
        var admin = await app.Admin();
        var learner = await app.Learner();
        var before = DateTimeOffset.Parse((string)(await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete",
            Given.IfThen())).Ok()["nudges"]![0]!["dueAt"]!, null);
        (await Change(admin, learner.Id, new { timeZone = "Pacific/Honolulu" })).Ok();
        var after = DateTimeOffset.Parse((string)(await learner.Http.Read($"/v1/nudges?enrolment={learner.EnrolmentId}"))
            .Ok()["items"]![0]!["dueAt"]!, null);
        Assert.NotEqual(before, after);
    }

    [Fact]
    public async Task Somebody_who_was_invited_at_a_wrong_address_is_invited_at_the_right_one()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var (wrong, right) = (Given.Address("typo"), Given.Address("right"));
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = wrong, name = "Wren Typo", timeZone = Given.Zone } } })).Ok();
        var stale = (await app.AccountMailTo(wrong)).Token();
        var id = (Guid)(await admin.Http.Read($"/v1/people?q={wrong}")).Ok()["items"]![0]!["id"]!;
        var changed = (await Change(admin, id, new { email = right })).Ok();
        Assert.Equal((right, null, "invited"),
            ((string)changed["email"]!, (string?)changed["newEmail"], (string)changed["invitation"]!));
        (await Accept(stale)).Expect(HttpStatusCode.UnprocessableEntity, "invitation.invalid");
        (await Accept((await app.AccountMailTo(right)).Token())).Expect(HttpStatusCode.NoContent);
        (await SignIn(right, "three quiet herons")).Ok();
        (await SignIn(wrong, "three quiet herons")).Expect(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_instructor_whose_invitation_goes_elsewhere_is_told_to_the_leads_as_one_appointed_now()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        await learner.HandIn();
        var pending = (Guid)(await admin.Http.Post("/v1/people",
            new { email = Given.Address("pending"), name = "Nia Instr", timeZone = Given.Zone })).Expect(HttpStatusCode.Created)["id"]!;
        (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = new[] { cohort.Instructor.Id, pending } })).Ok();
        int Told() => app.MailsTo(cohort.Lead.Email).Count(m => m.Headers["Subject"] == "Who teaches and leads your cohort has changed");
        await app.Send(new SendMails());
        var before = Told();
        var mine = Given.Address("mine");
        (await Change(admin, pending, new { email = mine })).Ok();
        await app.Send(new SendMails());
        Assert.Equal(before + 1, Told());
        // And the learner reads who has had it done.
        var log = (await learner.Http.Read($"{learner.Reflection()}/access-log")).Ok()["items"]!.AsArray();
        Assert.Equal(2, log.Count(e => e!.ToJsonString().Contains("Nia Instr", StringComparison.Ordinal)));
        Assert.Contains(log, e => e!.ToJsonString().Contains(admin.Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_address_counts_once_its_link_was_opened_and_the_old_one_is_told()
    {
        var (admin, person, email) = (await app.Admin(), await app.Person(), Given.Address("new"));
        (await person.Http.Read("/v1/me")).Ok();
        var asked = (await Change(admin, person.Id, new { email })).Ok();
        Assert.Equal((person.Email, email), ((string)asked["email"]!, (string)asked["newEmail"]!));
        (await SignIn(person.Email)).Ok();
        (await SignIn(email)).Expect(HttpStatusCode.Unauthorized);
        var link = await app.AccountMailTo(email);
        var told = Assert.Single(app.MailsTo(person.Email));
        Assert.DoesNotContain("http", told.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(email, told.Text, StringComparison.Ordinal);

        // Looking is not opening: mail scanners look too.
        var page = (await Session.Anonymous(app).Read(Assert.Single(link.Links).PathAndQuery)).Ok();
        Assert.Contains("<form method=\"post\"", page.Body, StringComparison.Ordinal);
        // Whoever is shown it by somebody else reads whose address it would be.
        Assert.Contains($"<strong>{email}</strong>", page.Body, StringComparison.Ordinal);
        (await SignIn(email)).Expect(HttpStatusCode.Unauthorized);
        Assert.Contains("role=\"alert\"", (await Form(link, "not my password")).Expect(HttpStatusCode.Unauthorized).Body,
            StringComparison.Ordinal);
        Assert.Contains("<form", (await Form(link, "")).Expect(HttpStatusCode.UnprocessableEntity).Body, StringComparison.Ordinal);
        Assert.Contains("your address now", (await Form(link)).Ok().Body, StringComparison.Ordinal);
        Assert.Contains("has been used", (await Form(link)).Expect(HttpStatusCode.UnprocessableEntity).Body, StringComparison.Ordinal);

        (await SignIn(email)).Ok();
        (await SignIn(person.Email)).Expect(HttpStatusCode.Unauthorized);
        (await person.Http.Read("/v1/me")).Expect(HttpStatusCode.Unauthorized);
        var now = (await admin.Http.Read($"/v1/people/{person.Id}")).Ok();
        Assert.Equal((email, null), ((string)now["email"]!, (string?)now["newEmail"]));
        Assert.Single((await admin.Http.Read($"/v1/people?q={email}")).Ok()["items"]!.AsArray());
        Assert.Empty((await admin.Http.Read($"/v1/people?q={person.Email}")).Ok()["items"]!.AsArray());
    }

    [Fact]
    public async Task The_link_of_an_overtaken_wish_makes_nothing_anybodys()
    {
        var (admin, person) = (await app.Admin(), await app.Person());
        var (typo, right) = (Given.Address("typo"), Given.Address("right"));
        (await Change(admin, person.Id, new { email = typo })).Ok();
        var stale = (await app.AccountMailTo(typo)).Token();
        (await Change(admin, person.Id, new { email = right })).Ok();
        (await Confirm(stale)).Expect(HttpStatusCode.UnprocessableEntity, "address.invalid");
        var back = (await Change(admin, person.Id, new { email = person.Email })).Ok();
        Assert.Null((string?)back["newEmail"]);
        // Not sent yet, and not wanted any more.
        await app.Send(new SendMails());
        Assert.Empty(app.MailsTo(right));
        (await SignIn(person.Email)).Ok();
    }

    [Fact]
    public async Task A_new_address_whose_link_has_run_out_or_was_ended_is_asked_for_again()
    {
        var (admin, person, email) = (await app.Admin(), await app.Person(), Given.Address("new"));
        Assert.Equal(email, await Ask());
        await app.Send(new SendMails());
        // While its link is good, a repeated wish sends none.
        Assert.Equal(email, await Ask());
        await app.Send(new SendMails());
        var first = Assert.Single(app.MailsTo(email)).Token();

        FlowingClock.Advance(TimeSpan.FromDays(15));
        (await Confirm(first)).Expect(HttpStatusCode.UnprocessableEntity, "address.invalid");
        Assert.Null(await Shown());
        Assert.Equal(email, await Ask());
        // On its way.
        Assert.Equal(email, await Ask());
        await app.Send(new SendMails());
        Assert.Equal(2, app.MailsTo(email).Count);

        // A new password ends every link. Mails are in the order of their seconds.
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        (await person.Http.Post("/v1/me/password", new { current = Given.Password, @new = "three quiet herons" }))
            .Expect(HttpStatusCode.NoContent);
        Assert.Null(await Shown());
        Assert.Equal(email, await Ask());
        await app.Send(new SendMails());
        Assert.Equal(3, app.MailsTo(email).Count);
        (await Session.Anonymous(app).Post("/v1/identity/address/confirm",
            new { token = app.MailsTo(email)[^1].Token(), password = "three quiet herons" })).Expect(HttpStatusCode.NoContent);
        Assert.Equal((email, null), ((string)(await admin.Http.Read($"/v1/people/{person.Id}")).Ok()["email"]!, await Shown()));

        async Task<string?> Ask() => (string?)(await Change(admin, person.Id, new { email })).Ok()["newEmail"];

        async Task<string?> Shown() => (string?)(await admin.Http.Read($"/v1/people/{person.Id}")).Ok()["newEmail"];
    }

    [Fact]
    public async Task A_link_that_no_mail_server_took_is_sent_again_too()
    {
        var (admin, person, email) = (await app.Admin(), await app.Person(), Given.Address("new"));
        (await Change(admin, person.Id, new { email })).Ok();
        await app.Send(new SendMails());
        var ct = TestContext.Current.CancellationToken;
        Assert.Equal(1, await app.InDb(db => db.OutboundMails.Where(m => m.Address == email).ExecuteUpdateAsync(m => m
            .SetProperty(x => x.SentAt, (DateTime?)null).SetProperty(x => x.FailedAt, FlowingClock.Now.UtcDateTime)
            .SetProperty(x => x.Fault, "550"), ct)));
        (await Change(admin, person.Id, new { email })).Ok();
        await app.Send(new SendMails());
        Assert.Equal(2, app.MailsTo(email).Count);
    }

    [Fact]
    public async Task An_address_that_somebody_has_is_nobody_elses()
    {
        var (admin, one, other) = (await app.Admin(), await app.Person(), await app.Person());
        (await Change(admin, one.Id, new { email = other.Email })).Expect(HttpStatusCode.Conflict, "person.exists");

        var free = Given.Address("free");
        (await Change(admin, one.Id, new { email = free })).Ok();
        var token = (await app.AccountMailTo(free)).Token();
        await app.Person(email: free);
        (await Confirm(token)).Expect(HttpStatusCode.UnprocessableEntity, "address.taken");
    }

    [Fact]
    public async Task An_agencys_admin_corrects_those_who_are_its_alone_and_learns_nothing_of_others_addresses()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var (mine, theirs) = (await app.Agency(), await app.Agency());
        var boss = await app.Person("Gus");
        (await admin.Http.Put($"/v1/agencies/{mine}/people/{boss.Id}", new { role = "agencyAdmin" })).Expect(HttpStatusCode.NoContent);
        var own = await app.Learner(cohort, agencyId: mine);
        var known = await app.Learner(cohort, agencyId: theirs);
        (await Change(boss, own.Id, new { name = "Lou Right" })).Ok();
        // As for an address that nobody has.
        var asked = (await Change(boss, own.Id, new { email = known.Email })).Ok();
        Assert.Equal(known.Email, (string)asked["newEmail"]!);

        var elsewhere = await app.Learner(await app.Cohort(), agencyId: mine);
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = elsewhere.Email, name = "Eli", timeZone = Given.Zone, agencyId = theirs } } })).Ok();
        var colleague = await app.Person("Cleo");
        (await admin.Http.Put($"/v1/agencies/{mine}/people/{colleague.Id}", new { role = "agencyAdmin" })).Expect(HttpStatusCode.NoContent);
        foreach (var notTheirs in new[] { elsewhere.Id, colleague.Id })
            (await Change(boss, notTheirs, new { name = "Other" })).Expect(HttpStatusCode.Forbidden, "person.notYours");
        (await Change(boss, known.Id, new { name = "Other" }, any: true)).Expect(HttpStatusCode.NotFound, "person.notFound");
    }

    [Fact]
    public async Task Whoever_coaches_or_rates_elsewhere_is_no_agencys_to_rename_redirect_or_shut_out()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var (mine, theirs) = (await app.Agency(), await app.Agency());
        var boss = await app.Member(mine, AgencyRole.AgencyAdmin);
        var learner = await app.Learner(cohort, agencyId: theirs);
        await app.Learner(cohort, agencyId: mine);
        async Task<Guid> Invited()
        {
            var rows = (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new
            {
                learners = new[] { new { email = Given.Address("peer"), name = "Pia Peer", timeZone = Given.Zone, agencyId = mine } },
            })).Ok()["rows"]!;
            var enrolmentId = (Guid)rows[0]!["enrolmentId"]!;
            return await app.InDb(db => db.Enrolments.Where(e => e.Id == enrolmentId).Select(e => e.PersonId).SingleAsync());
        }

        var (coach, proposed, rater, free, inside) = (await Invited(), await Invited(), await Invited(), await Invited(), await Invited());
        (await cohort.LetCoach(coach, learner.Id)).Expect(HttpStatusCode.Created);
        (await admin.Http.Put($"/v1/agencies/{theirs}/people/{proposed}", new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        (await cohort.LetCoach(proposed, learner.Id)).Expect(HttpStatusCode.Created);
        (await admin.Http.Call(HttpMethod.Delete, $"/v1/agencies/{theirs}/people/{proposed}", null)).Expect(HttpStatusCode.NoContent);
        (await admin.Http.Put($"/v1/agencies/{theirs}/raters/{rater}", new { })).Expect(HttpStatusCode.NoContent);
        foreach (var person in new[] { coach, proposed, rater })
        {
            (await Change(boss, person, new { email = Given.Address("alias") })).Expect(HttpStatusCode.Forbidden, "person.notYours");
            (await Change(boss, person, new { name = "Other" })).Expect(HttpStatusCode.Forbidden, "person.notYours");
            foreach (var act in new[] { "suspend", "dismiss" })
                (await boss.Http.Post($"/v1/people/{person}/{act}", new { reason = "Away until further notice." }))
                    .Expect(HttpStatusCode.Forbidden, "person.notYours");
        }

        // Who coaches within the agency is its own, as its supervisors are, but for where their invitation goes.
        (await admin.Http.Post("/v1/coaching-relationships", new { coachId = inside, coacheeId = free, agencyId = mine }))
            .Expect(HttpStatusCode.Created);
        (await Change(boss, inside, new { name = "Pia Peer-Right" })).Ok();
        (await Change(boss, inside, new { email = Given.Address("alias") })).Expect(HttpStatusCode.Forbidden, "person.notYours");
        (await Change(boss, free, new { email = Given.Address("right") })).Ok();
    }

    private static async Task<Answer> Change(TestPerson who, Guid id, object change, bool any = false) =>
        await who.Http.Patch($"/v1/people/{id}", change,
            ("If-Match", any ? "*" : (await who.Http.Read($"/v1/people/{id}")).Ok().ETag!));

    [Fact]
    public async Task A_new_address_that_no_server_takes_is_told_to_whoever_asked_for_it_and_listed_as_what_it_is()
    {
        var (admin, agency) = (await app.Admin(), await app.Agency());
        var (boss, learner) = (await app.Person("Bo Boss"), await app.Learner(await app.Cohort(), agencyId: agency));
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{boss.Id}", new { role = "agencyAdmin" })).Expect(HttpStatusCode.NoContent);
        var (wrong, right) = (Given.Address("gone"), Given.Address("right"));
        (await Change(boss, learner.Id, new { email = wrong })).Ok();
        await GiveUp(wrong);
        var listed = Assert.Single((await admin.Http.Read("/v1/mails?limit=200")).Ok()["items"]!.AsArray(),
            m => (Guid)m!["recipient"]!["id"]! == learner.Id)!;
        Assert.Equal(("addressConfirmation", wrong), ((string)listed["kind"]!, (string)listed["recipient"]!["email"]!));

        await app.Send(new SendMails());
        var told = Assert.Single(app.MailsTo(boss.Email), m => m.Headers["Subject"] == "A new address could not be reached");
        Assert.Contains(wrong, told.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(learner.Email, told.Text, StringComparison.Ordinal);

        // Who has asked for another one meanwhile knows, and is not told.
        (await Change(boss, learner.Id, new { email = right })).Ok();
        FlowingClock.Advance(TimeSpan.FromHours(2));
        (await Change(boss, learner.Id, new { email = wrong })).Ok();
        await GiveUp(wrong);
        (await Change(boss, learner.Id, new { email = right })).Ok();
        await app.Send(new SendMails());
        Assert.Single(app.MailsTo(boss.Email), m => m.Headers["Subject"] == "A new address could not be reached");
    }

    private Task<int> GiveUp(string address) => app.InDb(async db =>
    {
        foreach (var mail in await db.OutboundMails.Where(m => m.Address == address && m.SentAt == null && m.FailedAt == null)
            .ToListAsync(TestContext.Current.CancellationToken))
        {
            do mail.Claim(FlowingClock.Now.UtcDateTime);
            while (!mail.ScheduleRetry(FlowingClock.Now.UtcDateTime, "There is no such mailbox."));
        }

        return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    });

    private Task<Answer> Accept(string token) =>
        Session.Anonymous(app).Post("/v1/identity/invitations/accept", new { token, password = "three quiet herons" });

    private Task<Answer> Confirm(string token) =>
        Session.Anonymous(app).Post("/v1/identity/address/confirm", new { token, password = Given.Password });

    private Task<Answer> Form(Mail mail, string password = Given.Password) => Session.Anonymous(app).Post(
        Assert.Single(mail.Links).PathAndQuery,
        new FormUrlEncodedContent([new("token", mail.Token()), new("password", password)]));

    private Task<Answer> SignIn(string email, string password = Given.Password) =>
        Session.Anonymous(app).Post("/v1/identity/login", new { email, password });
}
