using System.Globalization;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>Addresses that every mail server takes (RFC 5321), in the one form in which they are kept and compared.</summary>
internal static class MailAddresses
{
    private const int LongestLocalPart = 64;
    private const int Longest = 254;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>The address with its host in ASCII (RFC 5891); null for what no mail reaches.</summary>
    public static string? Mailable(string? text)
    {
        if (text?.Trim() is not { Length: > 0 and <= 256 } address) return null;
        var at = address.LastIndexOf('@');
        if (at is < 1 or > LongestLocalPart || !IsLocalPart(address[..at]) || AsciiHost(address[(at + 1)..]) is not { } host) return null;
        var mailable = $"{address[..at]}@{host}";
        return mailable.Length <= Longest ? mailable : null;
    }

    // A mail server that takes more than ASCII (RFC 6531) is no common thing, and quoted names are rejected by many.
    private static bool IsLocalPart(string text) =>
        text.Split('.').All(atom => atom.Length > 0 && atom.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-/=?^_`{|}~".Contains(c)));

    private static string? AsciiHost(string host)
    {
        // What nobody sees would be dropped by the mapping, and two addresses that look alike would be one.
        if (host.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format)) return null;
        try
        {
            var ascii = Idn.GetAscii(host).ToLowerInvariant();
            // A number at the end makes an IP address, or none at all.
            var labels = ascii.Split('.');
            var isHost = !labels[^1].All(char.IsAsciiDigit) && labels.All(l => l.Length is > 0 and <= 63 && l[0] != '-' && l[^1] != '-'
                && l.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
            return isHost && Idn.GetAscii(Idn.GetUnicode(ascii)).Equals(ascii, StringComparison.OrdinalIgnoreCase) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
