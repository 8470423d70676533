namespace MiiWrap.Learning.Api.Content;

/// <summary>An image of a published version. SVG is not taken: it can carry script.</summary>
public sealed record ContentImage(byte[] Bytes, string ContentType)
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF];

    /// <summary>The media type when name and first bytes agree on it; what a file is must not be left to a browser's guess.</summary>
    public static string? TypeOf(string path, ReadOnlySpan<byte> bytes)
    {
        var isPng = path.EndsWith(".png", StringComparison.Ordinal);
        if (!bytes.StartsWith(isPng ? Png : Jpeg)) return null;
        return isPng ? "image/png" : "image/jpeg";
    }
}
