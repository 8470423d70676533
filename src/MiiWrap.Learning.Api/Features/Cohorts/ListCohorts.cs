using System.Text.Json.Serialization;
using AutoMapper;
using AutoMapper.QueryableExtensions;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using IConfigurationProvider = AutoMapper.IConfigurationProvider;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>The cohorts that the caller teaches, leads, learns or administers in, by name.</summary>
public sealed record ListCohorts(string? Limit, string? Cursor) : IQuery<Page<CohortItem>>, IPaged;

/// <summary>One cohort in a list.</summary>
public sealed record CohortItem(Guid Id, string Name, string Curriculum, int Version, DateOnly StartsOn, string TimeZone, Gate Gate)
{
    [JsonIgnore]
    public string SortName { get; init; } = "";
}

internal sealed class ListCohortsValidator : AbstractValidator<ListCohorts>
{
    public ListCohortsValidator() => this.RuleForPaging();
}

internal sealed class CohortItemMapping : Profile
{
    public CohortItemMapping() =>
        CreateProjection<Cohort, CohortItem>().ForCtorParam(nameof(CohortItem.Version), o => o.MapFrom(c => c.CurriculumVersion));
}

internal sealed class ListCohortsHandler(LearningDb db, Caller caller, IConfigurationProvider maps)
    : IRequestHandler<ListCohorts, Page<CohortItem>>
{
    public async Task<Page<CohortItem>> Handle(ListCohorts request, CancellationToken cancellationToken)
    {
        var cohorts = db.Cohorts.SeenBy(caller, db);
        var rows = await cohorts.PageBy(request, c => c.SortName, c => c.Id).ProjectTo<CohortItem>(maps).ToListAsync(cancellationToken);
        return rows.ToPage(request, c => (c.SortName, c.Id));
    }
}
