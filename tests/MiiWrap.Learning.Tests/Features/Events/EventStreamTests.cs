using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MiiWrap.Learning.Api.Features.Events;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Events;

/// <summary>A stream lasts no longer than the right to follow it: each look at the events asks for that first.</summary>
public sealed class EventStreamTests : IClassFixture<EventStreamTests.StreamsApp>
{
    private readonly StreamsApp app;

    public EventStreamTests(StreamsApp app)
    {
        this.app = app;
        FlowingClock.Set(app.Clock.GetUtcNow());
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_ends_at_the_next_look_after_its_client_was_ended()
    {
        var (admin, (id, http)) = (await app.Admin(), await Client());
        using var stream = await Begun(http);
        (await admin.Http.Call(HttpMethod.Delete, $"/v1/clients/{id}", null)).Expect(HttpStatusCode.NoContent);
        await MustEnd(stream);
    }

    [Fact]
    public async Task It_ends_at_the_next_look_after_another_node_ended_its_client()
    {
        var (id, http) = await Client();
        using var stream = await Begun(http);
        await app.InDb(db => db.Clients.Where(c => c.Id == id)
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.EndedAt, app.Clock.GetUtcNow().UtcDateTime), Ct));
        await MustEnd(stream);
    }

    [Fact]
    public async Task It_ends_at_the_next_look_after_its_admin_signed_out()
    {
        var admin = await app.Admin();
        using var stream = await Begun(admin.Http);
        (await admin.Http.Post("/v1/identity/logout")).Expect(HttpStatusCode.NoContent);
        await MustEnd(stream);
    }

    [Fact]
    public async Task It_ends_at_the_next_look_after_its_admin_signed_out_or_chose_another_password_on_another_node()
    {
        var admin = await app.Admin();
        using var stream = await Begun(admin.Http);
        await app.InDb(db => db.Users.Where(p => p.Id == admin.Id)
            .ExecuteUpdateAsync(p => p.SetProperty(x => x.SecurityStamp, "another"), Ct));
        await MustEnd(stream);
    }

    [Fact]
    public async Task It_ends_at_the_next_look_after_its_person_is_no_admin_any_more()
    {
        var admin = await app.Admin();
        using var stream = await Begun(admin.Http);
        await app.InDb(db => db.Users.Where(p => p.Id == admin.Id)
            .ExecuteUpdateAsync(p => p.SetProperty(x => x.IsProgramAdmin, false), Ct));
        await MustEnd(stream);
    }

    [Fact]
    public async Task It_carries_nothing_that_happens_after_the_end()
    {
        var (admin, (id, http)) = (await app.Admin(), await Client());
        using var stream = await Begun(http);
        (await admin.Http.Call(HttpMethod.Delete, $"/v1/clients/{id}", null)).Expect(HttpStatusCode.NoContent);
        // An event wakes it before its next look is due.
        await app.Learner();
        Assert.Null(await stream.Next());
    }

    [Fact]
    public async Task It_goes_on_for_everybody_else()
    {
        var (admin, (ended, _), (_, http)) = (await app.Admin(), await Client(), await Client());
        using var stream = await Begun(http);
        (await admin.Http.Call(HttpMethod.Delete, $"/v1/clients/{ended}", null)).Expect(HttpStatusCode.NoContent);
        await app.Clock.Elapse(EventStream.Look);
        await app.Learner();
        Assert.Equal("enrolment.created", (await stream.Next())!.Type);
    }

    [Fact]
    public async Task A_busy_one_too_ends_with_its_token()
    {
        var (_, http) = await Client();
        using var stream = await Begun(http);
        app.Clock.Advance(TimeSpan.FromMinutes(15));
        FlowingClock.Set(app.Clock.GetUtcNow());
        // There is always something new, so it never comes to wait.
        for (var more = true; more;)
        {
            await app.Learner();
            more = await stream.Next() is not null;
        }
    }

    private async Task MustEnd(EventReader stream)
    {
        app.Clock.Advance(EventStream.Look);
        Assert.Null(await stream.Next());
        Assert.Empty(stream.Comments);
    }

    /// <summary>
    /// A stream that has carried all there was and waits for its next look. One that has still to look for the first time would see at once
    /// what the test changes, end, and never wait for the clock.
    /// </summary>
    private async Task<EventReader> Begun(HttpClient http)
    {
        await app.Learner();
        var newest = (await (await app.Admin()).Http.Read("/v1/events?limit=200")).Ok()["items"]!.AsArray()[^1]!["cursor"]!;
        await Polling.Until(() => !app.Clock.IsAwaited(EventStream.Look));
        var stream = await EventReader.Open(http, $"{long.Parse((string)newest!) - 1}");
        Assert.NotNull(await stream.Next());
        await Polling.Until(() => app.Clock.IsAwaited(EventStream.Look));
        return stream;
    }

    private async Task<(Guid Id, HttpClient Http)> Client()
    {
        var made = (await (await app.Admin()).Http.Post(
            "/v1/clients", new { name = $"Client {Guid.NewGuid():N}", scopes = new[] { "events:read" } })).Expect(HttpStatusCode.Created);
        var id = (Guid)made["id"]!;
        var answer = (await Session.Anonymous(app).Post("/v1/oauth/token", new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", $"{id}"), new("client_secret", (string)made["secret"]!)]))).Ok();
        var http = Session.Anonymous(app);
        http.DefaultRequestHeaders.Authorization = new("Bearer", (string)answer["access_token"]!);
        return (id, http);
    }

    /// <summary>A host whose timers run when the test says so.</summary>
    public sealed class StreamsApp : LearningApp
    {
        public ManualClock Clock { get; } = new();

        protected override void Replace(IServiceCollection services) =>
            services.RemoveAll<TimeProvider>().AddSingleton<TimeProvider>(Clock);
    }
}
