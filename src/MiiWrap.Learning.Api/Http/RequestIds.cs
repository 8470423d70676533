using Microsoft.AspNetCore.Http.Features;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Tells the trace id of every request in <c>Request-Id</c>, so that whoever asks for help can name it.</summary>
internal static class RequestIds
{
    public const string Header = "Request-Id";

    /// <summary>The id of the request's own activity: what is begun within it has others.</summary>
    public static string Of(HttpContext context) =>
        context.Features.Get<IHttpActivityFeature>()?.Activity.Id ?? context.TraceIdentifier;

    /// <summary>The part of it that names the trace, which log lines and exported spans have too.</summary>
    public static string TraceOf(HttpContext context) =>
        context.Features.Get<IHttpActivityFeature>()?.Activity.TraceId.ToHexString() ?? context.TraceIdentifier;

    public static void UseRequestIds(this WebApplication app) => app.Use((context, next) =>
    {
        // Said as the answer starts, since an error drops the headers set before it.
        context.Response.OnStarting(static state =>
        {
            var http = (HttpContext)state;
            http.Response.Headers[Header] = Of(http);
            return Task.CompletedTask;
        }, context);
        return next(context);
    });
}
