using System.Net;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Maintenance;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>A client that does not know whether its request arrived sends it again under the same key, and it happens once.</summary>
[StandingClock(YearsLater = true)]
public sealed class IdempotencyTests(LearningApp app)
{
    private const string Header = "Idempotency-Key";

    [Fact]
    public async Task The_first_answer_is_given_again_with_its_headers()
    {
        var (admin, key, wish) = (await app.Admin(), Key(), Wish());
        var first = (await admin.Http.Post("/v1/cohorts", wish, (Header, key))).Expect(HttpStatusCode.Created);
        Assert.DoesNotContain("Idempotency-Replayed", first.Headers.Keys);
        var again = (await admin.Http.Post("/v1/cohorts", wish, (Header, key))).Expect(HttpStatusCode.Created);
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal(first.Body, again.Body);
        foreach (var header in new[] { "Location", "Content-Type" }) Assert.Equal(first.Headers[header], again.Headers[header]);
        (await admin.Http.Read(again.Headers["Location"])).Ok();
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_refused()
    {
        var (admin, key) = (await app.Admin(), Key());
        (await admin.Http.Post("/v1/cohorts", Wish(), (Header, key))).Expect(HttpStatusCode.Created);
        (await admin.Http.Post("/v1/cohorts", Wish(), (Header, key))).Expect(HttpStatusCode.UnprocessableEntity, "idempotency.key.reused");
    }

    [Fact]
    public async Task While_the_first_is_running_the_second_is_told_so()
    {
        var (admin, key, wish) = (await app.Admin(), Key(), Wish());
        (await admin.Http.Read("/v1/me")).Ok();
        var slow = new SlowBody(System.Text.Json.JsonSerializer.Serialize(wish));
        var first = admin.Http.Post("/v1/cohorts", slow, (Header, key));
        await slow.HalfRead;
        (await admin.Http.Post("/v1/cohorts", wish, (Header, key))).Expect(HttpStatusCode.Conflict, "idempotency.key.inUse");
        slow.Finish();
        (await first).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Of_a_hundred_at_once_one_is_carried_out()
    {
        var (admin, key, wish) = (await app.Admin(), Key(), Wish());
        (await admin.Http.Read("/v1/me")).Ok();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => admin.Http.Post("/v1/cohorts", wish, (Header, key))));
        Assert.All(answers, a => Assert.True(a.Status is HttpStatusCode.Created or HttpStatusCode.Conflict, a.Body));
        Assert.Single(answers.Where(a => a.Status == HttpStatusCode.Created).Select(a => (Guid)a["id"]!).Distinct());
        Assert.Equal(1, await Named((string)answers.First(a => a.Status == HttpStatusCode.Created)["name"]!));
        var again = (await admin.Http.Post("/v1/cohorts", wish, (Header, key))).Expect(HttpStatusCode.Created);
        Assert.All(answers.Where(a => a.Status == HttpStatusCode.Created), a => Assert.Equal(again.Body, a.Body));
    }

    [Theory]
    [InlineData("1234567")]
    [InlineData("with a space in it")]
    [InlineData("nöt-visible-ascii")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890")]
    public async Task A_key_has_8_to_128_visible_characters(string key) =>
        (await (await app.Admin()).Http.Post("/v1/cohorts", Wish(), (Header, key)))
            .Expect(HttpStatusCode.UnprocessableEntity, "idempotency.key.invalid");

    [Fact]
    public async Task A_failure_is_not_kept()
    {
        var (admin, key, wish) = (await app.Admin(), Key(), Wish());
        (await admin.Http.Post("/v1/cohorts", "{}", (Header, key))).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await admin.Http.Post("/v1/cohorts", "{", (Header, key))).Expect(HttpStatusCode.BadRequest, "request.malformed");
        (await admin.Http.Post("/v1/cohorts", wish, (Header, key))).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_key_belongs_to_its_caller()
    {
        var (one, other, key, wish) = (await app.Admin(), await app.Admin(), Key(), Wish());
        var first = (await one.Http.Post("/v1/cohorts", wish, (Header, key))).Expect(HttpStatusCode.Created);
        var second = (await other.Http.Post("/v1/cohorts", wish, (Header, key))).Expect(HttpStatusCode.Created);
        Assert.NotEqual((Guid)first["id"]!, (Guid)second["id"]!);
    }

    [Fact]
    public async Task A_key_belongs_to_its_path()
    {
        var (learner, key) = (await app.Learner(), Key());
        foreach (var unit in new[] { "1.2-coach-supervisor-trainer", "1.3-guide-dont-fix" })
        {
            var answer = (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen(), (Header, key))).Ok();
            Assert.DoesNotContain("Idempotency-Replayed", answer.Headers.Keys);
        }

        Assert.Equal(2, (int)(await learner.Http.Read(learner.Journey)).Ok()["progress"]!["unitsCompleted"]!);
    }

