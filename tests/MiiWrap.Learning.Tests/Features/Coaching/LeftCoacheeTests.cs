using System.Net;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Coaching;

/// <summary>Who has left a cohort waits there for nothing more, and nobody waits for them.</summary>
[StandingClock]
public sealed class LeftCoacheeTests(LearningApp app)
{
    private const string Items = "/v1/action-items";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_can_no_more_be_talked_over_or_closed_stands_in_nobodys_figures(bool isSuspended)
    {
        var cohort = await app.Cohort();
        var (left, stays) = (await app.Learner(cohort, "Lea Left"), await app.Learner(cohort, "Sia Stays"));
        foreach (var learner in new[] { left, stays })
        {
            (await cohort.LetCoach(cohort.Instructor.Id, learner.Id)).Expect(HttpStatusCode.Created);
            await cohort.Instructor.Http.Log(CoachingSteps.Part(learner.Id, observed: true));
            (await learner.Http.Post(Items, CoachingSteps.Step(learner.EnrolmentId))).Expect(HttpStatusCode.Created);
        }

        async Task<string> Waiting()
        {
            var coach = (await cohort.Lead.Http.Read($"{cohort.Path}/coaching")).Ok()["coaches"]![0]!;
            return $"{string.Join(" ", coach["turnaround"]!["waiting"]!.AsArray().Select(w => (string)w!["learner"]!["name"]!).Order())}, "
                + $"{coach["loopClosure"]!["due"]} due";
        }

        if (isSuspended)
            (await (await app.Admin()).Http.Post($"/v1/people/{left.Id}/suspend", new { reason = "Away until further notice." })).Ok();
        else (await cohort.Lead.Http.Post($"{left.Journey}/withdraw")).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(36));
        // Who is only suspended comes back, and so may what waits for them.
        Assert.Equal(isSuspended ? "Lea Left Sia Stays, 2 due" : "Sia Stays, 1 due", await Waiting());
    }

    [Fact]
    public async Task Nothing_is_begun_with_who_has_left_after_completing_everything()
    {
        var cohort = await app.Cohort();
        var (learner, coach) = (await app.Learner(cohort), await app.Person("Cora Coach"));
        (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        await app.InDb(db => db.Database.ExecuteSqlAsync(
            $"UPDATE Enrolments SET Status = 'Completed' WHERE Id = {learner.EnrolmentId}", TestContext.Current.CancellationToken));
        (await (await app.Admin()).Http.Post($"/v1/people/{learner.Id}/dismiss", new { reason = "The employment ended in autumn." })).Ok();
        foreach (var by in new[] { coach.Http, cohort.Instructor.Http })
        {
            foreach (var begun in new[]
            {
                await by.Plan(FlowingClock.Now.AddDays(3), learner.Id),
                await by.Post(Items, CoachingSteps.Step(learner.EnrolmentId, learner.Id)),
                await by.Post(FidelitySteps.Reviews, FidelitySteps.Begun(learner.Id)),
            }) Assert.True(begun.Status is HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity, begun.Body);
        }
    }

    [Fact]
    public async Task Nothing_is_asked_of_them_and_nothing_can_be_agreed()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var proposed = (await cohort.Instructor.Http.Post(Items, CoachingSteps.Step(learner.EnrolmentId, learner.Id)))
            .Expect(HttpStatusCode.Created).Headers["Location"];
        var agreed = (await learner.Http.Post(Items, CoachingSteps.Step(learner.EnrolmentId)))
            .Expect(HttpStatusCode.Created).Headers["Location"];
        Assert.Equal(2, (await learner.Http.Read("/v1/me/next")).Ok()["commitments"]!.AsArray().Count);
        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();

        var next = (await learner.Http.Read("/v1/me/next")).Ok();
        Assert.Empty(next["commitments"]!.AsArray());
        Assert.Null(next["next"]);
        (await learner.Http.Post($"{proposed}/agree", new { })).Expect(HttpStatusCode.Conflict, "enrolment.withdrawn");
        (await learner.Http.Patch(agreed, new { ifThen = new { plannedFor = $"{FlowingClock.Now.AddDays(5):yyyy-MM-dd}" } }, ("If-Match", "*")))
            .Expect(HttpStatusCode.Conflict, "enrolment.withdrawn");
        // They may still say that they do not do it.
        (await learner.Http.Post($"{agreed}/close", new { outcome = "dropped" })).Ok();
        Assert.Equal("proposed", (string)(await learner.Http.Read(proposed)).Ok()["state"]!);
    }
}
