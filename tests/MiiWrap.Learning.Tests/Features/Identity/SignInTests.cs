using System.Buffers.Binary;
using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Identity;

/// <summary>A person signs in with address and password; whoever cannot learns nothing from the answer.</summary>
[StandingClock]
public sealed class SignInTests : IClassFixture<SignInTests.CountingApp>, IClassFixture<SignInTests.StrongApp>
{
    private const string Wrong = "not-the-password-at-all";

    private readonly LearningApp app;
    private readonly CountingApp counting;
    private readonly StrongApp strong;

    public SignInTests(LearningApp app, CountingApp counting, StrongApp strong) =>
        (this.app, this.counting, this.strong) = (app, counting, strong);

    [Fact]
    public async Task The_access_token_is_good_for_fifteen_minutes()
    {
        var person = await app.Person();
        var answer = (await SignIn(person.Email)).Ok();
        Assert.Equal("Bearer", (string)answer["tokenType"]!);
        Assert.Equal(900, (int)answer["expiresIn"]!);
        var bearer = Bearer((string)answer["accessToken"]!);

        FlowingClock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.Equal(person.Id, (Guid)(await Session.Anonymous(app).Read("/v1/me", bearer)).Ok()["id"]!);
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        (await Session.Anonymous(app).Read("/v1/me", bearer)).Expect(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Fact]
    public async Task The_case_of_the_address_does_not_matter()
    {
        var person = await app.Person();
        (await SignIn(person.Email.ToUpperInvariant())).Ok();
    }

    [Fact]
    public async Task A_wrong_password_an_unknown_address_and_someone_without_a_password_are_answered_alike()
    {
        var person = await app.Person();
        var cohort = await app.Cohort();
        var invited = Given.Address();
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = invited, name = "Not Yet", timeZone = Given.Zone } } })).Ok();

        var answers = new[] { await SignIn(person.Email, Wrong), await SignIn(Given.Address(), Wrong), await SignIn(invited, Wrong) };
        Assert.All(answers, a => a.Expect(HttpStatusCode.Unauthorized, "auth.failed"));
        var words = answers.Select(a =>
        {
            var json = a.Json.AsObject();
            json.Remove("traceId");
            return json.ToJsonString();
        });
        Assert.Single(words.Distinct());
    }

    [Fact]
    public async Task Every_refusal_costs_one_verified_hash()
    {
        var person = await counting.Person();
        var anyone = Session.Anonymous(counting);
        foreach (var (email, password) in new[] { (person.Email, Wrong), (Given.Address(), Wrong) })
        {
            var before = counting.Hasher.Verified;
            (await anyone.Post("/v1/identity/login", new { email, password })).Expect(HttpStatusCode.Unauthorized, "auth.failed");
            Assert.Equal(before + 1, counting.Hasher.Verified);
        }
    }

    [Theory]
    [InlineData(" {0}")]
    [InlineData("{0} ")]
    [InlineData("\t{0}\r\n")]
    public async Task A_blank_around_the_address_does_not_matter(string form)
    {
        var person = await app.Person();
        (await SignIn(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, person.Email))).Ok();
    }

    // Composed and decomposed; with the blanks of other keyboards; as another canonical equal of the same letter.
    [Theory]
    [InlineData("Zo\u00EB waits at the caf\u00E9", "Zoe\u0308 waits at the cafe\u0301")]
    [InlineData("Zoe\u0308 waits at the cafe\u0301", "Zo\u00EB waits at the caf\u00E9")]
    [InlineData("three quiet herons at dusk", "three\u00A0quiet\u2003herons\u3000at\u202Fdusk")]
    [InlineData("ten kilo\u212Bngstroms long", "ten kilo\u00C5ngstroms long")]
    [InlineData("\uAC00\uB098\uB2E4 quiet herons", "\u1100\u1161\u1102\u1161\u1103\u1161 quiet herons")]
    public async Task A_password_is_the_same_however_the_keyboard_writes_it(string chosen, string typed)
    {
        var person = await app.Person();
        await Choose(person.Id, chosen);
        (await SignIn(person.Email, typed)).Ok();
        (await SignIn(person.Email, chosen)).Ok();
        (await SignIn(person.Email, chosen.ToUpperInvariant())).Expect(HttpStatusCode.Unauthorized, "auth.failed");
    }

    [Theory]
    [InlineData("Zoe\u0308 waits at the cafe\u0301", "Zo\u00EB waits at the caf\u00E9")]
    [InlineData("three\u00A0quiet\u00A0herons", "three quiet herons")]
    public async Task Who_chose_a_password_before_it_was_prepared_gets_in_as_typed_and_from_then_on_by_either(
        string asTyped, string prepared)
    {
        var person = await app.Person();
        await Store(person.Id, hasher => hasher.HashPassword(new(), asTyped));
        (await SignIn(person.Email, prepared)).Expect(HttpStatusCode.Unauthorized, "auth.failed");
        (await SignIn(person.Email, asTyped)).Ok();
        (await SignIn(person.Email, prepared)).Ok();
        (await SignIn(person.Email, asTyped)).Ok();
    }

    [Theory]
    [InlineData("three quiet\u0007 herons")]
    [InlineData("three quiet\n herons")]
    [InlineData("three quiet\uFFFE herons")]
    public async Task What_no_keyboard_writes_makes_no_password(string chosen)
    {
        var person = await app.Person();
        var answer = (await Choose(person.Id, chosen, HttpStatusCode.UnprocessableEntity)).Code;
        Assert.Equal("request.invalid", answer);
    }

    [Fact]
    public async Task A_long_password_of_composed_letters_may_be_typed_in_more_of_them()
    {
        var person = await app.Person();
        var chosen = string.Concat(Enumerable.Repeat("\u1EC7\u1EAF", 64));
        await Choose(person.Id, chosen);
        (await SignIn(person.Email, chosen.Normalize(System.Text.NormalizationForm.FormD))).Ok();
    }

    [Fact]
    public async Task A_password_is_hashed_210000_times_with_HMAC_SHA512_and_an_older_hash_is_replaced_at_sign_in()
    {
        var person = await strong.Person();
        var older = new PasswordHasher<Person>(Options.Create(new PasswordHasherOptions { IterationCount = 10_000 }))
            .HashPassword(new(), Given.Password);
        Assert.Equal((2, 210_000), WorkOf(await HashOf(strong, person.Id)));
        await strong.InDb(db => db.Users.Where(p => p.Id == person.Id)
            .ExecuteUpdateAsync(p => p.SetProperty(x => x.PasswordHash, older), TestContext.Current.CancellationToken));
        var token = (string)(await Session.Anonymous(strong)
            .Post("/v1/identity/login", new { email = person.Email, password = Given.Password })).Ok()["accessToken"]!;
        var renewed = await HashOf(strong, person.Id);
        Assert.Equal((2, 210_000), WorkOf(renewed));
        (await Session.Anonymous(strong).Read("/v1/me", Bearer(token))).Ok();
        (await Session.Anonymous(strong).Post("/v1/identity/login", new { email = person.Email, password = Given.Password })).Ok();
        Assert.Equal(renewed, await HashOf(strong, person.Id));
    }

    [Theory]
    [InlineData("{}", "email", "password")]
    [InlineData("""{"email": null, "password": "x"}""", "email")]
    [InlineData("""{"email": "a@example.org"}""", "password")]
    [InlineData("""{"email": "", "password": ""}""", "email", "password")]
    public async Task A_missing_field_is_named(string body, params string[] fields)
    {
        var answer = (await Session.Anonymous(app).Post("/v1/identity/login", body))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Equal(fields.Order(), answer["errors"]!.AsObject().Select(e => e.Key).Order());
    }

    [Fact]
    public async Task Nobody_can_register()
    {
        var person = await app.Person();
        (await person.Http.Post("/v1/identity/register", new { email = Given.Address(), password = Given.Password }))
            .Expect(HttpStatusCode.NotFound, "route.notFound");
    }

    private Task<Answer> SignIn(string email, string password = Given.Password) =>
        Session.Anonymous(app).Post("/v1/identity/login", new { email, password });

    private static (string Name, string Value) Bearer(string token) => ("Authorization", $"Bearer {token}");

    /// <summary>Chooses a password by a mailed link.</summary>
    private async Task<Answer> Choose(Guid personId, string password, HttpStatusCode expected = HttpStatusCode.NoContent)
    {
        var (token, secret) = AccountToken.Make(personId, MailKind.PasswordReset, FlowingClock.Now.UtcDateTime);
        await app.InDb(async db =>
        {
            db.Add(token);
            return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        return (await Session.Anonymous(app).Post("/v1/identity/password/reset", new { token = secret, password })).Expect(expected);
    }

    private async Task Store(Guid personId, Func<IPasswordHasher<Person>, string> hash)
    {
        var stored = hash(app.Services.CreateScope().ServiceProvider.GetRequiredService<IPasswordHasher<Person>>());
        await app.InDb(db => db.Users.Where(p => p.Id == personId)
            .ExecuteUpdateAsync(p => p.SetProperty(x => x.PasswordHash, stored), TestContext.Current.CancellationToken));
    }

    private static Task<string> HashOf(LearningApp host, Guid personId) => host.InDb(db => db.Users.Where(p => p.Id == personId)
        .Select(p => p.PasswordHash!).SingleAsync(TestContext.Current.CancellationToken));

    /// <summary>The pseudo-random function (2 is HMAC-SHA512) and the iterations, as Identity's third format begins.</summary>
    private static (int Function, int Iterations) WorkOf(string hash)
    {
        var bytes = Convert.FromBase64String(hash);
        Assert.Equal(1, bytes[0]);
        return (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1)), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(5)));
    }

    /// <summary>A host that hashes as in earnest.</summary>
    public sealed class StrongApp : LearningApp
    {
        protected override void Replace(IServiceCollection services) =>
            services.Remove(services.Last(s => s.ServiceType == typeof(IConfigureOptions<PasswordHasherOptions>)));
    }

    /// <summary>A host that counts how often a password is verified.</summary>
    public sealed class CountingApp : LearningApp
    {
        public CountingHasher Hasher { get; } = new();

        protected override void Replace(IServiceCollection services) =>
            services.RemoveAll<IPasswordHasher<Person>>().AddSingleton<IPasswordHasher<Person>>(Hasher);
    }

    public sealed class CountingHasher : IPasswordHasher<Person>
    {
        private readonly PasswordHasher<Person> real = new();
        private int verified;

        public int Verified => verified;

        public string HashPassword(Person user, string password) => real.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(Person user, string hashedPassword, string providedPassword)
        {
            Interlocked.Increment(ref verified);
            return real.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
