using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>Whoever asks too quickly is told to wait, and for how long; nobody else notices.</summary>
public sealed class RateLimitTests(RateLimitTests.LimitedApp app) : IClassFixture<RateLimitTests.LimitedApp>
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
    public async Task A_one_tap_link_is_counted_by_itself()
    {
        var links = app.Services.GetRequiredService<OneTapLinks>();
        var (tried, other) = (links.To(Guid.NewGuid()).PathAndQuery, links.To(Guid.NewGuid()).PathAndQuery);
        MustWait(await Hurry(() => Session.Anonymous(app).Read(tried)), "one-tap");
        (await Session.Anonymous(app).Read(other)).Expect(HttpStatusCode.NotFound);
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
