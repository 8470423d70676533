using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Features.Maintenance;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Events;

/// <summary>A host of its own: the others' events would come between.</summary>
public sealed class EventsApp : LearningApp;

/// <summary>What happens can be followed from outside: as a feed with a cursor, and as a stream that may break at any moment.</summary>
[StandingClock]
public sealed class ListEventsTests(EventsApp app) : IClassFixture<EventsApp>
{
    private const string Unit = "2.4-watching-voice-and-power";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_kind_of_event_is_in_the_feed_with_its_ids()
    {
        var admin = await app.Admin();
        var cohort = await app.Cohort();
        var (learner, other) = (await app.Learner(cohort), await app.Learner(cohort));
        (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok();
        var revision = await learner.HandIn();
        (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement())).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(9));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        var nudge = (Guid)(await learner.Http.Read("/v1/nudges?status=sent")).Ok()["items"]![0]!["id"]!;
        (await learner.Http.Post(
            $"/v1/nudges/{nudge}/response", new { outcome = "notYet", barrier = "supervisorSupport", note = "Nobody asked me." })).Ok();
        (await cohort.Lead.Http.Post($"{cohort.Path}/reschedule", new { startsOn = "2027-02-08" })).Ok();
        (await cohort.Lead.Http.Post($"/v1/enrolments/{other.EnrolmentId}/withdraw")).Ok();

