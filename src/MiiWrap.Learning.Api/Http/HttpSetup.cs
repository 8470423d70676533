using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Http.OpenApi;

namespace MiiWrap.Learning.Api.Http;

internal static class HttpSetup
{
    /// <summary>What every request passes through, in this order.</summary>
    public static void UseHttp(this WebApplication app)
    {
        var all = app.Services.GetRequiredService<Settings>();
        var settings = all.Requests;
        app.UseRequestIds();
        app.UseRequestLog();
        app.UseContractVersion();
        app.UseProxies(settings);
        app.UseSecurityHeaders();
        app.UseHead();
        ShutdownSafeRequestBody.Use(app);
        Problems.UseCurrentTags(app);
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseBounds(settings);
        app.UseOrigins(settings);
        app.UseOpenApiDocument();
        app.UseRouting();
        app.UseDeprecations();
        app.UseAcceptPatch();
        app.UseTimeLimit();
        app.UseAuthorizationServerBounds();
        app.UseAuthentication();
        app.UseCaller();
        app.UseRateLimits();
        app.UseWebFiles(all);
        app.UseRefusals();
        app.UseScopes();
        app.UseSecondFactor();
        // A wrong method or media type is answered by routing itself, with an endpoint that allows nobody: such a refusal is no secret.
        app.Use(async (context, next) =>
        {
            if (context.GetEndpoint() is not ({ RequestDelegate: { } refusal } and not RouteEndpoint))
            {
                await next(context);
                return;
            }

            await refusal(context);
            context.Response.AllowHead();
        });
        app.UseKnownEncodings();
        app.UseKnownCharsets();
        app.UseAuthorization();
        app.UseKnownQueryParameters();
        app.UseMergePatch();
        app.UseIdempotency();
    }

    /// <summary>live: the process answers. ready: every part of the node does its work, or which one does not.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous().DisableRateLimiting();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = Readiness.Write }).AllowAnonymous()
            .DisableRateLimiting();
    }
}
