using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Mvc;
using MiiWrap.Learning.Api.Hosting;

namespace MiiWrap.Learning.Api.Http;

/// <summary>What a request meets before any route: proxies that are believed, pages of other origins, bounds and time.</summary>
internal static class Edge
{
    // As long as browsers keep a preflight's answer at most.
    private static readonly TimeSpan PreflightKept = TimeSpan.FromHours(2);

    /// <summary>For routes that take or give much over slow lines.</summary>
    private const int LongMilliseconds = 5 * 60 * 1000;

    private static readonly string[] ReadableHeaders = ["ETag", "Location", "Link", "Retry-After", "RateLimit", "RateLimit-Policy", "Idempotency-Replayed", "WWW-Authenticate", "Content-Disposition"];

    public static IServiceCollection AddEdge(this IServiceCollection services, EdgeSettings edge)
    {
        services.Configure<HostOptions>(o => o.ShutdownTimeout = edge.ShutdownTime);
        services.Configure<ForwardedHeadersOptions>(o =>
        {
            // Not the host: links are made of Public:BaseUrl.
            o.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            o.ForwardLimit = edge.ProxyHops;
            o.KnownProxies.Clear();
            o.KnownIPNetworks.Clear();
            foreach (var network in edge.Proxies) o.KnownIPNetworks.Add(network);
        });
        services.AddCors(o => o.AddDefaultPolicy(p => p.WithOrigins([.. edge.Origins]).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders(ReadableHeaders).SetPreflightMaxAge(PreflightKept)));
        services.AddRequestTimeouts(o => o.DefaultPolicy = new() { Timeout = edge.RequestTime, TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable, WriteTimeoutResponse = TellTimeout });
        return services;
    }

    public static void UseProxies(this WebApplication app, EdgeSettings edge)
    {
        if (edge.Proxies.Count > 0) app.UseForwardedHeaders();
    }

    /// <summary>Pages of other origins read the API and its document; tokens go in a header, so no credentials of the browser are needed.</summary>
    public static void UseOrigins(this WebApplication app, EdgeSettings edge)
    {
        if (edge.Origins.Count == 0) return;
        app.UseWhen(
            c => c.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal) || c.Request.Path.StartsWithSegments("/openapi", StringComparison.Ordinal),
            api => api.UseCors());
    }

    public static void UseBounds(this WebApplication app, EdgeSettings edge) => app.Use((context, next) =>
    {
        if (context.Request.QueryString.Value?.Length <= edge.QueryLength) return next(context);
        context.Response.StatusCode = StatusCodes.Status414UriTooLong;
        return Task.CompletedTask;
    });

    /// <summary>Ends what takes too long; nothing of it is kept, so it can be asked again.</summary>
    public static void UseTimeLimit(this WebApplication app)
    {
        app.UseRequestTimeouts();
        // A database may tell of being stopped in an exception of its own.
        app.Use(async (context, next) =>
        {
            var ended = context.RequestAborted;
            try
            {
                await next(context);
            }
            catch (Exception e) when (e is not OperationCanceledException && ended.IsCancellationRequested)
            {
                throw new OperationCanceledException("The request was stopped.", e, ended);
            }
        });
    }

    /// <summary>Gives a route that takes or gives much five minutes.</summary>
    public static RouteHandlerBuilder TakesLong(this RouteHandlerBuilder route) => route.WithMetadata(new RequestTimeoutAttribute(LongMilliseconds));

    private static Task TellTimeout(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "5";
        return context.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(new()
        {
            HttpContext = context,
            ProblemDetails = new ProblemDetails
            {
                Status = StatusCodes.Status503ServiceUnavailable,
                Title = "Took too long",
                Detail = "This took longer than the server allows and was stopped; nothing was changed. Try again later.",
                Extensions = { ["code"] = "request.timeout" },
            },
        }).AsTask();
    }
}
