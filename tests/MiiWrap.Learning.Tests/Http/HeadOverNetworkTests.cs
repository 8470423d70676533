using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>On one connection, an answer to HEAD ends where its headers end: the next answer is read right.</summary>
[StandingClock(YearsLater = true)]
public sealed class HeadOverNetworkTests(NetworkApp app) : IClassFixture<NetworkApp>
{
    [Theory]
    [InlineData("/v1/cohorts", "application/json")]
    [InlineData("/v1/events", "text/event-stream")]
    [InlineData("/openapi/v1.json", "*/*")]
    [InlineData("/v1/nothing-here", "*/*")]
    [InlineData("/v1/curricula/miiwrap-coaching-cohort/versions/1/export", "*/*")]
    public async Task The_next_request_on_the_connection_is_answered(string path, string accept)
    {
        var admin = await app.Admin();
        for (var i = 0; i < 3; i++)
        {
            Assert.Empty((await admin.Http.Head(path, ("Accept", accept))).Body);
            (await admin.Http.Read("/v1/me")).Ok();
        }
    }
}
