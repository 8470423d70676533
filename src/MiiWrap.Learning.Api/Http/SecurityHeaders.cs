using MiiWrap.Learning.Api.Configuration;

namespace MiiWrap.Learning.Api.Http;

/// <summary>What every answer tells a browser, unless a route has said more.</summary>
internal static class SecurityHeaders
{
    public static void UseSecurityHeaders(this WebApplication app)
    {
        // Whoever ends TLS before this program speaks plainly to it; the address in its links says that people come by TLS.
        var isPublicByTls = app.Services.GetRequiredService<Settings>().PublicBaseUrl.Scheme == Uri.UriSchemeHttps;
        var isProduction = app.Environment.IsProduction();
        app.Use((context, next) =>
        {
            // Said as the answer starts, since an error drops the headers set before it.
            context.Response.OnStarting(() =>
            {
                var headers = context.Response.Headers;
                headers.XContentTypeOptions = "nosniff";
                if (headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy = "frame-ancestors 'none'";
                // What has a tag says for itself how it is kept; all else is about people, or changes at any time.
                if (headers.CacheControl.Count == 0 && context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase))
                    headers.CacheControl = "no-store";
                if (isProduction && (isPublicByTls || context.Request.IsHttps)) headers.StrictTransportSecurity = "max-age=31536000";
                return Task.CompletedTask;
            });
            return next(context);
        });
    }
}
