using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Events;

/// <summary>A front end that is open is told what to read again, its own and nothing more.</summary>
public sealed class PersonalStreamTests(EventsApp app) : IClassFixture<EventsApp>
{
    [Fact]
    public async Task Learner_and_reviewer_are_told_what_concerns_them_and_no_more()
    {
        var (cohort, other) = (await app.Cohort(), await app.Cohort());
        var (learner, stranger) = (await app.Learner(cohort), await app.Learner(other));
        using var mine = await Open(learner.Http);
        using var queue = await Open(cohort.Instructor.Http);
        // Not the stranger's, which comes first.
        (await stranger.Http.Post($"{stranger.Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok();
        await learner.HandIn();
        Assert.Equal(["next"], await Changes(mine, 1));
        Assert.Equal(["queue"], await Changes(queue, 1));
        (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok();
        Assert.Equal(["next", "nudges"], (await Changes(mine, 2)).Order());
    }

    [Fact]
    public async Task The_queue_that_a_learner_leaves_is_told_and_so_is_a_colleagues_claim_and_release()
    {
        var (admin, from, to) = (await app.Admin(), await app.Cohort(), await app.Cohort());
        var learner = await app.Learner(from);
        var review = ReflectionSteps.Review(await learner.HandIn());
        using var old = await Open(from.Instructor.Http);
        using var mine = await Open(from.Lead.Http);
        (await from.Lead.Http.Post($"{review}/claim")).Ok();
        Assert.Equal(["queue"], await Changes(old, 1));
        (await from.Lead.Http.Post($"{review}/release", new { })).Ok();
        Assert.Equal(["queue"], await Changes(old, 1));
        (await admin.Http.Post($"/v1/enrolments/{learner.EnrolmentId}/move", new { cohortId = to.Id })).Ok();
        Assert.Equal(["queue"], await Changes(old, 1));
        Assert.Equal(["queue"], await Changes(mine, 1));
    }

    [Fact]
    public async Task What_comes_next_is_told_when_the_cohort_is_closed_reopened_rescheduled_or_opened()
    {
        var (cohort, other) = (await app.Cohort("paced"), await app.Cohort("paced"));
        var learner = await app.Learner(cohort);
        using var mine = await Open(learner.Http);
        (await other.Lead.Http.Post($"{other.Path}/close")).Ok();
        foreach (var (path, body) in new (string, object?)[]
        {
            ("close", null), ("reopen", null),
            ("reschedule", new { startsOn = DateOnly.FromDateTime(FlowingClock.Now.UtcDateTime).AddDays(14).ToString("yyyy-MM-dd") }),
        })
        {
            (await cohort.Lead.Http.Post($"{cohort.Path}/{path}", body)).Ok();
            Assert.Equal(["next"], await Changes(mine, 1));
        }

        (await cohort.Lead.Http.Patch(cohort.Path, new { gate = "open" })).Ok();
        Assert.Equal(["next"], await Changes(mine, 1));
    }

    [Fact]
    public async Task Check_ins_are_told_when_a_zone_or_days_of_leave_move_them()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok();
        using var mine = await Open(learner.Http);
        (await admin.Http.Patch($"/v1/people/{learner.Id}", new { timeZone = "Pacific/Honolulu" }, ("If-Match", "*"))).Ok();
        Assert.Equal(["nudges"], await Changes(mine, 1));
        var today = DateOnly.FromDateTime(FlowingClock.Now.UtcDateTime);
        (await learner.Http.Put("/v1/me/leave", new
        {
            periods = new[] { new { from = today.ToString("yyyy-MM-dd"), until = today.AddDays(20).ToString("yyyy-MM-dd") } },
        })).Ok();
        Assert.Equal(["nudges"], await Changes(mine, 1));
    }

    [Fact]
    public async Task Two_streams_a_person_and_the_addresses_for_whoever_asks_for_JSON()
    {
        var person = await app.Person();
        var parts = (await person.Http.Read("/v1/me/stream")).Ok()["parts"]!.AsArray();
        Assert.Equal(["next", "nudges", "feedback", "queue"], parts.Select(p => (string)p!["what"]!));
        using var first = await Open(person.Http);
        using var second = await Open(person.Http);
        (await person.Http.Read("/v1/me/stream", ("Accept", "text/event-stream"))).Expect(HttpStatusCode.TooManyRequests, "stream.limit");
    }

    private static async Task<StreamReader> Open(HttpClient http)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/me/stream");
        request.Headers.Accept.ParseAdd("text/event-stream");
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("no-transform", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("retry:", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        return reader;
    }

    private static async Task<List<string>> Changes(StreamReader reader, int count)
    {
        var found = new List<string>();
        while (found.Count < count)
        {
            var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new EndOfStreamException();
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                found.Add((string)System.Text.Json.Nodes.JsonNode.Parse(line[6..])!["what"]!);
        }

        return found;
    }
}
