using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Access;

/// <summary>
/// Who may rate whom, and who may see what came of it. Whoever supervises or administers at a learner's agency never sees a score of theirs
/// by name, but for what they have rated themselves.
/// </summary>
internal static class FidelityQueries
{
    /// <summary>Enrolments whose learner somebody may rate in this part.</summary>
    public static IQueryable<Enrolment> RatableBy(this IQueryable<Enrolment> enrolments, Guid personId, RaterRole role, LearningDb db)
    {
        if (role == RaterRole.Coach) return enrolments.CoachedBy(personId, db);
        var present = enrolments.OfPresent(db);
        if (role == RaterRole.Self) return present.Where(e => e.PersonId == personId);
        var own = db.LearnersOfAgenciesOf(personId);
        var others = present.Where(e => e.PersonId != personId && !own.Contains(e.PersonId));
        if (role == RaterRole.External)
        {
            var agencies = db.AgencyRaters.Where(r => r.PersonId == personId).Select(r => (Guid?)r.AgencyId);
            return others.Where(e => agencies.Contains(e.AgencyId));
        }

        var led = CoachingQueries.CohortsLedBy(personId, db);
        return others.Where(e => led.Contains(e.CohortId));
    }

    /// <summary>
    /// Reviews that the caller may see: their own ratings at any time, and what is locked of their own practice, of learners of their
    /// cohorts, and of coachees who share it. A programme admin sees what is locked, and stands in the log.
    /// </summary>
    public static IQueryable<FidelityReview> SeenBy(this IQueryable<FidelityReview> reviews, Caller caller, LearningDb db)
    {
        var (me, staff, own) = (caller.AsLearner, caller.AsStaff, db.LearnersOfOwnAgencies(caller));
        if (caller.ActsAsProgramAdmin)
            return reviews.Where(r => (r.RaterId == me && r.RaterRole == RaterRole.Self)
                || (r.RaterId == staff && r.RaterRole != RaterRole.Self)
                || (r.LockedAt != null && (r.SubjectId == me || !own.Contains(r.SubjectId))));
        var (taught, sharing) = (db.LearnersTaughtBy(caller), db.CoacheesSharingWith(caller));
        return reviews.Where(r => (r.RaterId == me && r.RaterRole == RaterRole.Self)
            || (r.RaterId == staff && r.RaterRole != RaterRole.Self)
            || (r.LockedAt != null && (r.SubjectId == me || taught.Contains(r.SubjectId) || sharing.Contains(r.SubjectId))));
    }

    /// <summary>Learners of cohorts in which the caller teaches, but for those of agencies of the caller's own.</summary>
    public static IQueryable<Guid> LearnersTaughtBy(this LearningDb db, Caller caller)
    {
        var (own, cohorts) = (db.LearnersOfOwnAgencies(caller), CoachingQueries.CohortsOf(caller.AsStaff, db));
        return db.Enrolments
            .Where(e => e.Status != EnrolmentStatus.Withdrawn && cohorts.Contains(e.CohortId) && !own.Contains(e.PersonId))
            .Select(e => e.PersonId);
    }

    /// <summary>Coachees of the caller who share what others have seen and rated, as long as they learn where they are coached.</summary>
    public static IQueryable<Guid> CoacheesSharingWith(this LearningDb db, Caller caller) =>
        db.Enrolments.TellingRatingsTo(caller.AsStaff, db).Select(e => e.PersonId);

    /// <summary>What a figure needs to know of a review.</summary>
    public static readonly Expression<Func<FidelityReview, ReviewHead>> ToHead = r => new ReviewHead(
        r.Id, r.SubjectId, r.Instrument, r.InstrumentVersion, r.Major, r.RaterId, r.RaterRole, r.Event.Month, r.PairId,
        r.Result == null ? null : r.Result.Total);

    /// <summary>Heads of chains: what was amended or voided counts no more, and a draft or half a pair not yet.</summary>
    public static IQueryable<FidelityReview> Counted(this IQueryable<FidelityReview> reviews) =>
        reviews.Where(r => r.Status == FidelityReviewStatus.Locked);

