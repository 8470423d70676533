using System.Diagnostics;
using System.Net;

namespace MiiWrap.Learning.Benchmarks;

/// <summary>Makes the next request of one connection; null when there is nothing left to ask.</summary>
internal delegate HttpRequestMessage? Requests(int connection);

/// <summary>What one round of load showed.</summary>
internal sealed record Round(int Count, TimeSpan Elapsed, Usage Used, long Bytes, double[] Milliseconds)
{
    public double PerSecond => Count / Elapsed.TotalSeconds;

    public double PerCpuSecond => Count / Used.Cpu.TotalSeconds;

    public double CpuMicroseconds => Used.Cpu.TotalMicroseconds / Count;

    public double AllocatedBytes => (double)Used.Allocated / Count;

    public double BytesEach => (double)Bytes / Count;
}

/// <summary>Drives a server over keep-alive connections, each with one request at a time.</summary>
internal static class Load
{
    public static async Task<Round> Run(Server server, int connections, TimeSpan time, HttpStatusCode expected, Requests requests)
    {
        var before = await server.Read();
        var begun = Stopwatch.GetTimestamp();
        var results = await Task.WhenAll(Enumerable.Range(0, connections)
            .Select(c => Task.Run(() => Connection(server.Client, c, begun, time, expected, requests))));
        var elapsed = Stopwatch.GetElapsedTime(begun);
        var used = await server.Read() - before;
        var milliseconds = results.SelectMany(r => r.Milliseconds).Order().ToArray();
        if (milliseconds.Length == 0) throw new InvalidOperationException("There was nothing to ask.");
        return new(milliseconds.Length, elapsed, used, results.Sum(r => r.Bytes), milliseconds);
    }

    private static async Task<(List<double> Milliseconds, long Bytes)> Connection(
        HttpMessageInvoker client, int connection, long begun, TimeSpan time, HttpStatusCode expected, Requests requests)
    {
        var milliseconds = new List<double>(16 * 1024);
        var bytes = 0L;
        var buffer = new byte[64 * 1024];
        while (Stopwatch.GetElapsedTime(begun) < time && requests(connection) is { } request)
        {
            using (request)
            {
                var sent = Stopwatch.GetTimestamp();
                using var answer = await client.SendAsync(request, CancellationToken.None);
                // A benchmark of wrong answers would be worth nothing.
                if (answer.StatusCode != expected)
                    throw new InvalidOperationException(
                        $"{request.Method} {request.RequestUri}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
                await using var body = await answer.Content.ReadAsStreamAsync();
                int read;
                while ((read = await body.ReadAsync(buffer)) > 0) bytes += read;
                milliseconds.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }
        }

        return (milliseconds, bytes);
    }
}

internal static class Statistics
{
    public static double Median(this IEnumerable<double> values) => values.Order().ToArray().Percentile(50);

    /// <summary>A percentile of values in ascending order.</summary>
    public static double Percentile(this double[] ordered, double percent) =>
        ordered[Math.Min(ordered.Length - 1, (int)(ordered.Length * percent / 100))];
}
