using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Api.Content;

/// <summary>Published curriculum versions, each parsed and rendered once and then held in memory: they never change.</summary>
public sealed class CurriculumLibrary : ContentLibrary<PublishedCurriculum, HeldCurriculum>
{
    /// <summary>One version, or the newest when none is named; null when there is none.</summary>
    public async Task<Curriculum?> Find(LearningDb db, string slug, int? version, CancellationToken ct) =>
        (await Hold(db, slug, version, ct))?.Curriculum;

    /// <summary>The version that a cohort is pinned to.</summary>
    public async Task<Curriculum> Of(LearningDb db, Cohort cohort, CancellationToken ct) =>
        (await PinnedBy(db, nameof(Cohort), cohort.Id, cohort.Curriculum, cohort.CurriculumVersion, ct)).Curriculum;

    /// <summary>A unit as a cohort has it; one that its version has no more, as the last version before had it.</summary>
    public async Task<(Curriculum Curriculum, TrainingUnit Unit)?> FindUnit(
        LearningDb db, Cohort cohort, string slug, CancellationToken ct)
    {
        for (var version = cohort.CurriculumVersion; version > 0; version--)
        {
            if (await Find(db, cohort.Curriculum, version, ct) is { } curriculum && curriculum.Unit(slug) is { } unit)
                return (curriculum, unit);
        }

        return null;
    }

    /// <summary>What is wrong with mirrors of curricula that did not come along: their newest versions tell.</summary>
    public async Task<IReadOnlyList<ContentFault>> FaultsOf(LearningDb db, IReadOnlyList<ParsedMirror> mirrors, CancellationToken ct)
    {
        var faults = new List<ContentFault>();
        foreach (var of in mirrors.GroupBy(m => m.Of.Curriculum))
        {
            var curriculum = await Find(db, of.Key, null, ct);
            faults.AddRange(of.Where(m => curriculum?.Unit(m.Of.Unit) is null)
                .Select(m => curriculum is null ? m.NoCurriculum : m.NoUnit));
        }

        return faults;
    }

    /// <summary>An image of one version, by its path in the curriculum's folder.</summary>
    public async Task<ContentImage?> FindImage(LearningDb db, string slug, int version, string path, CancellationToken ct) =>
        (await Hold(db, slug, version, ct))?.Images.GetValueOrDefault(path);

    protected override HeldCurriculum Read(PublishedCurriculum published, ContentFiles files)
    {
        var curriculum = CurriculumParser.Read(files, published.Number).Curricula
            .Single(p => p.Curriculum.Slug == published.Slug).Curriculum;
        var folder = published.Slug + "/";
        var images = files.Paths.Where(p => p.StartsWith(folder + ContentLayout.Images, StringComparison.Ordinal))
            .Select(p =>
                (Path: p[folder.Length..], Image: new ContentImage(files.Bytes(p), ContentImage.TypeOf(p, files.Bytes(p))
                    ?? "application/octet-stream")));
        return new(curriculum with { ContentHash = published.ContentHash },
            images.ToDictionary(i => i.Path, i => i.Image, StringComparer.Ordinal));
    }
}

/// <summary>What is held of a curriculum's version.</summary>
public sealed record HeldCurriculum(Curriculum Curriculum, IReadOnlyDictionary<string, ContentImage> Images);
