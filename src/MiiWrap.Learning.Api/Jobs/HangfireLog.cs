using Hangfire.Logging;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>
/// Hangfire's log lines, in the log of the host that is running. Hangfire keeps one provider and its loggers for the life of the process,
/// so a logger asks for the present host's factory each time: a host that has been disposed of is never asked again.
/// </summary>
internal sealed class HangfireLog : ILogProvider
{
    private static ILoggerFactory? present;

    public HangfireLog(ILoggerFactory factory, IHostApplicationLifetime lifetime)
    {
        present = factory;
        lifetime.ApplicationStopped.Register(() => Interlocked.CompareExchange(ref present, null, factory));
    }

    public ILog GetLogger(string name) => new Logger(name);

    private sealed class Logger(string name) : ILog
    {
        public bool Log(Hangfire.Logging.LogLevel logLevel, Func<string>? messageFunc, Exception? exception = null)
        {
            try
            {
                if (present?.CreateLogger(name) is not { } log || !log.IsEnabled(LevelOf(logLevel))) return false;
                if (messageFunc is not null) log.Log(LevelOf(logLevel), exception, "{Message}", messageFunc());
                return true;
            }
            catch (ObjectDisposedException)
            {
                // Its host ended between the two.
                return false;
            }
        }

        private static Microsoft.Extensions.Logging.LogLevel LevelOf(Hangfire.Logging.LogLevel level) => level switch
        {
            Hangfire.Logging.LogLevel.Trace => Microsoft.Extensions.Logging.LogLevel.Trace,
            Hangfire.Logging.LogLevel.Debug => Microsoft.Extensions.Logging.LogLevel.Debug,
            Hangfire.Logging.LogLevel.Info => Microsoft.Extensions.Logging.LogLevel.Information,
            Hangfire.Logging.LogLevel.Warn => Microsoft.Extensions.Logging.LogLevel.Warning,
            Hangfire.Logging.LogLevel.Error => Microsoft.Extensions.Logging.LogLevel.Error,
            _ => Microsoft.Extensions.Logging.LogLevel.Critical,
        };
    }
}
