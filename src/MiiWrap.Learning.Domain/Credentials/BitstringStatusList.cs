using System.Buffers.Text;
using System.IO.Compression;

namespace MiiWrap.Learning.Domain.Credentials;

/// <summary>A W3C Bitstring Status List: one bit for each badge, set once the badge is revoked.</summary>
public static class BitstringStatusList
{
    /// <summary>The fewest bits that the specification allows: whoever asks for a list does not tell which badge they look at.</summary>
    public const int Length = 131_072;

    // Base64url without padding, as Multibase names it.
    private const char Base64UrlPrefix = 'u';

    /// <summary>The list as its credential carries it: compressed by GZIP, index 0 the leftmost bit of the first byte.</summary>
    public static string Encode(params IEnumerable<int> revoked)
    {
        var bits = new byte[Length / 8];
        foreach (var index in revoked) bits[index / 8] |= (byte)(0x80 >> (index % 8));
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal)) gzip.Write(bits);
        return Base64UrlPrefix + Base64Url.EncodeToString(compressed.ToArray());
    }
}
