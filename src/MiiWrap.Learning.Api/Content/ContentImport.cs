using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Content;

/// <summary>Which version content has become, and whether publishing made it.</summary>
public sealed record Publication(string Slug, int Version, string ContentHash, DateTime PublishedAt, bool IsNew);

/// <summary>Publishes what is new: unchanged content does nothing, changed content becomes the next version.</summary>
public sealed class ContentImport(
    LearningDb db, IndicatorLibrary library, CurriculumLibrary curricula, InstrumentLibrary instruments, TimeProvider clock,
    ILogger<ContentImport> log)
{
    /// <summary>What the files hold; what they name and do not bring along is looked for among what is published.</summary>
    public async Task<ParsedContent> Read(ContentFiles files, CancellationToken ct)
    {
        var content = CurriculumParser.Read(files);
        var faults = await curricula.FaultsOf(db, content.Elsewhere, ct);
        return content.With([.. faults, .. await FaultsOf(content.NamedElsewhere, ct)]);
    }

    /// <summary>The definition of a credential that came by itself; what it names is looked for among what is published.</summary>
    public async Task<ParsedContent> ReadCredential(ContentFiles file, CancellationToken ct)
    {
        List<ContentFault> faults = [.. file.Faults];
        var credentials = CredentialParser.Read(file, faults);
        var content = new ParsedContent([], [], null, ContentFault.InOrder(faults)) { Credentials = credentials };
        return content.With(await FaultsOf(content.NamedElsewhere, ct));
    }

    /// <summary>
    /// Publishes what was parsed; several nodes that do so at once make one version of it: whoever finds its number taken looks again
    /// whether that is its content already, or the version before.
    /// </summary>
    public async Task<Publication> Publish<T>(ParsedVersion parsed, CancellationToken ct)
        where T : PublishedContent, new() =>
        (await db.RetryLostRacesAsync(() => PublishOnce<T>(parsed, onlyUnheard: false, ct)))!;

    /// <summary>
    /// Publishes what a folder holds and no version ever held. What is the newest version already is known by its hash: nothing is parsed,
    /// and nothing written. What was an older version has been superseded since, by another node's content or over the API, and stays so.
    /// </summary>
    public async Task PublishFolder(string folder, CancellationToken ct)
    {
        var files = ContentFiles.FromFolder(folder);
        if (await IsPublished(files, ct)) return;
        var content = (await Read(files, ct)).Sound();
        foreach (var curriculum in content.Curricula) await PublishUnheard<PublishedCurriculum>(curriculum, ct);
        foreach (var instrument in content.Instruments) await PublishUnheard<PublishedInstrument>(instrument, ct);
        if (content.Indicators is { } indicators)
        {
            List<ContentFault> faults = [.. indicators.FaultsAfter(await library.Newest(db, ct))];
            if (faults.Count > 0) throw new ContentException(faults);
            await PublishUnheard<PublishedIndicators>(indicators, ct);
        }

        foreach (var credential in content.Credentials) await PublishUnheard<PublishedCredential>(credential, ct);
    }

    private async Task<List<ContentFault>> FaultsOf(IEnumerable<NamedContent> names, CancellationToken ct)
    {
        var faults = new List<ContentFault>();
        foreach (var named in names)
        {
            var instrument = named.Kind == NamedKind.Instrument ? await instruments.Find(db, named.Name, null, ct) : null;
            var isPublished = named.Kind switch
            {
                NamedKind.Curriculum => await db.Curricula.AnyAsync(c => c.Slug == named.Name, ct),
                NamedKind.Instrument => instrument is not null,
                _ => await db.CredentialDefinitions.AnyAsync(c => c.Slug == named.Name, ct),
            };
            if (!isPublished) faults.Add(named.Missing);
            else if (instrument is not null && named.LacksScoreOf(instrument)) faults.Add(named.NoScore);
        }

        return faults;
    }

    private async Task PublishUnheard<T>(ParsedVersion parsed, CancellationToken ct)
        where T : PublishedContent, new()
    {
        // Asked anew at each try: meanwhile another node may have published this, and somebody else what supersedes it.
        var published = await db.RetryLostRacesAsync(() => PublishOnce<T>(parsed, onlyUnheard: true, ct));
        if (published is { IsNew: true, Version: > 1 })
            log.LogInformation(
                "Content:Folder holds another {Content} than was ever published: it is version {Version} now",
                published.Slug, published.Version);
    }

    /// <param name="onlyUnheard">Publishes nothing, and gives null, when an older version has held the same.</param>
    private async Task<Publication?> PublishOnce<T>(ParsedVersion parsed, bool onlyUnheard, CancellationToken ct)
        where T : PublishedContent, new()
    {
        var (slug, hash) = (parsed.Slug, parsed.ContentHash);
        var newest = await db.Set<T>().Where(c => c.Slug == slug).OrderByDescending(c => c.Number)
            .Select(c => new { c.Number, c.ContentHash, c.PublishedAt }).FirstOrDefaultAsync(ct);
        if (newest?.ContentHash == hash) return new(slug, newest.Number, hash, newest.PublishedAt, IsNew: false);
        if (onlyUnheard && newest is not null && await IsSuperseded<T>(slug, hash, newest.Number, ct)) return null;
        // The next number after what was looked at: whatever was published since has it, and this tries again.
        var published = new T
        {
            Id = NewId.At(clock.UtcNow()),
            Slug = slug,
            Number = (newest?.Number ?? 0) + 1,
            Title = parsed.Title,
            ContentHash = hash,
            PublishedAt = clock.UtcNow(),
            Bundle = parsed.Files.ToZip(),
        };
        db.Add(published);
        await db.SaveChangesAsync(ct);
        return new(slug, published.Number, hash, published.PublishedAt, IsNew: true);
    }

    private async Task<bool> IsSuperseded<T>(string slug, string hash, int newest, CancellationToken ct)
        where T : PublishedContent
    {
        var held = await db.Set<T>().Where(c => c.Slug == slug && c.ContentHash == hash).Select(c => (int?)c.Number).MaxAsync(ct);
        if (held is null) return false;
        log.LogWarning(
            "Content:Folder holds version {Version} of {Content}, and version {Newest} was published since: that one stays. "
            + "To go back, publish the older one over the API; to be rid of this line, put the newest one's export there",
            held, slug, newest);
        return true;
    }

    /// <summary>
    /// True when each curriculum, instrument and credential here equals its newest version, and the indicators theirs. Which shared rubrics
    /// and plans count is seen in that version's own files: equal units use the same ones.
    /// </summary>
    private async Task<bool> IsPublished(ContentFiles files, CancellationToken ct)
    {
        if (files.Faults.Count > 0 || !files.Curricula.Any()) return false;
        foreach (var slug in files.Curricula)
        {
            var newest = await db.Curricula.Where(c => c.Slug == slug).OrderByDescending(c => c.Number)
                .Select(c => new { c.ContentHash, c.Bundle }).FirstOrDefaultAsync(ct);
            if (newest is null) return false;
            using var bundle = new MemoryStream(newest.Bundle);
            var shared = ContentFiles.FromZip(bundle).Paths.Where(ContentLayout.IsShared).ToHashSet(StringComparer.Ordinal);
            if (files.Only(p => p.StartsWith(slug + "/", StringComparison.Ordinal) || shared.Contains(p)).Hash != newest.ContentHash)
                return false;
        }

        foreach (var path in files.Instruments)
        {
            if (!await IsNewest<PublishedInstrument>(files, path, ct)) return false;
        }

        foreach (var path in files.Credentials)
        {
            if (!await IsNewest<PublishedCredential>(files, path, ct)) return false;
        }

        return !files.Has(ContentLayout.IndicatorFile)
            || await IsNewest<PublishedIndicators>(files, ContentLayout.IndicatorFile, ct);
    }

    /// <summary>True when the newest version of what a file is named after has just that file.</summary>
    private async Task<bool> IsNewest<T>(ContentFiles files, string path, CancellationToken ct)
        where T : PublishedContent
    {
        var slug = Path.GetFileNameWithoutExtension(path);
        return files.Only(p => p == path).Hash == await db.Set<T>().Where(c => c.Slug == slug).OrderByDescending(c => c.Number)
            .Select(c => c.ContentHash).FirstOrDefaultAsync(ct);
    }
}
