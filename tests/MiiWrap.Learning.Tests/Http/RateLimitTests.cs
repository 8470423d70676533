using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>Whoever asks too quickly is told to wait, and for how long; nobody else notices.</summary>
public sealed class RateLimitTests(RateLimitTests.LimitedApp app, RateLimitTests.FewAtOnceApp few, RateLimitTests.SmallSharesApp small)
    : IClassFixture<RateLimitTests.LimitedApp>, IClassFixture<RateLimitTests.FewAtOnceApp>, IClassFixture<RateLimitTests.SmallSharesApp>
{
    [Fact]
    public async Task A_caller_has_a_bucket_of_their_own()
    {
        var (quick, other) = (await app.Person(), await app.Person());
        var first = (await quick.Http.Read("/v1/me")).Ok();
        Assert.Equal("\"caller\";q=5;w=5", first.Headers["RateLimit-Policy"]);
        Assert.StartsWith("\"caller\";r=", first.Headers["RateLimit"], StringComparison.Ordinal);
        MustWait(await Hurry(() => quick.Http.Read("/v1/me")), "caller");
        (await other.Http.Read("/v1/me")).Ok();
    }

    [Fact]
    public async Task Signing_in_is_counted_by_address_and_mail_address()
    {
        var (tried, other) = (await app.Person(), await app.Person());
        Task<Answer> SignIn(string email) =>
            Session.Anonymous(app).Post("/v1/identity/login", new { email, password = "a-wrong-password" });
        MustWait(await Hurry(() => SignIn(tried.Email)), "sign-in");
        MustWait(await Hurry(() => SignIn(tried.Email.ToUpperInvariant())), "sign-in");
        (await SignIn(other.Email)).Expect(HttpStatusCode.Unauthorized, "auth.failed");
    }

    [Fact]
    public async Task A_device_is_known_to_its_own_account_alone()
    {
        var (guesser, owner) = (await app.Person(), await app.Person());
        Task<Answer> SignIn(string email, string password, string? deviceToken) =>
            Session.Anonymous(app).Post("/v1/identity/login", new { email, password, deviceToken });
        var foreign = (string)(await SignIn(guesser.Email, Given.Password, null)).Ok()["deviceToken"]!;
        var own = (string)(await SignIn(owner.Email, Given.Password, null)).Ok()["deviceToken"]!;

        MustWait(await Hurry(() => SignIn(owner.Email, "a-wrong-password", foreign)), "sign-in");
        (await SignIn($" {owner.Email.ToUpperInvariant()}", Given.Password, own)).Ok();
    }

    [Fact]
    public async Task A_one_tap_link_is_counted_by_itself()
    {
        var links = app.Services.GetRequiredService<OneTapLinks>();
        var (tried, other) = (links.To(Guid.NewGuid()).PathAndQuery, links.To(Guid.NewGuid()).PathAndQuery);
        MustWait(await Hurry(() => Session.Anonymous(app).Read(tried)), "one-tap");
        (await Session.Anonymous(app).Read(other)).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_page_of_a_credential_is_counted_by_its_address()
    {
        MustWait(await Hurry(() => Session.Anonymous(app).Read("/c/Zm9yLWFuLWV4YW1wbGUtMQ")), "one-tap");
        (await Session.Anonymous(app).Read("/c/Zm9yLWFuLWV4YW1wbGUtMg")).Expect(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("/V1/me")]
    [InlineData("/v1/ME")]
    [InlineData("/V1/nothing-there")]
    [InlineData("/nothing-there")]
    public async Task The_case_of_a_path_does_not_matter_nor_whether_there_is_such_a_route(string path)
    {
        var quick = await app.Person();
        MustWait(await Hurry(() => quick.Http.Read(path)), "caller");
    }

    [Theory]
    [InlineData("/n/{0}")]
    [InlineData("/n/stop/{0}")]
    [InlineData("/N/{0}")]
    [InlineData("/calendar/{0}.ics")]
    [InlineData("/jobs/{0}")]
    public async Task Whoever_guesses_at_links_is_counted_by_address(string path)
    {
        string Guess() => string.Format(CultureInfo.InvariantCulture, path, Guid.NewGuid().ToString("N"));
        MustWait(await Hurry(() => Session.Anonymous(few).Read(Guess())), "address");
    }

    [Fact]
    public async Task Nothing_that_a_caller_sends_is_kept_however_long_it_is_and_however_often_it_changes()
    {
        var anyone = Session.Anonymous(app);
        for (var i = 0; i < 40; i++)
        {
            var name = $"{i:0000}{new string('x', 20_000)}";
            (await anyone.Post("/v1/identity/login", new { email = name, password = "a-wrong-password" }))
                .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
            (await anyone.Post("/v1/identity/password/forgot", new { email = name }))
                .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
            Assert.Equal(HttpStatusCode.Unauthorized, (await anyone.Post("/v1/oauth/token", new FormUrlEncodedContent(
                [new("grant_type", "client_credentials"), new("client_id", name), new("client_secret", name)]))).Status);
            foreach (var path in new[] { $"/n/{name[..3000]}", $"/n/stop/{name[..3000]}", $"/calendar/{name[..3000]}.ics" })
                (await anyone.Read(path)).Expect(HttpStatusCode.NotFound);
        }

        Assert.InRange(Reachable.Characters(app.Services.GetRequiredService<RateLimits>()), 0, 50_000);
    }

    [Fact]
    public async Task A_caller_has_so_many_streams_open_and_no_more()
    {
        var (admin, other) = (await small.Admin(), await small.Admin());
        var open = new List<EventReader> { await EventReader.Open(admin.Http), await EventReader.Open(admin.Http) };
        var refused = (await admin.Http.Read("/v1/events", ("Accept", "text/event-stream")))
            .Expect(HttpStatusCode.TooManyRequests, "stream.limit");
        Assert.Equal("5", refused.Headers["Retry-After"]);
        (await admin.Http.Read("/v1/events")).Ok();
        open.Add(await EventReader.Open(other.Http));

        open[0].Dispose();
        EventReader? again = null;
        await Polling.Until(async () => (again = await TryOpen(admin)) is not null);
        again!.Dispose();
        foreach (var one in open) one.Dispose();
    }

    [Fact]
    public async Task A_caller_invites_so_many_new_people_an_hour_and_no_more()
    {
        var cohort = await small.Cohort();
        object[] Roster(int count) =>
            [.. Enumerable.Range(0, count).Select(_ => new { email = Given.Address(), name = "Lou Learner", timeZone = Given.Zone })];
        var first = Roster(900);
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new { learners = first })).Ok();
        // Whoever is here already needs no invitation.
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new { learners = first })).Ok();
        var second = Roster(150);
        var refused = (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new { learners = second }))
            .Expect(HttpStatusCode.TooManyRequests, "invitation.limit");
        Assert.InRange(int.Parse(refused.Headers["Retry-After"], CultureInfo.InvariantCulture), 1, 3600);
        Assert.Equal(900, await small.InDb(db => Task.FromResult(db.Enrolments.Count(e => e.CohortId == cohort.Id))));
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new { learners = second.Take(99) })).Ok();
    }

    [Fact]
    public async Task Health_and_the_document_are_not_counted()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.DoesNotContain("RateLimit", (await Session.Anonymous(app).Read("/health/live")).Ok().Headers.Keys);
            (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok();
        }
    }

    private static async Task<EventReader?> TryOpen(TestPerson person)
    {
        try
        {
            return await EventReader.Open(person.Http);
        }
        catch (Xunit.Sdk.EqualException)
        {
            return null;
        }
    }

    /// <summary>Asks until it is told to wait; the buckets fill up again by the real clock, so how often is not certain.</summary>
    private static async Task<Answer> Hurry(Func<Task<Answer>> ask)
    {
        for (var i = 0; i < 200; i++)
        {
            if (await ask() is { Status: HttpStatusCode.TooManyRequests } answer) return answer;
        }

        throw new Xunit.Sdk.XunitException("Nobody was told to wait.");
    }

    private static void MustWait(Answer answer, string policy)
    {
        answer.Expect(HttpStatusCode.TooManyRequests, "rate.limited");
        Assert.InRange(int.Parse(answer.Headers["Retry-After"], CultureInfo.InvariantCulture), 1, 60);
        Assert.StartsWith($"\"{policy}\";r=0;t=", answer.Headers["RateLimit"], StringComparison.Ordinal);
        Assert.StartsWith($"\"{policy}\";q=", answer.Headers["RateLimit-Policy"], StringComparison.Ordinal);
    }

    /// <summary>A host that allows a caller few streams and invitations.</summary>
    public sealed class SmallSharesApp : LearningApp
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
        {
            ["Limits:StreamsPerCaller"] = "2",
            ["Limits:InvitationsPerHour"] = "1000",
        };
    }

    /// <summary>A host that allows an address little.</summary>
    public sealed class FewAtOnceApp : LearningApp
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
        {
            ["Limits:AddressBurst"] = "10",
            ["Limits:AddressPerSecond"] = "1",
        };
    }

    /// <summary>A host that allows little.</summary>
    public sealed class LimitedApp : LearningApp
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
        {
            ["Limits:CallerBurst"] = "5",
            ["Limits:CallerPerSecond"] = "1",
            ["Limits:SignInBurst"] = "3",
            ["Limits:SignInPerMinute"] = "1",
            ["Limits:OneTapPerMinute"] = "3",
        };
    }
}
