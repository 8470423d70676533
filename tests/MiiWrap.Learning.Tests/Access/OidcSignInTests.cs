using System.Net;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Access;

/// <summary>People who come with an access token of the operator's OpenID provider.</summary>
[StandingClock]
public sealed class OidcSignInTests(ProviderApp app) : IClassFixture<ProviderApp>
{
    private OidcProvider Provider => app.Provider;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_invited_person_is_known_by_their_verified_address()
    {
        var email = Given.Address("invited");
        (await (await app.Admin()).Http.Post("/v1/people", new { email, name = "Ines Okafor", timeZone = Given.Zone }))
            .Expect(HttpStatusCode.Created);
        Assert.Equal("Ines Okafor", (string)(await app.From(email.ToUpperInvariant()).Read("/v1/me")).Ok()["name"]!);
        Assert.True(await app.InDb(db => db.Users.Where(p => p.Email == email).Select(p => p.EmailConfirmed).SingleAsync(Ct)));
    }

    [Fact]
    public async Task They_do_what_they_do_with_a_local_token_beside_it()
    {
        var learner = await app.Learner();
        var elsewhere = app.From(learner.Email);
        (await elsewhere.Post($"{learner.Unit("1.2-coach-supervisor-trainer")}/start")).Ok();
        (await elsewhere.Read(learner.Journey)).Ok();
        (await learner.Http.Read(learner.Journey)).Ok();
        (await elsewhere.Read($"/v1/cohorts/{Guid.NewGuid()}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task From_then_on_the_subject_says_who_they_are_whatever_the_address()
    {
        var (person, other, subject) = (await app.Person(), await app.Person("Olu Other"), $"subject-{Guid.NewGuid():N}");
        (await app.From(person.Email, subject).Read("/v1/me")).Ok();
        Assert.Equal(person.Id, (Guid)(await app.From(other.Email, subject).Read("/v1/me")).Ok()["id"]!);
        var bare = OidcProvider.Claims("", subject);
        foreach (var claim in new[] { "email", "email_verified" }) bare.Remove(claim);
        Assert.Equal(person.Id, (Guid)(await app.With(Provider.Sign(bare)).Read("/v1/me")).Ok()["id"]!);
        (await app.From(other.Email, subject.ToUpperInvariant()).Read("/v1/me")).Ok();
    }

    [Fact]
    public async Task An_address_that_went_to_someone_else_does_not_bring_them_into_the_account()
    {
        var person = await app.Person();
        (await app.From(person.Email).Read("/v1/me")).Ok();
        (await app.From(person.Email).Read("/v1/me")).Expect(HttpStatusCode.Forbidden, "auth.person.linked");
    }

    [Fact]
    public async Task Of_many_first_requests_at_once_one_links()
    {
        var (person, subject) = (await app.Person(), $"subject-{Guid.NewGuid():N}");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.From(person.Email, subject).Read("/v1/me")));
        Assert.All(answers, a => Assert.Equal(person.Id, (Guid)a.Ok()["id"]!));
        Assert.Equal(1, await app.InDb(db => db.ExternalLogins.CountAsync(s => s.PersonId == person.Id, Ct)));
    }

    [Fact]
    public async Task An_address_that_nobody_verified_proves_nothing()
    {
        var person = await app.Person();
        foreach (var unverified in new object?[] { false, "false", null, "yes", 1 })
        {
            var claims = OidcProvider.Claims(person.Email);
            claims["email_verified"] = unverified;
            (await app.With(Provider.Sign(claims)).Read("/v1/me")).Expect(HttpStatusCode.Forbidden, "auth.email.unverified");
        }

        var missing = OidcProvider.Claims(person.Email);
        missing.Remove("email");
        (await app.With(Provider.Sign(missing)).Read("/v1/me")).Expect(HttpStatusCode.Forbidden, "auth.email.missing");
        var asText = OidcProvider.Claims(person.Email);
        asText["email_verified"] = "true";
        (await app.With(Provider.Sign(asText)).Read("/v1/me")).Ok();
    }

    [Fact]
    public async Task Whoever_was_never_invited_is_told_so() =>
        (await app.From(Given.Address()).Read("/v1/me")).Expect(HttpStatusCode.Forbidden, "auth.person.unknown");

    [Fact]
    public async Task An_address_alone_makes_nobody_a_programme_admin()
    {
        var admin = await app.Admin();
        (await app.From(admin.Email).Read("/v1/me")).Expect(HttpStatusCode.Forbidden, "auth.admin.notLinked");
        Assert.False(await app.InDb(db => db.ExternalLogins.AnyAsync(s => s.PersonId == admin.Id, Ct)));
    }

    [Fact]
    public async Task Where_nobody_is_asked_who_they_are_such_a_token_is_no_hindrance()
    {
        var person = await app.Person();
        foreach (var token in new[] { Provider.Sign(OidcProvider.Claims(Given.Address())),
            OidcProvider.WithoutSignature(OidcProvider.Claims(person.Email)) })
            (await app.With(token).Post("/v1/identity/login", new { email = person.Email, password = Given.Password })).Ok();
    }

    [Fact]
    public async Task Signing_out_here_ends_the_tokens_of_this_program_alone()
    {
        var person = await app.Person();
        var elsewhere = app.From(person.Email);
        (await elsewhere.Read("/v1/me")).Ok();
        (await elsewhere.Post("/v1/identity/logout")).Expect(HttpStatusCode.NoContent);
        (await elsewhere.Read("/v1/me")).Ok();
    }

    [Fact]
    public async Task Wrong_passwords_here_are_no_hindrance_there()
    {
        var person = await app.Person();
        var elsewhere = app.From(person.Email);
        for (var i = 0; i < 30; i++)
            await Session.Anonymous(app).Post("/v1/identity/login", new { email = person.Email, password = "a-wrong-password" });
        (await elsewhere.Read("/v1/me")).Ok();
    }

    [Fact]
    public async Task Someone_who_was_removed_is_refused()
    {
        var (person, subject) = (await app.Person(), $"subject-{Guid.NewGuid():N}");
        await app.From(person.Email, subject).Post("/v1/identity/logout");
        await app.InDb(db => db.Users.Where(p => p.Id == person.Id).ExecuteDeleteAsync(Ct));
        (await app.From(person.Email, subject).Read("/v1/me")).Expect(HttpStatusCode.Forbidden, "auth.person.unknown");
    }

    public static readonly TheoryData<string, string> WrongTokens = new()
    {
        { "expired", "auth.token.expired" },
        { "expired, signed by itself", "auth.token.invalid" },
        { "not yet good", "auth.token.invalid" },
        { "without an end", "auth.token.invalid" },
        { "for another program", "auth.token.invalid" },
        { "for nobody", "auth.token.invalid" },
        { "of another issuer", "auth.token.invalid" },
        { "unsigned", "auth.token.invalid" },
        { "signed with the public key", "auth.token.invalid" },
        { "signed with the public key as PEM", "auth.token.invalid" },
        { "signed by another key of the same name", "auth.token.invalid" },
        { "changed", "auth.token.invalid" },
        { "of another kind", "auth.token.invalid" },
        { "bound to a key", "auth.token.invalid" },
        { "without a subject", "auth.token.invalid" },
        { "with a subject that is too long", "auth.token.invalid" },
        { "no token at all", "auth.token.invalid" },
    };

    [Theory]
    [MemberData(nameof(WrongTokens))]
    public async Task A_wrong_token_is_no_sign_in(string wrong, string code)
    {
        var person = await app.Person();
        var (claims, now) = (OidcProvider.Claims(person.Email), DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        using var other = RSA.Create(2048);
        string With(string name, object? value)
        {
            claims[name] = value;
            return Provider.Sign(claims);
        }

        string Without(string name)
        {
            claims.Remove(name);
            return Provider.Sign(claims);
        }

        var token = wrong switch
        {
            "expired" => With("exp", now - 31),
            "expired, signed by itself" => Provider.SignWith(other, new(claims) { ["exp"] = now - 31 }),
            "not yet good" => With("nbf", now + 40),
            "without an end" => Without("exp"),
            "for another program" => With("aud", "https://other.example.org"),
            "for nobody" => Without("aud"),
            "of another issuer" => With("iss", "https://sign-in.example.com"),
            "unsigned" => OidcProvider.WithoutSignature(claims),
            "signed with the public key" => Provider.SignWithPublicKey(claims, asPem: false),
            "signed with the public key as PEM" => Provider.SignWithPublicKey(claims, asPem: true),
            "signed by another key of the same name" => Provider.SignWith(other, claims),
            "changed" => Changed(Provider.Sign(claims), Provider.Sign(OidcProvider.Claims(Given.Address()))),
            "of another kind" => Provider.Sign(claims, "logout+jwt"),
            "bound to a key" => With("cnf", new Dictionary<string, string> { ["jkt"] = "a-thumbprint" }),
            "without a subject" => Without("sub"),
            "with a subject that is too long" => With("sub", new string('s', 256)),
            _ => "a.b.c",
        };

        var answer = (await app.With(token).Read("/v1/me")).Expect(HttpStatusCode.Unauthorized, code);
        Assert.StartsWith("Bearer", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.DoesNotContain(token, answer.Body, StringComparison.Ordinal);
        Assert.False(await app.InDb(db => db.ExternalLogins.AnyAsync(s => s.PersonId == person.Id, Ct)));

        static string Changed(string token, string claimsOf) => $"{token.Split('.')[0]}.{claimsOf.Split('.')[1]}.{token.Split('.')[2]}";
    }

    [Fact]
    public async Task A_clock_that_is_a_little_late_does_no_harm()
    {
        var person = await app.Person();
        var claims = OidcProvider.Claims(person.Email);
        claims["exp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 10;
        (await app.With(Provider.Sign(claims)).Read("/v1/me")).Ok();
    }
}

/// <summary>The provider's keys change, and it may be away.</summary>
public sealed class OidcKeyRotationTests
{
    [Fact]
    public async Task New_keys_are_found_by_the_first_token_that_they_sign_and_old_ones_forgotten()
    {
        await using var app = new ProviderApp();
        await app.InitializeAsync();
        var (person, subject) = (await app.Person(), "the-subject");
        var old = app.Provider.Sign(OidcProvider.Claims(person.Email, subject));
        (await app.With(old).Read("/v1/me")).Ok();

        app.Provider.Rotate();
        await Until(async () => (await app.From(person.Email, subject).Read("/v1/me")).Status == HttpStatusCode.OK);
        (await app.With(old).Read("/v1/me")).Expect(HttpStatusCode.Unauthorized, "auth.token.invalid");
    }

    [Fact]
    public async Task Tokens_of_unknown_keys_do_not_make_it_ask_again_and_again()
    {
        await using var app = new SeldomAsking();
        await app.InitializeAsync();
        var person = await app.Person();
        (await app.From(person.Email).Read("/v1/me")).Ok();
        var known = app.Provider.KeyId;
        app.Provider.Rotate();
        for (var i = 0; i < 50; i++) await app.From(person.Email).Read("/v1/me");
        Assert.NotEqual(known, app.Provider.KeyId);
        Assert.InRange(app.Provider.Looks, 1, 3);
    }

    [Fact]
    public async Task While_the_provider_was_never_heard_of_its_tokens_wait_and_local_ones_do_not()
    {
        await using var app = new ProviderApp();
        await app.InitializeAsync();
        app.Provider.IsDown = true;
        var person = await app.Person();
        var answer = (await app.From(person.Email).Read("/v1/me")).Expect(HttpStatusCode.ServiceUnavailable, "auth.provider.unavailable");
        Assert.Equal("5", answer.Headers["Retry-After"]);
        (await person.Http.Read("/v1/me")).Ok();
        app.Provider.IsDown = false;
        await Until(async () => (await app.From(person.Email, "the-subject").Read("/v1/me")).Status == HttpStatusCode.OK);
        app.Provider.IsDown = true;
        (await app.From(person.Email, "the-subject").Read("/v1/me")).Ok();
    }

    /// <summary>
    /// The library looks for keys by the real clock, at most once a second here: nothing says when, so it is asked again.
    /// </summary>
    private static Task Until(Func<Task<bool>> done) => Polling.Until(done);

    private sealed class SeldomAsking : ProviderApp
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string>(base.Settings) { ["Auth:KeyRefreshSeconds"] = "3600" };
    }
}
