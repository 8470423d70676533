using System.Buffers.Text;
using System.Security.Cryptography;

namespace MiiWrap.Learning.Domain.Credentials;

/// <summary>One line of an evidence trail, as it was found when the period was issued.</summary>
/// <param name="Requirement">Its kind, as authored files name it.</param>
public sealed record TrailLine(RequirementKind Requirement, bool Met, int Have, int Need, IReadOnlyList<EvidenceItem> Items);

/// <summary>Where a badge stands in the lists of what was revoked: no two badges ever have the same place.</summary>
/// <param name="List">The list's number, from 1.</param>
/// <param name="Index">The bit of it, from 0.</param>
public sealed record StatusPlace(int List, int Index);

/// <summary>One term of a credential, with what it rests on and the badge that tells of it.</summary>
public sealed class CredentialPeriod
{
    private const int SaltBytes = 16;

    private CredentialPeriod()
    {
    }

    public Guid Id { get; private init; }

    public Guid CredentialId { get; private init; }

    /// <summary>1 for the first, and one more for each renewal.</summary>
    public int Number { get; private init; }

    /// <summary>What it rests on; it is never looked up again.</summary>
    public IReadOnlyList<TrailLine> Evidence { get; private init; } = [];

    /// <summary>Its first day, and the first one whose evidence counts for the next; null until it is accepted.</summary>
    public DateOnly? FirstDay { get; private set; }

    /// <summary>Its last day, itself included; null until it is accepted, and where it holds for good.</summary>
    public DateOnly? LastDay { get; private set; }

    /// <summary>The badge's own identifier, of which nothing else can be told.</summary>
    public Guid BadgeId { get; private init; }

    /// <summary>Whom the badge is about, in that badge alone: two badges of one person tell nobody that they are.</summary>
    public Guid SubjectId { get; private init; }

    /// <summary>What is hashed with the holder's address.</summary>
    public string Salt { get; private init; } = "";

    /// <summary>The moment of signing; null until there is a badge.</summary>
    public DateTime? ValidFrom { get; private set; }

    /// <summary>The number of the list that says whether the badge was revoked; null until there is one.</summary>
    public int? StatusList { get; private set; }

    /// <summary>The bit in that list; null until there is a badge.</summary>
    public int? StatusIndex { get; private set; }

    /// <summary>The badge as it was signed once: a compact JWS. Null until it was.</summary>
    public string? Badge { get; private set; }

    public DateTime? RevokedAt { get; private set; }

    internal static CredentialPeriod Begin(Guid credentialId, int number, IReadOnlyList<RequirementResult> results, DateTime now) => new()
    {
        Id = Common.NewId.At(now),
        CredentialId = credentialId,
        Number = number,
        Evidence = [.. results.Select(r => new TrailLine(r.Requirement.Kind, r.Met, r.Have, r.Need, r.Items))],
        BadgeId = Guid.NewGuid(),
        SubjectId = Guid.NewGuid(),
        Salt = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SaltBytes)),
    };

    internal void Hold(DateOnly first, DateOnly? last) => (FirstDay, LastDay) = (first, last);

    internal void Revoke(DateTime now) => RevokedAt ??= now;

    /// <summary>Keeps the badge, which is signed once and never anew.</summary>
    public void TakeBadge(string badge, StatusPlace place, DateTime signedAt)
    {
        if (Badge is not null) throw new InvalidOperationException("A period has one badge.");
        (Badge, StatusList, StatusIndex, ValidFrom) = (badge, place.List, place.Index, signedAt);
    }
}
