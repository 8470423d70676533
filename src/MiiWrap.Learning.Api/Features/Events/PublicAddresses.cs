using System.Net;
using System.Net.Sockets;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>
/// Tells addresses of the public internet from all others: a webhook must not become a way into the networks around this machine.
/// </summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] NotPublic4 =
    [
        IPNetwork.Parse("0.0.0.0/8"),          // this network
        IPNetwork.Parse("10.0.0.0/8"),         // private
        IPNetwork.Parse("100.64.0.0/10"),      // carrier-grade NAT
        IPNetwork.Parse("127.0.0.0/8"),        // loopback
        IPNetwork.Parse("169.254.0.0/16"),     // link-local, where clouds keep their metadata
        IPNetwork.Parse("172.16.0.0/12"),      // private
        IPNetwork.Parse("192.0.0.0/24"),       // protocol assignments
        IPNetwork.Parse("192.0.2.0/24"),       // documentation
        IPNetwork.Parse("192.88.99.0/24"),     // 6to4 relays
        IPNetwork.Parse("192.168.0.0/16"),     // private
        IPNetwork.Parse("198.18.0.0/15"),      // benchmarks
        IPNetwork.Parse("198.51.100.0/24"),    // documentation
        IPNetwork.Parse("203.0.113.0/24"),     // documentation
        IPNetwork.Parse("224.0.0.0/4"),        // multicast
        IPNetwork.Parse("240.0.0.0/4"),        // reserved, and broadcast
    ];

    // All that is public in IPv6; loopback, unique local, link-local, multicast and NAT64 addresses lie outside of it.
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] NotPublic6 =
    [
        IPNetwork.Parse("2001::/23"),          // protocol assignments, Teredo among them
        IPNetwork.Parse("2001:db8::/32"),      // documentation
        IPNetwork.Parse("2002::/16"),          // 6to4, which carries any IPv4 address
        IPNetwork.Parse("3fff::/20"),          // documentation
    ];

    public static bool Contains(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !NotPublic4.Any(n => n.Contains(address)),
        // Asked by itself: networks look at a mapped address as if it were the IPv4 address in it.
        AddressFamily.InterNetworkV6 => !address.IsIPv4MappedToIPv6 && Global6.Contains(address)
            && !NotPublic6.Any(n => n.Contains(address)),
        _ => false,
    };
}