    /// <summary>
    /// Reviews of an agency by others than the subjects, as its quarters are made of them. Of whom the caller may know a score is asked of
    /// the person, through whatever they act, and of what was as well as of what is: nobody forgets what they have read.
    /// </summary>
    /// <param name="agencyId">Null for all agencies, and who was of none.</param>
    /// <param name="instrument">Those by this one alone; null for all.</param>
    /// <exception cref="UnreadableRowException">
    /// A row is damaged: figures without it would be wrong, and beside those of yesterday they would show what it was.
    /// </exception>
    public static async Task<List<AgencyReview>> CountedReviewsOf(
        this LearningDb db, Guid? agencyId, Caller caller, CancellationToken ct, string? instrument = null)
    {
        var (me, mayReadAll, own) = (caller.PersonId, caller.IsProgramAdmin, db.LearnersOfOwnAgencies(caller));
        var (taught, told) = (db.LearnersEverTaughtBy(me), db.CoacheesEverTelling(me));
        var locked = db.FidelityReviews.AsNoTracking().Where(r => r.LockedAt != null && r.RaterRole != RaterRole.Self);
        if (agencyId is { } id) locked = locked.Where(r => r.AgencyId == id);
        if (instrument is not null) locked = locked.Where(r => r.Instrument == instrument);
        var reviews = await locked.LoadAllOrNoneAsync(r => r.Id, some => some.Select(r => new
            {
                r.Id,
                r.AgencyId,
                r.Instrument,
                r.InstrumentVersion,
                r.Major,
                r.SupersedesId,
                r.SubjectId,
                r.RaterId,
                r.PairId,
                r.Event.Month,
                r.Result!.Total,
                r.Result.RaterCalibrated,
                r.LockedAt,
                r.VoidedAt,
                // By its subject where somebody read it, which is an index range; the log has none of its readers.
                IsKnown = r.RaterId == me || taught.Contains(r.SubjectId) || told.Contains(r.SubjectId)
                    || db.FidelityReadings.Any(l => l.SubjectId == r.SubjectId && l.PersonId == me)
                    || (mayReadAll && !own.Contains(r.SubjectId)),
            }).ToListAsync(ct), ct);
        return reviews.ConvertAll(r => new AgencyReview(r.AgencyId, r.Instrument, r.InstrumentVersion, r.Major, r.IsKnown, new(
            r.Id, r.SupersedesId, r.SubjectId, r.RaterId, r.PairId, r.Month, r.Total?.Exact(), r.RaterCalibrated, r.LockedAt!.Value,
            r.VoidedAt)));
    }

    /// <summary>What two people rated blindly of an agency's practice, as it was rated first.</summary>
    /// <param name="agencyId">Null for all agencies, and who was of none.</param>
    /// <exception cref="UnreadableRowException">A row is damaged: a figure without it would be wrong.</exception>
    public static Task<List<AgencyRating>> BlindRatingsOf(this LearningDb db, Guid? agencyId, CancellationToken ct)
    {
        var halves = db.FidelityReviews.AsNoTracking().Where(r => r.LockedAt != null);
        if (agencyId is { } id) halves = halves.Where(r => r.AgencyId == id);
        return halves.LoadAllOrNoneAsync(r => r.Id, some => some.PairedBy(db.RaterPairs.Where(p => p.LockedAt != null), db)
            .OrderBy(p => p.Pair.Id)
            .Select(p => new AgencyRating(p.First.AgencyId, p.First.Instrument, p.First.Major, new(
                p.First.SubjectId, p.Pair.LockedAt!.Value, db.FidelityReviews.Where(r => r.PairId == p.Pair.Id).Min(r => r.VoidedAt),
                p.First.Result!.Ratings, p.Second.Result!.Ratings))).ToListAsync(ct), ct);
    }

    /// <summary>Blind pairs with both halves as they were rated first.</summary>
    /// <param name="firsts">Reviews among which the first raters' halves are looked for.</param>
    public static IQueryable<PairOfHalves> PairedBy(
        this IQueryable<FidelityReview> firsts, IQueryable<InterRaterPair> pairs, LearningDb db) =>
        from first in firsts.Where(r => r.PairId != null && r.SupersedesId == null)
        join pair in pairs on first.PairId equals pair.Id
        where first.RaterId == pair.FirstRaterId
        from second in db.FidelityReviews.Where(r => r.PairId == pair.Id && r.SupersedesId == null && r.RaterId == pair.SecondRaterId)
        select new PairOfHalves { Pair = pair, First = first, Second = second };

