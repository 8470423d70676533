using System.Text.Json;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>
/// Events as server-sent events: first those that are there, then each as it is committed. The id of each is its cursor, so that a client
/// which lost the connection goes on with Last-Event-ID, misses nothing and sees nothing twice. It ends at the next look after its caller
/// may not follow any more.
/// </summary>
/// <param name="first">Read before anything is answered, so that what is wrong with the request is still told as a problem.</param>
internal sealed class EventStream(Page<EventItem> first, string? after) : IResult
{
    public const string MediaType = "text/event-stream";

    /// <summary>How often other nodes' events are looked for; this node's own wake the stream at once.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    /// <summary>A comment this often keeps proxies from taking a quiet stream for a dead one.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>
    /// As long as an access token: then the client comes again with a new one, and whoever may not follow any more is out.
    /// </summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var (clock, signal, scopes) = (services.GetRequiredService<TimeProvider>(), services.GetRequiredService<EventCommittedSignal>(),
            services.GetRequiredService<IServiceScopeFactory>());
        using var stop = CancellationTokenSource
            .CreateLinkedTokenSource(
                httpContext.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        var response = httpContext.Response;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        // nginx would gather the stream otherwise.
        response.Headers["X-Accel-Buffering"] = "no";
        if (!services.GetRequiredService<Caller>().IsShownContent) return;
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await response.WriteAsync("retry: 2000\n\n", stop.Token);
            await Follow(response, EndOf(httpContext, clock), clock, signal, scopes, stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException && stop.IsCancellationRequested)
        {
            // The client has gone, or the program ends and takes its services down: the stream ends at once, and what it has not carried
            // comes with the next one.
        }
    }

    private async Task Follow(HttpResponse response, DateTimeOffset until, TimeProvider clock, EventCommittedSignal signal,
        IServiceScopeFactory scopes, CancellationToken ct)
    {
        var json = response.HttpContext.RequestServices
            .GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value.SerializerOptions;
        var last = after is null ? 0 : EventLog.PositionOf(after);
        var (items, quietFor) = (first.Items, TimeSpan.Zero);
        while (true)
        {
            foreach (var item in items)
            {
                await response.WriteAsync($"id: {item.Cursor}\nevent: {item.Type}\ndata: {JsonSerializer.Serialize(item, json)}\n\n", ct);
                last = EventLog.PositionOf(item.Cursor);
            }

            if (items.Count > 0) quietFor = TimeSpan.Zero;
            await response.Body.FlushAsync(ct);
            var news = signal.Next;
            if (clock.GetUtcNow() >= until || await Next(response.HttpContext, last, scopes, ct) is not { } next) return;
            items = next;
            if (items.Count > 0) continue;
            try
            {
                await news.WaitAsync(Look, clock, ct);
            }
            catch (TimeoutException)
            {
                quietFor += Look;
                if (quietFor < Heartbeat) continue;
                await response.WriteAsync(": still here\n\n", ct);
                quietFor = TimeSpan.Zero;
            }
        }
    }

    /// <summary>What comes after; null when the caller may not follow any more.</summary>
    private static async Task<IReadOnlyList<EventItem>?> Next(
        HttpContext http, long last, IServiceScopeFactory scopes, CancellationToken ct)
    {
        // A scope for each look: between two of them the stream holds no connection to the database.
        await using var scope = scopes.CreateAsyncScope();
        var callerId = http.RequestServices.GetRequiredService<Caller>().PersonId;
        if (!await scope.ServiceProvider.IsStillCaller(http.User, callerId, ct)
            || !scope.ServiceProvider.GetRequiredService<Caller>().MayFollowEvents()) return null;
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SequenceEvents(), ct);
        return await scope.ServiceProvider.GetRequiredService<EventLog>().After(last, Paging.MostLimit, ct);
    }

    private static DateTimeOffset EndOf(HttpContext http, TimeProvider clock)
    {
        var longest = clock.GetUtcNow() + Longest;
        return http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc is { } ends && ends < longest
            ? ends : longest;
    }
}
