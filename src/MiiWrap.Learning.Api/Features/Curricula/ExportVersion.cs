using MediatR;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Curricula;

/// <summary>A version's source files as a zip archive; publishing them again changes nothing.</summary>
/// <param name="Slug" example="miiwrap-coaching-cohort">The curriculum's slug.</param>
/// <param name="Version" example="1">The version's number.</param>
public sealed record ExportVersion(string Slug, int Version) : IQuery<ExportedBundle>;

internal sealed class ExportVersionHandler(LearningDb db) : IRequestHandler<ExportVersion, ExportedBundle>
{
    public Task<ExportedBundle> Handle(ExportVersion request, CancellationToken cancellationToken) =>
        db.ExportAsync<PublishedCurriculum>(request.Slug, request.Version, "curriculum", cancellationToken);
}
