using System.Net;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Tests.TestHost;
using MimeKit;

namespace MiiWrap.Learning.Tests.Features.People;

/// <summary>From being added to the first sign-in.</summary>
[Collection(AccountMails.Name)]
[StandingClock]
public sealed class InvitePersonTests(LearningApp app)
{
    private const string Accept = "/v1/identity/invitations/accept";
    private const string Chosen = "three quiet herons";

    [Fact]
    public async Task A_person_is_added_chooses_a_password_by_the_link_and_signs_in()
    {
        var (id, email) = await Invite();

        var mail = await app.AccountMailTo(email);
        Assert.Equal("You are invited to MiiWrap Learning", mail.Headers["Subject"]);
        var link = Assert.Single(mail.Links);
        Assert.StartsWith("https://learning.example.org/", link.ToString(), StringComparison.Ordinal);
        Assert.Contains("Hello Ines Okafor", mail.Text, StringComparison.Ordinal);
        Assert.Contains("Hello Ines Okafor", mail.Html, StringComparison.Ordinal);
        Assert.Contains(WebUtility.HtmlEncode(link.ToString()), mail.Html, StringComparison.Ordinal);

        (await Session.Anonymous(app).Post(Accept, new { token = mail.Token(), password = Chosen })).Expect(HttpStatusCode.NoContent);
        var me = (await Session.Of(app, email, Chosen).Read("/v1/me")).Ok();
        Assert.Equal((id, "Ines Okafor", "America/Denver"), ((Guid)me["id"]!, (string)me["name"]!, (string)me["timeZone"]!));
        Assert.Empty(me["roles"]!.AsArray());
    }

