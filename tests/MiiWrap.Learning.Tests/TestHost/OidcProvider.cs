using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>An OpenID provider that a test holds in its hand: it serves discovery and keys, and signs whatever it is told to.</summary>
public sealed class OidcProvider : HttpMessageHandler
{
    public const string Issuer = "https://sign-in.example.org";
    public const string Audience = "https://learning.example.org";

    private RSA key = RSA.Create(2048);

    public string KeyId { get; private set; } = NewKeyId();

    /// <summary>How often its keys were asked for.</summary>
    public int Looks { get; private set; }

    public bool IsDown { get; set; }

    /// <summary>Other keys from now on.</summary>
    public void Rotate() => (key, KeyId) = (RSA.Create(2048), NewKeyId());

    /// <summary>What the provider says of someone with this address; a test changes what it is about.</summary>
    public static Dictionary<string, object?> Claims(string email, string? subject = null)
    {
        // The real clock, as the program judges such tokens by it.
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return new()
        {
            ["iss"] = Issuer, ["aud"] = Audience, ["sub"] = subject ?? $"subject-{Guid.NewGuid():N}", ["iat"] = now, ["exp"] = now + 300,
            ["client_id"] = "a-front-end", ["email"] = email, ["email_verified"] = true,
        };
    }

    public string Sign(Dictionary<string, object?> claims, string type = "at+jwt") =>
        Sign(claims, new { alg = "RS256", typ = type, kid = KeyId }, Signature);

    public string SignWith(RSA other, Dictionary<string, object?> claims) =>
        Sign(claims, new { alg = "RS256", typ = "at+jwt", kid = KeyId },
            text => other.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string WithoutSignature(Dictionary<string, object?> claims) =>
        Sign(claims, new { alg = "none", typ = "at+jwt" }, _ => []);

    /// <summary>The classic: the public key, which everyone has, taken for a shared secret.</summary>
    public string SignWithPublicKey(Dictionary<string, object?> claims, bool asPem) =>
        Sign(claims, new { alg = "HS256", typ = "at+jwt", kid = KeyId },
            text => HMACSHA256.HashData(
                asPem ? Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()) : key.ExportSubjectPublicKeyInfo(), text));

    public byte[] Signature(byte[] text) => key.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (IsDown) throw new HttpRequestException("Nobody listens.");
        var answer = request.RequestUri!.AbsolutePath switch
        {
            "/.well-known/openid-configuration" => JsonSerializer.Serialize(new { issuer = Issuer, jwks_uri = $"{Issuer}/jwks" }),
            "/jwks" => Keys(),
            _ => null,
        };
        return Task.FromResult(answer is null
            ? new HttpResponseMessage(HttpStatusCode.NotFound)
            : new HttpResponseMessage { Content = new StringContent(answer, Encoding.UTF8, "application/json") });
    }

    protected override void Dispose(bool disposing)
    {
        key.Dispose();
        base.Dispose(disposing);
    }

    private string Keys()
    {
        Looks++;
        var mine = key.ExportParameters(includePrivateParameters: false);
        return JsonSerializer
            .Serialize(
                new { keys =
                    new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = KeyId, n = Base64UrlEncoder.Encode(mine.Modulus),
                    e = Base64UrlEncoder.Encode(mine.Exponent) } } });
    }

    private static string Sign(Dictionary<string, object?> claims, object header, Func<byte[], byte[]> sign)
    {
        var text =
            $"{Base64UrlEncoder.Encode(JsonSerializer.Serialize(header))}.{Base64UrlEncoder.Encode(JsonSerializer.Serialize(claims))}";
        return $"{text}.{Base64UrlEncoder.Encode(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    private static string NewKeyId() => $"key-{Guid.NewGuid():N}";
}

/// <summary>A host whose people may come from a provider.</summary>
public class ProviderApp : LearningApp
{
    public OidcProvider Provider { get; } = new();

    /// <summary>A front end that sends this token.</summary>
    public HttpClient With(string token)
    {
        var http = Session.Anonymous(this);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    /// <summary>A front end of someone whom the provider knows under this address.</summary>
    public HttpClient From(string email, string? subject = null) => With(Provider.Sign(OidcProvider.Claims(email, subject)));

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Auth:Authority"] = OidcProvider.Issuer,
        ["Auth:Audience"] = OidcProvider.Audience,
        ["Auth:KeyRefreshSeconds"] = "1",
    };

    protected override void Replace(IServiceCollection services) =>
        services.Configure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, o => o.BackchannelHttpHandler = Provider);
}
