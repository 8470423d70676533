using AutoMapper;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Contracts;
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
    public Task<Page<CurriculumItem>> Handle(ListCurricula request, CancellationToken cancellationToken) =>
        db.ListNewestAsync<PublishedCurriculum, CurriculumItem>(
            request, c => (c.Slug, c.Id), "curriculum", maps, log, cancellationToken);
}
