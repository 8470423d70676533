using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Implementation;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>What an agency has counted, the newest recording first; for its supervisors and admins.</summary>
/// <param name="Indicator" example="turnover">Only of this indicator.</param>
/// <param name="Revisions" example="true">Also what is no longer in force.</param>
public sealed record ListIndicatorMonths(Guid AgencyId, string? Indicator, bool? Revisions, string? Limit, string? Cursor)
    : IQuery<Page<IndicatorMonthItem>>, IPaged;

/// <summary>One month of one indicator.</summary>
/// <param name="Month" example="2027-01">The month that was counted.</param>
/// <param name="Indicator" example="turnover">The indicator's code.</param>
/// <param name="Version" example="1">By which version of the indicator it was counted.</param>
/// <param name="Numerator" example="1">Of a proportion or a rate; else null.</param>
/// <param name="Denominator" example="20">Of a proportion or a rate; else null.</param>
/// <param name="Value">Of a mean or a count; else null.</param>
/// <param name="N">Of how many a mean is; else null.</param>
/// <param name="Revision" example="1">From 1; the highest of a month is in force.</param>
/// <param name="InForce">False for what another revision has taken the place of.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="Source">person: typed in; file: out of a file; client: by another system.</param>
/// <param name="RecordedBy">The person or the client.</param>
public sealed record IndicatorMonthItem(
    Guid AgencyId, string Month, string Indicator, int Version, decimal? Numerator, decimal? Denominator, decimal? Value, int? N,
    int Revision, bool InForce, DateTime RecordedAt, Guid RecordedBy, IndicatorSource Source);

internal sealed class ListIndicatorMonthsValidator : AbstractValidator<ListIndicatorMonths>
{
    public ListIndicatorMonthsValidator()
    {
        this.RuleForPaging(byMoment: true);
        // SQL Server would find those of another code by theirs with blanks at its end.
        RuleFor(x => x.Indicator).MaximumLength(Indicator.LongestCode)
            .Must(i => i is null || IndicatorParser.IsCode(i)).WithMessage("This is no code of an indicator.");
    }
}

internal sealed class ListIndicatorMonthsHandler(LearningDb db, Caller caller, ILogger<ListIndicatorMonths> log)
    : IRequestHandler<ListIndicatorMonths, Page<IndicatorMonthItem>>
{
    public async Task<Page<IndicatorMonthItem>> Handle(ListIndicatorMonths request, CancellationToken cancellationToken)
    {
        if (!await db.Agencies.FollowedBy(caller, db).AnyAsync(a => a.Id == request.AgencyId, cancellationToken))
            throw new NotFoundException("agency");
        var (all, code) = (db.RecordedMonths.AsNoTracking().Where(m => m.AgencyId == request.AgencyId), request.Indicator);
        var inForce = all.InForce(db);
        var asked = request.Revisions == true ? all : inForce;
        if (code is not null) asked = asked.Where(m => m.Code == code);
        var rows = await asked.LoadReadablePageAsync(
            m => m.Id, some => some.PageBy(request, m => m.RecordedAt, m => m.Id, newestFirst: true),
            some => some.Select(m => new { Month = m, IsLast = inForce.Any(f => f.Id == m.Id) }).ToListAsync(cancellationToken),
            log.LeavesOut("month of an indicator"), cancellationToken);
        var page = rows.ToPage(request, r => (Paging.KeyOf(r.Month.RecordedAt), r.Month.Id));
        return new([.. page.Items.Select(r => Of(r.Month, r.IsLast))], page.Next);
    }

    private static IndicatorMonthItem Of(RecordedMonth m, bool inForce) => new(
        m.AgencyId, Months.NameOf(m.Month), m.Code, m.IndicatorVersion, Plain(m.Numerator), Plain(m.Denominator), Plain(m.Value), m.N,
        m.Revision, inForce, m.RecordedAt, m.RecordedById, m.Source);

    /// <summary>Without the zeros at its end, of which each database gives back as many as it keeps.</summary>
    private static decimal? Plain(decimal? number) => number / 1.0000000000000000000000000000m;
}
