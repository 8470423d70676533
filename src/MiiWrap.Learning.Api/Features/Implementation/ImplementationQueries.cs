using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Implementation;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>
/// Reads what the views are made of, a statement for each kind of row: of one agency, or with null of all and of those who are of none. A
/// figure without one of its rows would be wrong.
/// </summary>
internal sealed class ImplementationQueries(LearningDb db, Caller caller, InstrumentLibrary instruments, Settings settings)
{
    /// <summary>The months in force, oldest first, by the agency and the indicator that they are of.</summary>
    public async Task<ILookup<(Guid AgencyId, string Code, int Version), IndicatorMonth>> MonthsOf(Guid? agencyId, CancellationToken ct)
    {
        var recorded = db.RecordedMonths.AsNoTracking();
        if (agencyId is { } id) recorded = recorded.Where(m => m.AgencyId == id);
        // A series without one of its months would be another one.
        var months = await recorded.LoadAllOrNoneAsync(m => m.Id, some => some.InForce(db).ToListAsync(ct), ct);
        return months.OrderBy(m => m.Month)
            .ToLookup(m => (m.AgencyId, m.Code, m.IndicatorVersion), m => new IndicatorMonth(m.Month, m.Counts));
    }

    public Task<List<CountedOpportunity>> OpportunitiesOf(Guid agencyId, string curriculum, CancellationToken ct) =>
        db.Opportunities.Where(o => o.AgencyId == agencyId && o.Curriculum == curriculum)
            .LoadAllOrNoneAsync(o => o.Id, some => some.Select(CountedOpportunity.Projection).ToListAsync(ct), ct);

    /// <summary>Action items on which a coach and a learner have agreed.</summary>
    public Task<List<CoachedStep>> StepsOf(Guid? agencyId, string curriculum, CancellationToken ct)
    {
        var agreed = db.ActionItems.AsNoTracking().Where(i => i.AgreedOn != null && i.CoachId != null);
        if (agencyId is { } id)
        {
            var learners = db.Enrolments.Where(e => e.AgencyId == id).Select(e => e.Id);
            agreed = agreed.Where(i => learners.Contains(i.EnrolmentId));
        }

        return agreed.LoadAllOrNoneAsync(i => i.Id, some => some
            .Join(db.Enrolments, i => i.EnrolmentId, e => e.Id, (i, e) => new { Item = i, e.AgencyId, e.CohortId })
            .Join(db.Cohorts.Where(c => c.Curriculum == curriculum), i => i.CohortId, c => c.Id, (i, _) => new CoachedStep(
                i.AgencyId, i.Item.OwnerId, i.Item.CoachId!.Value, new(i.Item.DueOn, i.Item.ClosedOn, i.Item.Outcome)))
            .ToListAsync(ct), ct);
    }

    /// <summary>Who has named which barrier of the organisation in a half-year, each once in an agency.</summary>
    public Task<List<BarrierNaming>> BarriersOf(Guid? agencyId, string curriculum, SettledHalf half, CancellationToken ct)
    {
        var from = half.From.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var until = half.Until.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var opportunities = db.Opportunities.Where(o => o.Curriculum == curriculum);
        if (agencyId is { } id) opportunities = opportunities.Where(o => o.AgencyId == id);
        return db.Set<TransferEvidence>()
            .Where(e => e.RecordedAt >= from && e.RecordedAt < until && e.Barrier != null
                && BarrierGuide.OfOrganisation.Contains(e.Barrier.Value))
            .Join(opportunities, e => e.OpportunityId, o => o.Id, (e, o) => new BarrierNaming(o.AgencyId, e.Barrier!.Value, o.PersonId))
            .Distinct().ToListAsync(ct);
    }

    /// <summary>For which terms people hold or have held what makes a coach a certified one, as they accepted it.</summary>
    public Task<List<HeldTerm>> CertifiedOf(Guid? agencyId, CancellationToken ct)
    {
        var credentials = db.Credentials.AsNoTracking().Where(c => c.Code == settings.Credentials.CoachCode);
        if (agencyId is { } id) credentials = credentials.Where(c => c.AgencyId == id);
        return credentials.LoadAllOrNoneAsync(c => c.Id, some => some
            .Join(db.CredentialPeriods.Where(p => p.FirstDay != null), c => c.Id, p => p.CredentialId, (c, p) => new HeldTerm(
                c.AgencyId, c.PersonId, p.FirstDay!.Value, p.LastDay,
                c.RevokedAt == null ? null : DateOnly.FromDateTime(c.RevokedAt.Value))).ToListAsync(ct), ct);
    }

    /// <summary>What was rated by each instrument, of the newest of the authors' versions: totals of others are not compared.</summary>
    public async Task<List<RatedInstrument>> RatingsOf(Guid? agencyId, CancellationToken ct)
    {
        var pairs = await db.BlindRatingsOf(agencyId, ct);
        var reviews = await db.CountedReviewsOf(agencyId, caller, ct);
        var rated = new List<RatedInstrument>();
        foreach (var (code, all) in reviews.GroupBy(r => r.Instrument, (code, all) => (code, all.ToList()))
            .OrderBy(i => i.code, StringComparer.Ordinal))
        {
            var newest = all.MaxBy(r => r.InstrumentVersion)!;
            var instrument = await instruments.PinnedBy(db, "fidelity review", newest.Review.Id, code, newest.InstrumentVersion, ct);
            rated.Add(new(
                instrument, all.FindAll(r => r.Major == instrument.Major),
                pairs.FindAll(p => p.Instrument == code && p.Major == instrument.Major && p.Rating.Counts)));
        }

        return rated;
    }
}

/// <summary>What was rated by an instrument, and what of it by two people blindly.</summary>
internal sealed record RatedInstrument(Instrument Instrument, List<AgencyReview> Reviews, List<AgencyRating> Pairs)
{
    public decimal? Line => Instrument.TotalScore?.Line;
}

/// <summary>An action item that somebody agreed on with their coach.</summary>
internal sealed record CoachedStep(Guid? AgencyId, Guid OwnerId, Guid CoachId, AgreedStep Step)
{
    /// <summary>The first day on which whether it was closed in time changes no more.</summary>
    public DateOnly SettledOn => Step.DueOn.AddDays(ActionItem.DaysToClose + 1);
}

internal static class CoachedSteps
{
    /// <summary>Whose items the reader coaches, and the reader: how these were closed they know.</summary>
    public static IReadOnlySet<Guid> KnownTo(this IEnumerable<CoachedStep> steps, Caller caller) =>
        steps.Where(s => s.CoachId == caller.PersonId).Select(s => s.OwnerId).Append(caller.PersonId).ToHashSet();
}

/// <summary>Somebody has named a barrier.</summary>
internal sealed record BarrierNaming(Guid? AgencyId, Barrier Barrier, Guid PersonId);

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
