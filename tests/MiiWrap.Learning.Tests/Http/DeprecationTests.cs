using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>An operation that will end says so in each of its answers, and ends on its day.</summary>
[StandingClock]
public sealed class DeprecationTests
{
    private static readonly DateTimeOffset Since = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Sunset = new(2029, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task It_tells_its_end_and_still_answers()
    {
        await using var program = await Program();
        var answer = (await program.GetTestClient().Read("/v1/old")).Ok();
        Assert.Equal("@1798761600", answer.Headers["Deprecation"]);
        Assert.Equal("Mon, 01 Jan 2029 00:00:00 GMT", answer.Headers["Sunset"]);
        Assert.Equal("</v1/changes>; rel=\"deprecation\"", answer.Headers["Link"]);
    }

    [Fact]
    public async Task A_page_of_a_list_keeps_the_link_to_the_next()
    {
        await using var program = await Program();
        Assert.Equal("</v1/list?cursor=2>; rel=\"next\", </v1/changes>; rel=\"deprecation\"",
            (await program.GetTestClient().Read("/v1/list")).Ok().Headers["Link"]);
    }

    [Fact]
    public async Task From_its_day_on_it_is_gone_and_says_where_to_look()
    {
        await using var program = await Program();
        FlowingClock.Set(Sunset - TimeSpan.FromSeconds(1));
        (await program.GetTestClient().Read("/v1/old")).Ok();
        FlowingClock.Set(Sunset);
        var gone = (await program.GetTestClient().Read("/v1/old")).Expect(HttpStatusCode.Gone, "operation.removed");
        Assert.Equal("Mon, 01 Jan 2029 00:00:00 GMT", gone.Headers["Sunset"]);
        Assert.Contains("/v1/changes", (string)gone["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_deprecated_says_nothing_of_it()
    {
        await using var program = await Program();
        Assert.DoesNotContain("Deprecation", (await program.GetTestClient().Read("/v1/new")).Ok().Headers.Keys);
    }

    [Fact]
    public void Nothing_ends_before_it_is_deprecated() =>
        Assert.Throws<ArgumentException>(() => new Deprecation(Sunset, Since));

    /// <summary>No operation is deprecated yet, so a small program has one.</summary>
    private static async Task<WebApplication> Program()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer(o => o.PreserveExecutionContext = true);
        builder.Services.AddSingleton<TimeProvider, FlowingClock>()
            .AddProblemDetails(o => o.CustomizeProblemDetails = Problems.Complete).AddExceptionHandler<Problems>();
        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseRouting();
        app.UseDeprecations();
        app.MapGet("/v1/old", () => "old").Deprecated(Since, Sunset);
        app.MapGet("/v1/list", (HttpContext http) =>
        {
            http.Response.Headers.Link = "</v1/list?cursor=2>; rel=\"next\"";
            return "list";
        }).Deprecated(Since, Sunset);
        app.MapGet("/v1/new", () => "new");
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
