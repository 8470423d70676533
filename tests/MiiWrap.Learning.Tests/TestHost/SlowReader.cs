using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>Somebody who asks, and then does not read the answer.</summary>
internal sealed class SlowReader : IDisposable
{
    private const int Tcp = 6;
    private const int LargestSegment = 2;
    private const int AtOnce = 100;

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true,
        ReceiveBufferSize = 4096 };

    private SlowReader()
    {
        // As over a network: between two ends of one machine segments are so large that a whole answer lies in the buffers.
        if (OperatingSystem.IsLinux()) socket.SetRawSocketOption(Tcp, LargestSegment, BitConverter.GetBytes(1400));
    }

    /// <summary>So many of them, a hundred at a time: more would only wait for one another to be let in.</summary>
    public static async Task<List<SlowReader>> Ask(int count, Uri server, string path, string headers)
    {
        var readers = new List<SlowReader>();
        while (readers.Count < count)
        {
            var next = Enumerable.Range(0, Math.Min(AtOnce, count - readers.Count)).Select(_ => new SlowReader()).ToList();
            readers.AddRange(next);
            await Task.WhenAll(next.Select(r => r.Ask(server, path, headers)));
        }

        return readers;
    }

    /// <summary>True once the server has begun to answer.</summary>
    public bool IsAnswered => socket.Available > 0;

    /// <summary>Reads on after all: how many bytes there were, up to the end or to so many.</summary>
    public async Task<int> ReadOn(int most)
    {
        var (buffer, read) = (new byte[64 * 1024], 0);
        try
        {
            while (read < most && await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken) is var more
                and > 0) read += more;
        }
        catch (SocketException)
        {
            // The server has hung up.
        }

        return read;
    }

    public void Dispose() => socket.Dispose();

    private async Task Ask(Uri server, string path, string headers)
    {
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {server.Authority}\r\n{headers}\r\n"),
            TestContext.Current.CancellationToken);
    }
}
