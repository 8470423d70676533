using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Features.Badges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Badges;

/// <summary>The keys of badges: one signs, and each that ever signed can be read for ever.</summary>
[StandingClock]
public sealed class BadgeKeyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_badge_makes_the_first_key_and_a_rotation_leaves_every_badge_good()
    {
        await using var app = new OwnDatabaseApp();
        await app.InitializeAsync();
        Assert.Empty(await Published(app));
        var first = await app.Badge(await app.Held());
        Assert.Single(await Published(app));

        FlowingClock.Advance(TimeSpan.FromDays(1));
        var thumbprint = await app.Send(new RotateBadgeKey());
        var second = await app.Badge(await app.Held());
        Assert.NotEqual(first.KeyPath, second.KeyPath);
        Assert.EndsWith(thumbprint, second.KeyPath, StringComparison.Ordinal);
        Assert.Equal([second.KeyPath, first.KeyPath], await Published(app));
        Assert.True(await app.IsGood(first));
        Assert.True(await app.IsGood(second));
        Assert.Equal(second.KeyPath, (await app.StatusList(first)).KeyPath);
    }

    [SqliteFact]
    public async Task A_private_key_lies_sealed_and_is_gone_once_it_signs_no_more()
    {
        await using var app = new OwnDatabaseApp();
        await app.InitializeAsync();
        await app.Held();
        await app.Send(new RotateBadgeKey());
        var keys = await app.InDb(db => db.BadgeKeys.AsNoTracking().OrderBy(k => k.RetiredAt == null).ToListAsync(Ct));
        Assert.Equal("", keys[0].Sealed);
        Assert.StartsWith("CfDJ8", keys[1].Sealed, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(app.Folder, "learning.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, Ct);
            // What every private key of 3,072 bits begins with, as PKCS #8 in Base64.
            Assert.DoesNotContain("MIIG/", Encoding.Latin1.GetString(bytes.ToArray()), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_key_has_3072_bits_and_is_named_by_the_thumbprint_of_RFC_7638()
    {
        await using var app = new OwnDatabaseApp();
        await app.InitializeAsync();
        var badge = await app.Badge(await app.Held());
        var jwk = (await Session.Anonymous(app).Read(badge.KeyPath)).Ok().Json;
        Assert.Equal(["alg", "e", "kid", "kty", "n", "use"], jwk.AsObject().Select(f => f.Key).Order(StringComparer.Ordinal));
        Assert.Equal(3072 / 8, Base64Url.DecodeFromChars((string)jwk["n"]!).Length);
        var hashed = Encoding.UTF8.GetBytes($$"""{"e":"{{jwk["e"]}}","kty":"RSA","n":"{{jwk["n"]}}"}""");
        Assert.EndsWith(
            $"/v1/badges/keys/{Base64Url.EncodeToString(SHA256.HashData(hashed))}", (string)jwk["kid"]!, StringComparison.Ordinal);
    }

    [SqliteFact]
    public async Task Where_the_key_ring_is_lost_the_next_start_makes_another_and_what_was_signed_stays_good()
    {
        await using var app = new OwnDatabaseApp();
        await app.InitializeAsync();
        var first = await app.Badge(await app.Held());
        await app.InDb(db => db.Database.ExecuteSqlRawAsync("UPDATE BadgeKeys SET Sealed = 'rubbish'", Ct));
        await using (var scope = app.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<BadgeKeys>().CheckAtStart(mayDiffer: false, Ct);
        var second = await app.Badge(await app.Held());
        Assert.NotEqual(first.KeyPath, second.KeyPath);
        Assert.True(await app.IsGood(first));
        Assert.True(await app.IsGood(second));
        Assert.True(await app.IsGood(await app.StatusList(first)));
    }

    /// <summary>The paths of all keys, the newest first.</summary>
    private static async Task<IReadOnlyList<string>> Published(LearningApp app) =>
    [
        .. (await Session.Anonymous(app).Read("/.well-known/jwks.json")).Ok()["keys"]!.AsArray()
            .Select(k => new Uri((string)k!["kid"]!).AbsolutePath),
    ];
}
