namespace MiiWrap.Learning.Api.Features.Clients;

/// <summary>
/// Where a front end may get people back, with the code that is good for their tokens: compared as a whole, so it holds no wildcard, and
/// nobody on the way may read it.
/// </summary>
internal static class RedirectAddresses
{
    public const int Most = 10;

    public const string OfFrontEnd =
        "A redirect address is whole, without wildcard, name and fragment, and begins with https:// or is on the loopback address.";

    public const string OfNative =
        "A redirect address of a native program is whole, without wildcard, name and fragment, and is on the loopback address.";

    private const int Longest = 300;

    public static bool IsSound(string? address, bool isNative) =>
        address is { Length: > 0 and <= Longest } && address.All(c => c is > ' ' and < '\x7f' and not ('*' or '\\'))
        && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Host.Length > 0
        && uri.UserInfo.Length == 0 && !address.Contains('#', StringComparison.Ordinal) && !address.Contains('@', StringComparison.Ordinal)
        && ((uri.Scheme == Uri.UriSchemeHttps && !isNative) || (uri.Scheme is "http" && IsLoopback(uri)));

    // By name too: RFC 8252, 8.3 warns of it, and most development servers have no other.
    private static bool IsLoopback(Uri uri) => uri.Host is "127.0.0.1" or "[::1]" or "localhost";
}
