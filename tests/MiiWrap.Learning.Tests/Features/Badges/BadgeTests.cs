using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Domain.Credentials;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Badges;

/// <summary>What others hold of a credential: an Open Badge 3.0 that they can check without asking anybody for leave.</summary>
[StandingClock]
public sealed class BadgeTests(LearningApp app)
{
    private const string Base = "https://learning.example.org/v1/badges";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_badge_is_the_credential_at_top_level_with_the_claims_after_it_signed_under_three_header_fields()
    {
        var held = await app.Held();
        var badge = await app.Badge(held);
        var period = await app.InDb(db => db.CredentialPeriods.SingleAsync(p => p.CredentialId == held.Id, Ct));
        var thumbprint = badge.KeyPath.Split('/')[^1];
        var code = ((string)badge["credentialSubject"]["achievement"]!["id"]!).Split('/')[^2];
        const string narrative = "Its holder has shown <something> & more.";

        Assert.Equal($$"""{"alg":"RS256","kid":"{{Base}}/keys/{{thumbprint}}","typ":"JWT"}""", badge.Header);
        Assert.Equal(JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["@context"] = new[] { "https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json" },
            ["id"] = $"urn:uuid:{period.BadgeId}",
            ["type"] = new[] { "VerifiableCredential", "OpenBadgeCredential" },
            ["name"] = "A small credential",
            ["issuer"] = new { id = $"{Base}/issuer", type = new[] { "Profile" }, name = "MiiWrap Learning" },
            ["validFrom"] = "2027-02-01T15:00:00Z",
            ["validUntil"] = "2028-08-01T23:59:59Z",
            ["credentialSubject"] = new
            {
                id = $"urn:uuid:{period.SubjectId}",
                type = new[] { "AchievementSubject" },
                identifier = new[]
                {
                    new
                    {
                        type = "IdentityObject",
                        hashed = true,
                        salt = period.Salt,
                        identityType = "emailAddress",
                        identityHash = badge["credentialSubject"]["identifier"]![0]!["identityHash"],
                    },
                },
                achievement = new
                {
                    id = $"{Base}/achievements/{code}/1",
                    type = new[] { "Achievement" },
                    achievementType = "Certification",
                    name = "A small credential",
                    description = narrative,
                    criteria = new { narrative },
                },
            },
            ["credentialStatus"] = new
            {
                id = $"{Base}/status/{period.StatusList}#{period.StatusIndex}",
                type = "BitstringStatusListEntry",
                statusPurpose = "revocation",
                statusListIndex = $"{period.StatusIndex}",
                statusListCredential = $"{Base}/status/{period.StatusList}",
            },
            ["iss"] = $"{Base}/issuer",
            ["jti"] = $"urn:uuid:{period.BadgeId}",
            ["sub"] = $"urn:uuid:{period.SubjectId}",
            ["nbf"] = 1_801_494_000,
            ["exp"] = 1_848_787_199,
        }), badge.Payload);
        Assert.True(await app.IsGood(badge));
    }

    [Fact]
    public async Task Whose_it_is_is_told_to_whoever_knows_the_address_and_to_nobody_else()
    {
        var held = await app.Held();
        var (learner, badge) = (held.Learner, await app.Badge(held));
        var identity = badge["credentialSubject"]["identifier"]![0]!;
        Assert.Equal(HashedIdentity.Of(learner.Email, (string)identity["salt"]!), (string)identity["identityHash"]!);
        Assert.DoesNotContain(learner.Email, badge.Payload, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(learner.Name, badge.Payload, StringComparison.Ordinal);
        Assert.DoesNotContain(learner.Id.ToString(), badge.Payload, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_holds_for_good_names_no_end()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var code = CredentialSteps.NewCode();
        await app.Publish(code, CredentialSteps.Of(code, "- attestation: {by: lead, words: The holder coaches.}"));
        var path = (await cohort.Lead.Http.Issue(code, learner)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await learner.Http.Post($"{path}/accept")).Ok();
        var badge = await app.BadgeAt(await learner.Page(path));
        Assert.DoesNotContain("\"validUntil\"", badge.Payload, StringComparison.Ordinal);
        Assert.DoesNotContain("\"exp\"", badge.Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renewal_makes_another_badge_of_which_nobody_tells_that_it_is_the_same_holder_s()
    {
        var held = await app.Held();
        var first = await app.Badge(held);
        FlowingClock.Set(new(2028, 6, 1, 12, 0, 0, TimeSpan.Zero));
        await held.Renew();
        var second = await app.Badge(held);

        Assert.Equal(("2028-06-01T12:00:00Z", "2030-02-01T23:59:59Z"), ((string)second["validFrom"]!, (string)second["validUntil"]!));
        Assert.NotEqual((string)first["id"]!, (string)second["id"]!);
        Assert.NotEqual((string)first["sub"]!, (string)second["sub"]!);
        Assert.NotEqual((string)first["credentialStatus"]["id"]!, (string)second["credentialStatus"]["id"]!);
        Assert.NotEqual(Identity(first), Identity(second));
        // It runs out by itself.
        Assert.False(await app.IsRevoked(first));
        Assert.True(await app.IsGood(first));
        Assert.True(await app.IsGood(second));

        static string Identity(ReadJws badge) => badge["credentialSubject"]["identifier"]![0]!.ToJsonString();
    }

    [Fact]
    public async Task Revoking_sets_the_bits_of_all_its_badges_at_once_and_leaves_the_file_where_it_is()
    {
        var held = await app.Held();
        var first = await app.Badge(held);
        FlowingClock.Set(new(2028, 6, 1, 12, 0, 0, TimeSpan.Zero));
        await held.Renew();
        var second = await app.Badge(held);
        var other = await app.Badge(await app.Held());
        await app.Revoke(held);

        Assert.True(await app.IsRevoked(first));
        Assert.True(await app.IsRevoked(second));
        Assert.False(await app.IsRevoked(other));
        Assert.Equal(second.Text, (await app.Badge(held)).Text);
    }

    [Fact]
    public async Task Nobody_finds_the_badge_of_what_is_not_accepted_or_not_shown()
    {
        var cohort = await app.Cohort();
        var code = await app.PublishAttested(CredentialSteps.NewCode());
        var offered = (await cohort.Lead.Http.Issue(code, await app.Learner(cohort))).Expect(HttpStatusCode.Created);
        var token = await app.InDb(db => db.Credentials.Where(c => c.Id == (Guid)offered["id"]!).Select(c => c.PageToken).SingleAsync(Ct));
        (await Session.Anonymous(app).Read($"/c/{token}/badge.jwt")).Expect(HttpStatusCode.NotFound, "badge.notFound");
        (await Session.Anonymous(app).Read("/c/AAAAAAAAAAAAAAAAAAAAAA/badge.jwt")).Expect(HttpStatusCode.NotFound, "badge.notFound");

        var held = await app.Held();
        var badge = await app.Badge(held);
        await held.Show(false);
        (await Session.Anonymous(app).Read(held.Badge)).Expect(HttpStatusCode.NotFound, "badge.notFound");
        await held.Show(true);
        Assert.Equal(badge.Text, (await app.Badge(held)).Text);
    }

    [Fact]
    public async Task A_badge_is_kept_by_no_cache_that_others_share_and_found_by_no_search()
    {
        var held = await app.Held();
        var answer = (await Session.Anonymous(app).Read(held.Badge, ("Accept", "application/json"))).Ok();
        Assert.StartsWith("text/plain", answer.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(("no-cache, private", "noindex", "no-referrer"),
            (answer.Headers["Cache-Control"], answer.Headers["X-Robots-Tag"], answer.Headers["Referrer-Policy"]));
        (await Session.Anonymous(app).Read(held.Badge, ("If-None-Match", answer.ETag!))).Expect(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task A_status_list_is_a_credential_of_the_same_issuer_and_a_signed_text_whatever_is_accepted()
    {
        var badge = await app.Badge(await app.Held());
        var address = new Uri((string)badge["credentialStatus"]["statusListCredential"]!);
        foreach (var accept in new[] { "application/json", "application/vc+jwt", "text/html", "*/*" })
        {
            var answer = (await Session.Anonymous(app).Read(address.AbsolutePath, ("Accept", accept))).Ok();
            Assert.StartsWith("text/plain", answer.Headers["Content-Type"], StringComparison.Ordinal);
            Assert.Equal(3, answer.Body.Split('.').Length);
        }

        var list = await app.StatusList(badge);
        Assert.Equal(badge.Header, list.Header);
        Assert.Equal(
            ["@context", "id", "type", "issuer", "validFrom", "credentialSubject", "iss", "nbf"],
            JsonDocument.Parse(list.Payload).RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal((string)badge["iss"]!, (string)list["issuer"]!);
        Assert.Equal((string)badge["iss"]!, (string)list["iss"]!);
        Assert.Equal(address.ToString(), (string)list["id"]!);
        Assert.Equal(($"{address}#list", "BitstringStatusList", "revocation"), ((string)list["credentialSubject"]["id"]!,
            (string)list["credentialSubject"]["type"]!, (string)list["credentialSubject"]["statusPurpose"]!));
        Assert.Equal("""["VerifiableCredential","BitstringStatusListCredential"]""", list["type"].ToJsonString());
        Assert.Equal("""["https://www.w3.org/ns/credentials/v2"]""", list["@context"].ToJsonString());
        Assert.Equal(BitstringStatusList.Length / 8, list.Bits.Length);
        Assert.True(await app.IsGood(list));
    }

    [Theory]
    [InlineData("/v1/badges/issuer", 3600)]
    [InlineData("/v1/badges/achievements/practising-coach/1", 3600)]
    [InlineData("/.well-known/jwks.json", 300)]
    [InlineData("/v1/badges/status/1", 300)]
    [InlineData(null, 3600)]
    public async Task What_is_the_same_for_everybody_is_kept_by_every_cache_for_a_while_and_read_by_any_page(string? path, int seconds)
    {
        var badge = await app.Badge(await app.Held());
        path ??= badge.KeyPath;
        var http = Session.Anonymous(app);
        var answer = (await http.Read(path, ("Origin", "https://verifier.example.net"))).Ok();
        Assert.Equal(($"public, max-age={seconds}", "*"),
            (answer.Headers["Cache-Control"], answer.Headers["Access-Control-Allow-Origin"]));
        Assert.Equal(answer.Headers["Cache-Control"], (await http.Head(path)).Ok().Headers["Cache-Control"]);
        // What others do meanwhile changes the list.
        if (path.Contains("/status/", StringComparison.Ordinal)) return;
        var unchanged = (await http.Read(path, ("If-None-Match", answer.ETag!))).Expect(HttpStatusCode.NotModified);
        Assert.Equal(answer.Headers["Cache-Control"], unchanged.Headers["Cache-Control"]);
    }

    [Theory]
    [InlineData("/v1/badges/achievements/none/1", "badgeAchievement.notFound")]
    [InlineData("/v1/badges/achievements/practising-coach/99", "badgeAchievement.notFound")]
    [InlineData("/v1/badges/keys/none", "badgeKey.notFound")]
    [InlineData("/v1/badges/status/99", "statusList.notFound")]
    [InlineData("/v1/badges/status/0", "statusList.notFound")]
    public async Task What_no_badge_names_is_not_there_and_is_kept_by_no_cache(string path, string code)
    {
        await app.Held();
        var answer = (await Session.Anonymous(app).Read(path)).Expect(HttpStatusCode.NotFound, code);
        Assert.StartsWith("no-store", answer.Headers["Cache-Control"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_badge_leads_to_the_profile_and_the_achievement_that_it_names()
    {
        var badge = await app.Badge(await app.Held());
        foreach (var named in new[] { badge["issuer"], badge["credentialSubject"]["achievement"]! })
        {
            var found = (await Session.Anonymous(app).Read(new Uri((string)named["id"]!).AbsolutePath)).Ok().Json;
            foreach (var (field, value) in named.AsObject()) Assert.Equal(value!.ToJsonString(), found[field]!.ToJsonString());
        }
    }

    [Fact]
    public async Task Of_two_badges_that_draw_one_place_one_has_it_and_the_other_draws_again()
    {
        var (first, second) = (await app.Held(), await app.Held());
        var isLostRace = await app.InDb(async db =>
        {
            var taken = await db.CredentialPeriods.SingleAsync(p => p.CredentialId == first.Id, Ct);
            var other = await db.CredentialPeriods.AsTracking().SingleAsync(p => p.CredentialId == second.Id, Ct);
            db.Entry(other).Property(p => p.StatusIndex).CurrentValue = taken.StatusIndex;
            return db.IsLostRace(await Assert.ThrowsAnyAsync<DbUpdateException>(() => db.SaveChangesAsync(Ct)));
        });
        Assert.True(isLostRace);
    }
}
