using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using IConfigurationProvider = AutoMapper.IConfigurationProvider;

namespace MiiWrap.Learning.Api.Features.Curricula;

/// <summary>The published versions of a curriculum, the newest first.</summary>
/// <param name="Slug" example="miiwrap-coaching-cohort">The curriculum's slug.</param>
public sealed record ListVersions(string Slug, string? Limit, string? Cursor) : IQuery<Page<VersionItem>>, IPaged;

internal sealed class ListVersionsValidator : AbstractValidator<ListVersions>
{
    public ListVersionsValidator() => this.RuleForPaging(byMoment: true);
}

internal sealed class ListVersionsHandler(LearningDb db, IConfigurationProvider maps, ILogger<ListVersions> log)
    : IRequestHandler<ListVersions, Page<VersionItem>>
{
    public Task<Page<VersionItem>> Handle(ListVersions request, CancellationToken cancellationToken) =>
        db.ListVersionsAsync<PublishedCurriculum>(request.Slug, request, "curriculum", maps, log, cancellationToken);
}
