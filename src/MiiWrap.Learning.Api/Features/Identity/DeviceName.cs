namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// By what somebody knows the device of a sign-in again: browser and system, of what a User-Agent says (RFC 9110, 10.1.5). Versions and the
/// rest are left out: they would single a person out and help nobody.
/// </summary>
internal static class DeviceName
{
    public const int Longest = 60;

    // The first that is found: each of these also names those after it.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];

    /// <returns>null when nothing is said that has a name.</returns>
    public static string? Of(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent)) return null;
        var system = Find(Systems, userAgent);
        if (Find(Browsers, userAgent) is { } browser) return system is null ? browser : $"{browser} on {system}";
        // A program of its own names itself first: "curl/8.5.0".
        var program = string.Concat(userAgent.Trim().TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.').Take(Longest));
        return program.Length == 0 || program == "Mozilla" ? system : program;
    }

    private static string? Find((string Mark, string Name)[] names, string userAgent) =>
        names.FirstOrDefault(n => userAgent.Contains(n.Mark, StringComparison.Ordinal)).Name;
}
