using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>Finds a fidelity review for those who may know of it, and writes down who was shown one.</summary>
internal sealed class FidelityReviewAccess(LearningDb db, Caller caller, TimeProvider clock)
{
    /// <summary>By one statement.</summary>
    public async Task<OpenedFidelityReview> Find(Guid reviewId, CancellationToken ct)
    {
        var led = CoachingQueries.CohortsLedBy(caller.AsStaff, db);
        var (sharing, taught) = (db.CoacheesSharingWith(caller), db.LearnersTaughtBy(caller));
        var calibrated = db.RaterCalibrations.HoldingOn(DateOnly.FromDateTime(clock.UtcNow()));
        var found = await db.FidelityReviews.Include(r => r.Result).SeenBy(caller, db).Where(r => r.Id == reviewId)
            .LeftJoin(db.RaterPairs, r => r.PairId, p => (Guid?)p.Id, (r, pair) => new { Review = r, Pair = pair }).Select(o => new
        {
            o.Review,
            o.Pair,
            Subject = db.Users.Where(p => p.Id == o.Review.SubjectId).Select(p => p.Name).First(),
            Rater = db.Users.Where(p => p.Id == o.Review.RaterId).Select(p => p.Name).First(),
            Caller = db.Users.Where(p => p.Id == caller.PersonId).Select(p => p.Name).First(),
            IsCalibrated = calibrated.Any(c => c.PersonId == o.Review.RaterId && c.Instrument == o.Review.Instrument),
            IsCoach = sharing.Contains(o.Review.SubjectId),
            IsTaught = taught.Contains(o.Review.SubjectId),
            IsLed = db.Enrolments.Any(e => e.PersonId == o.Review.SubjectId && e.Status != EnrolmentStatus.Withdrawn
                && led.Contains(e.CohortId)),
        }).AsSingleQuery().SingleOrDefaultAsync(ct) ?? throw new NotFoundException("fidelity");
        return new(found.Review, caller, found.Pair, found.Subject, found.Rater, found.Caller)
        {
            RaterIsCalibrated = found.IsCalibrated,
            // Whoever teaches a learner of an agency of their own does so without seeing any of this.
            IsLead = found.IsTaught && found.IsLed,
            Role = RoleOf(found.IsCoach, found.IsTaught, found.IsLed),
        };
    }

    /// <summary>Somebody all of whose reviews the caller may see at once; by one statement.</summary>
    public async Task<OpenedSubject> FindSubject(Guid personId, CancellationToken ct)
    {
        var led = CoachingQueries.CohortsLedBy(caller.AsStaff, db);
        var (sharing, taught) = (db.CoacheesSharingWith(caller), db.LearnersTaughtBy(caller));
        var own = db.LearnersOfOwnAgencies(caller);
        var found = await db.Users.Where(p => p.Id == personId).Select(p => new
        {
            p.Name,
            Caller = db.Users.Where(c => c.Id == caller.PersonId).Select(c => c.Name).First(),
            IsOfOwnAgency = own.Contains(p.Id),
            IsCoach = sharing.Contains(p.Id),
            IsTaught = taught.Contains(p.Id),
            IsLed = db.Enrolments.Any(e => e.PersonId == p.Id && e.Status != EnrolmentStatus.Withdrawn && led.Contains(e.CohortId)),
        }).SingleOrDefaultAsync(ct) ?? throw new NotFoundException("person");
        if (personId == caller.AsLearner || found.IsCoach || found.IsTaught || (caller.ActsAsProgramAdmin && !found.IsOfOwnAgency))
            return new(found.Name, found.Caller, RoleOf(found.IsCoach, found.IsTaught, found.IsLed));
        throw await db.KnowsOf(caller, personId, ct)
            ? new RuleException("fidelity.hidden", "This person's fidelity is not shown to you by name.", RuleKind.Forbidden)
            : new NotFoundException("person");
    }

    /// <summary>As <see cref="Find"/>, for its rater alone.</summary>
    public async Task<OpenedFidelityReview> FindOwn(Guid reviewId, string what, CancellationToken ct)
    {
        var found = await Find(reviewId, ct);
        return found.IsRater
            ? found
            : throw new RuleException("fidelity.notYours", $"Only whoever rates {what}.", RuleKind.Forbidden);
    }

    /// <summary>Adds a line to the log of readers, to be saved with whatever else is.</summary>
    public void Note(OpenedFidelityReview found, ReaderAct act)
    {
        var now = clock.UtcNow();
        db.Add(new FidelityReading(
            NewId.At(now), found.Review.SubjectId, found.Review.Id, caller.PersonId, found.CallerName, found.Role, act, now));
    }

    /// <summary>The part in which somebody sees it who neither rated nor was rated.</summary>
    private static ReaderRole RoleOf(bool isCoach, bool isTaught, bool isLed) =>
        isCoach ? ReaderRole.Coach
        : !isTaught ? ReaderRole.ProgramAdmin
        : isLed ? ReaderRole.Lead
        : ReaderRole.Instructor;
}

/// <summary>Somebody's fidelity, with the caller's part in it.</summary>
/// <param name="CallerName">As the log of readers has it.</param>
/// <param name="Role">The part in which the caller sees it who is somebody else.</param>
internal sealed record OpenedSubject(string Name, string CallerName, ReaderRole Role);

/// <summary>A review with the caller's part in it.</summary>
/// <param name="CallerName">As the log of readers has it.</param>
internal sealed record OpenedFidelityReview(
    FidelityReview Review, Caller Caller, InterRaterPair? Pair, string SubjectName, string RaterName, string CallerName)
{
    /// <summary>Whether the rater is calibrated on the instrument today.</summary>
    public required bool RaterIsCalibrated { get; init; }

    /// <summary>The caller leads a cohort in which the subject learns.</summary>
    public required bool IsLead { get; init; }

    /// <summary>The part in which the caller sees it who neither rated nor was rated.</summary>
    public required ReaderRole Role { get; init; }

    public bool IsRater => Review.RaterId == (Review.RaterRole == RaterRole.Self ? Caller.AsLearner : Caller.AsStaff);

    public bool IsSubject => Review.SubjectId == Caller.AsLearner;
}
