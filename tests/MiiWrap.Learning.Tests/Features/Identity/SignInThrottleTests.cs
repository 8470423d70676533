using System.Globalization;
using System.Net;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.Jobs;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Identity;

/// <summary>Whoever guesses at passwords is made to wait; the owner of the account, on a device that is known, never is.</summary>
[Collection(AccountMails.Name)]
[StandingClock]
public sealed class SignInThrottleTests(SignInThrottleTests.ThrottlingApp app) : IClassFixture<SignInThrottleTests.ThrottlingApp>
{
    private const string Wrong = "not-the-password-at-all";
    private const int FromOneAddress = 10;
    private const int AtOneAccount = 100;

    [Fact]
    public async Task Ten_wrong_passwords_keep_nobody_out_who_comes_from_a_known_device()
    {
        var (person, attacker) = (await app.Person(), NewAddress());
        var device = DeviceOf((await SignIn(person.Email, NewAddress())).Ok());
        for (var i = 0; i < 30; i++) await SignIn(person.Email, attacker, Wrong);
        (await SignIn(person.Email, attacker)).Expect(HttpStatusCode.TooManyRequests, "auth.throttled");

        (await SignIn(person.Email, attacker, Given.Password, device)).Ok();
        (await SignIn(person.Email, NewAddress(), Given.Password, device)).Ok();
        // The attacker's address is one thing, the account another.
        (await SignIn(person.Email, NewAddress())).Ok();
    }

    [Fact]
    public async Task After_ten_failures_each_further_one_makes_the_wait_longer_up_to_a_quarter_of_an_hour()
    {
        var (person, address) = (await app.Person(), NewAddress());
        for (var i = 0; i < FromOneAddress; i++)
            (await SignIn(person.Email, address, Wrong)).Expect(HttpStatusCode.Unauthorized, "auth.failed");
        foreach (var wait in new[] { 60, 120, 240, 480, 900, 900 })
        {
            // What is told to wait is not judged: the right password is none of an attacker's successes.
            MustWait(await SignIn(person.Email, address), wait);
            FlowingClock.Advance(TimeSpan.FromSeconds(wait) - TimeSpan.FromMilliseconds(500));
            MustWait(await SignIn(person.Email, address, Wrong), 1);
            FlowingClock.Advance(TimeSpan.FromMilliseconds(500));
            (await SignIn(person.Email, address, Wrong)).Expect(HttpStatusCode.Unauthorized, "auth.failed");
        }

        FlowingClock.Advance(TimeSpan.FromMinutes(15));
        (await SignIn(person.Email, address)).Ok();
        (await SignIn(person.Email, address, Wrong)).Expect(HttpStatusCode.Unauthorized, "auth.failed");
    }

    [Fact]
    public async Task A_failure_that_a_node_counted_by_a_clock_ahead_makes_nobody_wait()
    {
        var (person, address) = (await app.Person(), NewAddress());
        (await SignIn(person.Email, address, Wrong)).Expect(HttpStatusCode.Unauthorized, "auth.failed");
        FlowingClock.Advance(TimeSpan.FromSeconds(-3));
        (await SignIn(person.Email, address, Wrong)).Expect(HttpStatusCode.Unauthorized, "auth.failed");
        FlowingClock.Advance(TimeSpan.FromSeconds(-3));
        (await SignIn(person.Email, address)).Ok();
    }

    [Fact]
    public async Task A_success_forgets_the_failures_before_it_and_so_does_a_day()
    {
        var (person, address) = (await app.Person(), NewAddress());
        for (var i = 0; i < 3; i++)
        {
            for (var failure = 1; failure < FromOneAddress; failure++)
                (await SignIn(person.Email, address, Wrong)).Expect(HttpStatusCode.Unauthorized);
            if (i < 2) (await SignIn(person.Email, address)).Ok();
        }

        FlowingClock.Advance(TimeSpan.FromDays(1));
        for (var failure = 1; failure < FromOneAddress; failure++)
            (await SignIn(person.Email, address, Wrong)).Expect(HttpStatusCode.Unauthorized);
        (await SignIn(person.Email, address)).Ok();
    }

