using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Identity;

/// <summary>A person signs in with address and password; whoever cannot learns nothing from the answer.</summary>
[StandingClock]
public sealed class SignInTests : IClassFixture<SignInTests.CountingApp>
{
    private const string Wrong = "not-the-password-at-all";

    private readonly LearningApp app;
    private readonly CountingApp counting;

    public SignInTests(LearningApp app, CountingApp counting) => (this.app, this.counting) = (app, counting);

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
        var (person, locked) = (await counting.Person(), await counting.Person());
        await counting.InDb(db => db.Users.Where(p => p.Id == locked.Id)
            .ExecuteUpdateAsync(
                p => p.SetProperty(x => x.LockedUntil, FlowingClock.Now.UtcDateTime.AddMinutes(5)), TestContext.Current.CancellationToken));
        var anyone = Session.Anonymous(counting);
        foreach (var (email, password) in new[] { (person.Email, Wrong), (Given.Address(), Wrong), (locked.Email, Given.Password) })
        {
            var before = counting.Hasher.Verified;
            (await anyone.Post("/v1/identity/login", new { email, password })).Expect(HttpStatusCode.Unauthorized, "auth.failed");
            Assert.Equal(before + 1, counting.Hasher.Verified);
        }
    }

    [Fact]
    public async Task Ten_failures_lock_the_account_for_fifteen_minutes()
    {
        var person = await app.Person();
        for (var i = 0; i < Person.MostFailedSignIns; i++) (await SignIn(person.Email, Wrong)).Expect(HttpStatusCode.Unauthorized);

        (await SignIn(person.Email)).Expect(HttpStatusCode.Unauthorized, "auth.failed");
        FlowingClock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        (await SignIn(person.Email)).Expect(HttpStatusCode.Unauthorized, "auth.failed");
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        (await SignIn(person.Email)).Ok();
    }

    [Fact]
    public async Task A_success_forgets_the_failures_before_it()
    {
        var person = await app.Person();
        for (var i = 0; i < 2; i++)
        {
            for (var failure = 0; failure < Person.MostFailedSignIns - 1; failure++) await SignIn(person.Email, Wrong);
            (await SignIn(person.Email)).Ok();
        }
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
