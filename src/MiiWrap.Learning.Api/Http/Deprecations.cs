using System.Globalization;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Http;

/// <summary>An operation that will end: since when it is deprecated (RFC 9745), and from when on it is not answered (RFC 8594).</summary>
internal sealed record Deprecation
{
    public Deprecation(DateTimeOffset since, DateTimeOffset sunset)
    {
        if (sunset < since) throw new ArgumentException("No operation ends before it is deprecated (RFC 9745, 4).", nameof(sunset));
        (Since, Sunset) = (since, sunset);
    }

    public DateTimeOffset Since { get; }

    public DateTimeOffset Sunset { get; }
}

/// <summary>Tells callers of deprecated operations in every answer that they end, and ends them.</summary>
internal static class Deprecations
{
    public const string Changes = "/v1/changes";

    /// <summary>Announces the end of an operation; <c>CHANGES.md</c> says what takes its place.</summary>
    public static RouteHandlerBuilder Deprecated(this RouteHandlerBuilder route, DateTimeOffset since, DateTimeOffset sunset) =>
        route.WithMetadata(new Deprecation(since, sunset)).ProducesProblem(410).Codes(OperationRemovedException.Code);

    public static void UseDeprecations(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Deprecation>() is not { } deprecation) return next(context);
        // Said as the answer starts, since an error drops the headers set before it.
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers["Deprecation"] = string.Create(CultureInfo.InvariantCulture, $"@{deprecation.Since.ToUnixTimeSeconds()}");
            headers["Sunset"] = deprecation.Sunset.ToString("R", CultureInfo.InvariantCulture);
            headers.Append("Link", $"<{context.Request.PathBase}{Changes}>; rel=\"deprecation\"");
            return Task.CompletedTask;
        });
        return context.RequestServices.GetRequiredService<TimeProvider>().UtcNow() < deprecation.Sunset.UtcDateTime
            ? next(context)
            : throw new OperationRemovedException();
    });
}

/// <summary>The operation was announced to end, and has ended.</summary>
internal sealed class OperationRemovedException()
    : Exception($"This operation has ended; {Deprecations.Changes} says what takes its place.")
{
    public const string Code = "operation.removed";
}
