using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>One request as it came in.</summary>
public sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public string Id => Headers["webhook-id"];
}

/// <summary>Another program's side of a webhook: a server on this machine that answers as the test says.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication server;

    private WebhookReceiver(WebApplication server) => this.server = server;

    public ConcurrentQueue<Received> All { get; } = new();

    public Func<HttpContext, Task> Answer { get; set; } = context =>
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    };

    public Uri Url { get; private set; } = new("http://127.0.0.1");

    public static async Task<WebhookReceiver> Start()
    {
        var receiver = new WebhookReceiver(LoopbackServer.Build());
        receiver.server.Run(async context =>
        {
            using var body = new StreamReader(context.Request.Body, Encoding.UTF8);
            receiver.All
                .Enqueue(
                    new(context.Request.Path, context.Request.Headers.ToDictionary(
                        h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), await body.ReadToEndAsync()));
            await receiver.Answer(context);
        });
        receiver.Url = new(new Uri(await receiver.server.Start()), "/hook");
        return receiver;
    }

    public void AnswerWith(int status) => Answer = context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    public async ValueTask DisposeAsync() => await server.DisposeAsync();
}
