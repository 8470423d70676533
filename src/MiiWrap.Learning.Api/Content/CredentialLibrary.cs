using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Credentials;

namespace MiiWrap.Learning.Api.Content;

/// <summary>Published definitions of credentials.</summary>
public sealed class CredentialLibrary : ContentLibrary<PublishedCredential, CredentialDefinition>
{
    /// <summary>One version, or the newest when none is named; null when there is none.</summary>
    public Task<CredentialDefinition?> Find(LearningDb db, string code, int? version, CancellationToken ct) => Hold(db, code, version, ct);

    /// <summary>The newest version of each, by code.</summary>
    public async Task<IReadOnlyList<CredentialDefinition>> Newest(LearningDb db, CancellationToken ct)
    {
        var newest = await db.CredentialDefinitions.GroupBy(d => d.Slug).Select(d => new { Code = d.Key, Version = d.Max(v => v.Number) })
            .ToListAsync(ct);
        var definitions = new List<CredentialDefinition>();
        foreach (var one in newest.OrderBy(n => n.Code, StringComparer.Ordinal))
        {
            if (await Hold(db, one.Code, one.Version, ct) is { } definition) definitions.Add(definition);
        }

        return definitions;
    }

    /// <summary>The version by which a credential was issued.</summary>
    public Task<CredentialDefinition> Of(LearningDb db, Credential credential, CancellationToken ct) =>
        PinnedBy(db, "credential", credential.Id, credential.Code, credential.DefinitionVersion, ct);

    protected override CredentialDefinition Read(PublishedCredential published, ContentFiles files) =>
        CredentialParser.Read(files, []).Single().Definition with
        {
            Version = published.Number,
            ContentHash = published.ContentHash,
        };
}
