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