    /// <summary>
    /// Subjects of whom the caller knows a score, and the caller. A programme admin who may read every one of them by name learns nobody's
    /// from a figure, so nothing is hidden from them for its sake.
    /// </summary>
    public static IReadOnlySet<Guid> KnownTo(this IReadOnlyCollection<AgencyReview> reviews, Caller caller) =>
        caller.IsProgramAdmin && reviews.All(r => r.IsKnown)
            ? new HashSet<Guid>()
            : reviews.Where(r => r.IsKnown).Select(r => r.Review.SubjectId).Append(caller.PersonId).ToHashSet();

    /// <summary>Learners of cohorts in which somebody teaches or has taught, whether or not they are there still.</summary>
    private static IQueryable<Guid> LearnersEverTaughtBy(this LearningDb db, Guid personId)
    {
        var cohorts = CoachingQueries.CohortsOf(personId, db)
            .Union(db.ReaderAppointments.Where(a => a.PersonId == personId).Select(a => a.CohortId));
        var moved = db.LearnerMoves.Where(m => cohorts.Contains(m.FromCohortId));
        return db.Enrolments.Where(e => cohorts.Contains(e.CohortId)).Select(e => e.PersonId)
            .Union(moved.Join(db.Enrolments, m => m.EnrolmentId, e => e.Id, (_, e) => e.PersonId));
    }

    /// <summary>
    /// Coachees of somebody who let them see what others rated, or may have: of what has ended nothing is kept. Whoever supervised from the
    /// start, and so waited for their word, was shown nothing.
    /// </summary>
    private static IQueryable<Guid> CoacheesEverTelling(this LearningDb db, Guid coachId) => db.CoachingRelationships
        .Where(r => r.CoachId == coachId && r.BeganAt != null
            && (r.AgreedAt == null || r.AgreedAt != r.BeganAt || r.Shares.Fidelity))
        .Select(r => r.CoacheeId);

    /// <summary>Pairs that wait for a half.</summary>
    public static IQueryable<InterRaterPair> Open(this IQueryable<InterRaterPair> pairs) =>
        pairs.Where(p => p.LockedAt == null && p.AbandonedAt == null);

    /// <summary>Pairs of which both halves are in, and neither has come to count no more.</summary>
    public static IQueryable<InterRaterPair> Counted(this IQueryable<InterRaterPair> pairs, LearningDb db) =>
        pairs.Where(p => p.LockedAt != null
            && !db.FidelityReviews.Any(r => r.PairId == p.Id && r.Status == FidelityReviewStatus.Void));

    /// <summary>
    /// Raters of whose calibration the caller may know: themselves, and for who leads a cohort those who teach in it or have rated its
    /// learners; for a programme admin all.
    /// </summary>
    public static IQueryable<RaterCalibration> SeenBy(this IQueryable<RaterCalibration> calibrations, Caller caller, LearningDb db)
    {
        if (caller.IsProgramAdmin) return calibrations;
        var (me, own) = (caller.PersonId, db.LearnersOfOwnAgencies(caller));
        var led = CoachingQueries.CohortsLedBy(me, db);
        var learners = db.Enrolments
            .Where(e => e.Status != EnrolmentStatus.Withdrawn && led.Contains(e.CohortId) && !own.Contains(e.PersonId))
            .Select(e => e.Id);
        var raters = db.FidelityReviews.Where(r => r.LockedAt != null && learners.Contains(r.EnrolmentId)).Select(r => r.RaterId);
        var staff = db.CohortMembers.Where(m => led.Contains(m.CohortId)).Select(m => m.PersonId);
        return calibrations.Where(c => c.PersonId == me || staff.Contains(c.PersonId) || raters.Contains(c.PersonId));
    }

    /// <summary>What holds on a day.</summary>
    public static IQueryable<RaterCalibration> HoldingOn(this IQueryable<RaterCalibration> calibrations, DateOnly day) =>
        calibrations.Where(c => c.LapsedAt == null && c.Until > day);
}

/// <summary>A blind pair with its two halves, for a query to choose from.</summary>
internal sealed class PairOfHalves
{
    public required InterRaterPair Pair { get; init; }

    public required FidelityReview First { get; init; }

    public required FidelityReview Second { get; init; }
}

/// <summary>A blind pair of an agency's, with the instrument that it is by.</summary>
internal sealed record AgencyRating(Guid? AgencyId, string Instrument, int Major, BlindRating Rating);

/// <summary>A review of an agency's, with the instrument that it is by.</summary>
/// <param name="IsKnown">The reader may know its subject's scores by name.</param>
internal sealed record AgencyReview(
    Guid? AgencyId, string Instrument, int InstrumentVersion, int Major, bool IsKnown, CountedReview Review);
