using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using MiiWrap.Learning.Domain.Credentials;

namespace MiiWrap.Learning.Domain.Tests.Credentials;

/// <summary>What others read from a status list, bit for bit.</summary>
public sealed class BitstringStatusListTests
{
    [Fact]
    public void Each_revoked_badge_sets_its_bit_counted_from_the_left()
    {
        var bits = Read(BitstringStatusList.Encode(0, 7, 8, 94_567, 131_071));
        Assert.Equal((0x81, 0x80, 0x01, 0x01), (bits[0], bits[1], bits[11_820], bits[16_383]));
        Assert.Equal("4b481f3e0a57d99365f7b95f0f41162a055619f4166300387295c609da301e09", Convert.ToHexStringLower(SHA256.HashData(bits)));
    }

    [Fact]
    public void A_list_of_which_nothing_is_revoked_has_its_full_length()
    {
        var bits = Read(BitstringStatusList.Encode());
        Assert.Equal(16_384, bits.Length);
        Assert.All(bits, b => Assert.Equal(0, b));
    }

    [Fact]
    public void There_is_no_bit_past_the_end() =>
        Assert.Throws<IndexOutOfRangeException>(() => BitstringStatusList.Encode(BitstringStatusList.Length));

    private static byte[] Read(string encoded)
    {
        Assert.StartsWith("u", encoded, StringComparison.Ordinal);
        using var gzip = new GZipStream(new MemoryStream(Base64Url.DecodeFromChars(encoded.AsSpan(1))), CompressionMode.Decompress);
        using var bits = new MemoryStream();
        gzip.CopyTo(bits);
        return bits.ToArray();
    }
}
