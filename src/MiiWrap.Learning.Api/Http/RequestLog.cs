using Microsoft.AspNetCore.Diagnostics;
using MiiWrap.Learning.Api.Access;

namespace MiiWrap.Learning.Api.Http;

/// <summary>
/// The access log: one line a request with its route's template, never the path, which may hold a token, nor a query or a body.
/// </summary>
internal static partial class RequestLog
{
    public const string Category = "MiiWrap.Learning.Requests";

    // What the framework and OpenTelemetry call a method that is none.
    private const string OtherMethod = "_OTHER";
    private const string None = "none";

    private static readonly HashSet<string> Methods =
        new(StringComparer.Ordinal) { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT" };

    public static void UseRequestLog(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(Category);
        var clock = app.Services.GetRequiredService<TimeProvider>();
        app.Use(async (context, next) =>
        {
            var level = context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal) ? LogLevel.Debug : LogLevel.Information;
            if (!log.IsEnabled(level))
            {
                await next(context);
                return;
            }

            // A host that stops may be gone when a stream ends.
            var caller = context.RequestServices.GetRequiredService<Caller>();
            var begun = clock.GetTimestamp();
            try
            {
                await next(context);
            }
            finally
            {
                Write(log, level, MethodOf(context), RouteOf(context), context.Response.StatusCode,
                    (long)clock.GetElapsedTime(begun).TotalMilliseconds, CallerOf(caller), RequestIds.TraceOf(context));
            }
        });
    }

    private static string MethodOf(HttpContext context) =>
        Methods.Contains(context.Request.Method) ? context.Request.Method : OtherMethod;

    // The exception handler takes the endpoint away.
    private static string RouteOf(HttpContext context) =>
        ((context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint()) as RouteEndpoint)?.RoutePattern.RawText
        ?? None;

    private static string CallerOf(Caller caller) => caller.PersonId is var id && id != Guid.Empty ? id.ToString() : None;

    [LoggerMessage(EventId = 2000, EventName = "Request",
        Message = "{Method} {Route} answered {StatusCode} in {Milliseconds} ms, caller {Caller}, trace {TraceId}")]
    private static partial void Write(
        ILogger log, LogLevel level, string method, string route, int statusCode, long milliseconds, string caller, string traceId);
}
