using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// How many learners of a cohort stand where in their coaching, without a name: for its staff of everybody, for an agency's own people and
/// clients of their learners. A client is told nothing of fewer than five, and never of a change of fewer: its figures are two weeks old
/// or older, and count those who have left as they stood then.
/// </summary>
public sealed record GetDosageSummary(Guid CohortId) : IQuery<DosageSummary>;

/// <summary>How many learners stand where.</summary>
/// <param name="Counts">Null where they would tell of single people.</param>
/// <param name="Reason" example="fewerThanFiveLearners">Why nothing is told; null where it is.</param>
/// <param name="Day">The day, in the cohort's zone, on which they stood so; null where nothing is told.</param>
public sealed record DosageSummary(DosageCounts? Counts, string? Reason, DateOnly? Day);

/// <summary>How many learners stand where; together they are all of the cohort.</summary>
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

internal sealed class GetDosageSummaryHandler(Caller caller, DosageQueries dosages, TimeProvider clock)
    : IRequestHandler<GetDosageSummary, DosageSummary>
{
    public async Task<DosageSummary> Handle(GetDosageSummary request, CancellationToken cancellationToken)
    {
        var (cohort, enrolments) = await dosages.Counted(request.CohortId, cancellationToken);
        if (caller.Client is not null)
        {
            return await dosages.ReleaseOf(cohort, enrolments, cancellationToken) is { } release
                ? new(DosageCounts.Of([.. release.States.Values]), null, release.AsOf)
                : new(null, Suppression.TooFew, null);
        }

        var present = DosageQueries.Of(cohort, enrolments);
        var learners = await present.LoadAllOrNoneAsync(
            e => e.Id, some => some.Select(e => new { e.Id, e.EnrolledAt }).ToListAsync(cancellationToken), cancellationToken);
        var sessions = await dosages.SessionsOf(present.Select(e => e.Id), cancellationToken);
        return new(DosageCounts.Of([.. learners.Select(l => dosages.Of(cohort, l.EnrolledAt, sessions[l.Id]).State)]), null,
            cohort.Today(clock.UtcNow()));
    }
}
