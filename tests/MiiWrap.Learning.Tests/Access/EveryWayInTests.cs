using System.Net;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.Conventions;
using MiiWrap.Learning.Tests.Jobs;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Access;

/// <summary>
/// Every way in, for somebody who has no access and for somebody who must wait: each refuses in its own words, and none lets through what
/// another refuses.
/// </summary>
[Collection(AccountMails.Name)]
[StandingClock]
public sealed class EveryWayInTests(ProviderApp app) : IClassFixture<ProviderApp>
{
    private const string NewPassword = "three quiet herons at dusk";

    [Theory]
    [InlineData("suspend")]
    [InlineData("dismiss")]
    public async Task Who_has_no_access_gets_in_nowhere(string how)
    {
        var (admin, person) = (await app.Admin(), await Everywhere());
        foreach (var id in new[] { person.Id, person.InvitedId })
            (await admin.Http.Post($"/v1/people/{id}/{how}", new { reason = "Away until further notice." })).Ok();

        await Expect(person, new()
        {
            ["sign-in"] = (401, "auth.failed"),
            ["sign-in with a code"] = (401, "auth.failed"),
            ["sign-in on a known device"] = (401, "auth.failed"),
            ["refresh"] = (401, "auth.refresh.invalid"),
            ["access token"] = (401, "auth.required"),
            ["second factor"] = (401, "auth.required"),
            ["stream"] = (401, "auth.required"),
            ["jobs, sign-in"] = (401, null),
            ["jobs, cookie"] = (404, null),
            // By contract: the provider's own sign-in went well, so its front end is told that this is not a matter of the token.
            ["provider's token"] = (403, "auth.person.suspended"),
            ["one-tap link"] = (410, null),
            ["calendar"] = (410, "calendar.ended"),
            // Says nothing about anybody, and mails nothing.
            ["forgotten password"] = (202, null),
            ["reset link"] = (422, "passwordReset.invalid"),
            ["address link"] = (422, "address.invalid"),
            ["invitation"] = (422, "invitation.invalid"),
            // A client is the programme's, and not that of the admin who made it.
            ["client"] = (200, null),
        });
        await app.Send(new SendMails());
        Assert.Equal(person.MailsBefore, app.MailsTo(person.Email).Count);
    }

    [Fact]
    public async Task Who_must_wait_does_so_wherever_a_password_is_tried_and_nowhere_else()
    {
        var (person, moving) = (await Everywhere(), await Everywhere());
        foreach (var email in new[] { person.Email, moving.Email })
        {
            for (var i = 0; i < 10; i++)
                (await app.SignIn(email, password: "not-the-password")).Expect(HttpStatusCode.Unauthorized, "auth.failed");
        }

        // The password behind that link is tried as at a sign-in.
        (await Session.Anonymous(app).Post("/v1/identity/address/confirm", new { token = moving.Address, password = Given.Password }))
            .Expect(HttpStatusCode.TooManyRequests, "auth.throttled");
        await Expect(person, new()
        {
            ["sign-in"] = (429, "auth.throttled"),
            ["sign-in with a code"] = (429, "auth.throttled"),
            // The owner, on a device that is known, never waits for what others try.
            ["sign-in on a known device"] = (200, null),
            ["refresh"] = (200, null),
            ["access token"] = (200, null),
            ["second factor"] = (429, "auth.throttled"),
            ["stream"] = (200, null),
            ["jobs, sign-in"] = (429, null),
            ["jobs, cookie"] = (200, null),
            ["provider's token"] = (200, null),
            ["one-tap link"] = (200, null),
            ["calendar"] = (200, null),
            ["forgotten password"] = (202, null),
            ["reset link"] = (204, null),
            // The new password ends every other link; before it, this one asks for a password and waits, as above.
            ["address link"] = (422, "address.invalid"),
            ["invitation"] = (204, null),
            ["client"] = (200, null),
        });
    }

