using MediatR;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Api.Features.Curricula;

/// <summary>What changed between two versions of a curriculum: units added, removed, moved, reworded and re-timed, and materials.</summary>
/// <param name="Slug" example="miiwrap-coaching-cohort">The curriculum's slug.</param>
/// <param name="From" example="1">The version to compare from.</param>
/// <param name="To" example="1">The version to compare to.</param>
public sealed record CompareVersions(string Slug, int From, int To) : IQuery<VersionDiff>;

/// <summary>The changes between two versions.</summary>
/// <param name="From">The number of the earlier version.</param>
/// <param name="To">The number of the later one.</param>
/// <param name="FromHash">The content hash of the earlier version.</param>
/// <param name="ToHash">The content hash of the later one.</param>
/// <param name="Added">Units that came.</param>
/// <param name="Removed">Units that went.</param>
/// <param name="Moved">Units that stand in another module.</param>
/// <param name="Reworded">Units whose words have changed.</param>
/// <param name="Retimed">Units whose time has changed.</param>
/// <param name="Materials">Materials that came, went or changed.</param>
public sealed record VersionDiff(
    string Slug,
    int From,
    int To,
    string FromHash,
    string ToHash,
    IReadOnlyList<ChangedUnit> Added,
    IReadOnlyList<ChangedUnit> Removed,
    IReadOnlyList<MovedUnit> Moved,
    IReadOnlyList<RewordedUnit> Reworded,
    IReadOnlyList<RetimedUnit> Retimed,
    IReadOnlyList<ChangedMaterial> Materials);

internal sealed class CompareVersionsHandler(LearningDb db, CurriculumLibrary library) : IRequestHandler<CompareVersions, VersionDiff>
{
    public async Task<VersionDiff> Handle(CompareVersions request, CancellationToken cancellationToken)
    {
        var from = await library.Find(db, request.Slug, request.From, cancellationToken) ?? throw new NotFoundException("curriculum");
        var to = await library.Find(db, request.Slug, request.To, cancellationToken) ?? throw new NotFoundException("curriculum");
        var changes = CurriculumChanges.Between(from, to);
        return new(
            from.Slug, from.Version, to.Version, from.ContentHash, to.ContentHash,
            changes.Added, changes.Removed, changes.Moved, changes.Reworded, changes.Retimed, changes.Materials);
    }
}
