using System.Text.Json.Serialization;
using MediatR;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Badges;

/// <summary>Who issues badges, as each of them names it: a profile of Open Badges 3.0.</summary>
public sealed record GetBadgeIssuer : IQuery<BadgeIssuer>;

/// <summary>A profile of Open Badges 3.0.</summary>
/// <param name="Context">The JSON-LD contexts that say what the other fields mean.</param>
/// <param name="Id">Its own address, which is the issuer of every badge.</param>
/// <param name="Type">Always Profile.</param>
/// <param name="Name">The issuer's name.</param>
public sealed record BadgeIssuer(
    [property: JsonPropertyName("@context")] IReadOnlyList<string> Context, string Id, IReadOnlyList<string> Type, string Name);

internal sealed class GetBadgeIssuerHandler(BadgeKeys keys, Settings settings) : IRequestHandler<GetBadgeIssuer, BadgeIssuer>
{
    public async Task<BadgeIssuer> Handle(GetBadgeIssuer request, CancellationToken cancellationToken)
    {
        var profile = OpenBadge.Profile.Of(await keys.FindAddresses(cancellationToken), settings.Credentials.IssuerName);
        return new(OpenBadgeTerms.Contexts, profile.Id, profile.Type, profile.Name);
    }
}
