using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Clients;

/// <summary>Programs that ask without a person: an id, a secret, and scopes that say what they may.</summary>
[StandingClock]
public sealed class ApiClientTests(LearningApp app)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_secret_is_shown_once_and_kept_as_a_hash()
    {
        var (admin, key) = (await app.Admin(), $"key-{Guid.NewGuid():N}");
        var wish = new { name = "Workforce dashboard", scopes = new[] { "progress:read", "curriculum:read" } };
        var made = (await admin.Http.Post("/v1/clients", wish, ("Idempotency-Key", key))).Expect(HttpStatusCode.Created);
        var (id, secret) = ((Guid)made["id"]!, (string)made["secret"]!);
        Assert.Matches("^mwl_[A-Za-z0-9_-]{43}$", secret);

        var again = (await admin.Http.Post("/v1/clients", wish, ("Idempotency-Key", key))).Expect(HttpStatusCode.Created);
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal(id, (Guid)again["id"]!);
        Assert.DoesNotContain("secret", again.Body, StringComparison.OrdinalIgnoreCase);

        var listed = await Listed(admin, id);
        Assert.Equal(["curriculum:read", "progress:read"], listed["scopes"]!.AsArray().Select(s => (string)s!));
        Assert.Null(listed["secret"]);
        var receipts = await app.InDb(db => db.IdempotencyRecords.Where(r => r.Key == key).Select(r => r.Body).ToListAsync(Ct));
        Assert.DoesNotContain(secret, Encoding.UTF8.GetString(Assert.Single(receipts)), StringComparison.Ordinal);
        Assert.False(await app.InDb(db => db.Clients.AnyAsync(c => c.SecretHash == secret, Ct)));
        (await Token(id, secret)).Ok();
    }

    [Fact]
    public async Task A_token_lasts_a_quarter_of_an_hour_and_its_last_use_is_seen()
    {
        var (admin, (id, secret)) = (await app.Admin(), await Make("curriculum:read"));
        Assert.Null(await LastUse(admin, id));
        var answer = (await Token(id, secret)).Ok();
        Assert.Equal("Bearer", (string)answer["token_type"]!);
        Assert.Equal(900, (int)answer["expires_in"]!);
        Assert.Equal("curriculum:read", (string)answer["scope"]!);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.Equal(FlowingClock.Now.UtcDateTime, await LastUse(admin, id));

        var http = With((string)answer["access_token"]!);
        (await http.Read("/v1/curricula")).Ok();
        FlowingClock.Advance(TimeSpan.FromMinutes(15));
        (await http.Read("/v1/curricula")).Expect(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Fact]
    public async Task An_old_secret_stays_good_for_as_long_as_was_said()
    {
        var (admin, (id, first)) = (await app.Admin(), await Make("curriculum:read"));
        async Task<string> Rotate(int? hours) =>
            (string)(await admin.Http.Post($"/v1/clients/{id}/rotate", new { overlapHours = hours })).Ok()["secret"]!;

        var second = await Rotate(2);
        foreach (var secret in new[] { first, second }) (await Token(id, secret)).Ok();
        FlowingClock.Advance(TimeSpan.FromHours(2));
        (await Token(id, second)).Ok();
        Assert.Equal(HttpStatusCode.Unauthorized, (await Token(id, first)).Status);

        var third = await Rotate(null);
        FlowingClock.Advance(TimeSpan.FromHours(23));
        (await Token(id, second)).Ok();
        var fourth = await Rotate(0);
        foreach (var ended in new[] { first, second, third }) Assert.Equal(HttpStatusCode.Unauthorized, (await Token(id, ended)).Status);
        (await Token(id, fourth)).Ok();
        (await admin.Http.Post($"/v1/clients/{id}/rotate", new { overlapHours = 721 }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await admin.Http.Post($"/v1/clients/{Guid.NewGuid()}/rotate", new { })).Expect(HttpStatusCode.NotFound, "client.notFound");
    }

    [Fact]
    public async Task An_ended_client_ends_with_its_tokens()
    {
        var (admin, (id, secret)) = (await app.Admin(), await Make("curriculum:read"));
        var http = await SignedIn(id, secret);
        (await http.Read("/v1/curricula")).Ok();
        foreach (var _ in new[] { 1, 2 })
            (await admin.Http.Call(HttpMethod.Delete, $"/v1/clients/{id}", null)).Expect(HttpStatusCode.NoContent);
        (await http.Read("/v1/curricula")).Expect(HttpStatusCode.Unauthorized, "auth.required");
        Assert.Equal(HttpStatusCode.Unauthorized, (await Token(id, secret)).Status);
        (await admin.Http.Post($"/v1/clients/{id}/rotate", new { })).Expect(HttpStatusCode.NotFound, "client.notFound");
    }

    [Fact]
    public async Task Wrong_questions_for_a_token_are_answered_as_OAuth_says()
    {
        var (id, secret) = await Make("curriculum:read", "progress:read");
        async Task Refused(HttpStatusCode status, string error, string? basic, params (string Name, string Value)[] form)
        {
            var answer = await Ask(basic, form);
            Assert.Equal(status, answer.Status);
            Assert.Equal(error, (string)answer["error"]!);
            Assert.NotEmpty((string)answer["error_description"]!);
            Assert.Equal("no-store", answer.Headers["Cache-Control"]);
            Assert.Equal(status == HttpStatusCode.Unauthorized, answer.Headers.ContainsKey("WWW-Authenticate"));
        }

        var grant = ("grant_type", "client_credentials");
        (await Ask($"{id}:{secret}", grant)).Ok();
        (await Ask($"{id}:{secret}", grant, ("client_id", $"{id}"))).Ok();
        Assert.Equal("progress:read", (string)(await Ask($"{id}:{secret}", grant, ("scope", "progress:read"))).Ok()["scope"]!);
        await Refused(HttpStatusCode.BadRequest, "invalid_request", $"{id}:{secret}");
        await Refused(HttpStatusCode.BadRequest, "unsupported_grant_type", $"{id}:{secret}", ("grant_type", "password"));
        await Refused(HttpStatusCode.BadRequest, "invalid_scope", $"{id}:{secret}", grant, ("scope", "progress:read enrolments:write"));
        await Refused(HttpStatusCode.BadRequest, "invalid_request", $"{id}:{secret}", grant, ("client_secret", secret));
        await Refused(HttpStatusCode.BadRequest, "invalid_request", $"{id}:{secret}", grant, ("client_id", $"{Guid.NewGuid()}"));
        await Refused(HttpStatusCode.BadRequest, "invalid_request", null, grant, grant, ("client_id", $"{id}"), ("client_secret", secret));
        await Refused(HttpStatusCode.Unauthorized, "invalid_client", null, grant);
        await Refused(HttpStatusCode.Unauthorized, "invalid_client", null, grant, ("client_id", $"{id}"));
        await Refused(HttpStatusCode.Unauthorized, "invalid_client", $"{id}:{secret}x", grant);
        await Refused(HttpStatusCode.Unauthorized, "invalid_client", $"{Guid.NewGuid()}:{secret}", grant);
        await Refused(HttpStatusCode.Unauthorized, "invalid_client", "nobody:nothing", grant);
        await Refused(HttpStatusCode.Unauthorized, "invalid_client", "without a colon", grant);
        (await Session.Anonymous(app).Post("/v1/oauth/token", new { grant_type = "client_credentials" }))
            .Expect(HttpStatusCode.UnsupportedMediaType, "mediaType.unsupported");
    }

    [Fact]
    public async Task A_token_carries_no_more_than_it_was_asked_for()
    {
        var (id, secret) = await Make("curriculum:read", "progress:read");
        var less =
            With((string)(await Ask($"{id}:{secret}", ("grant_type", "client_credentials"), ("scope", "progress:read")))
                .Ok()["access_token"]!);
        (await less.Read("/v1/cohorts")).Ok();
        var refused = (await less.Read("/v1/curricula")).Expect(HttpStatusCode.Forbidden, "scope.required");
        Assert.Equal("curriculum:read", (string)refused["scopes"]![0]!);
        (await less.Read("/v1/me")).Expect(HttpStatusCode.Forbidden, "client.notAllowed");
        (await less.Read("/v1/nowhere")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_client_of_the_programme_follows_every_cohort_and_enrols_as_a_lead_does()
    {
        var (cohort, (id, secret)) = (await app.Cohort(), await Make("progress:read", "enrolments:write"));
        var http = await SignedIn(id, secret);
        Assert.Equal(0, (int)(await http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["learners"]!);
        var (email, key) = (Given.Address(), $"key-{Guid.NewGuid():N}");
        var wish = new { learners = new[] { new { email, name = "New Learner", timeZone = Given.Zone } } };
        var enrolled = (await http.Post($"{cohort.Path}/enrolments", wish, ("Idempotency-Key", key))).Ok();
        Assert.Equal(enrolled.Body, (await http.Post($"{cohort.Path}/enrolments", wish, ("Idempotency-Key", key))).Ok().Body);
        var enrolment = (Guid)enrolled["rows"]![0]!["enrolmentId"]!;
        (await http.Read($"/v1/enrolments/{enrolment}")).Ok();
        Assert.Equal(1, (int)(await http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["learners"]!);
        Assert.Equal("withdrawn", (string)(await http.Post($"/v1/enrolments/{enrolment}/withdraw")).Ok()["status"]!);
        (await http.Post($"{cohort.Path}/enrolments",
            new StringContent($"email,name,timeZone,agencyId\r\n{Given.Address()},Ana,America/Denver,\r\n", Encoding.UTF8, "text/csv")))
                .Ok();
    }

    [Fact]
    public async Task No_rate_is_shown_of_fewer_than_five_and_no_rows_of_single_learners()
    {
        var (cohort, (id, secret)) = (await app.Cohort(), await Make("progress:read"));
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit("1.4-coaching-agreement")}/complete", Given.IfThen())).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(50));
        var http = await SignedIn(id, secret);
        var transfer = (await http.Read($"{cohort.Path}/transfer")).Ok();
        Assert.Null(transfer["pooled"]!["rate"]);
        Assert.Null(transfer["pooled"]!["numerator"]);
        Assert.NotNull((await cohort.Instructor.Http.Read($"{cohort.Path}/transfer")).Ok()["pooled"]!["numerator"]);
        Assert.Null((await http.Read($"{cohort.Path}/progress")).Ok()["items"]![0]!["transfer"]!["numerator"]);
        (await http.Read($"{cohort.Path}/transfer", ("Accept", "text/csv"))).Expect(HttpStatusCode.Forbidden, "transfer.rows.hidden");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    [InlineData("no type at all")]
    public async Task A_body_that_is_no_form_asks_for_no_token(string type)
    {
        using var body = new ByteArrayContent("grant_type=client_credentials"u8.ToArray());
        body.Headers.TryAddWithoutValidation("Content-Type", type);
        var answer = await Session.Anonymous(app).Call(HttpMethod.Post, "/v1/oauth/token", body);
        Assert.True((int)answer.Status is 400 or 415, answer.Body);
    }

    [Fact]
    public async Task A_client_of_an_agency_sees_and_enrols_its_learners_alone()
    {
        var (mine, other, cohort, elsewhere) = (await app.Agency(), await app.Agency(), await app.Cohort(), await app.Cohort());
        var (own, foreign, far) = (await app.Learner(cohort, agencyId: mine), await app.Learner(cohort, "Olu Other", agencyId: other),
            await app.Learner(elsewhere, agencyId: other));
        var (id, secret) = await Make(mine, "progress:read", "enrolments:write");
        var http = await SignedIn(id, secret);

        Assert.Equal([cohort.Id], (await http.Read("/v1/cohorts")).Ok()["items"]!.AsArray().Select(c => (Guid)c!["id"]!));
        Assert.Equal([own.EnrolmentId], (await http.Read($"{cohort.Path}/progress")).Ok()["items"]!.AsArray()
            .Select(e => (Guid)e!["enrolmentId"]!));
        (await http.Read($"{elsewhere.Path}/progress")).Expect(HttpStatusCode.NotFound);
        (await http.Read(own.Journey)).Ok();
        (await http.Read($"/v1/agencies/{mine}/transfer")).Ok();
        (await http.Read($"/v1/agencies/{other}/transfer")).Expect(HttpStatusCode.NotFound);
        foreach (var hidden in new[] { foreign, far })
        {
            (await http.Read(hidden.Journey)).Expect(HttpStatusCode.NotFound);
            (await http.Post($"{hidden.Journey}/withdraw")).Expect(HttpStatusCode.NotFound);
        }

        var rows = (await http.Post($"{cohort.Path}/enrolments", new
        {
            learners = new[] { (Guid?)mine, other, null }
                .Select(agencyId => new { email = Given.Address(), name = "New", timeZone = Given.Zone, agencyId }),
        })).Ok()["rows"]!.AsArray().Select(r => (string)r!["result"]!);
        Assert.Equal(["created", "invalid", "invalid"], rows);
    }

    [Theory]
    [InlineData("""{"name":"","scopes":["progress:read"]}""")]
    [InlineData("""{"name":"Dashboard","scopes":[]}""")]
    [InlineData("""{"name":"Dashboard","scopes":["everything"]}""")]
    [InlineData("""{"name":"Dashboard","scopes":[null]}""")]
    [InlineData("""{"name":"Dashboard"}""")]
    [InlineData("""{"name":"Dashboard","scopes":["progress:read"],"agencyId":"01980000-0000-7000-8000-000000000000"}""")]
    public async Task A_client_needs_a_name_and_scopes_that_there_are(string body) =>
        (await (await app.Admin()).Http.Post("/v1/clients", body)).Expect(HttpStatusCode.UnprocessableEntity);

    private Task<(Guid Id, string Secret)> Make(params string[] scopes) => Make(null, scopes);

    private async Task<(Guid Id, string Secret)> Make(Guid? agencyId, params string[] scopes)
    {
        var made = (await (await app.Admin()).Http.Post("/v1/clients", new { name = $"Client {Guid.NewGuid():N}", scopes, agencyId }))
            .Expect(HttpStatusCode.Created);
        return ((Guid)made["id"]!, (string)made["secret"]!);
    }

    private Task<Answer> Token(Guid id, string secret) =>
        Ask(null, ("grant_type", "client_credentials"), ("client_id", $"{id}"), ("client_secret", secret));

    private Task<Answer> Ask(string? basic, params (string Name, string Value)[] form) => Session.Anonymous(app).Post(
        "/v1/oauth/token",
        new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value))),
        basic is null ? [] : [("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(basic))}")]);

    private async Task<HttpClient> SignedIn(Guid id, string secret) => With((string)(await Token(id, secret)).Ok()["access_token"]!);

    private HttpClient With(string token)
    {
        var http = Session.Anonymous(app);
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return http;
    }

    private static async Task<System.Text.Json.Nodes.JsonNode> Listed(TestPerson admin, Guid id)
    {
        for (var path = "/v1/clients?limit=200"; ;)
        {
            var page = (await admin.Http.Read(path)).Ok();
            if (page["items"]!.AsArray().FirstOrDefault(c => (Guid)c!["id"]! == id) is { } found) return found;
            path = $"/v1/clients?limit=200&cursor={(string?)page["next"] ?? throw new Xunit.Sdk.XunitException("The client is not in the list.")}";
        }
    }

    private static async Task<DateTime?> LastUse(TestPerson admin, Guid id) => (DateTime?)(await Listed(admin, id))["lastUsedAt"];
}