    [Fact]
    public async Task A_key_is_kept_for_a_day()
    {
        var (admin, key, wish) = (await app.Admin(), Key(), Wish());
        (await admin.Http.Post("/v1/cohorts", wish, (Header, key))).Expect(HttpStatusCode.Created);
        FlowingClock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.Equal("true", (await admin.Http.Post("/v1/cohorts", wish, (Header, key))).Headers["Idempotency-Replayed"]);
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        Assert.DoesNotContain("Idempotency-Replayed",
            (await admin.Http.Post("/v1/cohorts", wish, (Header, key))).Expect(HttpStatusCode.Created).Headers.Keys);
    }

    [Theory]
    [InlineData("/v1/nudges/preview")]
    [InlineData("/v1/identity/login")]
    public async Task Where_nothing_changes_the_key_is_ignored(string path)
    {
        var person = await app.Person();
        object body = path.EndsWith("login", StringComparison.Ordinal)
            ? new { email = person.Email, password = Given.Password }
            : new { curriculum = Given.Course, unit = "1.4-coaching-agreement", completedAt = "2034-01-30T15:00:00Z",
                timeZone = Given.Zone };
        for (var i = 0; i < 2; i++) Assert.DoesNotContain(
            "Idempotency-Replayed", (await person.Http.Post(path, body, (Header, "x"))).Ok().Headers.Keys);
    }

    [Fact]
    public async Task Maintenance_deletes_records_whose_day_is_over()
    {
        // Long ago, so that it drops nothing of another test.
        FlowingClock.Set(new(2001, 1, 1, 12, 0, 0, TimeSpan.Zero));
        var (admin, key) = (await app.Admin(), Key());
        (await admin.Http.Post("/v1/cohorts", Wish(), (Header, key))).Expect(HttpStatusCode.Created);
        await app.Send(new DeleteExpired());
        Assert.Equal(1, await Kept(key));
        FlowingClock.Advance(TimeSpan.FromHours(25));
        await app.Send(new DeleteExpired());
        Assert.Equal(0, await Kept(key));
    }

    private Task<int> Kept(string key) =>
        app.InDb(db => db.IdempotencyRecords.CountAsync(r => r.Key == key, TestContext.Current.CancellationToken));

    private Task<int> Named(string name) =>
        app.InDb(db => db.Cohorts.CountAsync(c => c.Name == name, TestContext.Current.CancellationToken));

    private static string Key() => $"key-{Guid.NewGuid():N}";

    private static object Wish() =>
        new { name = $"Cohort {Guid.NewGuid():N}", curriculum = Given.Course, startsOn = "2034-01-30", timeZone = Given.Zone, gate = "open",
        instructors = Array.Empty<Guid>() };

    /// <summary>A body whose end is kept back: once the server has read its beginning, it is in the middle of the request.</summary>
    private sealed class SlowBody : HttpContent
    {
        // More than the server's pipe takes before someone reads from it.
        private const int Blanks = 512 * 1024;

        private readonly string json;
        private readonly TaskCompletionSource halfRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource finish = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SlowBody(string json)
        {
            this.json = json;
            Headers.ContentType = new("application/json");
        }

        public Task HalfRead => halfRead.Task;

        public void Finish() => finish.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(new string(' ', Blanks)), TestContext.Current.CancellationToken);
            await stream.FlushAsync(TestContext.Current.CancellationToken);
            halfRead.SetResult();
            await finish.Task;
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(json), TestContext.Current.CancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
