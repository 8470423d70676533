using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MiiWrap.Learning.Api.Data;

/// <summary>Random secrets that are handed out once and kept as hashes.</summary>
internal static class Secret
{
    public const int HashLength = 64;

    /// <summary>256 random bits, fit for an address.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    // So many random bits cannot be guessed, so a fast hash is as good as a slow one.
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
