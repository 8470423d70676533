using System.Text.Json;
using System.Text.Json.Serialization;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>
/// A row of the transactional outbox, written in the save of what happened. It has no sequence number yet: transactions do not commit in
/// the order in which they took numbers, so a smaller number could become visible after a greater one, and a reader that has passed the
/// greater one would never see it. Numbers are assigned later, to committed events alone and by one writer at a time.
/// </summary>
public sealed class IntegrationEvent
{
    public const int LongestData = 2000;

    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    private static long made;

    private IntegrationEvent()
    {
    }

    public Guid Id { get; private set; }

    public string Type { get; private set; } = "";

    public DateTime OccurredAt { get; private set; }

    /// <summary>Orders the events of one moment on one node.</summary>
    public long Number { get; private set; }

    /// <summary>The number by which readers follow all events in order; null until it is assigned.</summary>
    public long? SequenceNumber { get; private set; }

    /// <summary>Ids, codes and dates as JSON: never a word that anybody wrote, and no name.</summary>
    public string Data { get; private set; } = "";

    public static IntegrationEvent Of(string type, object data, DateTime at) => new()
    {
        Id = NewId.At(at),
        Type = type,
        OccurredAt = at,
        Number = Interlocked.Increment(ref made),
        Data = JsonSerializer.Serialize(data, Json),
    };

    public void AssignSequence(long position)
    {
        if (SequenceNumber is not null) throw new InvalidOperationException($"Event {Id} has its place already.");
        SequenceNumber = position;
    }
}

/// <summary>
/// Wakes those on this node who wait for events, once some have been committed; other nodes look by themselves now and then.
/// </summary>
internal sealed class EventCommittedSignal
{
    private TaskCompletionSource next = New();

    /// <summary>Take this before reading: what is committed after the reading completes it.</summary>
    public Task Next => Volatile.Read(ref next).Task;

    public void Raise() => Interlocked.Exchange(ref next, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
