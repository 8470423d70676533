using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Reviews;

/// <summary>A reviewer finds in the queue what they mean to read.</summary>
[StandingClock]
public sealed class ListReviewQueueTests(LearningApp app)
{
    private const string Other = "1.2-coach-supervisor-trainer";

    [Theory]
    [InlineData("1.3-guide-dont-fix%20"), InlineData("1.3-Guide-Dont-Fix"), InlineData("%20")]
    public async Task What_is_no_unit_finds_none(string unit) =>
        (await (await app.Cohort()).Instructor.Http.Read($"/v1/reviews?unit={unit}"))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");

    [Fact]
    public async Task By_learner_by_unit_by_who_has_it_and_by_how_long_it_waits()
    {
        var cohort = await app.Cohort();
        var (ann, bob) = (await app.Learner(cohort, "Ann"), await app.Learner(cohort, "Bob"));
        var old = await ann.HandIn();
        // Seven working days later.
        FlowingClock.Advance(TimeSpan.FromDays(9));
        var second = await ann.HandIn(Other);
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        var third = await bob.HandIn();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(second)}/claim")).Ok();

        var me = cohort.Instructor.Http;
        Assert.Equal([old, second, third], await Found(me, ""));
        Assert.Equal([old, second], await Found(me, $"enrolment={ann.EnrolmentId}"));
        Assert.Equal([old, third], await Found(me, $"unit={ReflectionSteps.Anchor}"));
        Assert.Equal([old], await Found(me, $"unit={ReflectionSteps.Anchor}&enrolment={ann.EnrolmentId}"));
        Assert.Equal([second], await Found(me, "mine=true"));
        Assert.Equal([old, third], await Found(me, "mine=false"));
        Assert.Empty(await Found(cohort.Lead.Http, "mine=true"));
        Assert.Equal([old], await Found(me, "overdue=true"));
        Assert.Equal([second, third], await Found(me, "overdue=false"));
        Assert.Empty(await Found(me, $"overdue=true&enrolment={bob.EnrolmentId}"));
        Assert.Empty(await Found(me, $"enrolment={(await app.Learner()).EnrolmentId}"));
        (await me.Read($"/v1/reviews?unit={new string('x', 81)}")).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");

        // Friday of next week: what lapses is nobody's any more.
        FlowingClock.Advance(TimeSpan.FromDays(3));
        Assert.Empty(await Found(me, "mine=true"));

        async Task<List<Guid>> Found(HttpClient http, string query) =>
            [.. (await http.Read($"/v1/reviews?cohort={cohort.Id}&{query}")).Ok()["items"]!.AsArray().Select(r => (Guid)r!["revisionId"]!)];
    }
}
