using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>
/// The rater is done: the review is locked, and its subject sees it at once. Half of a blind pair waits for the other half, and then both
/// are locked.
/// </summary>
/// <param name="ReviewId">The fidelity review.</param>
public sealed record SubmitFidelityReview(Guid ReviewId) : ICommand<FidelityReviewView>;

internal sealed class SubmitFidelityReviewHandler(
    LearningDb db, FidelityReviewAccess reviews, FidelityReviewViews views, RaterCalibrations calibrations, TimeProvider clock)
    : IRequestHandler<SubmitFidelityReview, FidelityReviewView>
{
    public async Task<FidelityReviewView> Handle(SubmitFidelityReview request, CancellationToken cancellationToken)
    {
        var found = await reviews.FindOwn(request.ReviewId, "submits ratings", cancellationToken);
        var (review, now) = (found.Review, clock.UtcNow());
        var instrument = await views.InstrumentOf(review, cancellationToken);
        review.Submit(instrument, now);
        if (found.Pair is not { IsOpen: true } pair)
        {
            var superseded = review.SupersedesId is { } earlier
                ? await db.FidelityReviews.SingleAsync(r => r.Id == earlier, cancellationToken)
                : null;
            review.Lock(instrument, found.RaterIsCalibrated, superseded, now);
        }
        else if (pair.Take(review.RaterId, now))
        {
            await LockBoth(pair, review, instrument, now, cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(found, cancellationToken);
    }

    /// <summary>
    /// Whoever submits the other half at this moment changes the pair too: the later of the two runs again, and locks both.
    /// </summary>
    private async Task LockBoth(InterRaterPair pair, FidelityReview review, Instrument instrument, DateTime now, CancellationToken ct)
    {
        var other = await db.FidelityReviews.SingleAsync(r => r.PairId == pair.Id && r.SupersedesId == null && r.Id != review.Id, ct);
        var calibrated = await db.RaterCalibrations.HoldingOn(DateOnly.FromDateTime(now))
            .Where(c => c.Instrument == pair.Instrument && (c.PersonId == pair.FirstRaterId || c.PersonId == pair.SecondRaterId))
            .Select(c => c.PersonId).ToListAsync(ct);
        foreach (var half in new[] { review, other }) half.Lock(instrument, calibrated.Contains(half.RaterId), null, now);
        pair.Lock(calibrated.Contains(pair.FirstRaterId), calibrated.Contains(pair.SecondRaterId), now);
        await calibrations.RenewWith(pair, instrument, [review, other], now, ct);
    }
}
