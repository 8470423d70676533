using System.Net;
using System.Text.Json.Nodes;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>One event as a reader gets it.</summary>
public sealed record SeenEvent(string Cursor, string Type, JsonNode Json)
{
    public JsonNode Data => Json["data"]!;
}

/// <summary>Reads server-sent events as a browser does: fields, blank lines, comments.</summary>
public sealed class EventReader : IDisposable
{
    private readonly HttpResponseMessage response;
    private readonly StreamReader lines;

    private EventReader(HttpResponseMessage response, Stream body) => (this.response, lines) = (response, new(body));

    /// <summary>The comments that came so far.</summary>
    public List<string> Comments { get; } = [];

    public static async Task<EventReader> Open(HttpClient http, string? lastEventId = null, string path = "/v1/events")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        return new(response, await response.Content.ReadAsStreamAsync(Ct));
    }

    /// <summary>The next event, or at a comment when asked for; null at the end of the stream.</summary>
    public async Task<SeenEvent?> Next(bool orComment = false)
    {
        string? id = null, type = null, data = null;
        while (await lines.ReadLineAsync(Ct) is { } line)
        {
            if (line.StartsWith(':'))
            {
                Comments.Add(line);
                if (orComment) return null;
            }

            if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            if (line.StartsWith("event: ", StringComparison.Ordinal)) type = line[7..];
            if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
            if (line.Length == 0 && data is not null) return new(id!, type!, JsonNode.Parse(data)!);
        }

        return null;
    }

    public void Dispose()
    {
        lines.Dispose();
        response.Dispose();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;
}
