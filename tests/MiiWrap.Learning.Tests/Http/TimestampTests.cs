using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>
/// A moment that does not say which offset it is told in would be read in the zone of whatever machine the server runs on.
/// </summary>
[StandingClock(YearsLater = true)]
public sealed class TimestampTests(LearningApp app)
{
    [Theory]
    [InlineData("2034-01-30T15:00:00")]
    [InlineData("2034-01-30T15:00")]
    [InlineData("2034-01-30T15:00:00.123")]
    [InlineData("2034-01-30")]
    [InlineData("2034-01-30T15:00:00 UTC")]
    [InlineData("2034-01-30 15:00:00")]
    [InlineData("2034-02-30T15:00:00Z")]
    [InlineData("2034-01-30T25:00:00Z")]
    [InlineData("2034-01-30T15:00:00+25:00")]
    [InlineData("9999-12-31T23:59:59-14:00")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("soon")]
    [InlineData("")]
    public async Task A_moment_without_an_offset_is_malformed(string moment)
    {
        var problem = (await Preview(moment)).Expect(HttpStatusCode.BadRequest, "request.malformed");
        Assert.Contains("completedAt", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_moment_in_any_offset_gives_the_same_plan()
    {
        var plan = (await Preview("2034-01-30T15:00:00Z")).Ok().Body;
        foreach (var moment in new[] { "2034-01-30T09:00:00-06:00", "2034-01-31T01:00:00+10:00", "2034-01-30T15:00:00.000+00:00",
            "2034-01-30T20:45:00+05:45", "2034-01-30T15:00:00-00:00", "2034-01-30t15:00:00z",
            "2034-01-30t09:00:00-06:00" })
            Assert.Equal(plan, (await Preview(moment)).Ok().Body);
    }

    [Fact]
    public void No_query_takes_a_moment_that_the_framework_would_read_in_the_servers_zone() =>
        Assert.Empty(app.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .SelectMany(e => e.Metadata.OfType<Microsoft.AspNetCore.Http.Metadata.IParameterBindingMetadata>())
            .Where(p => (Nullable.GetUnderlyingType(p.ParameterInfo.ParameterType) ?? p.ParameterInfo.ParameterType) is var type
                && (type == typeof(DateTime) || type == typeof(DateTimeOffset)))
            .Select(p => p.Name));

    private async Task<Answer> Preview(string completedAt) => await (await app.Person()).Http.Post("/v1/nudges/preview",
        new { curriculum = Given.Course, unit = ReflectionSteps.Anchor, completedAt, timeZone = Given.Zone });
}
