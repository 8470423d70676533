using System.Net;
using System.Net.Sockets;

namespace MiiWrap.Learning.Tests.TestHost;

internal static class FreePort
{
    /// <summary>A port on which nobody listened a moment ago; for what cannot be told the port that the system chooses.</summary>
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
