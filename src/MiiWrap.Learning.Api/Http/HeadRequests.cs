using Microsoft.AspNetCore.Http.Features;
using MiiWrap.Learning.Api.Access;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Answers HEAD by what answers GET, and leaves the body out (RFC 9110, 9.3.2).</summary>
internal static class HeadRequests
{
    public static void UseHead(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }

        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Request.Method = HttpMethods.Get;
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null, body));
        context.RequestServices.GetRequiredService<Caller>().IsShownContent = false;
        try
        {
            await next(context);
        }
        finally
        {
            context.Features.Set(body);
            context.Request.Method = HttpMethods.Head;
        }
    });

    /// <summary>A resource that can be read can be asked for its headers too, and a refusal of another method says so.</summary>
    public static void AllowHead(this HttpResponse response)
    {
        var allowed = response.Headers.GetCommaSeparatedValues("Allow");
        if (allowed.Contains(HttpMethods.Get) && !allowed.Contains(HttpMethods.Head))
            response.Headers.Allow = string.Join(", ", [.. allowed, HttpMethods.Head]);
    }
}
