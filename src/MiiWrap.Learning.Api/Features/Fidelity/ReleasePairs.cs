using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>
/// Blind pairs of which a half has not come within 30 days are given up: the half that is in locks as a review by itself, and a draft can
/// be submitted by itself.
/// </summary>
public sealed record ReleasePairs : ICommand<ReleasedPairs>;

/// <summary>How many pairs were given up.</summary>
public sealed record ReleasedPairs(int Pairs);

/// <summary>What calibrates raters ends after twelve months, and that it did is told.</summary>
public sealed record LapseRaters : ICommand<LapsedRaters>;

/// <summary>How many calibrations ended.</summary>
public sealed record LapsedRaters(int Calibrations);

internal sealed class ReleasePairsHandler(LearningDb db, AbandonedPairs abandoned, TimeProvider clock, ILogger<ReleasePairs> log)
    : IRequestHandler<ReleasePairs, ReleasedPairs>, IRequestHandler<LapseRaters, LapsedRaters>
{
    private const int Most = 1000;

    public async Task<ReleasedPairs> Handle(ReleasePairs request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var since = now.AddDays(-InterRaterPair.DaysToWait);
        var late = await db.RaterPairs.Open().Where(p => p.CreatedAt < since)
            .OrderBy(p => p.CreatedAt).Select(p => p.Id).Take(Most).ToListAsync(cancellationToken);
        return new(await db.SaveEachAsync(
            late, id => Release(id, now, cancellationToken), (id, e) => log.LogError(e, "Pair {PairId} could not be given up", id),
            cancellationToken));
    }

    public async Task<LapsedRaters> Handle(LapseRaters request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var today = DateOnly.FromDateTime(now);
        var over = await db.RaterCalibrations.Where(c => c.LapsedAt == null && c.Until <= today).OrderBy(c => c.Until)
            .Select(c => c.Id).Take(Most).ToListAsync(cancellationToken);
        return new(await db.SaveEachAsync(
            over, async id => (await db.RaterCalibrations.SingleAsync(c => c.Id == id, cancellationToken)).RunOut(now),
            (id, e) => log.LogError(e, "Calibration {CalibrationId} could not lapse", id), cancellationToken));
    }

    /// <summary>
    /// Whoever submits the other half at this moment changes the pair too: the later of the two finds what the other one did.
    /// </summary>
    private async Task Release(Guid pairId, DateTime now, CancellationToken ct)
    {
        var pair = await db.RaterPairs.SingleAsync(p => p.Id == pairId, ct);
        pair.GiveUp(now);
        if (pair.IsOpen || pair.LockedAt is not null) return;
        await abandoned.LockHalves(pair, now, ct);
    }
}

/// <summary>What becomes of the halves of a blind pair that is given up.</summary>
internal sealed class AbandonedPairs(LearningDb db, FidelityReviewViews views)
{
    /// <summary>Locks what is in, as a review by itself.</summary>
    public async Task LockHalves(InterRaterPair pair, DateTime now, CancellationToken ct)
    {
        var halves = await db.FidelityReviews.Where(r => r.PairId == pair.Id && r.Status == FidelityReviewStatus.Submitted).ToListAsync(ct);
        var holding = db.RaterCalibrations.HoldingOn(DateOnly.FromDateTime(now)).Where(c => c.Instrument == pair.Instrument);
        // Asked of the rows as well: what has become void in this save is submitted in the database still.
        foreach (var half in halves.Where(h => h.Status == FidelityReviewStatus.Submitted))
        {
            var isCalibrated = await holding.AnyAsync(c => c.PersonId == half.RaterId, ct);
            half.Lock(await views.InstrumentOf(half, ct), isCalibrated, null, now);
        }
    }
}
