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
/// Server-sent events that follow the log of events: what is there first, and then what is committed. The stream ends at the next look
/// after its caller may not follow any more.
/// </summary>
internal abstract class FollowingStream : IResult
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

    /// <summary>Finds the place from which to follow, before the client hears anything; gives what is sent at first.</summary>
    protected abstract Task<IReadOnlyList<string>> Begin(IServiceProvider scope, JsonSerializerOptions json, CancellationToken ct);

    /// <summary>What is sent of what has happened since; null when the caller may not follow any more.</summary>
    /// <param name="scope">One for each look: between two of them the stream holds no connection to the database.</param>
    protected abstract Task<IReadOnlyList<string>?> Next(IServiceProvider scope, JsonSerializerOptions json, CancellationToken ct);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        using var stop = CancellationTokenSource
            .CreateLinkedTokenSource(
                httpContext.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        var response = httpContext.Response;
        response.ContentType = MediaType;
        // A proxy that changes a stream gathers it first.
        response.Headers.CacheControl = "no-store, no-transform";
        // nginx would gather the stream otherwise.
        response.Headers["X-Accel-Buffering"] = "no";
        if (!services.GetRequiredService<Caller>().IsShownContent) return;
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await Follow(httpContext, services, stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException && stop.IsCancellationRequested)
        {
            // The client has gone, or the program ends and takes its services down: the stream ends at once, and what it has not carried
            // comes with the next one.
        }
    }

    private async Task Follow(HttpContext http, IServiceProvider services, CancellationToken ct)
    {
        var (clock, signal, scopes) = (services.GetRequiredService<TimeProvider>(), services.GetRequiredService<EventCommittedSignal>(),
            services.GetRequiredService<IServiceScopeFactory>());
        var json = services.GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value.SerializerOptions;
        var (response, until) = (http.Response, EndOf(http, clock));
        var (frames, quietFor) = (await Begin(services, json, ct), TimeSpan.Zero);
        await response.WriteAsync("retry: 2000\n\n", ct);
        while (true)
        {
            foreach (var frame in frames) await response.WriteAsync(frame, ct);
            if (frames.Count > 0) quietFor = TimeSpan.Zero;
            await response.Body.FlushAsync(ct);
            var news = signal.Next;
            if (clock.GetUtcNow() >= until || await Next(http, scopes, json, ct) is not { } next) return;
            frames = next;
            if (frames.Count > 0) continue;
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

    private async Task<IReadOnlyList<string>?> Next(
        HttpContext http, IServiceScopeFactory scopes, JsonSerializerOptions json, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var callerId = http.RequestServices.GetRequiredService<Caller>().PersonId;
        if (!await scope.ServiceProvider.IsStillCaller(http.User, callerId, ct)) return null;
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SequenceEvents(), ct);
        return await Next(scope.ServiceProvider, json, ct);
    }

    private static DateTimeOffset EndOf(HttpContext http, TimeProvider clock)
    {
        var longest = clock.GetUtcNow() + Longest;
        return http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc is { } ends && ends < longest
            ? ends : longest;
    }
}
