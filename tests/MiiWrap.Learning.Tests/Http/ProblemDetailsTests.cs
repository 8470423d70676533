using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>
/// A wrong request gets a problem document with a stable code: never a stack trace, never a 500, never a 200 with an error inside.
/// </summary>
[StandingClock(YearsLater = true)]
public sealed class ProblemDetailsTests(LearningApp app)
{
    [Fact]
    public async Task A_query_that_is_too_long_is_refused()
    {
        var person = await app.Person();
        (await person.Http.Read($"/v1/cohorts?limit=5&cursor={new string('x', 4000)}"))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await person.Http.Read($"/v1/cohorts?cursor={new string('x', 4096)}")).Expect(HttpStatusCode.RequestUriTooLong, "query.tooLong");
    }

    [Fact]
    public async Task Each_mistake_has_its_status_and_its_code()
    {
        var (learner, other) = (await app.Learner(), await app.Learner());
        const string unit = "1.4-coaching-agreement";
        var preview = new { curriculum = Given.Course, unit, completedAt = "2034-01-30T15:00:00Z", timeZone = "Mars/Olympus" };
        var nudge = (Guid)(await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok()["nudges"]![0]!["id"]!;

        MustBeProblem(await other.Http.Read(learner.Journey), 404, "enrolment.notFound", learner.Journey);
        MustBeProblem(await Session.Anonymous(app).Read(learner.Journey), 401, "auth.required", learner.Journey);
        MustBeProblem(await learner.Http.Read($"/v1/enrolments/{Guid.NewGuid()}"), 404, "enrolment.notFound", null);
        MustBeProblem(await learner.Http.Post($"{learner.Unit(unit)}/complete", """{"ifThen": {"cue": """), 400, "request.malformed",
            $"{learner.Unit(unit)}/complete");
        MustBeProblem(await learner.Http.Post("/v1/nudges/preview", preview), 422, "request.invalid", "/v1/nudges/preview");
        MustBeProblem(await learner.Http.Post($"/v1/nudges/{nudge}/response", new { outcome = "brilliant" }), 422, "request.invalid",
            $"/v1/nudges/{nudge}/response");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"name": 7}""")]
    [InlineData("""{"version": "one"}""")]
    [InlineData("""{"startsOn": "2034-02-30"}""")]
    [InlineData("""{"instructors": ["not-an-id"]}""")]
    [InlineData("""{"gate": 1}""")]
    [InlineData("""{"name": "x"} and more""")]
    public async Task What_cannot_be_parsed_as_its_type_is_400(string body)
    {
        var admin = await app.Admin();
        MustBeProblem(await admin.Http.Post("/v1/cohorts", body), 400, "request.malformed", "/v1/cohorts");
    }

    [Theory]
    [InlineData("POST", "/v1/cohorts", "")]
    [InlineData("POST", "/v1/cohorts", "null")]
    [InlineData("POST", "/v1/cohorts", "[]")]
    [InlineData("POST", "/v1/cohorts", """{"version": "one"}""")]
    [InlineData("GET", "/v1/reviews/agreement?cohort=mine", null)]
    [InlineData("GET", "/v1/reviews?cohort=mine", null)]
    public async Task What_cannot_be_read_is_told_in_words_and_not_in_those_of_the_program(string method, string path, string? body)
    {
        var answer = await (await app.Admin()).Http.Call(HttpMethod.Parse(method), path, body);
        Assert.InRange((int)answer.Status, 400, 422);
        Assert.DoesNotMatch("Nullable|Guid|Int32|parameter|inferred|Service|Create[A-Z]|\\bbind\\b|System\\.", (string)answer["detail"]!);
        Assert.Matches(@"^[A-Z].*\.$", (string)answer["detail"]!);
    }

    [Fact]
    public async Task Unknown_fields_are_ignored()
    {
        var person = await app.Person();
        (await person.Http
            .Patch("/v1/me/preferences", new { timeZone = "UTC", favouriteColour = "green", person = new { id = Guid.NewGuid() } },
                ("If-Match", "*"))).Ok();
    }

    [Theory]
    [InlineData("PUT", "/v1/cohorts", 405, "method.notAllowed")]
    [InlineData("DELETE", "/v1/me", 405, "method.notAllowed")]
    [InlineData("GET", "/v1/nothing-here", 404, "route.notFound")]
    [InlineData("GET", "/v1/cohorts/not-an-id", 404, "route.notFound")]
    public async Task There_is_no_such_route_or_method(string method, string path, int status, string code) =>
        MustBeProblem(await (await app.Person()).Http.Call(HttpMethod.Parse(method), path, null), status, code, null);

    [Theory]
    [InlineData("/v1/cohorts")]
    [InlineData("/v1/identity/login")]
    public async Task Another_media_type_is_415_for_everyone(string path)
    {
        var text = new StringContent("name: yaml", System.Text.Encoding.UTF8, "text/plain");
        MustBeProblem(await Session.Anonymous(app).Post(path, text), 415, "mediaType.unsupported", path);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("utf-7")]
    public async Task A_charset_that_nobody_knows_is_415(string charset)
    {
        var body = new ByteArrayContent("{}"u8.ToArray());
        body.Headers.TryAddWithoutValidation("Content-Type", $"application/json; charset={charset}");
        MustBeProblem(await (await app.Person()).Http.Post("/v1/nudges/preview", body), 415, "mediaType.unsupported", "/v1/nudges/preview");
    }

    [Theory]
    [InlineData("\"utf-8\"", "utf-8"), InlineData("\"UTF-8\"", "utf-8"), InlineData("Utf-8", "utf-8"), InlineData("\"utf\\-8\"", "utf-8")]
    [InlineData("utf-16", "utf-16"), InlineData("\"utf-16\"", "utf-16"), InlineData("\"UTF-16LE\"", "utf-16")]
    [InlineData("\"iso-8859-1\"", "iso-8859-1")]
    public async Task A_charset_in_quotes_is_the_one_without(string charset, string encoding)
    {
        var name = $"José {Guid.NewGuid():N}";
        var encoded = System.Text.Encoding.GetEncoding(encoding);
        HttpContent Body(string text, string type)
        {
            var body = new ByteArrayContent(encoded.GetBytes(text));
            body.Headers.TryAddWithoutValidation("Content-Type", $"{type}; charset={charset}");
            return body;
        }

        var json = $$"""{"name":"{{name}}"}""";
        var id = (Guid)(await (await app.Admin()).Http.Post("/v1/agencies", Body(json, "application/json")))
            .Expect(HttpStatusCode.Created)["id"]!;
        Assert.Equal(name, await app.InDb(async db => (await db.Agencies.FindAsync([id], TestContext.Current.CancellationToken))!.Name));
        // Without a sign-in, and as a form.
        (await Session.Anonymous(app).Post("/v1/identity/login",
            Body($$"""{"email":"{{Given.Address()}}","password":"a-wrong-password"}""", "application/json")))
            .Expect(HttpStatusCode.Unauthorized, "auth.failed");
        var page = await Session.Anonymous(app).Post("/v1/identity/invitations/accept",
            Body("token=caf%E9-é&password=three+quiet+herons", "application/x-www-form-urlencoded"));
        page.Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Contains("é\"", System.Net.WebUtility.HtmlDecode(page.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_about_the_request_as_a_whole_is_told_among_its_errors()
    {
        MustBeProblem(await (await app.Admin()).Http.Post("/v1/agencies", new { name = "Hillside" }, ("Idempotency-Key", "short")), 422,
            "idempotency.key.invalid", "/v1/agencies");
        MustBeProblem(await Session.Anonymous(app)
            .Post("/v1/identity/invitations/accept", new { token = "used-long-ago", password = Given.Password }), 422, "invitation.invalid",
            null);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("text/csv")]
    [InlineData("image/png")]
    public async Task A_problem_is_told_whatever_the_caller_accepts(string accept)
    {
        var person = await app.Person();
        var path = $"/v1/cohorts/{Guid.NewGuid()}/progress";
        MustBeProblem(await person.Http.Read(path, ("Accept", accept)), 404, "cohort.notFound", path);
        MustBeProblem(await Session.Anonymous(app).Read(path, ("Accept", accept)), 401, "auth.required", path);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer x")]
    [InlineData("Bearer a.b.c")]
    [InlineData("Basic YTpi")]
    public async Task A_token_that_is_none_is_401(string authorization) =>
        MustBeProblem(await Session.Anonymous(app).Read("/v1/me", ("Authorization", authorization)), 401, "auth.required", "/v1/me");

    [Theory]
    [InlineData("bearer ")]
    [InlineData("BEARER ")]
    [InlineData("bEaReR   ")]
    public async Task The_scheme_of_a_token_has_no_case(string scheme)
    {
        var person = await app.Person();
        var token = (string)(await Session.Anonymous(app)
            .Post("/v1/identity/login", new { email = person.Email, password = Given.Password })).Ok()["accessToken"]!;
        Assert.Equal(person.Id, (Guid)(await Session.Anonymous(app).Read("/v1/me", ("Authorization", scheme + token))).Ok()["id"]!);
    }

    [Theory]
    [InlineData("/v1/identity/password/reset")]
    [InlineData("/v1/identity/invitations/accept")]
    public async Task A_body_that_names_no_type_is_refused_where_two_are_taken_too(string path)
    {
        using var body = new ByteArrayContent("{}"u8.ToArray());
        Assert.True((int)(await Session.Anonymous(app).Call(HttpMethod.Post, path, body)).Status is 415 or 422);
        Assert.True((int)(await Session.Anonymous(app).Post(path)).Status is 400 or 415 or 422);
    }

    [Fact]
    public async Task Health_and_the_document_need_no_token()
    {
        foreach (var path in new[] { "/health/live", "/health/ready", "/openapi/v1.json", "/swagger/index.html" })
            (await Session.Anonymous(app).Read(path)).Ok();
    }

    private static void MustBeProblem(Answer answer, int status, string code, string? instance)
    {
        answer.Expect((HttpStatusCode)status, code);
        Assert.StartsWith("application/problem+json", answer.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(status, (int)answer["status"]!);
        foreach (var field in new[] { "type", "title", "detail", "instance", "traceId" })
            Assert.False(string.IsNullOrEmpty((string?)answer[field]), $"{field} is missing: {answer.Body}");
        if (instance is not null) Assert.Equal(instance, (string)answer["instance"]!);
        Assert.DoesNotContain("   at ", answer.Body, StringComparison.Ordinal);
        if (status == 422) Assert.NotEmpty(answer["errors"]!.AsObject());
    }
}
