using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>An answer, read whole.</summary>
public sealed record Answer(HttpStatusCode Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Body) ?? throw new InvalidOperationException("The body is null.");

    public string? Code => Body.StartsWith('{') ? (string?)Json["code"] : null;

    public string? ETag => Headers.GetValueOrDefault("ETag");

    public JsonNode? this[string field] => Json[field];

    /// <summary>The answer when it has this status; else the test fails and shows the body.</summary>
    public Answer Expect(HttpStatusCode status, string? code = null)
    {
        Assert.True(Status == status, $"Expected {(int)status}, got {(int)Status}: {Body}");
        if (code is not null) Assert.Equal(code, Code);
        if ((int)status >= 400 && Body.StartsWith('{')) Assert.Equal("application/problem+json", Headers["Content-Type"].Split(';')[0]);
        return this;
    }

    public Answer Ok() => Expect(HttpStatusCode.OK);
}

/// <summary>Requests in one line each.</summary>
public static class HttpExtensions
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static Task<Answer> Read(this HttpClient client, string path, params (string Name, string Value)[] headers) =>
        client.Call(HttpMethod.Get, path, null, headers);

    public static Task<Answer> Head(this HttpClient client, string path, params (string Name, string Value)[] headers) =>
        client.Call(HttpMethod.Head, path, null, headers);

    public static Task<Answer> Post(
        this HttpClient client, string path, object? body = null, params (string Name, string Value)[] headers) =>
        client.Call(HttpMethod.Post, path, body, headers);

    public static Task<Answer> Put(this HttpClient client, string path, object? body, params (string Name, string Value)[] headers) =>
        client.Call(HttpMethod.Put, path, body, headers);

    public static Task<Answer> Patch(this HttpClient client, string path, object? body, params (string Name, string Value)[] headers) =>
        client.Call(HttpMethod.Patch, path, body, headers);

    /// <param name="body">Sent as JSON; an <see cref="HttpContent"/> is sent as it is, and a string as JSON text.</param>
    public static async Task<Answer> Call(
        this HttpClient client, HttpMethod method, string path, object? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            string text => new StringContent(text, System.Text.Encoding.UTF8, "application/json"),
            _ => JsonContent.Create(body),
        };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request, Ct);
        var all = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new(response.StatusCode, await response.Content.ReadAsStringAsync(Ct), all);
    }
}
