using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Implementation;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>Reads what the view is made of, a statement for each kind of row; a figure without one of its rows would be wrong.</summary>
internal sealed class ImplementationQueries(LearningDb db)
{
    /// <summary>The months in force, oldest first, by the indicator that they are of.</summary>
    public async Task<ILookup<(string Code, int Version), IndicatorMonth>> MonthsOf(Guid agencyId, CancellationToken ct)
    {
        // A series without one of its months would be another one.
        var months = await db.RecordedMonths.AsNoTracking().Where(m => m.AgencyId == agencyId)
            .LoadAllOrNoneAsync(m => m.Id, some => some.InForce(db).ToListAsync(ct), ct);
        return months.OrderBy(m => m.Month).ToLookup(m => (m.Code, m.IndicatorVersion), m => new IndicatorMonth(m.Month, m.Counts));
    }

    public Task<List<CountedOpportunity>> OpportunitiesOf(Guid agencyId, CancellationToken ct) =>
        db.Opportunities.Where(o => o.AgencyId == agencyId)
            .LoadAllOrNoneAsync(o => o.Id, some => some.Select(CountedOpportunity.Projection).ToListAsync(ct), ct);

    /// <summary>Action items that a coach has agreed on with a learner of the agency.</summary>
    public Task<List<CoachedStep>> StepsOf(Guid agencyId, CancellationToken ct)
    {
        var learners = db.Enrolments.Where(e => e.AgencyId == agencyId).Select(e => e.Id);
        return db.ActionItems.AsNoTracking()
            .Where(i => i.AgreedOn != null && i.CoachId != null && learners.Contains(i.EnrolmentId))
            .LoadAllOrNoneAsync(i => i.Id, some => some
                .Select(i => new CoachedStep(i.OwnerId, i.CoachId!.Value, new(i.DueOn, i.ClosedOn, i.Outcome))).ToListAsync(ct), ct);
    }

    /// <summary>Who has named which barrier of the organisation in a half-year, each once.</summary>
    public Task<List<BarrierNaming>> BarriersOf(Guid agencyId, SettledHalf half, CancellationToken ct)
    {
        var from = half.From.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var until = half.Until.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        return db.Set<TransferEvidence>()
            .Where(e => e.RecordedAt >= from && e.RecordedAt < until && e.Barrier != null
                && BarrierGuide.OfOrganisation.Contains(e.Barrier.Value))
            .Join(db.Opportunities.Where(o => o.AgencyId == agencyId), e => e.OpportunityId, o => o.Id,
                (e, o) => new BarrierNaming(e.Barrier!.Value, o.PersonId)).Distinct().ToListAsync(ct);
    }
}

/// <summary>An action item that somebody agreed on with their coach.</summary>
internal sealed record CoachedStep(Guid OwnerId, Guid CoachId, AgreedStep Step)
{
    /// <summary>The first day on which whether it was closed in time changes no more.</summary>
    public DateOnly SettledOn => Step.DueOn.AddDays(ActionItem.DaysToClose + 1);
}

/// <summary>Somebody has named a barrier.</summary>
internal sealed record BarrierNaming(Barrier Barrier, Guid PersonId);

/// <summary>
/// The half of a year that is over: it has nothing in common with the one before, so that nothing is told by comparing them.
/// </summary>
/// <param name="Until">The first day after it.</param>
internal sealed record SettledHalf(DateOnly From, DateOnly Until)
{
    private const int MonthsOfHalf = 6;

    public static SettledHalf Newest(DateTime now)
    {
        var until = new DateOnly(now.Year, now.Month <= MonthsOfHalf ? 1 : MonthsOfHalf + 1, 1);
        return new(until.AddMonths(-MonthsOfHalf), until);
    }
}
