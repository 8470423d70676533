using System.Net;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Features.Identity;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.Jobs;
using MiiWrap.Learning.Tests.TestHost;
using OtpNet;

namespace MiiWrap.Learning.Tests.Features.Identity;

/// <summary>Staff turn on a second factor: from then on a sign-in asks for a code as well, and each code is good once.</summary>
[Collection(AccountMails.Name)]
[StandingClock]
public sealed class SecondFactorTests(LearningApp app)
{
    private const string Confirm = $"{Authenticator.Path}/confirm";
    private const string Renew = $"{Authenticator.Path}/recovery-codes";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_on_after_its_first_code_and_every_other_sign_in_has_ended()
    {
        var person = await app.Admin();
        var elsewhere = (string)(await app.SignIn(person.Email)).Ok()["accessToken"]!;
        Assert.Equal(("off", 0), await person.Http.SecondFactor());

        var begun = (await person.Http.Post(Authenticator.Path, new { password = Given.Password })).Ok();
        var phone = new Authenticator((string)begun["secret"]!);
        Assert.Matches("^[A-Z2-7]{32}$", phone.Secret);
        var uri = new Uri((string)begun["uri"]!);
        Assert.Equal("otpauth://totp/", uri.GetLeftPart(UriPartial.Authority) + "/");
        Assert.Equal($"/MiiWrap.Learning:{person.Email}", Uri.UnescapeDataString(uri.AbsolutePath));
        foreach (var part in new[] { $"secret={phone.Secret}", "issuer=MiiWrap.Learning", "algorithm=SHA1", "digits=6", "period=30" })
            Assert.Contains(part, uri.Query, StringComparison.Ordinal);
        Assert.Equal(("pending", 0), await person.Http.SecondFactor());
        // Nothing asks for it yet.
        (await app.SignIn(person.Email)).Ok();
        var wrong = (await person.Http.Post(Confirm, new { code = phone.Wrong }))
            .Expect(HttpStatusCode.UnprocessableEntity, "secondFactor.code.wrong");
        Assert.NotNull(wrong["errors"]!["code"]);

        var on = (await person.Http.Post(Confirm, new { code = phone.Code })).Ok();
        Assert.Equal(10, on["recoveryCodes"]!.AsArray().Select(c => (string)c!).Distinct().Count());
        Assert.All(on["recoveryCodes"]!.AsArray(), c => Assert.Matches("^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$", (string)c!));
        Assert.Equal(("on", 10), await person.Http.SecondFactor());
        (await Session.Anonymous(app).Read("/v1/me", ("Authorization", $"Bearer {elsewhere}"))).Expect(HttpStatusCode.Unauthorized);
        (await person.Http.Post(Authenticator.Path, new { password = Given.Password })).Expect(HttpStatusCode.Conflict, "secondFactor.on");
        (await person.Http.Post(Confirm, new { code = phone.Code })).Expect(HttpStatusCode.Conflict, "secondFactor.on");

        var mail = await app.AccountMailTo(person.Email);
        Assert.Equal("A second factor is on for your account", mail.Headers["Subject"]);
        foreach (var body in new[] { mail.Text, mail.Html })
        {
            Assert.Contains("authenticator app", body, StringComparison.Ordinal);
            Assert.DoesNotContain(phone.Secret, body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_sign_in_asks_for_the_code_only_when_the_password_is_right()
    {
        var (person, plain) = (await app.Admin(), await app.Admin());
        var (phone, _) = await person.Http.TurnOnSecondFactor();
        Assert.Equal(Told(await app.SignIn(plain.Email, password: "not-the-password")),
            Told(await app.SignIn(person.Email, password: "not-the-password")));
        Assert.Equal(Told(await app.SignIn(plain.Email, "123456", password: "not-the-password")),
            Told(await app.SignIn(person.Email, phone.Code, password: "not-the-password")));

        (await app.SignIn(person.Email)).Expect(HttpStatusCode.Unauthorized, "auth.code.required");
        (await app.SignIn(person.Email, "  ")).Expect(HttpStatusCode.Unauthorized, "auth.code.required");
        (await app.SignIn(person.Email, phone.Wrong)).Expect(HttpStatusCode.Unauthorized, "auth.code.invalid");
        var spaced = phone.Code.Insert(3, " ");
        var tokens = (await app.SignIn(person.Email, spaced)).Ok();
        // A device that is known gets no further without a code, and a refresh needs none.
        (await app.SignIn(person.Email, deviceToken: (string)tokens["deviceToken"]!))
            .Expect(HttpStatusCode.Unauthorized, "auth.code.required");
        (await Session.Anonymous(app).Post("/v1/identity/refresh", new { refreshToken = (string)tokens["refreshToken"]! })).Ok();
        // Who has none sends what they like.
        (await app.SignIn(plain.Email, "123456")).Ok();
        (await app.SignIn(plain.Email, new string('1', 65))).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");

        static string Told(Answer answer)
        {
            var json = answer.Json.AsObject();
            json.Remove("traceId");
            return $"{answer.Status} {json.ToJsonString()}";
        }
    }

    // RFC 6238, appendix B, SHA-1: the last six of the eight digits.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1_111_111_109, "081804")]
    [InlineData(1_111_111_111, "050471")]
    [InlineData(1_234_567_890, "005924")]
    [InlineData(2_000_000_000, "279037")]
    [InlineData(20_000_000_000, "353130")]
    public async Task The_codes_are_those_of_RFC_6238(long at, string code)
    {
        var person = await app.Admin();
        await person.Http.TurnOnSecondFactor();
        await SetKey(person.Id, "12345678901234567890"u8.ToArray());
        FlowingClock.Set(DateTimeOffset.FromUnixTimeSeconds(at));
        (await app.SignIn(person.Email, code)).Ok();
    }

    [Fact]
    public async Task A_phone_may_be_one_step_off_and_no_more()
    {
        var person = await app.Admin();
        var (phone, _) = await person.Http.TurnOnSecondFactor();
        FlowingClock.Advance(TimeSpan.FromMinutes(5));
        foreach (var steps in new[] { -2, 2 })
            (await app.SignIn(person.Email, phone.At(TimeSpan.FromSeconds(30 * steps))))
                .Expect(HttpStatusCode.Unauthorized, "auth.code.invalid");
        foreach (var steps in new[] { -1, 0, 1 }) (await app.SignIn(person.Email, phone.At(TimeSpan.FromSeconds(30 * steps)))).Ok();
    }

    [Fact]
    public async Task A_code_counts_once_and_so_do_those_before_it()
    {
        var person = await app.Admin();
        var (phone, _) = await person.Http.TurnOnSecondFactor();
        // The one by which it was turned on is used too.
        (await app.SignIn(person.Email, phone.At(TimeSpan.FromSeconds(-30)))).Expect(HttpStatusCode.Unauthorized, "auth.code.invalid");
        (await app.SignIn(person.Email, phone.Code)).Ok();
        (await app.SignIn(person.Email, phone.Code)).Expect(HttpStatusCode.Unauthorized, "auth.code.invalid");
        var before = phone.Code;
        FlowingClock.Advance(TimeSpan.FromSeconds(30));
        (await app.SignIn(person.Email, phone.Code)).Ok();
        (await app.SignIn(person.Email, before)).Expect(HttpStatusCode.Unauthorized, "auth.code.invalid");
    }

    [Fact]
    public async Task Of_several_who_bring_one_code_at_once_one_gets_in()
    {
        var person = await app.Admin();
        var (phone, recovery) = await person.Http.TurnOnSecondFactor();
        foreach (var code in new[] { phone.Code, recovery[0] })
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.SignIn(person.Email, code)));
            Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
            Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => Assert.Equal("auth.code.invalid", a.Code));
        }
    }

    [Fact]
    public async Task A_recovery_code_is_good_once_however_it_is_typed()
    {
        var (person, other) = (await app.Admin(), await app.Admin());
        var (phone, recovery) = await person.Http.TurnOnSecondFactor();
        var (_, others) = await other.Http.TurnOnSecondFactor();
        (await app.SignIn(person.Email, others[0])).Expect(HttpStatusCode.Unauthorized, "auth.code.invalid");
        (await app.SignIn(person.Email, recovery[0])).Ok();
        (await app.SignIn(person.Email, recovery[0])).Expect(HttpStatusCode.Unauthorized, "auth.code.invalid");
        (await app.SignIn(person.Email, $" {recovery[1].ToLowerInvariant().Replace('-', ' ')} ")).Ok();
        (await app.SignIn(person.Email, recovery[2].Replace("-", "", StringComparison.Ordinal))).Ok();
        Assert.Equal(("on", 7), await person.Http.SecondFactor());

        // A recovery code gives no new ones: that takes the phone.
        (await person.Http.Post(Renew, new { code = recovery[3] })).Expect(HttpStatusCode.UnprocessableEntity, "secondFactor.code.wrong");
        var renewed = (await person.Http.Post(Renew, new { code = phone.Code })).Ok()["recoveryCodes"]!.AsArray();
        Assert.Equal(("on", 10), await person.Http.SecondFactor());
        (await app.SignIn(person.Email, recovery[3])).Expect(HttpStatusCode.Unauthorized, "auth.code.invalid");
        (await app.SignIn(person.Email, (string)renewed[0]!)).Ok();
        (await person.Http.Post(Renew, new { code = phone.Code })).Expect(HttpStatusCode.UnprocessableEntity, "secondFactor.code.wrong");
    }

    [Fact]
    public async Task Ten_wrong_codes_make_everybody_wait_a_known_device_too_and_the_owner_hears_of_it()
    {
        var person = await app.Admin();
        var (phone, _) = await person.Http.TurnOnSecondFactor();
        var device = (string)(await app.SignIn(person.Email, phone.Code)).Ok()["deviceToken"]!;
        FlowingClock.Advance(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 20; i++) (await app.SignIn(person.Email)).Expect(HttpStatusCode.Unauthorized, "auth.code.required");
        for (var i = 0; i < 10; i++)
        {
            (await app.SignIn(person.Email, phone.Wrong, device)).Expect(HttpStatusCode.Unauthorized, "auth.code.invalid");
            // Neither a missing code nor a right password begins to count anew.
            (await app.SignIn(person.Email, null, device)).Expect(HttpStatusCode.Unauthorized, "auth.code.required");
        }

        MustWait(await app.SignIn(person.Email, phone.Code, device), 60);
        MustWait(await app.SignIn(person.Email, phone.Code), 60);
        MustWait(await person.Http.EndSecondFactor(phone.Code), 60);
        foreach (var minutes in new[] { 1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360 })
        {
            FlowingClock.Advance(TimeSpan.FromMinutes(minutes));
            (await app.SignIn(person.Email, phone.Wrong, device)).Expect(HttpStatusCode.Unauthorized, "auth.code.invalid");
        }

        MustWait(await app.SignIn(person.Email, phone.Code, device), 360 * 60);
        await app.Send(new SendMails());
        var mail = Assert.Single(app.MailsTo(person.Email), m => m.Headers["Subject"] == "Somebody has your password");
        Assert.Contains("forgotten password", mail.Text, StringComparison.Ordinal);
        Assert.Contains("forgotten password", mail.Html, StringComparison.Ordinal);
        Assert.Empty(mail.Links);

        FlowingClock.Advance(TimeSpan.FromHours(6));
        (await app.SignIn(person.Email, phone.Code, device)).Ok();
        (await app.SignIn(person.Email, phone.Wrong, device)).Expect(HttpStatusCode.Unauthorized, "auth.code.invalid");
    }

    [Fact]
    public async Task A_mailed_new_password_ends_the_wait_of_whoever_has_the_code()
    {
        const string chosen = "three quiet herons at dusk";
        var person = await app.Admin();
        var (phone, _) = await person.Http.TurnOnSecondFactor();
        for (var i = 0; i < 10; i++) await app.SignIn(person.Email, phone.Wrong);
        MustWait(await app.SignIn(person.Email, phone.Code), 60);
        (await Session.Anonymous(app).Post("/v1/identity/password/forgot", new { email = person.Email })).Expect(HttpStatusCode.Accepted);
        await app.Send(new SendMails());
        var reset = app.MailsTo(person.Email).Single(m => m.Headers["Subject"] == "Choose a new password");
        (await Session.Anonymous(app).Post("/v1/identity/password/reset", new { token = reset.Token(), password = chosen }))
            .Expect(HttpStatusCode.NoContent);
        (await app.SignIn(person.Email, phone.Code, password: chosen)).Ok();
    }

    [Fact]
    public async Task However_many_guesses_come_at_once_ten_are_judged()
    {
        var person = await app.Admin();
        var (phone, _) = await person.Http.TurnOnSecondFactor();
        var device = (string)(await app.SignIn(person.Email, phone.Code)).Ok()["deviceToken"]!;
        var answers = await Task.WhenAll(Enumerable.Range(0, 40)
            .Select(i => app.SignIn(person.Email, phone.Wrong, i % 2 == 0 ? device : null)));
        Assert.InRange(answers.Count(a => a.Code == "auth.code.invalid"), 1, 10);
        Assert.All(answers.Where(a => a.Code != "auth.code.invalid"), a => a.Expect(HttpStatusCode.TooManyRequests, "auth.throttled"));
    }

    [Fact]
    public async Task Wrong_codes_are_counted_under_an_Idempotency_Key_too()
    {
        var person = await app.Admin();
        var phone = await person.Http.BeginSecondFactor();
        for (var i = 0; i < 10; i++)
            (await person.Http.Post(Confirm, new { code = phone.Wrong }, ("Idempotency-Key", $"guess-number-{i}")))
                .Expect(HttpStatusCode.UnprocessableEntity, "secondFactor.code.wrong");
        MustWait(await person.Http.Post(Confirm, new { code = phone.Code }, ("Idempotency-Key", "guess-number-10")), 60);
        Assert.Equal(("pending", 0), await person.Http.SecondFactor());
    }

    [Fact]
    public async Task Recovery_codes_are_shown_once_also_to_whoever_repeats_the_request()
    {
        var person = await app.Admin();
        var phone = await person.Http.BeginSecondFactor();
        var key = ("Idempotency-Key", "turn-it-on-once");
        var first = (await person.Http.Post(Confirm, new { code = phone.Code }, key)).Ok();
        var again = (await person.Http.Post(Confirm, new { code = phone.Code }, key)).Ok();
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal((string)first["since"]!, (string)again["since"]!);
        Assert.Null(again["recoveryCodes"]);
        // The secret is given anew, and never again: that request takes no key.
        FlowingClock.Advance(TimeSpan.FromSeconds(30));
        (await app.SignIn(person.Email, (string)first["recoveryCodes"]![0]!)).Ok();
    }

    [Fact]
    public async Task The_secret_takes_the_password_and_guesses_at_that_are_counted_as_at_the_sign_in()
    {
        var (person, elsewhere) = (await app.Admin(), new { password = "not-the-password" });
        for (var i = 0; i < 10; i++)
        {
            var wrong = (await person.Http.Post(Authenticator.Path, elsewhere))
                .Expect(HttpStatusCode.UnprocessableEntity, "password.current.wrong");
            Assert.NotNull(wrong["errors"]!["password"]);
        }

        MustWait(await person.Http.Post(Authenticator.Path, new { password = Given.Password }), 60);
        MustWait(await app.SignIn(person.Email), 60);
    }

    [Fact]
    public async Task It_is_for_programme_admins_and_leads_and_stays_with_whoever_loses_the_role()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        foreach (var http in new[] { (await app.Learner(cohort)).Http, cohort.Instructor.Http })
        {
            Assert.Equal(("off", 0), await http.SecondFactor());
            (await http.Post(Authenticator.Path, new { password = Given.Password })).Expect(HttpStatusCode.Forbidden, "role.required");
            (await http.Post(Confirm, new { code = "123456" })).Expect(HttpStatusCode.Forbidden, "role.required");
        }

        var lead = cohort.Lead;
        (await lead.Http.Post(Confirm, new { code = "123456" })).Expect(HttpStatusCode.Conflict, "secondFactor.notPending");
        (await lead.Http.Post(Renew, new { code = "123456" })).Expect(HttpStatusCode.Conflict, "secondFactor.off");
        (await lead.Http.EndSecondFactor("123456")).Expect(HttpStatusCode.Conflict, "secondFactor.off");
        var (phone, recovery) = await lead.Http.TurnOnSecondFactor();
        (await admin.Http.Patch(cohort.Path, new { leads = Array.Empty<Guid>() })).Ok();
        (await app.SignIn(lead.Email)).Expect(HttpStatusCode.Unauthorized, "auth.code.required");
        (await lead.Http.Post(Renew, new { code = phone.Code })).Ok();

        (await lead.Http.EndSecondFactor(recovery[0])).Expect(HttpStatusCode.UnprocessableEntity, "secondFactor.code.wrong");
        FlowingClock.Advance(TimeSpan.FromSeconds(30));
        (await lead.Http.EndSecondFactor(phone.Code, "not-the-password"))
            .Expect(HttpStatusCode.UnprocessableEntity, "password.current.wrong");
        (await lead.Http.EndSecondFactor(phone.Code)).Expect(HttpStatusCode.NoContent);
        Assert.Equal(("off", 0), await lead.Http.SecondFactor());
        (await app.SignIn(lead.Email)).Ok();
        await app.Send(new SendMails());
        var mail = Assert.Single(app.MailsTo(lead.Email), m => m.Headers["Subject"] == "The second factor of your account is off");
        Assert.Contains("password alone", mail.Text, StringComparison.Ordinal);
        Assert.Contains("password alone", mail.Html, StringComparison.Ordinal);
        (await lead.Http.Post(Authenticator.Path, new { password = Given.Password })).Expect(HttpStatusCode.Forbidden, "role.required");
    }

    [Fact]
    public async Task It_is_turned_off_and_on_again_with_another_phone_at_once()
    {
        var person = await app.Admin();
        var (old, recovery) = await person.Http.TurnOnSecondFactor();
        (await person.Http.EndSecondFactor(recovery[0])).Expect(HttpStatusCode.NoContent);
        var phone = await person.Http.BeginSecondFactor();
        Assert.NotEqual(old.Secret, phone.Secret);
        (await person.Http.Post(Confirm, new { code = phone.Code })).Ok();
        FlowingClock.Advance(TimeSpan.FromSeconds(30));
        (await app.SignIn(person.Email, old.Code)).Expect(HttpStatusCode.Unauthorized, "auth.code.invalid");
        (await app.SignIn(person.Email, recovery[1])).Expect(HttpStatusCode.Unauthorized, "auth.code.invalid");
        (await app.SignIn(person.Email, phone.Code)).Ok();
    }

    [Fact]
    public async Task Another_password_or_address_leaves_it_on()
    {
        const string chosen = "three quiet herons at dusk";
        var (admin, person) = (await app.Admin(), await app.Admin());
        var (phone, _) = await person.Http.TurnOnSecondFactor();
        (await person.Http.Post("/v1/me/password", new { current = Given.Password, @new = chosen })).Expect(HttpStatusCode.NoContent);
        (await app.SignIn(person.Email, password: chosen)).Expect(HttpStatusCode.Unauthorized, "auth.code.required");

        (await Session.Anonymous(app).Post("/v1/identity/password/forgot", new { email = person.Email })).Expect(HttpStatusCode.Accepted);
        await app.Send(new SendMails());
        var reset = app.MailsTo(person.Email).Single(m => m.Headers["Subject"] == "Choose a new password");
        (await Session.Anonymous(app).Post("/v1/identity/password/reset", new { token = reset.Token(), password = Given.Password }))
            .Expect(HttpStatusCode.NoContent);
        (await app.SignIn(person.Email)).Expect(HttpStatusCode.Unauthorized, "auth.code.required");

        var address = Given.Address("moved");
        (await admin.Http.Patch($"/v1/people/{person.Id}", new { email = address }, ("If-Match", "*"))).Ok();
        await app.Send(new SendMails());
        var link = app.MailsTo(address).Single().Token();
        (await Session.Anonymous(app).Post("/v1/identity/address/confirm", new { token = link, password = Given.Password }))
            .Expect(HttpStatusCode.NoContent);
        (await app.SignIn(address)).Expect(HttpStatusCode.Unauthorized, "auth.code.required");
        (await app.SignIn(address, phone.Code)).Ok();
    }

    [Fact]
    public async Task The_jobs_dashboard_asks_for_the_code_too()
    {
        var person = await app.Admin();
        var (phone, _) = await person.Http.TurnOnSecondFactor();
        var browser = new Browser(app);
        var form = await browser.Expect("/jobs/sign-in", HttpStatusCode.OK);
        Assert.Contains("autocomplete=\"one-time-code\"", form.Body, StringComparison.Ordinal);
        foreach (var (password, code, said) in new[] { (Given.Password, "", "authenticator app"), (Given.Password, phone.Wrong, "wrong"),
            ("not-the-password", phone.Code, "do not open this page") })
        {
            var refused = (await browser.SignIn(person.Email, password, code)).Expect(HttpStatusCode.Unauthorized);
            Assert.Contains(said, refused.Body, StringComparison.Ordinal);
        }

        (await browser.SignIn(person.Email, code: phone.Code)).Expect(HttpStatusCode.Redirect);
        await browser.Expect("/jobs", HttpStatusCode.OK);
    }

    [Fact]
    public async Task Whoever_has_the_database_alone_has_neither_secret_nor_codes()
    {
        var person = await app.Admin();
        var (phone, recovery) = await person.Http.TurnOnSecondFactor();
        var pages = await app.Pages();
        string[] clear = [phone.Secret, phone.Secret.ToLowerInvariant(), Convert.ToBase64String(Base32Encoding.ToBytes(phone.Secret)),
            .. recovery, .. recovery.Select(c => c.Replace("-", "", StringComparison.Ordinal))];
        Assert.DoesNotContain(clear, pages.Hold);
        Assert.True(pages.AsSpan().IndexOf(Base32Encoding.ToBytes(phone.Secret)) < 0, "The key's bytes are in the database.");
        // What is there is looked through as well: the rows stand in it.
        Assert.True(pages.Hold("AuthenticatorKey"));
        var rows = await app.InDb(db => db.UserTokens.Where(t => t.UserId == person.Id).ToListAsync(Ct));
        Assert.Equal(["AuthenticatorKey", "RecoveryCodes"], rows.Select(r => r.Name).Order());
        Assert.All(rows, r => Assert.True(pages.Hold(r.Value!)));

        // A key that is copied to somebody else opens nothing there.
        var thief = await app.Admin();
        await thief.Http.TurnOnSecondFactor();
        var stolen = rows.Single(r => r.Name == "AuthenticatorKey").Value;
        await app.InDb(db => db.UserTokens.Where(t => t.UserId == thief.Id && t.Name == "AuthenticatorKey")
            .ExecuteUpdateAsync(t => t.SetProperty(x => x.Value, stolen), Ct));
        (await app.SignIn(thief.Email, phone.Code)).Expect(HttpStatusCode.Unauthorized, "auth.code.invalid");
    }

    [Fact]
    public async Task Who_leaves_keeps_none_and_who_is_suspended_does()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var (_, recovery) = await cohort.Lead.Http.TurnOnSecondFactor();
        (await admin.Http.Post($"/v1/people/{cohort.Lead.Id}/suspend", new { reason = "Away until further notice." })).Ok();
        Assert.Equal(3, await Rows(cohort.Lead.Id));
        (await admin.Http.Post($"/v1/people/{cohort.Lead.Id}/resume")).Ok();
        (await app.SignIn(cohort.Lead.Email)).Expect(HttpStatusCode.Unauthorized, "auth.code.required");
        (await app.SignIn(cohort.Lead.Email, recovery[0])).Ok();

        (await admin.Http.Post($"/v1/people/{cohort.Lead.Id}/dismiss", new { reason = "The employment has ended." })).Ok();
        Assert.Equal(0, await Rows(cohort.Lead.Id));
        (await admin.Http.Post($"/v1/people/{cohort.Lead.Id}/resume")).Ok();
        (await app.SignIn(cohort.Lead.Email)).Ok();
    }

    [Fact]
    public async Task Where_the_key_ring_was_lost_recovery_codes_still_get_in()
    {
        var person = await app.Admin();
        var (phone, recovery) = await person.Http.TurnOnSecondFactor();
        await app.InDb(db => db.UserTokens.Where(t => t.UserId == person.Id && t.Name == "AuthenticatorKey")
            .ExecuteUpdateAsync(t => t.SetProperty(x => x.Value, Convert.ToBase64String(Encoding.UTF8.GetBytes("not sealed"))), Ct));
        (await app.SignIn(person.Email, phone.Code)).Expect(HttpStatusCode.Unauthorized, "auth.code.invalid");
        (await app.SignIn(person.Email, recovery[0])).Ok();
    }

    [Fact]
    public async Task The_security_log_tells_what_became_of_it()
    {
        var person = await app.Admin();
        var (phone, recovery) = await person.Http.TurnOnSecondFactor();
        await app.SignIn(person.Email, phone.Wrong);
        (await app.SignIn(person.Email, recovery[0])).Ok();
        (await person.Http.Post(Renew, new { code = phone.Code })).Ok();
        FlowingClock.Advance(TimeSpan.FromSeconds(30));
        (await person.Http.EndSecondFactor(phone.Code)).Expect(HttpStatusCode.NoContent);
        var lines = app.Services.GetRequiredService<LogSink>().Lines
            .Where(l => l.Contains($"{person.Id}", StringComparison.Ordinal)).ToList();
        foreach (var said in new[] { "turned their second factor on", "was refused; the password was right", "used a recovery code",
            "took new recovery codes", "turned their second factor off" })
            Assert.Single(lines, l => l.Contains(said, StringComparison.Ordinal));
    }

    private static void MustWait(Answer answer, int seconds)
    {
        answer.Expect(HttpStatusCode.TooManyRequests, "auth.throttled");
        Assert.Equal($"{seconds}", answer.Headers["Retry-After"]);
    }

    private Task<int> Rows(Guid personId) => app.InDb(async db =>
        await db.UserTokens.CountAsync(t => t.UserId == personId, Ct) + await db.SecondFactors.CountAsync(f => f.PersonId == personId, Ct));

    /// <summary>A key that the program has not made: that of the RFC.</summary>
    private async Task SetKey(Guid personId, byte[] key)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var row = new IdentityUserToken<Guid> { UserId = personId, LoginProvider = "[AspNetUserStore]", Name = "AuthenticatorKey",
            Value = scope.ServiceProvider.GetRequiredService<SecondFactors>().Seal(personId, key) };
        await app.InDb(async db =>
        {
            db.Update(row);
            await db.SaveChangesAsync(Ct);
            return await db.SecondFactors.Where(f => f.PersonId == personId).ExecuteUpdateAsync(f => f.SetProperty(x => x.LastStep, 0), Ct);
        });
    }
}
