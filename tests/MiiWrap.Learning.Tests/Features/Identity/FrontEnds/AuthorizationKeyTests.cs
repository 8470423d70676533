using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Features.Identity.FrontEnds;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Identity.FrontEnds;

/// <summary>The keys by which tokens of front ends are signed: sealed rows that follow one another without a gap.</summary>
[StandingClock]
public sealed class AuthorizationKeyTests
{
    private const string Callback = "https://front.example.org/callback";

    [Fact]
    public async Task A_new_key_is_published_a_day_before_it_signs_and_what_the_old_one_signed_stays_good()
    {
        await using var app = new OwnDatabaseApp();
        await app.InitializeAsync();
        var (person, frontEnd) = (await app.Person(), await FrontEnd(app));
        var first = Assert.Single(await Published(app));
        FlowingClock.Advance(TimeSpan.FromDays(88));
        await app.Send(new RenewAuthorizationKeys());
        Assert.Equal([first], await Published(app));

        FlowingClock.Advance(TimeSpan.FromDays(1));
        await app.Send(new RenewAuthorizationKeys());
        var both = await Published(app);
        Assert.Equal(2, both.Count);
        var next = both.Single(k => k != first);
        Assert.Equal(first, await Signs(person, frontEnd));
        var tokens = await frontEnd.Tokens(person.Email, "learning");

        FlowingClock.Advance(TimeSpan.FromDays(1));
        app.Services.GetRequiredService<AuthorizationKeys>().ReadAgain();
        Assert.Equal(next, await Signs(person, frontEnd));
        tokens = (await frontEnd.Refresh((string)tokens["refresh_token"]!)).Ok();
        (await frontEnd.With(tokens).Read("/v1/me")).Ok();

        // Nothing that the old one has signed is good any more.
        FlowingClock.Advance(TimeSpan.FromDays(16));
        await app.Send(new RenewAuthorizationKeys());
        Assert.Equal(next, Assert.Single(await Published(app)));
    }

    [SqliteFact]
    public async Task A_stolen_file_holds_no_key_in_clear()
    {
        await using var app = new OwnDatabaseApp();
        await app.InitializeAsync();
        var keys = await app.InDb(db => db.Set<AuthorizationKey>().AsNoTracking().ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal([AuthorizationKeyUse.Signing, AuthorizationKeyUse.Encryption], keys.Select(k => k.Use).Order());
        Assert.All(keys, k => Assert.StartsWith("CfDJ8", k.Sealed, StringComparison.Ordinal));
        // What every private key of 2,048 bits begins with, as PKCS #8 in Base64.
        foreach (var file in Directory.GetFiles(app.Folder, "learning.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
            Assert.DoesNotContain("MIIEv", Encoding.Latin1.GetString(bytes.ToArray()), StringComparison.Ordinal);
        }
    }

    [SqliteFact]
    public async Task A_key_that_nobody_can_open_is_left_out_and_stops_neither_sign_in_nor_the_program()
    {
        await using var app = new OwnDatabaseApp();
        await app.InitializeAsync();
        var (person, frontEnd) = (await app.Person(), await FrontEnd(app));
        var tokens = await frontEnd.Tokens(person.Email, "learning");
        var first = Assert.Single(await Published(app));
        // Younger than the good ones: it takes the turn of none.
        foreach (var use in new[] { "Signing", "Encryption" })
            await app.InDb(db => db.Database.ExecuteSqlRawAsync(
                "INSERT INTO AuthorizationKeys (Id, Use, Sealed, CreatedAt) VALUES ({0}, {1}, 'rubbish', {2})", Guid.NewGuid(), use,
                FlowingClock.Now.UtcDateTime.AddHours(1)));
        var keys = app.Services.GetRequiredService<AuthorizationKeys>();
        keys.ReadAgain();
        Assert.Equal([first], await Published(app));
        (await frontEnd.With(tokens).Read("/v1/me")).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(90));
        await app.Send(new RenewAuthorizationKeys());
        Assert.Contains(first, await Published(app));
    }

    [SqliteFact]
    public async Task Where_the_key_ring_is_lost_new_keys_are_made_and_people_sign_in_once_again()
    {
        await using var app = new OwnDatabaseApp();
        await app.InitializeAsync();
        var (person, frontEnd) = (await app.Person(), await FrontEnd(app));
        var tokens = await frontEnd.Tokens(person.Email, "learning");
        await app.InDb(db => db.Database.ExecuteSqlRawAsync("UPDATE AuthorizationKeys SET Sealed = 'rubbish'"));
        app.Services.GetRequiredService<AuthorizationKeys>().ReadAgain();
        Assert.Single(await Published(app));
        (await frontEnd.With(tokens).Read("/v1/me")).Expect(System.Net.HttpStatusCode.Unauthorized);
        (await Session.Anonymous(app).Read("/v1/me", ("Authorization", "Bearer a.b.c.d.e"))).Expect(System.Net.HttpStatusCode.Unauthorized);
        (await frontEnd.With(await frontEnd.Tokens(person.Email, "learning")).Read("/v1/me")).Ok();
    }

    private static async Task<IReadOnlyList<string>> Published(LearningApp app) =>
        [.. (await Session.Anonymous(app).Read("/connect/jwks")).Ok()["keys"]!.AsArray().Select(k => (string)k!["kid"]!)];

    /// <summary>The key that signs the identity token of a sign-in.</summary>
    private static async Task<string> Signs(TestPerson person, FrontEndSession frontEnd)
    {
        var token = (string)(await frontEnd.Tokens(person.Email, "openid", "learning"))["id_token"]!;
        var header = Encoding.UTF8.GetString(Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlDecode(token.Split('.')[0]));
        return (string)System.Text.Json.Nodes.JsonNode.Parse(header)!["kid"]!;
    }

    private static async Task<FrontEndSession> FrontEnd(LearningApp app)
    {
        var made = await (await app.Admin()).Http.Post("/v1/clients",
            new { name = "Companion", kind = "frontEnd", scopes = new[] { "learning" }, redirectUris = new[] { Callback } });
        return new(app, (Guid)made["id"]!, Callback);
    }
}
