using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>One span as it was exported.</summary>
public sealed record OtlpSpan(
    string TraceId, string SpanId, string ParentId, string Name, IReadOnlyDictionary<string, string> Tags, IReadOnlyList<string> Links);

/// <summary>A collector's side of OTLP (HTTP with protobuf): keeps every byte, and reads spans and names of metrics out of them.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> bodies = new();

    private OtlpReceiver(WebApplication server) => this.server = server;

    public string Url { get; private set; } = "";

    /// <summary>All that was exported, byte by byte.</summary>
    public string Everything => string.Concat(bodies.Select(b => Encoding.Latin1.GetString(b.Body)));

    // ExportTraceServiceRequest, ResourceSpans, ScopeSpans, Span.
    public IReadOnlyList<OtlpSpan> Spans => [.. BodiesOf("/v1/traces")
        .SelectMany(body => new ProtoMessage(body).Messages(1)).SelectMany(resource => resource.Messages(2))
        .SelectMany(scope => scope.Messages(2)).Select(span => new OtlpSpan(
            Hex(span.Bytes(1)), Hex(span.Bytes(2)), Hex(span.Bytes(4)), span.Text(5),
            span.Messages(9).ToDictionary(a => a.Text(1), a => a.Messages(2).Single().ToString()),
            [.. span.Messages(13).Select(link => Hex(link.Bytes(1)))]))];

    // ExportMetricsServiceRequest, ResourceMetrics, ScopeMetrics, Metric.
    public IReadOnlySet<string> Metrics => BodiesOf("/v1/metrics")
        .SelectMany(body => new ProtoMessage(body).Messages(1)).SelectMany(resource => resource.Messages(2))
        .SelectMany(scope => scope.Messages(2)).Select(metric => metric.Text(1)).ToHashSet();

    public static async Task<OtlpReceiver> Start()
    {
        var receiver = new OtlpReceiver(LoopbackServer.Build());
        receiver.server.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            receiver.bodies.Enqueue((context.Request.Path.Value!, body.ToArray()));
        });
        receiver.Url = await receiver.server.Start();
        return receiver;
    }

    public async ValueTask DisposeAsync() => await server.DisposeAsync();

    private IEnumerable<byte[]> BodiesOf(string path) => bodies.Where(b => b.Path == path).Select(b => b.Body);

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    /// <summary>As much of protobuf's wire format as it takes to walk through a message.</summary>
    private readonly struct ProtoMessage(ReadOnlyMemory<byte> message)
    {
        public IEnumerable<ProtoMessage> Messages(int field) => All(field).Select(bytes => new ProtoMessage(bytes));

        public ReadOnlyMemory<byte> Bytes(int field) => All(field).FirstOrDefault();

        public string Text(int field) => Encoding.UTF8.GetString(Bytes(field).Span);

        /// <summary>Of an AnyValue its text; of a number that there is one.</summary>
        public override string ToString() => Text(1) is { Length: > 0 } text ? text : "(a value)";

        private List<ReadOnlyMemory<byte>> All(int field)
        {
            var (found, at) = (new List<ReadOnlyMemory<byte>>(), 0);
            while (at < message.Length)
            {
                var key = Number(ref at);
                var length = (key & 7) switch
                {
                    0 => Skip(ref at),
                    1 => 8,
                    2 => (int)Number(ref at),
                    5 => 4,
                    var other => throw new FormatException($"Wire type {other} is none of OTLP's."),
                };
                if ((key & 7) == 2 && key >> 3 == (ulong)field) found.Add(message.Slice(at, length));
                at += length;
            }

            return found;
        }

        private int Skip(ref int at)
        {
            Number(ref at);
            return 0;
        }

        private ulong Number(ref int at)
        {
            var (number, shift) = (0UL, 0);
            while (true)
            {
                var next = message.Span[at++];
                number |= (ulong)(next & 127) << shift;
                if (next < 128) return number;
                shift += 7;
            }
        }
    }
}
