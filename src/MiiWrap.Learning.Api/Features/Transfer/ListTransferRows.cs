using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Transfer;

/// <summary>
/// The rows behind a cohort's transfer figures, one for each opportunity, as CSV: every figure can be worked out from them by hand.
/// </summary>
public sealed record ListCohortTransferRows(Guid CohortId) : IQuery<string>;

/// <summary>The rows behind one learner's transfer figures, as CSV.</summary>
public sealed record ListEnrolmentTransferRows(Guid EnrolmentId) : IQuery<string>;

/// <summary>One opportunity as it is counted; 1 and 0, so that a spreadsheet adds them up.</summary>
internal sealed record TransferRow(
    Guid OpportunityId, Guid EnrolmentId, Guid LearnerId, string Unit, int Version, string Plan, DateTime StartsAt, string TimeZone,
    DateOnly WeekOf, DateTime WindowEndsAt, DateTime MaturesAt, string Scope,
    int Answered, int Transferred, double Credit, int LastSaidNoOpportunity, int? DaysToFirst, int CoachLooked, int CoachVerified,
    int InSustainedScope, int? Sustained, string? Arm);

internal sealed class ListTransferRowsHandler(LearningDb db, Caller caller, TransferReaders readers, TimeProvider clock)
    : IRequestHandler<ListCohortTransferRows, string>, IRequestHandler<ListEnrolmentTransferRows, string>
{
    public async Task<string> Handle(ListCohortTransferRows request, CancellationToken cancellationToken)
    {
        var isStaff = await db.Cohorts.CountedBy(caller, db).Where(c => c.Id == request.CohortId)
            .Select(c => (bool?)c.Staff.Any(m => m.PersonId == caller.PersonId))
            .SingleOrDefaultAsync(cancellationToken) ?? throw new NotFoundException("cohort");
        MustSeeRows(caller.IsProgramAdmin || isStaff);
        return await Write(db.Opportunities.Where(o => o.CohortId == request.CohortId), cancellationToken);
    }

    public async Task<string> Handle(ListEnrolmentTransferRows request, CancellationToken cancellationToken)
    {
        var (_, _, sees) = await readers.OfEnrolment(request.EnrolmentId, cancellationToken);
        MustSeeRows(sees);
        return await Write(db.Opportunities.Where(o => o.EnrolmentId == request.EnrolmentId), cancellationToken);
    }

    private static void MustSeeRows(bool may)
    {
        if (!may)
            throw new RuleException(
                "transfer.rows.hidden", "Rows about single learners are for them and those who teach them.", RuleKind.Forbidden);
    }

    private async Task<string> Write(IQueryable<TransferOpportunity> opportunities, CancellationToken ct)
    {
        var now = clock.UtcNow();
        var rows = await opportunities.LoadAllOrNoneAsync(
            o => o.Id,
            async all => (await all.OrderBy(o => o.StartsAt).ThenBy(o => o.Id).Select(CountedOpportunity.Projection).ToListAsync(ct))
                .ConvertAll(o => Row(o, now)), ct);
        return Csv.Of(rows);
    }

    private static TransferRow Row(CountedOpportunity o, DateTime now) => new(
        o.Id, o.EnrolmentId, o.PersonId, o.Unit, o.CurriculumVersion, EnumNames.NameOf(o.Plan), o.StartsAt, o.TimeZone, o.WeekOf,
        o.WindowEndsAt, o.MaturesAt, EnumNames.NameOf(o.ScopeAt(now)),
        One(o.Answered30), One(o.Transferred30), o.Credit, One(o.NoOpportunity30), o.DaysToFirst30, One(o.Observed30), One(o.Verified30),
        One(o.IsInSustainedScope(now)),
        o.Sustained90 is { } sustained ? One(sustained) : null, o.Arm is { } arm ? EnumNames.NameOf(arm) : null);

    private static int One(bool holds) => holds ? 1 : 0;
}
