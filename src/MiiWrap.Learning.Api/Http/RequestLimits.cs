using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Mvc;
using MiiWrap.Learning.Api.Configuration;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Request limits and timeouts.</summary>
internal static class RequestLimits
{
    /// <summary>For routes that take or give much over slow lines.</summary>
    private const int LongMilliseconds = 5 * 60 * 1000;

    public static IServiceCollection AddRequestLimits(this IServiceCollection services, RequestSettings settings)
    {
        services.Configure<HostOptions>(o => o.ShutdownTimeout = settings.ShutdownTime);
        return services.AddRequestTimeouts(o => o.DefaultPolicy = new()
        {
            Timeout = settings.RequestTime,
            TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
            WriteTimeoutResponse = TellTimeout,
        });
    }

    public static void UseBounds(this WebApplication app, RequestSettings settings) => app.Use((context, next) =>
    {
        if (context.Request.QueryString.Value?.Length <= settings.QueryLength) return next(context);
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
    public static RouteHandlerBuilder TakesLong(this RouteHandlerBuilder route) =>
        route.WithMetadata(new RequestTimeoutAttribute(LongMilliseconds));

    private static Task TellTimeout(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "5";
        return context.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(new()
        {
            HttpContext = context,
            ProblemDetails = new ProblemDetails
            {
                Status = StatusCodes.Status503ServiceUnavailable,
                Detail = "This took longer than the server allows and was stopped; nothing was changed. Try again later.",
                Extensions = { ["code"] = "request.timeout" },
            },
        }).AsTask();
    }
}