    [Fact]
    public async Task A_learners_invitation_names_the_cohort_and_its_programme()
    {
        var cohort = await app.Cohort(name: "High Plains & friends, first");
        var email = Given.Address("lou");
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email, name = "Lou Arroyo", timeZone = "America/Denver" } } })).Ok();
        var title = (string)(await cohort.Lead.Http.Read($"/v1/curricula/{Given.Course}")).Ok()["title"]!;

        var mail = await app.AccountMailTo(email);
        Assert.Contains($"You are a learner of the cohort High Plains & friends, first, in the programme {title}.", mail.Text,
            StringComparison.Ordinal);
        Assert.Contains("High Plains &amp; friends, first", mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_teaches_reads_where()
    {
        var (admin, email) = (await app.Admin(), Given.Address("ines"));
        var id = (Guid)(await admin.Http.Post("/v1/people", new { email, name = "Ines", timeZone = "UTC" }))
            .Expect(HttpStatusCode.Created)["id"]!;
        (await admin.Http.Post("/v1/cohorts", new
        {
            name = "Hillside, second", curriculum = Given.Course, startsOn = "2027-02-01", timeZone = "UTC", gate = "open",
            instructors = new[] { id }, leads = new[] { id },
        })).Expect(HttpStatusCode.Created);

        var mail = await app.AccountMailTo(email);
        Assert.Contains("You belong to the staff of the cohort Hillside, second, in the programme ", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_on_which_a_password_is_chosen_leads_on_to_the_front_end()
    {
        await using var host = new FrontEndApp();
        await host.InitializeAsync();
        var email = Given.Address();
        (await (await host.Admin()).Http.Post("/v1/people", new { name = "Ines", email, timeZone = Given.Zone }))
            .Expect(HttpStatusCode.Created);
        var token = (await host.AccountMailTo(email)).Token();

        var page = (await Session.Anonymous(host).Post(
            Accept, new FormUrlEncodedContent([new("token", token), new("password", Chosen)]))).Ok();

        Assert.Contains("<a class=\"button\" href=\"https://study.example.org/app?from=mail&amp;x=1\">Continue</a>", page.Body,
            StringComparison.Ordinal);
        Assert.Contains("href=\"https://study.example.org/app?from=mail&amp;x=1\"", (await Session.Anonymous(host).Read("/")).Ok().Body,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Zed\" <evil@attacker.example>, \"Zed")]
    [InlineData("Robert \"Bob\" Smith")]
    [InlineData("Ana \\")]
    [InlineData("=?utf-8?B?QUFB?=")]
    [InlineData("=?utf-8?B?QUFB?= Ana")]
    [InlineData("José =?utf-8?Q?=22=2C?= of a name that is longer than one encoded word can be \U0001F469")]
    [InlineData("a, b; c: d")]
    public async Task A_mail_goes_to_one_mailbox_by_that_name_whatever_the_name_is(string name)
    {
        var email = Given.Address();
        (await (await app.Admin()).Http.Post("/v1/people", new { name, email, timeZone = Given.Zone })).Expect(HttpStatusCode.Created);
        using var mail = await MimeMessage.LoadAsync((await app.AccountMailTo(email)).File, TestContext.Current.CancellationToken);
        var to = Assert.IsType<MailboxAddress>(Assert.Single(mail.To));
        Assert.Equal((name, email), (to.Name, to.Address));
        Assert.Equal(email, mail.Headers["X-Receiver"]);
    }

    [Fact]
    public async Task The_envelope_of_a_mail_to_a_host_with_other_letters_is_ASCII()
    {
        var local = $"p{Guid.NewGuid():N}";
        (await (await app.Admin()).Http.Post("/v1/people", new { name = "Bea", email = $"{local}@b\u00FCcher.example", timeZone = Given.Zone }))
            .Expect(HttpStatusCode.Created);
        var mail = await app.AccountMailTo($"{local}@xn--bcher-kva.example");
        Assert.Equal($"{local}@xn--bcher-kva.example", mail.Headers["X-Receiver"]);
    }

    [Theory]
    [InlineData("josé@example.org")]
    [InlineData("用户@example.org")]
    [InlineData("straße@example.org")]
    [InlineData("\u200bpat@example.org")]
    [InlineData("pat@example.org\u200b")]
    [InlineData("pat\u00ad@example.org")]
    [InlineData("pat@exam\u200bple.org")]
    [InlineData("pat@-example.org")]
    [InlineData("pat@example..org")]
    [InlineData("pat@xn--a.org")]
    [InlineData(".pat@example.org")]
    [InlineData("pat..person@example.org")]
    [InlineData("Pat <pat@example.org>")]
    [InlineData("\"pat person\"@example.org")]
    [InlineData("pat@[127.0.0.1]")]
    [InlineData("pat@127.0.0.1")]
    [InlineData("pat@2130706433")]
    [InlineData("pat@example.123")]
    [InlineData("pat@example.org, eve@example.org")]
    [InlineData("a123456789a123456789a123456789a123456789a123456789a123456789a1234@example.org")]
    public async Task What_cannot_be_mailed_is_invalid_at_once(string email)
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var refused = (await admin.Http.Post("/v1/people", new { email, name = "Pat", timeZone = "UTC" }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Equal("email", Assert.Single(refused["errors"]!.AsObject()).Key);
        var row = (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email, name = "Lou", timeZone = "UTC" } } })).Ok()["rows"]![0]!;
        Assert.Equal("invalid", (string)row["result"]!);
        Assert.StartsWith("email: ", (string)row["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_that_is_given_up_is_told_to_whoever_sent_it()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        string[] addresses = [Given.Address("gone"), Given.Address("gone"), Given.Address("gone")];
        (await admin.Http.Post("/v1/people", new { email = addresses[0], name = "Pat", timeZone = "UTC" })).Expect(HttpStatusCode.Created);
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = addresses[1..].Select(email => new { email, name = "Lou", timeZone = "UTC" }) })).Ok();
        await app.InDb(async db =>
        {
            foreach (var mail in await db.OutboundMails.Where(m => m.Kind == MailKind.Invitation
                && db.Users.Any(p => p.Id == m.PersonId && addresses.Contains(p.Email))).ToListAsync(TestContext.Current.CancellationToken))
            {
                do mail.Claim(FlowingClock.Now.UtcDateTime);
                while (!mail.ScheduleRetry(FlowingClock.Now.UtcDateTime, "There is no such mailbox."));
            }

            return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        await app.Send(new SendMails());
        foreach (var (inviter, told) in new[] { (admin, addresses[..1]), (cohort.Lead, addresses[1..]) })
        {
            var mail = Assert.Single(app.MailsTo(inviter.Email), m => m.Headers["Subject"] == "An invitation could not be delivered");
            Assert.Equal(told.Order(StringComparer.Ordinal), addresses.Where(a => mail.Text.Contains(a, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task An_international_host_is_one_host_in_either_form_and_gets_its_mail()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var local = $"pat-{Guid.NewGuid():N}";
        var id = (Guid)(await admin.Http.Post("/v1/people", new { email = $"{local}@Bücher.example", name = "Pat", timeZone = "UTC" }))
            .Expect(HttpStatusCode.Created)["id"]!;
        (await admin.Http.Post("/v1/people", new { email = $"{local}@xn--bcher-kva.example", name = "Pat", timeZone = "UTC" }))
            .Expect(HttpStatusCode.Conflict, "person.exists");
        (await admin.Http.Post("/v1/people", new { email = $"{local}@BU\u0308CHER.example", name = "Pat", timeZone = "UTC" }))
            .Expect(HttpStatusCode.Conflict, "person.exists");
        var rows = (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new
        {
            learners = new[] { "@bücher.example", "@xn--bcher-kva.example" }
                .Select(h => new { email = local + h, name = "Pat", timeZone = "UTC" }),
        })).Ok()["rows"]!.AsArray();
        Assert.Equal(["created", "existing"], rows.Select(r => (string)r!["result"]!));
        var mail = await app.AccountMailTo($"{local}@xn--bcher-kva.example");
        (await Session.Anonymous(app).Post(Accept, new { token = mail.Token(), password = Chosen })).Expect(HttpStatusCode.NoContent);
        foreach (var form in new[] { "@xn--bcher-kva.example", "@bücher.example", "@BÜCHER.example" })
            Assert.Equal(id, (Guid)(await Session.Of(app, local + form, Chosen).Read("/v1/me")).Ok()["id"]!);
    }

    [Fact]
    public async Task The_link_leads_to_a_page_that_takes_the_password_without_any_front_end()
    {
        var (_, email) = await Invite();
        var link = Assert.Single((await app.AccountMailTo(email)).Links).PathAndQuery;
        var anyone = Session.Anonymous(app);
        var page = (await anyone.Read(link)).Ok();
        Assert.StartsWith("text/html", page.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(("no-store", "no-referrer"), (page.Headers["Cache-Control"], page.Headers["Referrer-Policy"]));
        var token = System.Text.RegularExpressions.Regex
            .Match(page.Body, "name=\"token\" value=\"(?<token>[^\"]+)\"", System.Text.RegularExpressions.RegexOptions.ExplicitCapture,
                TimeSpan.FromSeconds(1)).Groups["token"].Value;
        FormUrlEncodedContent Form(string password) => new([new("token", token), new("password", password)]);

        Assert.Contains("12 to 128", (await anyone.Post(link, Form("short"))).Expect(HttpStatusCode.UnprocessableEntity).Body,
            StringComparison.Ordinal);
        Assert.Contains("commonest", (await anyone.Post(link, Form("password1234"))).Expect(HttpStatusCode.UnprocessableEntity).Body,
            StringComparison.Ordinal);
        (await anyone.Post(link, Form(Chosen))).Ok();
        Assert.Contains("has been used", (await anyone.Post(link, Form(Chosen))).Expect(HttpStatusCode.UnprocessableEntity).Body,
            StringComparison.Ordinal);
        (await Session.Of(app, email, Chosen).Read("/v1/me")).Ok();
        Assert.DoesNotContain(
            "<script>", (await anyone.Read("/v1/identity/password/reset?token=%22%3E%3Cscript%3E")).Ok().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enrolling_invites_who_is_new_and_nobody_else()
    {
        var cohort = await app.Cohort();
        var known = await app.Person("Kim Known");
        var fresh = Given.Address("fresh");
        object[] learners = [new { email = fresh, name = "Fay Fresh", timeZone = Given.Zone },
            new { email = known.Email, name = "Kim Known", timeZone = Given.Zone }];
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new { learners })).Ok();
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new { learners })).Ok();

        var mail = await app.AccountMailTo(fresh);
        Assert.Empty(app.MailsTo(known.Email));
        (await Session.Anonymous(app).Post(Accept, new { token = mail.Token(), password = Chosen })).Expect(HttpStatusCode.NoContent);
        Assert.Single((await Session.Of(app, fresh, Chosen).Read("/v1/me")).Ok()["enrolments"]!.AsArray());
    }

    [Fact]
    public async Task Before_a_password_is_chosen_nobody_signs_in()
    {
        var (_, email) = await Invite();
        (await Session.Anonymous(app).Post("/v1/identity/login", new { email, password = Chosen }))
            .Expect(HttpStatusCode.Unauthorized, "auth.failed");
    }

    [Fact]
    public async Task A_refused_password_leaves_the_invitation_good()
    {
        var (_, email) = await Invite();
        var token = (await app.AccountMailTo(email)).Token();
        var anyone = Session.Anonymous(app);
        (await anyone.Post(Accept, new { token, password = "too short" })).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        var refused = (await anyone.Post(Accept, new { token, password = "Password1234!" }))
            .Expect(HttpStatusCode.UnprocessableEntity, "password.common");
        Assert.NotNull(refused["errors"]!["password"]);
        (await anyone.Post(Accept, new { token, password = email })).Expect(HttpStatusCode.UnprocessableEntity, "password.ownAddress");
        (await anyone.Post(Accept, new { token, password = Chosen })).Expect(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Of_twelve_at_once_one_accepts()
    {
        var (_, email) = await Invite();
        var token = (await app.AccountMailTo(email)).Token();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12)
            .Select(i => Session.Anonymous(app).Post(Accept, new { token, password = $"{Chosen} {i}" })));

        var winner = Assert.Single(Enumerable.Range(0, 12), i => answers[i].Status == HttpStatusCode.NoContent);
        Assert.All(answers.Where((_, i) => i != winner), a => a.Expect(HttpStatusCode.UnprocessableEntity, "invitation.invalid"));
        (await Session.Of(app, email, $"{Chosen} {winner}").Read("/v1/me")).Ok();
    }

    [Fact]
    public async Task An_invitation_lasts_fourteen_days()
    {
        var (_, inTime) = await Invite();
        var (_, late) = await Invite();
        var (first, second) = ((await app.AccountMailTo(inTime)).Token(), (await app.AccountMailTo(late)).Token());

        FlowingClock.Advance(TimeSpan.FromDays(14) - TimeSpan.FromMilliseconds(1));
        (await Session.Anonymous(app).Post(Accept, new { token = first, password = Chosen })).Expect(HttpStatusCode.NoContent);
        FlowingClock.Advance(TimeSpan.FromMilliseconds(1));
        (await Session.Anonymous(app).Post(Accept, new { token = second, password = Chosen }))
            .Expect(HttpStatusCode.UnprocessableEntity, "invitation.invalid");

        // Asking for a forgotten password sends the invitation again.
        (await Session.Anonymous(app).Post("/v1/identity/password/forgot", new { email = late })).Expect(HttpStatusCode.Accepted);
        await app.Send(new SendMails());
        var again = app.MailsTo(late)[^1];
        Assert.Equal("You are invited to MiiWrap Learning", again.Headers["Subject"]);
        (await Session.Anonymous(app).Post(Accept, new { token = again.Token(), password = Chosen })).Expect(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_token_of_one_kind_does_not_serve_for_another_nor_does_a_made_up_one()
    {
        var (_, email) = await Invite();
        var token = (await app.AccountMailTo(email)).Token();
        var anyone = Session.Anonymous(app);
        (await anyone.Post("/v1/identity/password/reset", new { token, password = Chosen }))
            .Expect(HttpStatusCode.UnprocessableEntity, "passwordReset.invalid");
        (await anyone.Post(Accept, new { token = new string('A', 43), password = Chosen }))
            .Expect(HttpStatusCode.UnprocessableEntity, "invitation.invalid");
        (await anyone.Post(Accept, new { password = Chosen })).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await anyone.Post(Accept, new { token, password = Chosen })).Expect(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_address_is_added_once_whatever_its_case()
    {
        var (id, email) = await Invite();
        var admin = await app.Admin();
        var again =
            (await admin.Http.Post("/v1/people", new { email = email.ToUpperInvariant(), name = "Someone Else", timeZone = Given.Zone }))
                .Expect(HttpStatusCode.Conflict, "person.exists");
        Assert.Equal(id, (Guid)again["id"]!);
        (await admin.Http.Post("/v1/people", new { email = "no address", name = "", timeZone = "Central Standard Time" }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");

        var fresh = Given.Address("racer");
        var answers = await Task.WhenAll(Enumerable.Range(0, 12)
            .Select(_ => admin.Http.Post("/v1/people", new { email = fresh, name = "Ray Racer", timeZone = Given.Zone })));
        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.Equal(11, answers.Count(a => a.Status == HttpStatusCode.Conflict));
        await app.AccountMailTo(fresh);
    }

    [Fact]
    public async Task No_token_and_no_password_is_in_any_log_line_or_in_the_database()
    {
        var (_, email) = await Invite();
        var token = (await app.AccountMailTo(email)).Token();
        const string Canary = "canary-password-7f3e91";
        (await Session.Anonymous(app).Post(Accept, new { token, password = Canary })).Expect(HttpStatusCode.NoContent);
        (await Session.Of(app, email, Canary).Read("/v1/me")).Ok();

        foreach (var secret in new[] { token, Canary }) Assert.DoesNotContain(Log, line => line.Contains(secret, StringComparison.Ordinal));

        var database = await app.Pages();
        Assert.True(database.Hold(email));
        foreach (var secret in new[] { token, Canary }) Assert.False(database.Hold(secret), $"{secret} is in the database");
    }

    private IEnumerable<string> Log => ((LogSink)app.Services.GetService(typeof(LogSink))!).Lines;

    private async Task<(Guid Id, string Email)> Invite()
    {
        var email = Given.Address("ines");
        var admin = await app.Admin();
        var invited = (await admin.Http.Post("/v1/people", new { email, name = "Ines Okafor", timeZone = "America/Denver" }))
            .Expect(HttpStatusCode.Created);
        return ((Guid)invited["id"]!, email);
    }

    private sealed class FrontEndApp : LearningApp
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["Public:FrontEndUrl"] = "https://study.example.org/app?from=mail&x=1" };
    }
}
