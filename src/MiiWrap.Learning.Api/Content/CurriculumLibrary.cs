using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Content;

/// <summary>Published curriculum versions, each parsed and rendered once and then held in memory: they never change.</summary>
public sealed class CurriculumLibrary
{
    private readonly ConcurrentDictionary<(string Slug, int Version), Curriculum> held = new();

    /// <summary>One version, or the newest when none is named; null when there is none.</summary>
    public async Task<Curriculum?> Find(LearningDb db, string slug, int? version, CancellationToken ct)
    {
        version ??= await db.Curricula.Where(c => c.Slug == slug).MaxAsync(c => (int?)c.Number, ct);
        if (version is not { } number) return null;
        if (held.TryGetValue((slug, number), out var curriculum)) return curriculum;
        var published = await db.Curricula.AsNoTracking().SingleOrDefaultAsync(c => c.Slug == slug && c.Number == number, ct);
        return published is null ? null : held.GetOrAdd((slug, number), Read(published));
    }

    /// <summary>The version that a cohort is pinned to.</summary>
    public async Task<Curriculum> Of(LearningDb db, Cohort cohort, CancellationToken ct) =>
        await Find(db, cohort.Curriculum, cohort.CurriculumVersion, ct)
        ?? throw new InvalidOperationException($"Cohort {cohort.Id} is pinned to {cohort.Curriculum} {cohort.CurriculumVersion}, which is not there.");

    private static Curriculum Read(PublishedCurriculum published)
    {
        using var bundle = new MemoryStream(published.Bundle);
        var parsed = CurriculumParser.Parse(ContentFiles.FromZip(bundle)).Single(p => p.Curriculum.Slug == published.Slug);
        return parsed.Curriculum with { Version = published.Number };
    }
}
