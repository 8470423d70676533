using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>Whoever asks for help can name the very request, whatever it was answered.</summary>
[StandingClock(YearsLater = true)]
public sealed class RequestIdTests(LearningApp app)
{
    private const string Header = "Request-Id";

    [Fact]
    public async Task Every_kind_of_answer_names_its_request()
    {
        var (person, nobody) = (await app.Person(), Session.Anonymous(app));
        var me = (await person.Http.Read("/v1/me")).Ok();
        Answer[] answers =
        [
            me,
            (await person.Http.Read("/v1/me", ("If-None-Match", me.ETag!))).Expect(HttpStatusCode.NotModified),
            (await person.Http.Head("/v1/me")).Ok(),
            (await person.Http.Read($"/v1/curricula/{Given.Course}/versions/1/export")).Ok(),
            (await person.Http.Read($"/v1/cohorts/{Guid.NewGuid()}")).Expect(HttpStatusCode.NotFound),
            (await person.Http.Post("/v1/nudges/preview", "{")).Expect(HttpStatusCode.BadRequest),
            (await person.Http.Read($"/v1/cohorts?cursor={new string('x', 5000)}")).Expect(HttpStatusCode.RequestUriTooLong),
            (await nobody.Read("/v1/me")).Expect(HttpStatusCode.Unauthorized),
            (await person.Http.Read("/none")).Expect(HttpStatusCode.NotFound),
            (await nobody.Read("/openapi/v1.json")).Ok(),
            (await nobody.Read("/health/live")).Ok(),
        ];
        var ids = answers.Select(a => a.Headers.GetValueOrDefault(Header) ?? "").ToList();
        Assert.All(ids, id => Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", id));
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public async Task A_problem_names_its_request_as_the_header_does()
    {
        var person = await app.Person();
        foreach (var answer in new[]
        {
            await person.Http.Read($"/v1/cohorts/{Guid.NewGuid()}"),
            await person.Http.Post("/v1/cohorts", "{"),
            await Session.Anonymous(app).Read("/v1/me"),
            await Session.Anonymous(app).Post("/v1/identity/login", new { email = person.Email, password = "another-long-password" }),
        }) Assert.Equal(answer.Headers[Header], (string)answer["traceId"]!);
    }

    [Fact]
    public async Task A_stream_names_its_request_before_the_first_event()
    {
        var admin = await app.Admin();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var stream = await admin.Http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
        Assert.NotEmpty(Assert.Single(stream.Headers.GetValues(Header)));
    }

    [Fact]
    public async Task A_repetition_has_an_id_of_its_own()
    {
        var admin = await app.Admin();
        var ida = new { email = Given.Address("ida"), name = "Ida", timeZone = Given.Zone };
        Task<Answer> Ask() => admin.Http.Post("/v1/people", ida, ("Idempotency-Key", "ida-once-only"));
        var (first, again) = (await Ask(), await Ask());
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.NotEqual(first.Headers[Header], again.Headers[Header]);
    }
}
