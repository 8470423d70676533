using System.Net;
using System.Net.Sockets;

namespace MiiWrap.Learning.Api.Access;

/// <summary>The network address that a request comes from, as limits count it.</summary>
internal static class CallerAddress
{
    /// <summary>Of an IPv6 address the first half, since whoever has one has all that begin with it.</summary>
    public static byte[] Of(HttpContext? context)
    {
        var address = context?.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? bytes[..8] : bytes;
    }
}
