using System.Net;

namespace MiiWrap.Learning.Api.Configuration;

/// <summary>CORS origins, trusted proxies, and request limits.</summary>
public sealed record RequestSettings
{
    /// <summary>Origins whose pages may read answers in a browser.</summary>
    public required IReadOnlyList<string> Origins { get; init; }

    /// <summary>Where proxies stand that are believed when they say whom they speak for; none by default.</summary>
    public required IReadOnlyList<IPNetwork> Proxies { get; init; }

    /// <summary>How many of them a request passes.</summary>
    public required int ProxyHops { get; init; }

    public required int HeaderBytes { get; init; }

    public required int HeaderCount { get; init; }

    public required int QueryLength { get; init; }

    /// <summary>Minimum response data rate, after 5 s of grace.</summary>
    public required int ReaderBytesPerSecond { get; init; }

    /// <summary>How long a request may take; routes that take or give much have longer.</summary>
    public required TimeSpan RequestTime { get; init; }

    /// <summary>How long a stop waits for what was begun.</summary>
    public required TimeSpan ShutdownTime { get; init; }

    internal static RequestSettings Read(Settings.Reader read)
    {
        if (read.Flag("ForwardedHeaders_Enabled", false))
            throw new SettingException(
                "ASPNETCORE_FORWARDEDHEADERS_ENABLED believes every caller: leave it out, and name the proxies in Proxy:Known.");
        return new()
        {
            Origins = [.. read.Several("Cors:Origins").Select(Origin)],
            Proxies = [.. read.Several("Proxy:Known").Select(Network)],
            ProxyHops = read.Number("Proxy:Hops", 1, 1, 10),
            HeaderBytes = read.Number("Limits:HeaderBytes", 32 * 1024, 8 * 1024, 1024 * 1024),
            HeaderCount = read.Number("Limits:HeaderCount", 100, 20, 1000),
            QueryLength = read.Number("Limits:QueryLength", 4096, 1024, 64 * 1024),
            ReaderBytesPerSecond = read.Number("Limits:ReaderBytesPerSecond", 2048, 1, 100_000_000),
            RequestTime = TimeSpan.FromSeconds(read.Number("Limits:RequestSeconds", 30, 1, 3600)),
            ShutdownTime = TimeSpan.FromSeconds(read.Number("Limits:ShutdownSeconds", 30, 1, 600)),
        };
    }

    private static string Origin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && WebAddresses.IsReachable(url)
            && url.GetLeftPart(UriPartial.Authority)
            .Equals(text.TrimEnd('/'), StringComparison.OrdinalIgnoreCase)
            ? url.GetLeftPart(UriPartial.Authority)
            : throw new SettingException($"Cors:Origins takes origins such as https://learn.example.org, not '{text}'.");

    private static IPNetwork Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new(address, address.GetAddressBytes().Length * 8)
        : throw new SettingException($"Proxy:Known takes addresses and networks such as 10.0.0.5 or 10.0.0.0/8, not '{text}'.");
}
