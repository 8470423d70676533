using System.Globalization;
using System.Text;

namespace MiiWrap.Learning.Api.Http;

/// <summary>The encodings by which spreadsheets write their files.</summary>
internal static class Charsets
{
    /// <summary>What Excel writes on Windows, unless it is told to write UTF-8.</summary>
    public static readonly Encoding Windows1252 = OfPage(1252)!;

    private static readonly HashSet<string> Latin1 =
        new(StringComparer.OrdinalIgnoreCase) { "iso-8859-1", "iso8859-1", "latin1" };

    /// <summary>
    /// The encoding of this name, which fails on bytes that are none of its letters; null when nobody knows it. As in browsers, whoever
    /// says ISO 8859-1 means Windows-1252, which has letters where that has controls.
    /// </summary>
    public static Encoding? Find(string name)
    {
        if (Latin1.Contains(name)) return Windows1252;
        if (name.StartsWith("cp", StringComparison.OrdinalIgnoreCase)
            && int.TryParse(name[2..], NumberStyles.None, CultureInfo.InvariantCulture, out var page)) return OfPage(page);
        try
        {
            return Strict(CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static Encoding? OfPage(int page) => CodePagesEncodingProvider.Instance.GetEncoding(page) is { } found ? Strict(found) : null;

    private static Encoding Strict(Encoding encoding)
    {
        var strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        return strict;
    }
}
