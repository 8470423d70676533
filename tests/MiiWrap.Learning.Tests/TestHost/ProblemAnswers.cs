using System.Collections.Concurrent;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>Sees every problem that any test is answered, and keeps those whose code or status the operation does not list.</summary>
internal sealed class ProblemAnswers
{
    private readonly ConcurrentDictionary<string, byte> faults = new();

    public IEnumerable<string> Faults => faults.Keys.Order(StringComparer.Ordinal);

    /// <summary>Puts itself between the program and whatever writes problem documents.</summary>
    public void Watch(IServiceCollection services)
    {
        var writing = services.Last(s => s.ServiceType == typeof(IProblemDetailsService));
        services.Remove(writing);
        services.AddSingleton<IProblemDetailsService>(sp =>
            new Watched((IProblemDetailsService)ActivatorUtilities.CreateInstance(sp, writing.ImplementationType!), this));
    }

    private void Hear(HttpContext http, string? code, int status)
    {
        var endpoint = http.GetEndpoint() ?? http.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        if (code is null || ProblemCodes.Find(code) is not { } known) faults.TryAdd($"{code} is not in problem-codes.yml.", 0);
        else if (!known.Statuses.Contains(status)) faults.TryAdd($"{code} was given with status {status}.", 0);
        if (endpoint is RouteEndpoint route && IsOperation(route) && !Listed(http, route).Contains(code ?? ""))
            faults.TryAdd($"{route.DisplayName} does not list {code}.", 0);
    }

    private static bool IsOperation(RouteEndpoint route) =>
        route.Metadata.GetMetadata<DescribedBy>() is not null
        || route.RoutePattern.RawText?.StartsWith("/v1/", StringComparison.Ordinal) == true;

    /// <summary>A second kind of body is another endpoint of the same operation.</summary>
    private static IEnumerable<string> Listed(HttpContext http, RouteEndpoint route) =>
        http.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText == route.RoutePattern.RawText).SelectMany(OperationProblems.Of);

    private sealed class Watched(IProblemDetailsService writing, ProblemAnswers answers) : IProblemDetailsService
    {
        public async ValueTask WriteAsync(ProblemDetailsContext context)
        {
            await writing.WriteAsync(context);
            Hear(context);
        }

        public async ValueTask<bool> TryWriteAsync(ProblemDetailsContext context)
        {
            var isWritten = await writing.TryWriteAsync(context);
            if (isWritten) Hear(context);
            return isWritten;
        }

        private void Hear(ProblemDetailsContext context) => answers.Hear(
            context.HttpContext, context.ProblemDetails.Extensions["code"] as string, context.ProblemDetails.Status ?? 0);
    }
}
