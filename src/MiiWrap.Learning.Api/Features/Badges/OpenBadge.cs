using System.Globalization;
using System.Text.Json.Serialization;
using MiiWrap.Learning.Domain.Credentials;

namespace MiiWrap.Learning.Api.Features.Badges;

/// <summary>The words of Open Badges 3.0 and of the W3C's credentials that badges are written in.</summary>
internal static class OpenBadgeTerms
{
    public const string Credentials = "https://www.w3.org/ns/credentials/v2";
    public const string OpenBadges = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";

    public static readonly IReadOnlyList<string> Contexts = [Credentials, OpenBadges];
    public static readonly IReadOnlyList<string> Profile = ["Profile"];
    public static readonly IReadOnlyList<string> Achievement = ["Achievement"];

    public const string AchievementType = "Certification";
    public const string Revocation = "revocation";

    /// <summary>Whole seconds of UTC, as the claims beside it count them.</summary>
    public static string Moment(DateTime at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static long Seconds(DateTime at) => new DateTimeOffset(at).ToUnixTimeSeconds();
}

/// <summary>
/// A badge as it is signed: the credential at top level, and after it the claims that say the same to whoever reads tokens. It tells no
/// score, no agency and no rater, and whose it is only to whoever knows the address.
/// </summary>
internal sealed record OpenBadge(
    [property: JsonPropertyName("@context")] IReadOnlyList<string> Context, string Id, IReadOnlyList<string> Type, string Name,
    OpenBadge.Profile Issuer, string ValidFrom, string? ValidUntil, OpenBadge.Subject CredentialSubject,
    OpenBadge.StatusEntry CredentialStatus, string Iss, string Jti, string Sub, long Nbf, long? Exp)
{
    private static readonly IReadOnlyList<string> Types = ["VerifiableCredential", "OpenBadgeCredential"];
    private static readonly IReadOnlyList<string> SubjectTypes = ["AchievementSubject"];

    /// <param name="validUntil">The end of the last day; null where it does not expire.</param>
    public static OpenBadge Of(
        string id, Profile issuer, DateTime validFrom, DateTime? validUntil, string subjectId, Identity identity, Achievement achievement,
        StatusEntry status) =>
        new(OpenBadgeTerms.Contexts, id, Types, achievement.Name, issuer, OpenBadgeTerms.Moment(validFrom),
            validUntil is { } end ? OpenBadgeTerms.Moment(end) : null, new(subjectId, SubjectTypes, [identity], achievement), status,
            issuer.Id, id, subjectId, OpenBadgeTerms.Seconds(validFrom),
            validUntil is { } last ? OpenBadgeTerms.Seconds(last) : null);

    internal sealed record Profile(string Id, IReadOnlyList<string> Type, string Name)
    {
        public static Profile Of(BadgeAddresses addresses, string name) => new(addresses.Issuer, OpenBadgeTerms.Profile, name);
    }

    internal sealed record Subject(string Id, IReadOnlyList<string> Type, IReadOnlyList<Identity> Identifier, Achievement Achievement);

    /// <param name="Hashed">Always true: the address itself is in no badge.</param>
    internal sealed record Identity(string Type, bool Hashed, string Salt, string IdentityType, string IdentityHash)
    {
        public static Identity Of(string address, string salt) =>
            new("IdentityObject", true, salt, "emailAddress", HashedIdentity.Of(address, salt));
    }

    internal sealed record Achievement(
        string Id, IReadOnlyList<string> Type, string AchievementType, string Name, string Description, Criteria Criteria)
    {
        public static Achievement Of(BadgeAddresses addresses, CredentialDefinition definition) => new(
            addresses.Achievement(definition.Code, definition.Version), OpenBadgeTerms.Achievement, OpenBadgeTerms.AchievementType,
            definition.Title, definition.Criteria, new(definition.Criteria));
    }

    internal sealed record Criteria(string Narrative);

    /// <param name="StatusListIndex">A decimal number, as a string.</param>
    internal sealed record StatusEntry(string Id, string Type, string StatusPurpose, string StatusListIndex, string StatusListCredential)
    {
        public static StatusEntry Of(string list, int index)
        {
            var number = index.ToString(CultureInfo.InvariantCulture);
            // Never the list's own address: each entry is a thing of its own.
            return new($"{list}#{number}", "BitstringStatusListEntry", OpenBadgeTerms.Revocation, number, list);
        }
    }
}

/// <summary>A list of revoked badges as it is signed.</summary>
internal sealed record StatusListCredential(
    [property: JsonPropertyName("@context")] IReadOnlyList<string> Context, string Id, IReadOnlyList<string> Type, string Issuer,
    string ValidFrom, StatusListCredential.Subject CredentialSubject, string Iss, long Nbf)
{
    private static readonly IReadOnlyList<string> Contexts = [OpenBadgeTerms.Credentials];
    private static readonly IReadOnlyList<string> Types = ["VerifiableCredential", "BitstringStatusListCredential"];

    public static StatusListCredential Of(string id, string issuer, DateTime validFrom, string encodedList) =>
        new(Contexts, id, Types, issuer, OpenBadgeTerms.Moment(validFrom),
            new($"{id}#list", "BitstringStatusList", OpenBadgeTerms.Revocation, encodedList), issuer, OpenBadgeTerms.Seconds(validFrom));

    internal sealed record Subject(string Id, string Type, string StatusPurpose, string EncodedList);
}
