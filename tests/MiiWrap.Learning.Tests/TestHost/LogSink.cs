using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MiiWrap.Learning.Api.Access;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>Keeps every log line of the run, at every level, so that tests can ask what never may be in one.</summary>
public sealed class LogSink : ILoggerProvider
{
    private readonly ConcurrentQueue<Entry> security = new();

    /// <summary>A line of the security log with its parts.</summary>
    public sealed record Entry(LogLevel Level, EventId Id, string Text, IReadOnlyDictionary<string, object?> Values);

    public ConcurrentQueue<string> Lines { get; } = new();

    public IReadOnlyList<Entry> Security() => [.. security];

    public ILogger CreateLogger(string categoryName) => new Logger(Lines, categoryName == SecurityLog.Category ? security : null);

    public void Dispose() => Lines.Clear();

    private sealed class Logger(ConcurrentQueue<string> lines, ConcurrentQueue<Entry>? security) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
            if (security is not null && state is IReadOnlyList<KeyValuePair<string, object?>> values)
                security.Enqueue(new(logLevel, eventId, formatter(state, exception), values.ToDictionary(v => v.Key, v => v.Value)));
        }
    }
}
