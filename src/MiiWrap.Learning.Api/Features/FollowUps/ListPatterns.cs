using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.FollowUps;

/// <summary>
/// Barriers of the organisation that at least three learners of one agency have named within 60 days, without names, for the cohort's
/// leads.
/// </summary>
public sealed record ListPatterns(Guid CohortId) : IQuery<PatternList>;

/// <summary>The patterns.</summary>
/// <param name="Items">The patterns, the most frequent first.</param>
public sealed record PatternList(IReadOnlyList<BarrierPattern> Items);

/// <summary>One barrier of one agency.</summary>
/// <param name="AgencyId">The agency where it is met; null for learners of none.</param>
/// <param name="Agency">The agency's name; null for none.</param>
/// <param name="Learners">How many different people have named it.</param>
/// <param name="Since">When it was first met within the time that counts.</param>
public sealed record BarrierPattern(Guid AgencyId, string Agency, Barrier Barrier, int Learners, DateOnly Since);

internal sealed class ListPatternsHandler(LearningDb db, Caller caller, TimeProvider clock) : IRequestHandler<ListPatterns, PatternList>
{
    private const int Days = 60;
    private const int FewestLearners = 3;

    public async Task<PatternList> Handle(ListPatterns request, CancellationToken cancellationToken)
    {
        (await db.AccessTo(request.CohortId, caller, cancellationToken)).MustLead();
        var since = clock.UtcNow().AddDays(-Days);
        var named = from e in db.Set<TransferEvidence>()
                    join o in db.Opportunities on e.OpportunityId equals o.Id
                    where e.RecordedAt >= since && e.Barrier != null && BarrierGuide.OfOrganisation.Contains(e.Barrier.Value)
                        && o.AgencyId != null && db.Enrolments.Any(x => x.CohortId == request.CohortId && x.AgencyId == o.AgencyId)
                    group o.PersonId by new { AgencyId = o.AgencyId!.Value, Barrier = e.Barrier!.Value } into people
                    select new { people.Key.AgencyId, people.Key.Barrier, Learners = people.Distinct().Count() };
        var patterns = await named.Where(p => p.Learners >= FewestLearners)
            .Join(db.Agencies, p => p.AgencyId, a => a.Id, (p, a) => new { p, a.Name }).ToListAsync(cancellationToken);
        return new([.. patterns.OrderByName(x => x.Name).ThenBy(x => x.p.Barrier)
            .Select(x => new BarrierPattern(x.p.AgencyId, x.Name, x.p.Barrier, x.p.Learners, DateOnly.FromDateTime(since)))]);
    }
}
