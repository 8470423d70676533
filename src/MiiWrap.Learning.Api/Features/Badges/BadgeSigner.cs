using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace MiiWrap.Learning.Api.Features.Badges;

/// <summary>
/// Signs as VC-JWT: a compact JWS whose header has <c>alg</c>, <c>kid</c> and <c>typ</c>, and nothing else. The same words under the same
/// key are the same bytes.
/// </summary>
internal sealed class BadgeSigner(BadgeAddresses addresses, RsaSecurityKey key)
{
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private static readonly JsonWebTokenHandler Tokens = new();

    public BadgeAddresses Addresses => addresses;

    public string Sign<T>(T payload) =>
        Tokens.CreateToken(JsonSerializer.Serialize(payload, Json), new SigningCredentials(key, SecurityAlgorithms.RsaSha256));
}
