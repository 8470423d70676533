using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;

namespace MiiWrap.Learning.Api.Content;

/// <summary>Published versions, each read once and then held in memory: they never change.</summary>
public abstract class ContentLibrary<TPublished, THeld> : IHoldsRows
    where TPublished : PublishedContent
    where THeld : class
{
    private readonly ConcurrentDictionary<(string Slug, int Version), THeld> held = new();

    public void Clear() => held.Clear();

    /// <summary>The version to which a row is pinned.</summary>
    /// <param name="row">The row's kind, as an error names it.</param>
    public async Task<THeld> PinnedBy(LearningDb db, string row, Guid rowId, string slug, int version, CancellationToken ct) =>
        await Hold(db, slug, version, ct)
        ?? throw new UnreadableRowException(row, rowId, new InvalidOperationException(
            $"It is pinned to {slug} {version}, which is not there."));

    protected async Task<THeld?> Hold(LearningDb db, string slug, int? version, CancellationToken ct)
    {
        version ??= await db.Set<TPublished>().Where(c => c.Slug == slug).MaxAsync(c => (int?)c.Number, ct);
        if (version is not { } number) return null;
        if (held.TryGetValue((slug, number), out var found)) return found;
        var published = await db.Set<TPublished>().AsNoTracking().Where(c => c.Slug == slug && c.Number == number)
            .SingleOrDefaultByAsync(c => c.Slug, slug, ct);
        if (published is null) return null;
        using var bundle = new MemoryStream(published.Bundle);
        return held.GetOrAdd((slug, number), Read(published, ContentFiles.FromZip(bundle)));
    }

    protected abstract THeld Read(TPublished published, ContentFiles files);
}
