using System.Net;
using MiiWrap.Learning.Tests.Conventions;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>HEAD is answered as GET is, without the body; nothing is opened, noted as read or changed by it.</summary>
[Collection(nameof(StatementListenerApp))]
[StandingClock(YearsLater = true)]
public sealed class HeadRequestTests(StatementListenerApp app)
{
    [Fact]
    public async Task Everything_that_can_be_read_can_be_asked_for_its_headers_alone()
    {
        var document = (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok().Json;
        var cast = await RolePeople.Of(app);
        var (faults, asked) = (new List<string>(), 0);
        foreach (var operation in RoleTableTests.Operations(document).Where(o => o.Method == HttpMethod.Get))
        {
            var row = RoleTableTests.Rows.Single(r => r.Operation == operation.Id);
            if (Array.IndexOf(row.Statuses, 200) is var role && role < 0) continue;
            asked++;
            var (http, request) = (cast.As((Role)role), await row.Request(cast));
            // Whoever asks for events gives them their places, which shows nothing to anybody.
            await cast.As(Role.ProgramAdmin).Read("/v1/events?limit=1");
            await http.Read(request.Path, ("If-None-Match", "*"));
            var before = app.Heard.Writes;
            var head = await http.Head(request.Path);
            if (app.Heard.Writes != before) faults.Add($"HEAD of {operation.Id} writes.");
            var got = await http.Read(request.Path);
            if (head.Status != got.Status) faults.Add($"HEAD of {operation.Id} is {(int)head.Status}, and GET {(int)got.Status}.");
            if (head.Body.Length > 0) faults.Add($"HEAD of {operation.Id} has a body.");
            foreach (var header in new[] { "ETag", "Content-Type", "Vary", "Link", "Cache-Control" })
            {
                if (head.Headers.GetValueOrDefault(header) != got.Headers.GetValueOrDefault(header))
                    faults.Add($"{header} of {operation.Id} is {head.Headers.GetValueOrDefault(header)} for HEAD, and {got.Headers.GetValueOrDefault(header)} for GET.");
            }
        }

        Faults.None(faults);
        Assert.True(asked >= 40, $"Only {asked} operations were asked.");
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/swagger/index.html")]
    [InlineData("/v1/identity/invitations/accept?token=any")]
    public async Task Pages_without_a_sign_in_are_among_them(string path)
    {
        var head = (await Session.Anonymous(app).Head(path)).Ok();
        Assert.Empty(head.Body);
        Assert.Equal((await Session.Anonymous(app).Read(path)).Ok().Headers["Content-Type"], head.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Feedback_still_waits_and_nobody_has_read()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn();
        (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement())).Ok();
        var log = $"{learner.Reflection()}/access-log";
        var read = (await learner.Http.Read(log)).Ok().Body;

        (await learner.Http.Head(learner.Reflection())).Ok();
        (await cohort.Instructor.Http.Head(ReflectionSteps.Review(revision))).Ok();
        (await cohort.Lead.Http.Head(ReflectionSteps.Review(revision))).Ok();

        Assert.Single((await learner.Http.Read("/v1/me/next")).Ok()["feedback"]!.AsArray());
        Assert.Equal(read, (await learner.Http.Read(log)).Ok().Body);
        (await learner.Http.Read(learner.Reflection())).Ok();
        (await cohort.Lead.Http.Read(ReflectionSteps.Review(revision))).Ok();
        Assert.Empty((await learner.Http.Read("/v1/me/next")).Ok()["feedback"]!.AsArray());
        Assert.NotEqual(read, (await learner.Http.Read(log)).Ok().Body);
    }

    [Fact]
    public async Task A_stream_ends_at_once()
    {
        var admin = await app.Admin();
        var head = (await admin.Http.Head("/v1/events", ("Accept", "text/event-stream"))).Ok();
        Assert.StartsWith("text/event-stream", head.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Empty(head.Body);
    }

    [Theory]
    [InlineData("/v1/nothing-here", HttpStatusCode.NotFound)]
    [InlineData("/v1/cohorts/not-an-id", HttpStatusCode.NotFound)]
    [InlineData("/v1/identity/login", HttpStatusCode.MethodNotAllowed)]
    [InlineData("/v1/nudges?limit=0", HttpStatusCode.UnprocessableEntity)]
    public async Task What_is_wrong_is_wrong_without_a_body_too(string path, HttpStatusCode status)
    {
        var head = await (await app.Person()).Http.Head(path);
        Assert.Equal((status, ""), (head.Status, head.Body));
    }

    [Fact]
    public async Task Where_GET_is_allowed_HEAD_is_named_beside_it()
    {
        var person = await app.Person();
        Assert.Equal(["GET", "HEAD"], Allowed(await person.Http.Call(HttpMethod.Delete, "/v1/me", null)));
        Assert.Equal(["POST"], Allowed(await person.Http.Head("/v1/identity/login")));

        static IEnumerable<string> Allowed(Answer answer) =>
            answer.Expect(HttpStatusCode.MethodNotAllowed).Headers["Allow"].Split(", ").Order();
    }
}