    /// <summary>Asks at every door; what was answered otherwise than expected.</summary>
    private async Task Expect(Visitor person, Dictionary<string, (int Status, string? Code)> expected)
    {
        var faults = new List<string>();
        var anyone = Session.Anonymous(app);
        var bearer = ("Authorization", $"Bearer {person.Access}");
        // The links come last: those that still work end what was given out before.
        Dictionary<string, Func<Task<Answer>>> doors = new()
        {
            ["sign-in"] = () => app.SignIn(person.Email),
            ["sign-in with a code"] = () => app.SignIn(person.Email, "123456"),
            ["sign-in on a known device"] = () => app.SignIn(person.Email, deviceToken: person.Device),
            ["refresh"] = () => anyone.Post("/v1/identity/refresh", new { refreshToken = person.Refresh }),
            ["access token"] = () => anyone.Read("/v1/me", bearer),
            ["second factor"] = () => anyone.Post(Authenticator.Path, new { password = Given.Password }, bearer),
            ["stream"] = () => Begin("/v1/me/stream", person.Access),
            ["jobs, sign-in"] = () => new Browser(app).SignIn(person.Email),
            ["jobs, cookie"] = () => person.Browser.Http.Read("/jobs"),
            ["provider's token"] = () => app.From(person.Email, person.Subject).Read("/v1/me"),
            ["one-tap link"] = () => anyone.Read(person.OneTap),
            ["calendar"] = () => anyone.Read(person.Calendar),
            ["forgotten password"] = () => anyone.Post("/v1/identity/password/forgot", new { email = person.Email }),
            ["invitation"] = () =>
                anyone.Post("/v1/identity/invitations/accept", new { token = person.Invitation, password = NewPassword }),
            ["client"] = () => person.Client.Read("/v1/curricula"),
            ["reset link"] = () => anyone.Post("/v1/identity/password/reset", new { token = person.Reset, password = NewPassword }),
            ["address link"] = () => anyone.Post("/v1/identity/address/confirm", new { token = person.Address }),
        };
        Assert.Equal(doors.Keys.Order(), expected.Keys.Order());
        foreach (var (door, ask) in doors)
        {
            var answer = await ask();
            var (status, code) = expected[door];
            if ((int)answer.Status != status || (code is not null && answer.Code != code))
                faults.Add($"{door}: expected {status} {code}, answered {(int)answer.Status} {answer.Body}");
        }

        Faults.None(faults);
    }

    /// <summary>A lead who learns too, and has all that can be given out to one.</summary>
    private async Task<Visitor> Everywhere()
    {
        var (admin, cohort, studied) = (await app.Admin(), await app.Cohort(), await app.Cohort());
        var lead = cohort.Lead;
        var learners = new[] { new { email = lead.Email, name = lead.Name, timeZone = Given.Zone } };
        var enrolment = (Guid)(await studied.Lead.Http.Post($"{studied.Path}/enrolments", new { learners })).Ok()["rows"]![0]!["enrolmentId"]!;
        var learner = new TestLearner(lead.Id, lead.Email, lead.Name, lead.Http, enrolment);
        var completed = (await lead.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok();
        var calendar = new Uri((string)(await lead.Http.Post("/v1/me/calendar")).Ok()["url"]!).PathAndQuery;
        var subject = $"subject-{Guid.NewGuid():N}";
        (await app.From(lead.Email, subject).Read("/v1/me")).Ok();
        var browser = new Browser(app);
        (await browser.SignIn(lead.Email)).Expect(HttpStatusCode.Redirect);
        var (moved, invited) = (Given.Address("moved"), Given.Address("invited"));
        var invitedId = (Guid)(await admin.Http.Post("/v1/people", new { email = invited, name = "Ines Okafor", timeZone = Given.Zone }))
            .Expect(HttpStatusCode.Created)["id"]!;
        (await Session.Anonymous(app).Post("/v1/identity/password/forgot", new { email = lead.Email })).Expect(HttpStatusCode.Accepted);
        (await admin.Http.Patch($"/v1/people/{lead.Id}", new { email = moved }, ("If-Match", "*"))).Ok();
        await app.Send(new SendMails());
        var client = (await admin.Http.Post("/v1/clients", new { name = "Dashboard", scopes = new[] { "curriculum:read" } }))
            .Expect(HttpStatusCode.Created);
        var tokens = (await app.SignIn(lead.Email)).Ok();
        return new(lead.Id, lead.Email, invitedId)
        {
            Access = (string)tokens["accessToken"]!,
            Refresh = (string)tokens["refreshToken"]!,
            Device = (string)tokens["deviceToken"]!,
            Browser = browser,
            Subject = subject,
            OneTap = app.Services.GetRequiredService<OneTapLinks>().To((Guid)completed["nudges"]![0]!["id"]!).PathAndQuery,
            Calendar = calendar,
            Reset = app.MailsTo(lead.Email).Single(m => m.Headers["Subject"] == "Choose a new password").Token(),
            Address = app.MailsTo(moved).Single().Token(),
            Invitation = app.MailsTo(invited).Single().Token(),
            Client = ClientSession.Of(app, (Guid)client["id"]!, (string)client["secret"]!),
            MailsBefore = app.MailsTo(lead.Email).Count,
        };
    }

    /// <summary>An answer that does not end: its status alone.</summary>
    private async Task<Answer> Begin(string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Authorization", $"Bearer {token}" } } };
        using var response = await Session.Anonymous(app)
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var body = response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new(response.StatusCode, body, new Dictionary<string, string>());
    }

    private sealed record Visitor(Guid Id, string Email, Guid InvitedId)
    {
        public required string Access { get; init; }

        public required string Refresh { get; init; }

        public required string Device { get; init; }

        public required Browser Browser { get; init; }

        public required string Subject { get; init; }

        public required string OneTap { get; init; }

        public required string Calendar { get; init; }

        public required string Reset { get; init; }

        public required string Address { get; init; }

        public required string Invitation { get; init; }

        public required HttpClient Client { get; init; }

        /// <summary>What they had been mailed by then.</summary>
        public required int MailsBefore { get; init; }
    }
}
