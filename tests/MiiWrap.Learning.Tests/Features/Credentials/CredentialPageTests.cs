using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Credentials;

/// <summary>Whoever has a credential's address sees what its holder shows, and how it stands now.</summary>
[StandingClock]
public sealed class CredentialPageTests(LearningApp app)
{
    private static readonly (string, string) AsHtml = ("Accept", "text/html");
    private static readonly (string, string) AsJson = ("Accept", "application/json");

    [Fact]
    public async Task It_says_who_holds_what_by_whom_until_when_and_by_which_criteria()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort, "Lou <b>Learner</b> & Co");
        var address = await learner.Page(await app.Award(cohort, learner));
        var anybody = Session.Anonymous(app);
        var page = (await anybody.Read(address, AsHtml)).Ok();
        Assert.StartsWith("text/html", page.Headers["Content-Type"], StringComparison.Ordinal);
        foreach (var words in new[]
        {
            "A small credential", "Lou &lt;b&gt;Learner&lt;/b&gt; &amp; Co", "MiiWrap Learning", "1 February 2027", "1 August 2028",
            "Valid today, 1 February 2027", "Its holder has shown &lt;something&gt; &amp; more.", "https://learning.example.org/c/", "<svg",
        }) Assert.Contains(words, page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(learner.Email, page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(("no-store", "no-referrer", "noindex, nofollow"),
            (page.Headers["Cache-Control"], page.Headers["Referrer-Policy"], page.Headers["X-Robots-Tag"]));

        var json = (await anybody.Read(address, AsJson)).Ok();
        Assert.Equal((learner.Name, "A small credential", "MiiWrap Learning", "2027-02-01", "2028-08-01", "active", null),
            ((string)json["name"]!, (string)json["title"]!, (string)json["issuer"]!, (string)json["awardedOn"]!,
                (string)json["validUntil"]!, (string)json["state"]!, (string?)json["revokedOn"]));
        Assert.Equal(["awardedOn", "badge", "criteria", "issuer", "name", "revokedOn", "state", "title", "url", "validUntil"],
            json.Json.AsObject().Select(p => p.Key).Order());
        var badge = new Uri((string)json["badge"]!).PathAndQuery;
        Assert.Contains($"{badge}\"", page.Body, StringComparison.Ordinal);
        (await anybody.Read(badge)).Ok();
        // Without a wish it is a page.
        Assert.Equal(page.Body, (await anybody.Read(address)).Ok().Body);
    }

    [Fact]
    public async Task Nothing_is_there_before_it_is_accepted_and_while_its_holder_hides_it()
    {
        var (cohort, code) = (await app.Cohort(), await app.PublishAttested(CredentialSteps.NewCode()));
        var learner = await app.Learner(cohort);
        var path = (await cohort.Lead.Http.Issue(code, learner)).Expect(HttpStatusCode.Created).Headers["Location"];
        var id = Guid.Parse(path.Split('/')[^1]);
        var token = await app.InDb(db => Task.FromResult(db.Credentials.Where(c => c.Id == id).Select(c => c.PageToken).Single()));
        Assert.Matches("^[A-Za-z0-9_-]{22}$", token);
        await Missing($"/c/{token}");
        (await learner.Http.Post($"{path}/accept")).Ok();
        var address = await learner.Page(path);
        (await Session.Anonymous(app).Read(address, AsHtml)).Ok();

        var tag = (await learner.Http.Read(path)).Ok().ETag!;
        var hidden = (await learner.Http.Patch(path, new { @public = false }, ("If-Match", tag))).Ok();
        Assert.Equal((false, null), ((bool)hidden["public"]!, (string?)hidden["url"]));
        await Missing(address);
        Assert.Equal("credential.stale", (string)(await learner.Http.Patch(path, new { @public = true }, ("If-Match", tag)))
            .Expect(HttpStatusCode.PreconditionFailed)["code"]!);
        (await learner.Http.Patch(path, new { @public = true })).Expect((HttpStatusCode)428);
        (await learner.Http.Patch(path, new { @public = true }, ("If-Match", hidden.ETag!))).Ok();
        (await Session.Anonymous(app).Read(address, AsHtml)).Ok();
        foreach (var wrong in new[] { "/c/x", $"{address}x", address.ToUpperInvariant().Replace("/C/", "/c/", StringComparison.Ordinal) })
            await Missing(wrong);
    }

    [Theory]
    [InlineData("2028-08-01T23:59:59Z", "active", "Valid today")]
    [InlineData("2028-08-02T00:00:00Z", "expired", "Expired: its last day was 1 August 2028")]
    [InlineData("2028-10-01T00:00:00Z", "lapsed", "Lapsed: its last day was 1 August 2028")]
    public async Task It_says_how_the_credential_stands_at_that_moment(string moment, string state, string words)
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var address = await learner.Page(await app.Award(cohort, learner));
        FlowingClock.Set(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(state, (string)(await Session.Anonymous(app).Read(address, AsJson)).Ok()["state"]!);
        Assert.Contains(words, (await Session.Anonymous(app).Read(address, AsHtml)).Ok().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_one_says_so_and_not_why()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var learner = await app.Learner(cohort);
        var path = await app.Award(cohort, learner);
        var address = await learner.Page(path);
        FlowingClock.Advance(TimeSpan.FromDays(2));
        (await admin.Http.Post($"{path}/revoke", new { reason = "Two of the reviews were of other meetings." })).Ok();
        var page = (await Session.Anonymous(app).Read(address, AsHtml)).Ok();
        Assert.Contains("Revoked on 3 February 2027: it is valid no more", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("other meetings", page.Body, StringComparison.Ordinal);
        Assert.Equal("revoked", (string)(await Session.Anonymous(app).Read(address, AsJson)).Ok()["state"]!);
    }

    private async Task Missing(string address)
    {
        var page = (await Session.Anonymous(app).Read(address, AsHtml)).Expect(HttpStatusCode.NotFound);
        Assert.Contains("There is no credential here", page.Body, StringComparison.Ordinal);
        Assert.Equal("credential.notFound",
            (string)(await Session.Anonymous(app).Read(address, AsJson)).Expect(HttpStatusCode.NotFound)["code"]!);
    }
}