        var mine = (await Feed(admin.Http)).Where(e => (Guid?)e.Data["cohortId"] == cohort.Id).ToList();
        Assert.Equal(
            [
                "enrolment.created", "enrolment.created", "unit.started", "unit.completed", "reflection.submitted", "reflection.reviewed",
                "nudge.sent", "nudge.answered", "cohort.rescheduled", "enrolment.withdrawn",
            ],
            mine.Select(e => e.Type));
        Assert.Equal(learner.EnrolmentId, (Guid)mine[3].Data["enrolmentId"]!);
        Assert.Equal((Unit, 1), ((string)mine[3].Data["unit"]!, (int)mine[3].Data["unitsCompleted"]!));
        Assert.True((bool)mine[3].Data["planned"]!);
        Assert.Equal((Unit, "2027-02-01T15:00:00Z"), ((string)mine[2].Data["unit"]!, (string)mine[2].Json["timestamp"]!));
        Assert.Equal(revision, (Guid)mine[4].Data["revisionId"]!);
        Assert.Equal("accept", (string)mine[5].Data["decision"]!);
        Assert.Equal(
            (nudge, "check", "email"), ((Guid)mine[6].Data["nudgeId"]!, (string)mine[6].Data["kind"]!, (string)mine[6].Data["channel"]!));
        Assert.Equal(("2027-02-01", "2027-02-08"), ((string)mine[8].Data["from"]!, (string)mine[8].Data["to"]!));
        Assert.Equal(other.EnrolmentId, (Guid)mine[9].Data["enrolmentId"]!);
        Assert.Equal("2027-02-01T15:00:00Z", (string)mine[3].Json["timestamp"]!);
        // Neither an answer nor a word that anybody wrote, nor a name.
        var all = string.Concat(mine.Select(e => e.Json.ToJsonString()));
        foreach (var word in new[] { ReflectionSteps.Words, "You noticed the quiet", "notYet", "supervisorSupport", "Nobody", "ask before",
            learner.Name, learner.Email }) Assert.DoesNotContain(word, all, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_unit_is_begun_once_and_completed_with_or_without_a_plan()
    {
        const string light = "1.1-why-good-training-fades";
        var learner = await app.Learner();
        for (var twice = 0; twice < 2; twice++) (await learner.Http.Post($"{learner.Unit(light)}/start")).Ok();
        (await learner.Http.Post($"{learner.Unit(light)}/complete", new { })).Ok();
        var mine = (await Feed((await app.Admin()).Http)).Where(e => (Guid?)e.Data["enrolmentId"] == learner.EnrolmentId).ToList();
        Assert.Equal(["enrolment.created", "unit.started", "unit.completed"], mine.Select(e => e.Type));
        Assert.False((bool)mine[2].Data["planned"]!);
    }

    [Fact]
    public async Task The_last_unit_completes_the_enrolment()
    {
        var learner = await app.Learner();
        var units = (await learner.Http.Read(learner.Journey)).Ok()["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray())
            .Select(u => (string)u!["slug"]!);
        foreach (var unit in units) (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
        var mine = (await Feed((await app.Admin()).Http)).Where(e => (Guid?)e.Data["enrolmentId"] == learner.EnrolmentId)
            .Select(e => e.Type)
            .ToList();
        Assert.Equal(["unit.completed", "enrolment.completed"], mine[^2..]);
        Assert.Single(mine, t => t == "enrolment.completed");
    }

    [Theory]
    [InlineData("email")]
    [InlineData("webhook")]
    [InlineData("email", "webhook")]
    public async Task Another_program_gets_the_link_that_answers_of_those_who_want_that(params string[] channels)
    {
        var (admin, learner) = (await app.Admin(), await app.Learner());
        (await learner.Http.Patch("/v1/me/preferences", new { channels = channels.Prepend("inApp") }, ("If-Match", "*"))).Ok();
        Assert.Equal(channels.Prepend("inApp"), (await learner.Http.Read("/v1/me/preferences")).Ok()["channels"]!.AsArray()
            .Select(c => (string)c!));
        foreach (var unit in new[] { "1.2-coach-supervisor-trainer", Unit })
            (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(2));
        await app.Send(new SendDueNudges { PersonId = learner.Id });

        var sent = (await Feed(admin.Http)).Where(e => e.Type == "nudge.sent" && (Guid)e.Data["learnerId"]! == learner.Id).ToList();
        Assert.Equal(2, sent.Count);
        var (mailed, handedOver) = (channels.Contains("email"), channels.Contains("webhook"));
        Assert.Equal(mailed ? 1 : 0, app.MailsTo(learner.Email).Count);
        Assert.All(sent, e => Assert.Equal(mailed ? "email" : "webhook", (string)e.Data["channel"]!));
        Assert.All(sent, e => Assert.Equal(handedOver, e.Data["link"] is not null));
        Assert.Equal(2, (await learner.Http.Read("/v1/nudges?status=sent")).Ok()["items"]!.AsArray().Count);
        if (!handedOver) return;
        (await Session.Anonymous(app).Post(
            new Uri((string)sent[0].Data["link"]!).PathAndQuery, new FormUrlEncodedContent([new("outcome", "stillGood")]))).Ok();
        Assert.Single(await Feed(admin.Http), e => e.Type == "nudge.answered" && (Guid)e.Data["learnerId"]! == learner.Id);

        // Other programs are held to the same measure as mails: one message a day.
        (await learner.Http.Post($"{learner.Unit("1.4-coaching-agreement")}/complete", Given.IfThen())).Ok();
        FlowingClock.Advance(TimeSpan.FromHours(1));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        Assert.Equal(2, (await Feed(admin.Http)).Count(e => e.Type == "nudge.sent" && (Guid)e.Data["learnerId"]! == learner.Id));
    }

    [Fact]
    public async Task The_feed_is_walked_page_by_page()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        for (var i = 0; i < 4; i++) await app.Learner(cohort);
        var all = await Feed(admin.Http);
        var start = all[^4];
        var page = (await admin.Http.Read($"/v1/events?limit=2&after={long.Parse(start.Cursor) - 1}")).Ok();
        Assert.Equal([start.Cursor, all[^3].Cursor], page["items"]!.AsArray().Select(e => (string)e!["cursor"]!));
        Assert.Equal(all[^3].Cursor, (string)page["next"]!);
        Assert.Equal($"</v1/events?limit=2&after={all[^3].Cursor}>; rel=\"next\"", page.Headers["Link"]);
        Assert.Equal([], (await admin.Http.Read($"/v1/events?after={all[^1].Cursor}")).Ok()["items"]!.AsArray());
    }

    [Theory]
    [InlineData("after=x")]
    [InlineData("after=-1")]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("after=99999999999999999999")]
    [InlineData("after=999999999999", "events.cursor.unknown")]
    public async Task A_wrong_question_is_refused(string query, string code = "request.invalid")
    {
        var admin = await app.Admin();
        (await admin.Http.Read($"/v1/events?{query}")).Expect(HttpStatusCode.UnprocessableEntity, code);
        (await admin.Http.Read($"/v1/events?{query}", ("Accept", "text/event-stream"))).Expect(HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task An_event_is_there_only_if_the_change_is()
    {
        var cohort = await app.Cohort();
        var before = await Count();
        // Saved, and then rolled back.
        await app.InDb(async db =>
        {
            await db.InTransactionAsync(
                async ct =>
                {
                    var enrolled = await db.Cohorts.SingleAsync(c => c.Id == cohort.Id, ct);
                    enrolled.Reschedule(enrolled.StartsOn.AddDays(1), FlowingClock.Now.UtcDateTime);
                    return await db.SaveChangesAsync(ct);
                },
                commit: _ => false,
                Ct);
            return 0;
        });
        Assert.Equal(before, await Count());
        (await cohort.Lead.Http.Post($"{cohort.Path}/reschedule", new { startsOn = "2027-02-08" })).Ok();
        Assert.Equal(before + 1, await Count());
    }

    [Fact]
    public async Task A_reader_that_breaks_off_at_random_misses_nothing_and_sees_nothing_twice()
    {
        const int Writers = 4;
        const int Each = 15;
        var random = new Random(20270201);
        var admin = await app.Admin();
        await app.Learner();
        var start = (await Feed(admin.Http))[^1].Cursor;
        var cohorts = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => app.Cohort()));
        var writing = Task.WhenAll(cohorts.Select(async cohort =>
        {
            for (var i = 0; i < Each; i++) await app.Learner(cohort);
        }));

        var (seen, last, breaks) = (new List<SeenEvent>(), start, 0);
        while (seen.Count < Writers * Each)
        {
            using var stream = await EventReader.Open(admin.Http, last);
            for (var reads = random.Next(0, 6); reads > 0 && seen.Count < Writers * Each; reads--)
            {
                seen.Add((await stream.Next())!);
                last = seen[^1].Cursor;
            }

            breaks++;
        }

        await writing;
        Assert.True(breaks > 5, $"The reader broke off {breaks} times only.");
        Assert.Equal((await Feed(admin.Http, start)).Select(e => (e.Cursor, (Guid)e.Json["id"]!)),
            seen.Select(e => (e.Cursor, (Guid)e.Json["id"]!)));
        Assert.Equal(seen.Count, seen.DistinctBy(e => (Guid)e.Json["id"]!).Count());
        // No position is left out, so a gap would be a loss.
        Assert.Equal(Enumerable.Range(1, seen.Count).Select(i => long.Parse(start) + i), seen.Select(e => long.Parse(e.Cursor)));
    }

    [Fact(Explicit = true)]
    public async Task Events_of_other_nodes_are_found_without_a_signal()
    {
        var admin = await app.Admin();
        await app.Learner();
        var last = (await Feed(admin.Http))[^1].Cursor;
        using var stream = await EventReader.Open(admin.Http, last);
        // As another node does it: committed, and this one is told nothing.
        await app.InDb(async db =>
        {
            db.Add(IntegrationEvent.Of("cohort.rescheduled", new { cohortId = Guid.NewGuid() }, FlowingClock.Now.UtcDateTime));
            return await db.SaveChangesAsync(Ct);
        });
        Assert.Equal("cohort.rescheduled", (await stream.Next())!.Type);
    }

    [Fact]
    public async Task Who_has_missed_what_is_not_kept_any_more_is_told()
    {
        // A host of its own: forgetting takes everybody's.
        await using var own = new EventsApp();
        await own.InitializeAsync();
        var cohort = await own.Cohort();
        for (var i = 0; i < 3; i++) await own.Learner(cohort);
        var admin = await own.Admin();
        var all = await Feed(admin.Http);
        FlowingClock.Advance(TimeSpan.FromDays(91));
        await own.Send(new DeleteExpired());
        await own.Learner(cohort);

        (await admin.Http.Read($"/v1/events?after={all[0].Cursor}")).Expect(HttpStatusCode.Conflict, "events.cursor.expired");
        (await admin.Http.Read($"/v1/events?after={all[0].Cursor}", ("Accept", "text/event-stream")))
            .Expect(HttpStatusCode.Conflict, "events.cursor.expired");
        // The newest of the old ones stays, and positions go on from it.
        Assert.Equal([all[^1].Cursor, $"{long.Parse(all[^1].Cursor) + 1}"], (await Feed(admin.Http)).Select(e => e.Cursor));
    }

    [Theory]
    [InlineData("UPDATE Events SET Data = 'rubbish' WHERE Position = {0}")]
    [InlineData("UPDATE Events SET OccurredAt = 'rubbish' WHERE Position = {0}")]
    public async Task A_damaged_event_is_left_out_and_every_reader_gets_past_it(string damage)
    {
        var admin = await app.Admin();
        await app.Learner();
        var start = (await Feed(admin.Http))[^1].Cursor;
        var cohort = await app.Cohort();
        for (var i = 0; i < 4; i++) await app.Learner(cohort);
        var sound = await Feed(admin.Http, start);
        var position = long.Parse(sound[1].Cursor, null);
        await app.InDb(db => db.Database.ExecuteSqlRawAsync(damage, [position], Ct));

        string[] wanted = [sound[0].Cursor, sound[2].Cursor, sound[3].Cursor];
        Assert.Equal(wanted, (await Feed(admin.Http, start)).Select(e => e.Cursor));
        var walked = new List<string>();
        for (var next = start; next is not null;)
        {
            var page = (await admin.Http.Read($"/v1/events?limit=1&after={next}")).Ok();
            walked.AddRange(page["items"]!.AsArray().Select(e => (string)e!["cursor"]!));
            next = (string?)page["next"];
        }

        Assert.Equal(wanted, walked);
        using var stream = await EventReader.Open(admin.Http, start);
        foreach (var cursor in wanted) Assert.Equal(cursor, (await stream.Next())!.Cursor);
        await app.InDb(db => db.IntegrationEvents.Where(e => e.SequenceNumber == position).ExecuteDeleteAsync(Ct));
    }

    [Fact]
    public async Task A_stream_ends_at_once_when_the_program_stops()
    {
        await using var own = new EventsApp();
        await own.InitializeAsync();
        await own.Learner();
        using var stream = await EventReader.Open((await own.Admin()).Http);
        Assert.Equal("enrolment.created", (await stream.Next())!.Type);
        own.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Null(await stream.Next());
    }

    [Fact]
    public async Task A_quiet_stream_says_that_it_is_there_and_ends_with_the_token()
    {
        await using var own = new QuietApp();
        await own.InitializeAsync();
        await own.Learner();
        using var stream = await EventReader.Open((await own.Admin()).Http);
        Assert.NotNull(await stream.Next());
        for (var looks = 0; looks < 3; looks++) await own.Clock.Elapse(TimeSpan.FromSeconds(5));
        Assert.Null(await stream.Next(orComment: true));
        Assert.Equal([": still here"], stream.Comments);
        await own.Clock.Elapse(TimeSpan.FromMinutes(15));
        Assert.Null(await stream.Next());
    }

    private Task<int> Count() => app.InDb(db => db.IntegrationEvents.CountAsync(Ct));

    private static async Task<List<SeenEvent>> Feed(HttpClient http, string? after = null)
    {
        var all = new List<SeenEvent>();
        for (string? next = $"/v1/events?limit=200{(after is null ? "" : $"&after={after}")}"; next is not null;)
        {
            var page = (await http.Read(next)).Ok();
            all.AddRange(page["items"]!.AsArray().Select(e => new SeenEvent((string)e!["cursor"]!, (string)e["type"]!, e)));
            next = page["next"] is { } cursor ? $"/v1/events?limit=200&after={(string)cursor!}" : null;
        }

        return all;
    }

    /// <summary>A host whose timers run when the test says so.</summary>
    private sealed class QuietApp : LearningApp
    {
        public ManualClock Clock { get; } = new();

        protected override void Replace(IServiceCollection services) =>
            services.RemoveAll<TimeProvider>().AddSingleton<TimeProvider>(Clock);
    }
}
