using System.Text.Json.Serialization;
using AutoMapper;
using AutoMapper.QueryableExtensions;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using IConfigurationProvider = AutoMapper.IConfigurationProvider;

namespace MiiWrap.Learning.Api.Features.Curricula;

/// <summary>The published versions of a curriculum, the newest first.</summary>
/// <param name="Slug" example="miiwrap-coaching-cohort">The curriculum's slug.</param>
public sealed record ListVersions(string Slug, string? Limit, string? Cursor) : IQuery<Page<VersionItem>>, IPaged;

/// <summary>One published version of a curriculum.</summary>
/// <param name="Title">What the curriculum is called in it.</param>
/// <param name="Version" example="2">Its number; each publishing has the next one.</param>
public sealed record VersionItem(int Version, string Title, string ContentHash, DateTime PublishedAt)
{
    [JsonIgnore]
    public Guid Id { get; init; }
}

internal sealed class ListVersionsValidator : AbstractValidator<ListVersions>
{
    public ListVersionsValidator() => this.RuleForPaging(byMoment: true);
}

internal sealed class VersionItemMapping : Profile
{
    public VersionItemMapping() =>
        CreateProjection<PublishedCurriculum, VersionItem>().ForCtorParam(nameof(VersionItem.Version), o => o.MapFrom(c => c.Number));
}

internal sealed class ListVersionsHandler(LearningDb db, IConfigurationProvider maps, ILogger<ListVersions> log)
    : IRequestHandler<ListVersions, Page<VersionItem>>
{
    public async Task<Page<VersionItem>> Handle(ListVersions request, CancellationToken cancellationToken)
    {
        // SQL Server would find one by its slug in capitals.
        if (!CurriculumParser.IsSlug(request.Slug)) throw new NotFoundException("curriculum");
        var versions = db.Curricula.Where(c => c.Slug == request.Slug);
        var rows = await versions.LoadReadablePageAsync(
            c => c.Id, some => some.PageBy(request, c => c.PublishedAt, c => c.Id, newestFirst: true),
            some => some.ProjectTo<VersionItem>(maps).ToListAsync(cancellationToken), log.LeavesOut("curriculum's version"),
            cancellationToken);
        if (rows.Count == 0 && !await versions.AnyAsync(cancellationToken)) throw new NotFoundException("curriculum");
        return rows.ToPage(request, c => (Paging.KeyOf(c.PublishedAt), c.Id));
    }
}
