using MediatR;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Curricula;

/// <summary>A version's source files as a zip archive; publishing them again changes nothing.</summary>
/// <param name="Slug" example="miiwrap-coaching-cohort">The curriculum's slug.</param>
/// <param name="Version" example="1">The version's number.</param>
public sealed record ExportVersion(string Slug, int Version) : IQuery<ExportedBundle>;

/// <summary>A bundle with the hash of its content.</summary>
public sealed record ExportedBundle(byte[] Zip, string ContentHash);

internal sealed class ExportVersionHandler(LearningDb db) : IRequestHandler<ExportVersion, ExportedBundle>
{
    public async Task<ExportedBundle> Handle(ExportVersion request, CancellationToken cancellationToken) =>
        await db.Curricula.Where(c => c.Slug == request.Slug && c.Number == request.Version)
            .Select(c => new { c.Slug, Bundle = new ExportedBundle(c.Bundle, c.ContentHash) })
            .SingleOrDefaultByAsync(c => c.Slug, request.Slug, cancellationToken) is { } found
        ? found.Bundle
        : throw new NotFoundException("curriculum");
}