    [Fact]
    public async Task A_known_an_unknown_and_an_invited_account_are_throttled_alike()
    {
        var (cohort, invited) = (await app.Cohort(), Given.Address());
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = invited, name = "Not Yet", timeZone = Given.Zone } } })).Ok();
        var told = new List<string>();
        foreach (var email in new[] { (await app.Person()).Email, Given.Address(), invited })
        {
            var (address, words) = (NewAddress(), new List<string>());
            for (var i = 0; i < FromOneAddress + 2; i++)
            {
                var answer = await SignIn(email, address, Wrong);
                var json = answer.Json.AsObject();
                json.Remove("traceId");
                words.Add($"{answer.Status} {answer.Headers.GetValueOrDefault("Retry-After")} {json.ToJsonString()}");
            }

            told.Add(string.Join('\n', words));
        }

        Assert.Contains("TooManyRequests 60 ", told[0], StringComparison.Ordinal);
        Assert.Single(told.Distinct());
    }

    [Fact]
    public async Task The_case_of_an_address_and_blanks_around_it_give_no_further_tries()
    {
        var (person, address) = (await app.Person(), NewAddress());
        for (var i = 0; i < FromOneAddress; i++)
            await SignIn(i % 2 == 0 ? person.Email.ToUpperInvariant() : $" {person.Email} ", address, Wrong);
        MustWait(await SignIn(person.Email, address), 60);
    }

    [Fact]
    public async Task Many_addresses_at_one_account_are_counted_together()
    {
        var person = await app.Person();
        var device = DeviceOf((await SignIn(person.Email, NewAddress())).Ok());
        for (var i = 0; i < AtOneAccount; i++)
            (await SignIn(person.Email, NewAddress(), Wrong)).Expect(HttpStatusCode.Unauthorized, "auth.failed");
        MustWait(await SignIn(person.Email, NewAddress(), Wrong), 60);
        MustWait(await SignIn(person.Email, NewAddress()), 60);
        (await SignIn(person.Email, NewAddress(), Given.Password, device)).Ok();
    }

    [Fact]
    public async Task One_address_at_many_accounts_is_counted_together()
    {
        var (person, address) = (await app.Person(), NewAddress());
        var device = DeviceOf((await SignIn(person.Email, NewAddress())).Ok());
        for (var i = 0; i < ThrottlingApp.AtManyAccounts; i++)
            (await SignIn(Given.Address(), address, Wrong)).Expect(HttpStatusCode.Unauthorized, "auth.failed");
        MustWait(await SignIn(Given.Address(), address, Wrong), 60);
        MustWait(await SignIn(person.Email, address), 60);
        (await SignIn(person.Email, address, Given.Password, device)).Ok();
    }

    [Fact]
    public async Task A_known_device_is_counted_by_itself_and_the_right_password_gets_in_all_the_same()
    {
        var (person, address) = (await app.Person(), NewAddress());
        var device = DeviceOf((await SignIn(person.Email, address)).Ok());
        for (var i = 0; i < FromOneAddress; i++)
            (await SignIn(person.Email, address, Wrong, device)).Expect(HttpStatusCode.Unauthorized, "auth.failed");
        MustWait(await SignIn(person.Email, NewAddress(), Wrong, device), 60);
        (await SignIn(person.Email, address)).Ok();

        var renewed = DeviceOf((await SignIn(person.Email, address, Given.Password, device)).Ok());
        for (var i = 1; i < FromOneAddress; i++)
            (await SignIn(person.Email, address, Wrong, renewed)).Expect(HttpStatusCode.Unauthorized, "auth.failed");
    }

    [Fact]
    public async Task A_device_token_with_a_hundred_failures_is_known_no_more()
    {
        var (person, address) = (await app.Person(), NewAddress());
        var device = DeviceOf((await SignIn(person.Email, address)).Ok());
        for (var i = 0; i < AtOneAccount; i++)
            (await SignIn(person.Email, address, Wrong, device))
                .Expect(i < FromOneAddress ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests);
        for (var i = 0; i < FromOneAddress; i++)
            (await SignIn(person.Email, address, Wrong, device)).Expect(HttpStatusCode.Unauthorized, "auth.failed");
        MustWait(await SignIn(person.Email, address, Given.Password, device), 60);
    }

    [Fact]
    public async Task A_device_token_of_somebody_else_or_made_up_is_none_and_does_no_harm()
    {
        var (person, other, address) = (await app.Person(), await app.Person(), NewAddress());
        var foreign = DeviceOf((await SignIn(other.Email, NewAddress())).Ok());
        string[] tokens = [foreign, "made-up", "", new('x', 512)];
        foreach (var token in tokens) (await SignIn(person.Email, NewAddress(), Given.Password, token)).Ok();
        for (var i = 0; i < FromOneAddress; i++) await SignIn(person.Email, address, Wrong, tokens[i % tokens.Length]);
        foreach (var token in tokens) MustWait(await SignIn(person.Email, address, Given.Password, token), 60);
        (await SignIn(person.Email, address, Given.Password, new string('x', 513)))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Fact]
    public async Task A_device_is_forgotten_a_year_after_its_last_sign_in()
    {
        var (person, address) = (await app.Person(), NewAddress());
        var device = DeviceOf((await SignIn(person.Email, address)).Ok());
        FlowingClock.Advance(TimeSpan.FromDays(365) - TimeSpan.FromMinutes(1));
        for (var i = 0; i < FromOneAddress; i++) await SignIn(person.Email, address, Wrong);
        (await SignIn(person.Email, address, Given.Password, device)).Ok();
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < FromOneAddress; i++) await SignIn(person.Email, address, Wrong);
        (await SignIn(person.Email, address, Given.Password, device)).Expect(HttpStatusCode.TooManyRequests, "auth.throttled");
    }

    [Fact]
    public async Task Our_own_page_knows_its_device_by_a_cookie_that_no_other_page_gets()
    {
        var admin = await app.Admin();
        var browser = new Browser(app);
        var entered = (await browser.SignIn(admin.Email)).Expect(HttpStatusCode.Redirect);
        var cookie = Assert.Single(entered.Headers["Set-Cookie"].Split(", learning-"), c => c.Contains("device", StringComparison.Ordinal));
        foreach (var part in new[] { "path=/jobs", "httponly", "samesite=strict" })
            Assert.Contains(part, cookie, StringComparison.OrdinalIgnoreCase);

        var (other, attacker) = (new Browser(app), await app.Person());
        for (var i = 0; i < FromOneAddress; i++) (await other.SignIn(admin.Email, Wrong)).Expect(HttpStatusCode.Unauthorized);
        var waits = (await other.SignIn(admin.Email)).Expect(HttpStatusCode.TooManyRequests);
        Assert.Contains("again in", waits.Body, StringComparison.Ordinal);
        Assert.Equal("60", waits.Headers["Retry-After"]);
        (await browser.SignOut()).Expect(HttpStatusCode.Redirect);
        (await browser.SignIn(admin.Email)).Expect(HttpStatusCode.Redirect);
        // The API sets no cookie.
        Assert.DoesNotContain("Set-Cookie", (await SignIn(attacker.Email, NewAddress())).Ok().Headers.Keys);
    }

    [Fact]
    public async Task The_owner_of_an_account_is_told_once_a_day_that_somebody_guesses_and_an_unknown_address_is_not()
    {
        var (person, unknown) = (await app.Person(), Given.Address());
        foreach (var email in new[] { person.Email, unknown })
        {
            for (var i = 1; i < FromOneAddress; i++) await SignIn(email, "198.51.100.7", Wrong);
        }

        await app.Send(new SendMails());
        Assert.Empty(app.MailsTo(person.Email));
        foreach (var email in new[] { person.Email, unknown }) await SignIn(email, "198.51.100.7", Wrong);
        var mail = await app.AccountMailTo(person.Email);
        Assert.Contains("guess", mail.Headers["Subject"], StringComparison.Ordinal);
        Assert.Empty(mail.Links);

        for (var i = 0; i < FromOneAddress; i++) await SignIn(person.Email, "198.51.100.8", Wrong);
        await app.AccountMailTo(person.Email);
        FlowingClock.Advance(TimeSpan.FromDays(1));
        for (var i = 0; i < FromOneAddress; i++) await SignIn(person.Email, "198.51.100.9", Wrong);
        await app.Send(new SendMails());
        Assert.Equal(2, app.MailsTo(person.Email).Count);
        Assert.Empty(app.MailsTo(unknown));
    }

    [Fact]
    public async Task Twenty_failures_at_once_are_all_counted()
    {
        var (person, address) = (await app.Person(), NewAddress());
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SignIn(person.Email, address, Wrong)));
        Assert.All(answers, a => Assert.True(a.Status is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests, a.Body));
        (await SignIn(person.Email, address)).Expect(HttpStatusCode.TooManyRequests, "auth.throttled");
    }

    private static string DeviceOf(Answer answer) => (string)answer["deviceToken"]!;

    private static string NewAddress()
    {
        var bytes = Guid.NewGuid().ToByteArray();
        return $"10.{bytes[0]}.{bytes[1]}.{bytes[2]}";
    }

    private static void MustWait(Answer answer, int seconds)
    {
        answer.Expect(HttpStatusCode.TooManyRequests, "auth.throttled");
        Assert.Equal(seconds.ToString(CultureInfo.InvariantCulture), answer.Headers["Retry-After"]);
    }

    private Task<Answer> SignIn(string email, string address, string password = Given.Password, string? deviceToken = null) =>
        Session.Anonymous(app).Post("/v1/identity/login", new { email, password, deviceToken }, ("X-Forwarded-For", address));

    /// <summary>A host that believes what a test says of the address.</summary>
    public sealed class ThrottlingApp : LearningApp
    {
        public const int AtManyAccounts = 30;

        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
        {
            ["Proxy:Known"] = "127.0.0.1",
            ["Limits:SignInFailuresPerAddress"] = $"{AtManyAccounts}",
        };
    }
}
