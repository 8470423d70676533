namespace MiiWrap.Learning.Api.Configuration;

/// <summary>Addresses of the web that a connection can be made to.</summary>
internal static class WebAddresses
{
    // RFC 1035, 2.3.4, written with dots.
    private const int LongestHost = 253;

    /// <summary>
    /// False for a host that no name server can be asked for, such as one with a letter that IDNA refuses, which <see cref="Uri"/> takes
    /// and fails on later; and for the port 0.
    /// </summary>
    public static bool IsReachable(Uri url)
    {
        try
        {
            return url is { Port: > 0, IdnHost.Length: > 0 and <= LongestHost }
                && Uri.CheckHostName(url.IdnHost) != UriHostNameType.Unknown;
        }
        catch (UriFormatException)
        {
            return false;
        }
    }
}
