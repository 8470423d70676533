using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MiiWrap.Learning.Api.Features.Identity;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Identity;

/// <summary>Somebody looks where they are signed in, and ends what they do not know, or have lost.</summary>
[StandingClock]
public sealed class ListSignInsTests(LearningApp app)
{
    private const string Phone =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/604.1";

    private const string Laptop = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lost_phone_is_signed_out_from_the_laptop_and_the_laptop_stays()
    {
        var person = await app.Person();
        var phone = await SignIn(person, Phone);
        FlowingClock.Advance(TimeSpan.FromMinutes(5));
        var laptop = await SignIn(person, Laptop);

        var listed = (await Ask(laptop)).Ok()["items"]!.AsArray();
        Assert.Equal(["Firefox on Windows", "Safari on iPhone"], listed.Select(s => (string)s!["device"]!));
        Assert.Equal([true, false], listed.Select(s => (bool)s!["isCurrent"]!));
        Assert.Equal(FlowingClock.Monday.UtcDateTime, (DateTime)listed[1]!["signedInAt"]!);

        (await Ask(phone)).Ok();
        (await End(laptop, listed[1]!["id"]!)).Expect(HttpStatusCode.NoContent);

        (await Ask(phone)).Expect(HttpStatusCode.Unauthorized, "auth.required");
        (await Refresh(phone.Refresh)).Expect(HttpStatusCode.Unauthorized, "auth.refresh.invalid");
        Assert.Single((await Ask(laptop)).Ok()["items"]!.AsArray());
        (await End(laptop, listed[1]!["id"]!)).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_refresh_counts_as_use_and_moves_a_sign_in_to_the_top()
    {
        var person = await app.Person();
        var phone = await SignIn(person, Phone);
        FlowingClock.Advance(TimeSpan.FromMinutes(5));
        await SignIn(person, "curl/8.5.0");
        FlowingClock.Advance(TimeSpan.FromMinutes(5));
        var renewed = (await Refresh(phone.Refresh)).Ok();

        var first = (await Ask(new((string)renewed["accessToken"]!, ""), "?limit=1")).Ok();
        var phoneNow = first["items"]![0]!;
        Assert.Equal(("Safari on iPhone", FlowingClock.Now.UtcDateTime, FlowingClock.Monday.UtcDateTime),
            ((string)phoneNow["device"]!, (DateTime)phoneNow["lastUsedAt"]!, (DateTime)phoneNow["signedInAt"]!));
        var second = (await Ask(new((string)renewed["accessToken"]!, ""), $"?limit=1&cursor={first["next"]}")).Ok();
        Assert.Equal("curl", (string)second["items"]![0]!["device"]!);
        Assert.Null((string?)second["next"]);
    }

    [Fact]
    public async Task Nobody_sees_or_ends_anothers()
    {
        var (person, other) = (await app.Person(), await app.Person());
        var own = await SignIn(person, Laptop);
        var id = (await Ask(own)).Ok()["items"]![0]!["id"]!;
        var theirs = await SignIn(other, Phone);

        (await End(theirs, id)).Expect(HttpStatusCode.NotFound);
        Assert.Single((await Ask(theirs)).Ok()["items"]!.AsArray());
        (await Ask(own)).Ok();
    }

    [Fact]
    public async Task What_another_node_has_ended_ends_here_within_seconds()
    {
        await using var node = new SecondsApp();
        await node.InitializeAsync();
        var person = await node.Person();
        var tokens = await SignIn(node, person, Laptop);
        (await Ask(node, tokens)).Ok();

        await node.InDb(db => db.Sessions.Where(s => s.PersonId == person.Id).ExecuteDeleteAsync(Ct));
        node.Clock.Advance(TimeSpan.FromSeconds(5));

        (await Ask(node, tokens)).Expect(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("   ", null)]
    [InlineData("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
        "Chrome on ChromeOS")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0",
        "Edge on Windows")]
    [InlineData("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0 Safari/537.36",
        "Samsung Internet on Android")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
        "Safari on macOS")]
    [InlineData("<script>alert(1)</script>", null)]
    [InlineData("LearningApp/2.1 (secret 4711)", "LearningApp")]
    public void A_device_is_called_by_its_browser_and_system_and_nothing_else(string? userAgent, string? name) =>
        Assert.Equal(name, DeviceName.Of(userAgent));

    [Fact]
    public void No_name_is_longer_than_its_column() => Assert.Equal(DeviceName.Longest, DeviceName.Of(new string('x', 5000))!.Length);

    private Task<Tokens> SignIn(TestPerson person, string device) => SignIn(app, person, device);

    private static async Task<Tokens> SignIn(LearningApp host, TestPerson person, string device)
    {
        var answer = (await Session.Anonymous(host).Post(
            "/v1/identity/login", new { email = person.Email, password = Given.Password }, ("User-Agent", device))).Ok();
        return new((string)answer["accessToken"]!, (string)answer["refreshToken"]!);
    }

    private Task<Answer> Ask(Tokens tokens, string query = "") => Ask(app, tokens, query);

    private static Task<Answer> Ask(LearningApp host, Tokens tokens, string query = "") =>
        Session.Anonymous(host).Read($"/v1/me/sign-ins{query}", ("Authorization", $"Bearer {tokens.Access}"));

    private Task<Answer> End(Tokens tokens, object id) => Session.Anonymous(app)
        .Call(HttpMethod.Delete, $"/v1/me/sign-ins/{id}", null, ("Authorization", $"Bearer {tokens.Access}"));

    private Task<Answer> Refresh(string refreshToken) => Session.Anonymous(app).Post("/v1/identity/refresh", new { refreshToken });

    private sealed record Tokens(string Access, string Refresh);

    /// <summary>A host on which time passes when the test says so, caches' time too.</summary>
    private sealed class SecondsApp : LearningApp
    {
        public ManualClock Clock { get; } = new();

        protected override void Replace(IServiceCollection services) =>
            services.RemoveAll<TimeProvider>().AddSingleton<TimeProvider>(Clock);
    }
}
