using MiiWrap.Learning.Api.Configuration;

namespace MiiWrap.Learning.Api.Http;

/// <summary>CORS for the API and its document; tokens go in a header, so no credentials of the browser are needed.</summary>
internal static class CorsSetup
{
    // As long as browsers keep a preflight's answer at most.
    private static readonly TimeSpan PreflightKept = TimeSpan.FromHours(2);

    private static readonly PathString[] Prefixes =
        ["/v1", "/openapi", "/.well-known", "/connect/token", "/connect/revoke", "/connect/jwks"];

    private static readonly string[] ReadableHeaders =
        ["ETag", "Location", "Link", "Retry-After", "RateLimit", "RateLimit-Policy", "Idempotency-Replayed", "WWW-Authenticate",
        "Content-Disposition", RequestIds.Header, ContractVersions.Header, "Deprecation", "Sunset"];

    public static IServiceCollection AddOrigins(this IServiceCollection services, RequestSettings settings) =>
        services.AddCors(o => o.AddDefaultPolicy(p =>
            p.WithOrigins([.. settings.Origins]).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders(ReadableHeaders)
                .SetPreflightMaxAge(PreflightKept)));

    public static void UseOrigins(this WebApplication app, RequestSettings settings)
    {
        if (settings.Origins.Count == 0) return;
        app.UseWhen(
            c => Prefixes.Any(p => c.Request.Path.StartsWithSegments(p, StringComparison.Ordinal)),
            api => api.UseCors());
    }
}
