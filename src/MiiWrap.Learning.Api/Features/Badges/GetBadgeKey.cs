using System.Text.Json;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Badges;

/// <summary>A public key that has signed badges, as a JSON Web Key: what the <c>kid</c> of a badge leads to, for ever.</summary>
/// <param name="Thumbprint">The key's thumbprint (RFC 7638).</param>
public sealed record GetBadgeKey(string Thumbprint) : IQuery<BadgeJwk>;

/// <summary>Every public key that has ever signed badges, the newest first, as a JSON Web Key set.</summary>
public sealed record GetBadgeKeySet : IQuery<BadgeJwks>;

/// <summary>A public RSA key (RFC 7517).</summary>
/// <param name="Kty">Always RSA.</param>
/// <param name="Use">Always sig: it signs.</param>
/// <param name="Alg">Always RS256.</param>
/// <param name="Kid">Its own address, which badges name.</param>
/// <param name="N">The modulus, in base64url.</param>
/// <param name="E">The exponent, in base64url.</param>
public sealed record BadgeJwk(string Kty, string Use, string Alg, string Kid, string N, string E)
{
    internal static BadgeJwk Of(string thumbprint, string publicJwk, BadgeAddresses addresses)
    {
        var jwk = JsonSerializer.Deserialize<PublicJwk>(publicJwk, JsonSerializerOptions.Web)!;
        return new(jwk.Kty, "sig", "RS256", addresses.Key(thumbprint), jwk.N, jwk.E);
    }
}

/// <summary>A set of public keys.</summary>
/// <param name="Keys">The keys, the newest first.</param>
public sealed record BadgeJwks(IReadOnlyList<BadgeJwk> Keys);

internal sealed class BadgeKeysHandler(LearningDb db, BadgeKeys keys)
    : IRequestHandler<GetBadgeKey, BadgeJwk>, IRequestHandler<GetBadgeKeySet, BadgeJwks>
{
    public async Task<BadgeJwk> Handle(GetBadgeKey request, CancellationToken cancellationToken)
    {
        var key = await db.BadgeKeys.Where(k => k.Thumbprint == request.Thumbprint).Select(k => new { k.Thumbprint, k.PublicJwk })
            .SingleOrDefaultByAsync(k => k.Thumbprint, request.Thumbprint, cancellationToken) ?? throw new NotFoundException("badgeKey");
        return BadgeJwk.Of(key.Thumbprint, key.PublicJwk, await keys.FindAddresses(cancellationToken));
    }

    public async Task<BadgeJwks> Handle(GetBadgeKeySet request, CancellationToken cancellationToken)
    {
        var stored = await db.BadgeKeys.OrderByDescending(k => k.CreatedAt).ThenBy(k => k.Thumbprint)
            .Select(k => new { k.Thumbprint, k.PublicJwk }).ToListAsync(cancellationToken);
        var addresses = await keys.FindAddresses(cancellationToken);
        return new(stored.ConvertAll(k => BadgeJwk.Of(k.Thumbprint, k.PublicJwk, addresses)));
    }
}
