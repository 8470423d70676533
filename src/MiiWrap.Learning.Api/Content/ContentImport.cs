using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Content;

/// <summary>Publishes what is new: unchanged content does nothing, changed content becomes the next version.</summary>
public sealed class ContentImport(LearningDb db, TimeProvider clock)
{
    /// <summary>Publishes a parsed curriculum; returns its version number and whether it is new.</summary>
    public async Task<(int Version, bool IsNew)> Publish(ParsedCurriculum parsed, CancellationToken ct)
    {
        var slug = parsed.Curriculum.Slug;
        var newest = await db.Curricula.Where(c => c.Slug == slug).OrderByDescending(c => c.Number)
            .Select(c => new { c.Number, c.ContentHash }).FirstOrDefaultAsync(ct);
        if (newest?.ContentHash == parsed.Curriculum.ContentHash) return (newest.Number, false);
        var published = new PublishedCurriculum
        {
            Id = NewId.At(clock.UtcNow()),
            Slug = slug,
            Number = (newest?.Number ?? 0) + 1,
            Title = parsed.Curriculum.Title,
            ContentHash = parsed.Curriculum.ContentHash,
            PublishedAt = clock.UtcNow(),
            Bundle = parsed.Files.ToZip(),
        };
        db.Add(published);
        await db.SaveChangesAsync(ct);
        return (published.Number, true);
    }

    public async Task PublishFolder(string folder, CancellationToken ct)
    {
        foreach (var parsed in CurriculumParser.Parse(ContentFiles.FromFolder(folder))) await Publish(parsed, ct);
    }
}
