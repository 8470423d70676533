using System.Text.Json.Serialization;
using AutoMapper;
using AutoMapper.QueryableExtensions;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using IConfigurationProvider = AutoMapper.IConfigurationProvider;

namespace MiiWrap.Learning.Api.Contracts;

/// <summary>One published version of a curriculum or an instrument.</summary>
/// <param name="Title">What it is called in this version.</param>
/// <param name="Version" example="2">Its number; each publishing has the next one.</param>
public sealed record VersionItem(int Version, string Title, string ContentHash, DateTime PublishedAt)
{
    [JsonIgnore]
    public Guid Id { get; init; }
}

/// <summary>The version that the content has; <c>isNew</c> is false when it was published before.</summary>
/// <param name="Slug">The curriculum's slug, or the instrument's code.</param>
/// <param name="Version">The number of the version.</param>
/// <param name="IsNew">False when the same content was published before.</param>
public sealed record PublishedVersion(string Slug, int Version, string ContentHash, DateTime PublishedAt, bool IsNew)
{
    public static PublishedVersion Of(Publication p) => new(p.Slug, p.Version, p.ContentHash, p.PublishedAt, p.IsNew);
}

/// <summary>A version's source files with the hash of its content.</summary>
public sealed record ExportedBundle(byte[] Zip, string ContentHash);

/// <summary>A version that is one file, with the hash of its content.</summary>
public sealed record ExportedFile(byte[] Yaml, string ContentHash);

internal sealed class VersionItemMapping : Profile
{
    public VersionItemMapping()
    {
        CreateProjection<PublishedCurriculum, VersionItem>().ForCtorParam(nameof(VersionItem.Version), o => o.MapFrom(c => c.Number));
        CreateProjection<PublishedInstrument, VersionItem>().ForCtorParam(nameof(VersionItem.Version), o => o.MapFrom(c => c.Number));
    }
}

/// <summary>Reads of published versions that curricula and instruments have alike.</summary>
internal static class PublishedVersions
{
    /// <summary>The newest version of each, by name.</summary>
    public static async Task<Page<TItem>> ListNewestAsync<T, TItem>(
        this LearningDb db, IPaged request, Func<TItem, (string, Guid)> key, string what, IConfigurationProvider maps, ILogger log,
        CancellationToken ct)
        where T : PublishedContent
    {
        var all = db.Set<T>();
        var newest = all.Where(c => !all.Any(later => later.Slug == c.Slug && later.Number > c.Number));
        var rows = await newest.LoadReadablePageAsync(
            c => c.Id, some => some.PageBy(request, c => c.Slug, c => c.Id), some => some.ProjectTo<TItem>(maps).ToListAsync(ct),
            log.LeavesOut(what), ct);
        return rows.ToPage(request, key);
    }

    /// <summary>The versions of one, the newest first.</summary>
    public static async Task<Page<VersionItem>> ListVersionsAsync<T>(
        this LearningDb db, string slug, IPaged request, string what, IConfigurationProvider maps, ILogger log, CancellationToken ct)
        where T : PublishedContent
    {
        // SQL Server would find one by its slug in capitals.
        if (!CurriculumParser.IsSlug(slug)) throw new NotFoundException(what);
        var versions = db.Set<T>().Where(c => c.Slug == slug);
        var rows = await versions.LoadReadablePageAsync(
            c => c.Id, some => some.PageBy(request, c => c.PublishedAt, c => c.Id, newestFirst: true),
            some => some.ProjectTo<VersionItem>(maps).ToListAsync(ct), log.LeavesOut($"{what}'s version"), ct);
        if (rows.Count == 0 && !await versions.AnyAsync(ct)) throw new NotFoundException(what);
        return rows.ToPage(request, c => (Paging.KeyOf(c.PublishedAt), c.Id));
    }

    /// <summary>A version that is one file, by its path in the archive.</summary>
    public static async Task<ExportedFile> ExportFileAsync<T>(
        this LearningDb db, string code, int version, string path, string what, CancellationToken ct)
        where T : PublishedContent
    {
        var exported = await db.ExportAsync<T>(code, version, what, ct);
        using var bundle = new MemoryStream(exported.Zip);
        return new(ContentFiles.FromZip(bundle).Bytes(path), exported.ContentHash);
    }

    public static async Task<ExportedBundle> ExportAsync<T>(this LearningDb db, string slug, int version, string what, CancellationToken ct)
        where T : PublishedContent =>
        await db.Set<T>().Where(c => c.Slug == slug && c.Number == version)
            .Select(c => new { c.Slug, Bundle = new ExportedBundle(c.Bundle, c.ContentHash) })
            .SingleOrDefaultByAsync(c => c.Slug, slug, ct) is { } found
        ? found.Bundle
        : throw new NotFoundException(what);
}
