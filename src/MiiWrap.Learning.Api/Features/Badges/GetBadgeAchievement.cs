using System.Text.Json.Serialization;
using MediatR;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Badges;

/// <summary>What a badge is awarded for, as each of them names it: an achievement of Open Badges 3.0.</summary>
/// <param name="Code" example="practising-coach">The credential's code.</param>
/// <param name="Version" example="1">The version of its definition, which never changes.</param>
public sealed record GetBadgeAchievement(string Code, int Version) : IQuery<BadgeAchievement>;

/// <summary>An achievement of Open Badges 3.0.</summary>
/// <param name="Context">The JSON-LD contexts that say what the other fields mean.</param>
/// <param name="Id">Its own address, which badges name.</param>
/// <param name="Type">Always Achievement.</param>
/// <param name="AchievementType">Always Certification.</param>
/// <param name="Name">The credential's title.</param>
/// <param name="Description">What its holder has shown, for wallets that show no criteria.</param>
/// <param name="Criteria">What its holder has shown.</param>
public sealed record BadgeAchievement(
    [property: JsonPropertyName("@context")] IReadOnlyList<string> Context, string Id, IReadOnlyList<string> Type, string AchievementType,
    string Name, string Description, BadgeCriteria Criteria);

/// <summary>What the holder of a badge has shown.</summary>
/// <param name="Narrative">In words that anybody reads.</param>
public sealed record BadgeCriteria(string Narrative);

internal sealed class GetBadgeAchievementHandler(LearningDb db, CredentialLibrary library, BadgeKeys keys)
    : IRequestHandler<GetBadgeAchievement, BadgeAchievement>
{
    public async Task<BadgeAchievement> Handle(GetBadgeAchievement request, CancellationToken cancellationToken)
    {
        var definition = await library.Find(db, request.Code, request.Version, cancellationToken)
            ?? throw new NotFoundException("badgeAchievement");
        var achievement = OpenBadge.Achievement.Of(await keys.FindAddresses(cancellationToken), definition);
        return new(OpenBadgeTerms.Contexts, achievement.Id, achievement.Type, achievement.AchievementType, achievement.Name,
            achievement.Description, new(achievement.Criteria.Narrative));
    }
}
