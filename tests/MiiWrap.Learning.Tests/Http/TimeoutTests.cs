using System.Net;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>What takes too long is stopped with an answer.</summary>
public sealed class TimeoutTests(TimeoutTests.App app) : IClassFixture<TimeoutTests.App>
{
    [Fact]
    public async Task A_request_that_takes_too_long_is_stopped_and_changes_nothing()
    {
        var admin = await app.Admin();
        await Answered(() => admin.Http.Read("/v1/me"), HttpStatusCode.OK);
        var name = $"Agency {Guid.NewGuid():N}";
        await using (var scope = app.Services.CreateAsyncScope())
        {
            // Whoever wants to write waits for this.
            var db = scope.ServiceProvider.GetRequiredService<LearningDb>();
            await using var writing = await db.BeginWriteAsync(TestContext.Current.CancellationToken);
            var answers = await Task.WhenAll(new[] { "a-key-of-this-test", null }.Select(key =>
                admin.Http.Post("/v1/agencies", new { name }, key is null ? [] : [("Idempotency-Key", key)])));
            foreach (var answer in answers)
            {
                answer.Expect(HttpStatusCode.ServiceUnavailable, "request.timeout");
                Assert.Equal("5", answer.Headers["Retry-After"]);
                Assert.Contains("caller", answer.Headers["RateLimit"], StringComparison.Ordinal);
            }

            await Answered(() => admin.Http.Read("/v1/me"), HttpStatusCode.OK);
        }

        Assert.False(await app.InDb(db => Task.FromResult(db.Agencies.Any(a => a.Name == name))));
        await Answered(
            () => admin.Http.Post("/v1/agencies", new { name }, ("Idempotency-Key", "a-key-of-this-test")), HttpStatusCode.Created);
    }

    /// <summary>On a busy machine a request that waits for nobody may take too long as well; then it is sent again.</summary>
    private static Task Answered(Func<Task<Answer>> ask, HttpStatusCode status) =>
        Polling.Until(async () => await ask() is var answer && answer.Status != HttpStatusCode.ServiceUnavailable
            && answer.Expect(status) is not null);

    /// <summary>A host that gives a request a few seconds: far more than any takes that waits for nobody.</summary>
    public sealed class App : LearningApp
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["Limits:RequestSeconds"] = "4" };
    }
}
