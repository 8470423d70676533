using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Integration;

/// <summary>Gives committed events their places, one after the other; whoever reads or sends events asks for this first.</summary>
public sealed record PlaceEvents : ICommand<int>;

/// <remarks>
/// Positions are safe to read past: this sees committed events only, works under a lock that ends with its own commit (SQLite has one writer
/// anyway), and so each position becomes visible after all smaller ones. An event whose transaction is late gets a later place, and none is lost
/// behind a reader. A number from the database would not do: on SQL Server sequences are handed out before the commit, and cached ones jump.
/// </remarks>
internal sealed class PlaceEventsHandler(LearningDb db) : IRequestHandler<PlaceEvents, int>
{
    private const int Batch = 200;

    public async Task<int> Handle(PlaceEvents request, CancellationToken cancellationToken)
    {
        var placed = 0;
        while (await db.LearningEvents.AnyAsync(e => e.Position == null, cancellationToken))
        {
            var count = await db.InTransactionAsync(PlaceSome, commit: null, cancellationToken);
            placed += count;
            // Nothing: another node is at it, or was quicker.
            if (count == 0) break;
        }

        return placed;
    }

    private async Task<int> PlaceSome(CancellationToken ct)
    {
        if (!await db.HoldAsync("event-positions", ct)) return 0;
        var waiting = await db.LearningEvents.Where(e => e.Position == null).OrderBy(e => e.OccurredAt).ThenBy(e => e.Number).ThenBy(e => e.Id).Take(Batch).ToListAsync(ct);
        if (waiting.Count == 0) return 0;
        var position = await db.LearningEvents.MaxAsync(e => e.Position, ct) ?? 0;
        foreach (var happened in waiting) happened.PlaceAt(++position);
        await db.SaveChangesAsync(ct);
        return waiting.Count;
    }
}
