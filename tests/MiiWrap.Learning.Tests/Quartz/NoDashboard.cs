using System.Net;
using MiiWrap.Learning.Tests.App;

namespace MiiWrap.Learning.Tests.Quartz;

/// <summary>The embedded stack has no jobs dashboard, for nobody.</summary>
public sealed class NoDashboard(LearningApp app)
{
    [Theory]
    [InlineData("/jobs")]
    [InlineData("/jobs/sign-in")]
    [InlineData("/jobs/recurring")]
    public async Task Its_pages_are_not_found(string page)
    {
        TestClock.Set(TestClock.Monday);
        (await Session.Anonymous(app).Read(page)).Expect(HttpStatusCode.NotFound);
        (await (await app.Admin()).Http.Read(page)).Expect(HttpStatusCode.NotFound);
    }
}
