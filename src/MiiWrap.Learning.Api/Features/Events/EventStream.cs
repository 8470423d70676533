using System.Text.Json;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>
/// Events as server-sent events: first those that are there, then each as it is committed. The id of each is its cursor, so that a client
/// which lost the connection goes on with Last-Event-ID, misses nothing and sees nothing twice.
/// </summary>
/// <param name="first">Read before anything is answered, so that what is wrong with the request is still told as a problem.</param>
internal sealed class EventStream(Page<EventItem> first, string? after) : FollowingStream
{
    private long last = after is null ? 0 : EventLog.PositionOf(after);

    protected override Task<IReadOnlyList<string>> Begin(IServiceProvider scope, JsonSerializerOptions json, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<string>>(Frames(first.Items, json));

    protected override async Task<IReadOnlyList<string>?> Next(IServiceProvider scope, JsonSerializerOptions json, CancellationToken ct) =>
        scope.GetRequiredService<Caller>().MayFollowEvents()
            ? Frames(await scope.GetRequiredService<EventLog>().After(last, Paging.MostLimit, ct), json)
            : null;

    private List<string> Frames(IReadOnlyList<EventItem> items, JsonSerializerOptions json)
    {
        if (items.Count > 0) last = EventLog.PositionOf(items[^1].Cursor);
        return [.. items.Select(i => $"id: {i.Cursor}\nevent: {i.Type}\ndata: {JsonSerializer.Serialize(i, json)}\n\n")];
    }
}
