using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>A blind pair as it stands for one of its two raters, by what both rated first.</summary>
/// <param name="IsThin">Too few items in common to count towards calibration.</param>
/// <param name="Own">The rater's own exact total; null where there is none.</param>
/// <param name="Partners">The other one's.</param>
internal sealed record PairOfRater(
    Guid PairId, string Instrument, Guid RaterId, FidelityPerson Partner, RatedPair Rated, bool IsThin, Fraction? Own, Fraction? Partners)
{
    public static PairOfRater Of(Instrument instrument, Guid pairId, DateOnly lockedOn, PairHalf own, PairHalf other)
    {
        var rated = RatedPair.Of(instrument, own.Ratings, other.Ratings, lockedOn, other.WasCalibrated);
        return new(
            pairId, instrument.Code, own.Rater.Id, other.Rater, rated, rated.Agreement.Scores < instrument.CommonItems, own.Total?.Exact(),
            other.Total?.Exact());
    }
}

/// <summary>What one of two raters rated before either saw the other's.</summary>
internal sealed record PairHalf(FidelityPerson Rater, bool WasCalibrated, IReadOnlyDictionary<string, int?> Ratings, KeptScore? Total);

/// <summary>Reads the blind pairs that count, of the twelve months for which a pair counts towards calibration.</summary>
internal sealed class RatedPairs(LearningDb db, InstrumentLibrary library)
{
    /// <summary>By one statement.</summary>
    /// <param name="without">Pairs that are left out, since they change in this save.</param>
    public async Task<ILookup<(Guid RaterId, string Instrument), PairOfRater>> Of(
        IReadOnlyCollection<Guid> raters, DateOnly today, IReadOnlyCollection<Guid> without, CancellationToken ct)
    {
        var since = today.AddMonths(-Calibration.Months).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var counted = db.RaterPairs.AsNoTracking().Counted(db)
            .Where(p => p.LockedAt >= since && (raters.Contains(p.FirstRaterId) || raters.Contains(p.SecondRaterId))
                && !without.Contains(p.Id));
        // A rater who is said to be calibrated without one of these might not be.
        var rows = await counted.LoadAllOrNoneAsync(p => p.Id, some => (
            from rated in db.FidelityReviews.AsNoTracking().PairedBy(some, db)
            orderby rated.Pair.LockedAt descending, rated.Pair.Id descending
            select new
            {
                rated.Pair,
                rated.First.InstrumentVersion,
                FirstName = db.Users.Where(u => u.Id == rated.Pair.FirstRaterId).Select(u => u.Name).First(),
                FirstRatings = rated.First.Result!.Ratings,
                FirstTotal = rated.First.Result!.Total,
                SecondName = db.Users.Where(u => u.Id == rated.Pair.SecondRaterId).Select(u => u.Name).First(),
                SecondRatings = rated.Second.Result!.Ratings,
                SecondTotal = rated.Second.Result!.Total,
            }).ToListAsync(ct), ct);
        var pairs = new List<PairOfRater>(2 * rows.Count);
        foreach (var row in rows)
        {
            var pair = row.Pair;
            var lockedOn = DateOnly.FromDateTime(pair.LockedAt!.Value);
            if (lockedOn.AddMonths(Calibration.Months) <= today) continue;
            var instrument = await library.PinnedBy(
                db, nameof(InterRaterPair), pair.Id, pair.Instrument, row.InstrumentVersion, ct);
            var first = new PairHalf(new(pair.FirstRaterId, row.FirstName), pair.FirstWasCalibrated, row.FirstRatings, row.FirstTotal);
            var second = new PairHalf(
                new(pair.SecondRaterId, row.SecondName), pair.SecondWasCalibrated, row.SecondRatings, row.SecondTotal);
            pairs.Add(PairOfRater.Of(instrument, pair.Id, lockedOn, first, second));
            pairs.Add(PairOfRater.Of(instrument, pair.Id, lockedOn, second, first));
        }

        return pairs.Where(p => raters.Contains(p.RaterId)).ToLookup(p => (p.RaterId, p.Instrument));
    }
}
