using System.Buffers.Text;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>A credential that its holder has accepted.</summary>
/// <param name="Path">Where it is read in the API.</param>
/// <param name="Page">Where anybody sees it.</param>
public sealed record HeldCredential(TestCohort Cohort, TestLearner Learner, string Path, string Page)
{
    public Guid Id => Guid.Parse(Path.Split('/')[^1]);

    public string Badge => $"{Page}/badge.jwt";
}

/// <summary>A compact JWS, taken apart as whoever got the file would.</summary>
public sealed record ReadJws(string Text)
{
    private readonly string[] parts = Text.Split('.');

    public string Header => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0]));

    public string Payload => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1]));

    public JsonNode this[string field] => JsonNode.Parse(Payload)![field]!;

    /// <summary>The path of the key that it names.</summary>
    public string KeyPath => new Uri((string)JsonNode.Parse(Header)!["kid"]!).AbsolutePath;

    /// <summary>The bits of a status list.</summary>
    public byte[] Bits
    {
        get
        {
            var encoded = (string)this["credentialSubject"]["encodedList"]!;
            Assert.Equal('u', encoded[0]);
            using var gzip = new GZipStream(new MemoryStream(Base64Url.DecodeFromChars(encoded.AsSpan(1))), CompressionMode.Decompress);
            using var bits = new MemoryStream();
            gzip.CopyTo(bits);
            return bits.ToArray();
        }
    }

    public bool IsSignedBy(JsonNode jwk)
    {
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Base64Url.DecodeFromChars((string)jwk["n"]!),
            Exponent = Base64Url.DecodeFromChars((string)jwk["e"]!),
        });
        return rsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]),
            HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}

/// <summary>Badges of credentials that a lead's word is enough for.</summary>
public static class BadgeSteps
{
    public static async Task<HeldCredential> Held(this LearningApp app, int months = 18)
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var path = await app.Award(cohort, learner, months);
        return new(cohort, learner, path, await learner.Page(path));
    }

    public static async Task Renew(this HeldCredential held) =>
        (await held.Cohort.Lead.Http.Post($"{held.Path}/renew", new { attested = true })).Ok();

    public static async Task Revoke(this LearningApp app, HeldCredential held) =>
        (await (await app.Admin()).Http.Post($"{held.Path}/revoke", new { reason = "It was issued to somebody else by mistake." })).Ok();

    public static async Task Show(this HeldCredential held, bool isPublic) =>
        (await held.Learner.Http.Patch(held.Path, new { @public = isPublic }, ("If-Match", "*"))).Ok();

    public static Task<ReadJws> Badge(this LearningApp app, HeldCredential held) => app.BadgeAt(held.Page);

    public static async Task<ReadJws> BadgeAt(this LearningApp app, string page) =>
        new((await Session.Anonymous(app).Read($"{page}/badge.jwt")).Ok().Body);

    /// <summary>The list in which a badge has its place, as it is now.</summary>
    public static async Task<ReadJws> StatusList(this LearningApp app, ReadJws badge) =>
        new((await Session.Anonymous(app).Read(PathOf(badge["credentialStatus"]["statusListCredential"]!))).Ok().Body);

    public static async Task<bool> IsRevoked(this LearningApp app, ReadJws badge)
    {
        var index = int.Parse((string)badge["credentialStatus"]["statusListIndex"]!, CultureInfo.InvariantCulture);
        return ((await app.StatusList(badge)).Bits[index / 8] & (0x80 >> (index % 8))) != 0;
    }

    /// <summary>Whether the key that the badge names has signed it.</summary>
    public static async Task<bool> IsGood(this LearningApp app, ReadJws jws) =>
        jws.IsSignedBy((await Session.Anonymous(app).Read(jws.KeyPath)).Ok().Json);

    private static string PathOf(JsonNode address) => new Uri((string)address!).AbsolutePath;
}
