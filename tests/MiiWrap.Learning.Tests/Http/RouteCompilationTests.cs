using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>To compile the routes' delegates is much of a start: it is done there, once, and by no request again.</summary>
public sealed class RouteCompilationTests(LearningApp app)
{
    [Fact]
    public async Task A_request_is_served_by_what_was_compiled_at_the_start()
    {
        var served = await app.Server.SendAsync(c => c.Request.Path = "/v1/me", TestContext.Current.CancellationToken);
        Assert.Contains(served.GetEndpoint(), app.Services.GetRequiredService<EndpointDataSource>().Endpoints);
    }
}
