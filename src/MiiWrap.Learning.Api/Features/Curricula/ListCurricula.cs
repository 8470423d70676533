using AutoMapper;
using AutoMapper.QueryableExtensions;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using IConfigurationProvider = AutoMapper.IConfigurationProvider;

namespace MiiWrap.Learning.Api.Features.Curricula;

/// <summary>The published curricula, each in its newest version.</summary>
public sealed record ListCurricula(string? Limit, string? Cursor) : IQuery<Page<CurriculumItem>>, IPaged;

/// <summary>One curriculum in a list.</summary>
/// <param name="Version">The number of its newest version.</param>
public sealed record CurriculumItem(Guid Id, string Slug, string Title, int Version, string ContentHash, DateTime PublishedAt);

internal sealed class ListCurriculaValidator : AbstractValidator<ListCurricula>
{
    public ListCurriculaValidator() => this.RuleForPaging();
}

internal sealed class CurriculumItemMapping : Profile
{
    public CurriculumItemMapping() =>
        CreateProjection<PublishedCurriculum, CurriculumItem>().ForCtorParam(nameof(CurriculumItem.Version), o => o.MapFrom(c => c.Number));
}

internal sealed class ListCurriculaHandler(LearningDb db, IConfigurationProvider maps, ILogger<ListCurricula> log)
    : IRequestHandler<ListCurricula, Page<CurriculumItem>>
{
    public async Task<Page<CurriculumItem>> Handle(ListCurricula request, CancellationToken cancellationToken)
    {
        var newest = db.Curricula.Where(c => !db.Curricula.Any(later => later.Slug == c.Slug && later.Number > c.Number));
        var rows = await newest.LoadReadablePageAsync(
            c => c.Id, some => some.PageBy(request, c => c.Slug, c => c.Id),
            some => some.ProjectTo<CurriculumItem>(maps).ToListAsync(cancellationToken), log.LeavesOut("curriculum"), cancellationToken);
        return rows.ToPage(request, c => (c.Slug, c.Id));
    }
}
