using AutoMapper;
using AutoMapper.QueryableExtensions;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Reflections;
using IConfigurationProvider = AutoMapper.IConfigurationProvider;

namespace MiiWrap.Learning.Api.Features.Agencies;

/// <summary>An agency's admin sees what was purged, held and set in the keeping of its learners' words; the list only ever grows.</summary>
public sealed record ListRetentionRecords(Guid AgencyId, string? Limit, string? Cursor) : IQuery<Page<RetentionLogItem>>, IPaged;

/// <summary>A programme admin sees the same of all agencies, and of learners who have none.</summary>
public sealed record ListProgramRetentionRecords(string? Limit, string? Cursor) : IQuery<Page<RetentionLogItem>>, IPaged;

/// <summary>
/// One act. What was purged and is counted nowhere were notes of check-ins and follow-ups, plans of units, and why somebody was coached no
/// more.
/// </summary>
/// <param name="At">When it happened.</param>
/// <param name="AgencyId">null for learners without an agency.</param>
/// <param name="By">null when the clock did it.</param>
/// <param name="Reason">Why; null where the period alone decided.</param>
/// <param name="Months">The period that was set, or by which was purged.</param>
/// <param name="CohortId">The cohort whose words went.</param>
/// <param name="Reflections">How many reflections lost their words; scores, dates and hashes are kept.</param>
/// <param name="Revisions">How many revisions lost their words.</param>
/// <param name="Messages">How many messages lost their words.</param>
/// <param name="Sessions">How many coaching sessions lost their words; null where it was about other words.</param>
/// <param name="Items">How many action items lost their words; null where it was about other words.</param>
/// <param name="FidelityReviews">How many fidelity reviews lost their words; null where it was about other words.</param>
public sealed record RetentionLogItem(
    Guid Id, DateTime At, RetentionAct What, Guid? AgencyId, string? By, string? Reason, int? Months, Guid? CohortId, int Reflections,
    int Revisions, int Messages, int? Sessions, int? Items, int? FidelityReviews);

internal sealed class ListRetentionRecordsValidator : AbstractValidator<ListRetentionRecords>
{
    public ListRetentionRecordsValidator() => this.RuleForPaging(byMoment: true);
}

internal sealed class ListProgramRetentionRecordsValidator : AbstractValidator<ListProgramRetentionRecords>
{
    public ListProgramRetentionRecordsValidator() => this.RuleForPaging(byMoment: true);
}

internal sealed class RetentionLogItemMapping : Profile
{
    public RetentionLogItemMapping() => CreateProjection<RetentionRecord, RetentionLogItem>()
        .ForCtorParam(nameof(RetentionLogItem.What), o => o.MapFrom(r => r.Act))
        .ForCtorParam(nameof(RetentionLogItem.By), o => o.MapFrom(r => r.Name));
}

internal sealed class ListRetentionRecordsHandler(
    LearningDb db, AgencyAccess agencies, Caller caller, IConfigurationProvider maps, ILogger<ListRetentionRecords> log)
    : IRequestHandler<ListRetentionRecords, Page<RetentionLogItem>>, IRequestHandler<ListProgramRetentionRecords, Page<RetentionLogItem>>
{
    public async Task<Page<RetentionLogItem>> Handle(ListRetentionRecords request, CancellationToken cancellationToken)
    {
        var agency = await agencies.LoadForAdmin(request.AgencyId, cancellationToken);
        return await Read(db.RetentionRecords.Where(r => r.AgencyId == agency.Id), request, cancellationToken);
    }

    public async Task<Page<RetentionLogItem>> Handle(ListProgramRetentionRecords request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("read this");
        return await Read(db.RetentionRecords, request, cancellationToken);
    }

    private async Task<Page<RetentionLogItem>> Read(IQueryable<RetentionRecord> records, IPaged request, CancellationToken ct)
    {
        var rows = await records.LoadReadablePageAsync(
            r => r.Id, some => some.PageBy(request, r => r.At, r => r.Id),
            some => some.ProjectTo<RetentionLogItem>(maps).ToListAsync(ct), log.LeavesOut("line of a retention log"), ct);
        return rows.ToPage(request, r => (Paging.KeyOf(r.At), r.Id));
    }
}
