using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>
/// Assigns sequence numbers to committed events and creates webhook deliveries. Runs before every read or delivery.
/// </summary>
public sealed record SequenceEvents : ICommand<SequencedEvents>;

/// <summary>How many events were given their places, and whether every event that was committed before has its place now.</summary>
/// <param name="IsComplete">False when another node held the lock for longer than a reader can wait: there is more to come.</param>
public sealed record SequencedEvents(int Placed, bool IsComplete);

/// <remarks>
/// A reader never misses an event behind its cursor: numbers are assigned to committed events alone, under a lock that ends with this
/// commit (SQLite has one writer anyway), so each number becomes visible after all smaller ones. An event whose transaction is late gets
/// a later number. A database sequence would not do: SQL Server hands numbers out before the commit, and cached ones jump.
/// </remarks>
internal sealed class SequenceEventsHandler(LearningDb db, EventCommittedSignal signal, TimeProvider clock)
    : IRequestHandler<SequenceEvents, SequencedEvents>
{
    private const int Batch = 200;
    private const int MostRefusals = 2;

    /// <summary>Far longer than a node needs for a batch.</summary>
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(5);

    private bool hasDeliveries;

    public async Task<SequencedEvents> Handle(SequenceEvents request, CancellationToken cancellationToken)
    {
        var (placed, refusals) = (0, 0);
        while (refusals < MostRefusals && await db.IntegrationEvents.AnyAsync(e => e.SequenceNumber == null, cancellationToken))
        {
            // None placed: another node was quicker, and the next look finds what it has left.
            if (await db.InTransactionAsync(PlaceSome, commit: null, cancellationToken) is { } count) placed += count;
            else refusals++;
        }

        if (hasDeliveries) signal.Raise();

        return new(placed, IsComplete: refusals < MostRefusals);
    }

    /// <summary>How many were placed; null when another node has the lock.</summary>
    private async Task<int?> PlaceSome(CancellationToken ct)
    {
        // Whoever has just been told that something happened must find it, so the lock is waited for.
        if (!await db.TryAcquireLockAsync("event-positions", LockWait, ct)) return null;
        var waiting = await db.IntegrationEvents.Where(e => e.SequenceNumber == null).OrderBy(e => e.OccurredAt).ThenBy(e => e.Number)
            .ThenBy(e => e.Id).Take(Batch).ToListAsync(ct);
        if (waiting.Count == 0) return 0;
        var position = await db.IntegrationEvents.MaxAsync(e => e.SequenceNumber, ct) ?? 0;
        var webhooks = await db.Webhooks.AsNoTracking().Where(w => w.DeactivatedAt == null).ToListAsync(ct);
        var now = clock.UtcNow();
        foreach (var happened in waiting)
        {
            happened.AssignSequence(++position);
            // In the same transaction, so that each webhook that wants an event gets it once.
            var deliveries = webhooks.Where(w => w.Events.Contains(happened.Type))
                .Select(w => WebhookDelivery.Of(w, happened.Id, happened.Type, now)).ToList();
            db.AddRange(deliveries);
            hasDeliveries |= deliveries.Count > 0;
        }

        await db.SaveChangesAsync(ct);
        return waiting.Count;
    }
}
