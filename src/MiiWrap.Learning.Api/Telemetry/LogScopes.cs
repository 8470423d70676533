using System.Collections;
using System.Diagnostics;

namespace MiiWrap.Learning.Api.Telemetry;

/// <summary>
/// The scopes of log lines: the ids of the present trace, and what the code opens. The web server's own are left out: that of a request
/// holds the raw path, and with it the tokens of links; that of a connection says nothing that the trace does not.
/// </summary>
internal sealed class LogScopes : IExternalScopeProvider
{
    private static readonly HashSet<string> OfTheServer = new(StringComparer.Ordinal) { "RequestPath", "ConnectionId" };

    private readonly LoggerExternalScopeProvider inner = new();

    public void ForEachScope<TState>(Action<object?, TState> callback, TState state)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity) callback(new TraceScope(activity), state);
        inner.ForEachScope(callback, state);
    }

    public IDisposable Push(object? state) =>
        state is IEnumerable<KeyValuePair<string, object?>> values && values.Any(v => OfTheServer.Contains(v.Key))
            ? NoScope.Instance
            : inner.Push(state);

    private sealed class TraceScope(Activity activity) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        private readonly KeyValuePair<string, object?>[] values =
            [new("TraceId", activity.TraceId.ToHexString()), new("SpanId", activity.SpanId.ToHexString())];

        public int Count => values.Length;

        public KeyValuePair<string, object?> this[int index] => values[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => values.AsEnumerable().GetEnumerator();

        public override string ToString() => $"TraceId:{values[0].Value}, SpanId:{values[1].Value}";

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class NoScope : IDisposable
    {
        public static readonly NoScope Instance = new();

        public void Dispose()
        {
        }
    }
}
