using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// How many learners of a cohort stand where in their coaching, without a name: for its staff of everybody, for an agency's own people and
/// clients of their learners. A client is told nothing of fewer than five.
/// </summary>
public sealed record GetDosageSummary(Guid CohortId) : IQuery<DosageSummary>;

/// <summary>How many learners stand where.</summary>
/// <param name="Counts">Null where they would tell of single people.</param>
/// <param name="Reason" example="fewerThanFiveLearners">Why nothing is told; null where it is.</param>
public sealed record DosageSummary(DosageCounts? Counts, string? Reason);

/// <summary>How many learners stand where; together they are all who have not left.</summary>
/// <param name="OnTrack">Those whose contacts keep up with the milestones.</param>
/// <param name="Behind">Those for whom a milestone has been unmet for more than 14 days.</param>
/// <param name="Met">Those who have had enough.</param>
/// <param name="Missed">Those whose window is over without enough.</param>
public sealed record DosageCounts(int Learners, int OnTrack, int Behind, int Met, int Missed)
{
    internal static DosageCounts Of(IReadOnlyCollection<DosageState> states)
    {
        int In(DosageState state) => states.Count(s => s == state);
        return new(states.Count, In(DosageState.OnTrack), In(DosageState.Behind), In(DosageState.Met), In(DosageState.Missed));
    }
}

internal sealed class GetDosageSummaryHandler(LearningDb db, Caller caller, DosageQueries dosages)
    : IRequestHandler<GetDosageSummary, DosageSummary>
{
    public async Task<DosageSummary> Handle(GetDosageSummary request, CancellationToken cancellationToken)
    {
        var found = await db.Cohorts.AsNoTracking().CountedBy(caller, db).Where(c => c.Id == request.CohortId)
            .Select(c => new { Cohort = c, IsStaff = c.Staff.Any(m => m.PersonId == caller.PersonId) })
            .SingleOrDefaultAsync(cancellationToken) ?? throw new NotFoundException("cohort");
        if (!found.Cohort.Coaching) throw new NotFoundException("dosage");
        var enrolments = db.Enrolments.Where(e => e.CohortId == request.CohortId && e.Status != EnrolmentStatus.Withdrawn);
        if (!found.IsStaff) enrolments = enrolments.CountedBy(caller, db);
        var learners = await enrolments
            // Whoever has completed a unit is somebody, and not an address that was made up for the sake of the count.
            .Select(e => new { e.Id, e.EnrolledAt, IsSomebody = db.Opportunities.Any(o => o.EnrolmentId == e.Id) })
            .ToListAsync(cancellationToken);
        if (caller.Client is not null && learners.Count(l => l.IsSomebody) < Suppression.FewestLearners)
            return new(null, Suppression.TooFew);
        var sessions = await dosages.SessionsOf(enrolments.Select(e => e.Id), cancellationToken);
        return new(DosageCounts.Of([.. learners.Select(l => dosages.Of(found.Cohort, l.EnrolledAt, sessions[l.Id]).State)]), null);
    }
}
