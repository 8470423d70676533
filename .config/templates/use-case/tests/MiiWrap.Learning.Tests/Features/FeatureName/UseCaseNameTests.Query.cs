using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.FeatureName;

/// <summary>Replace this by what is read, in one sentence.</summary>
[StandingClock]
public sealed class UseCaseNameTests(LearningApp app)
{
    [Fact]
    public async Task A_lead_reads_it_and_a_stranger_does_not()
    {
        var cohort = await app.Cohort();
        var read = (await cohort.Lead.Http.Read($"{cohort.Path}/replace-me")).Ok();
        Assert.Equal(cohort.Id, (Guid)read["cohortId"]!);
        (await (await app.Person()).Http.Read($"{cohort.Path}/replace-me")).Expect(HttpStatusCode.NotFound, "cohort.notFound");
    }
}
