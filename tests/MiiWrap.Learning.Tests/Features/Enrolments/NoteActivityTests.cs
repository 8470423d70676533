using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Enrolments;

/// <summary>Who writes or answers something is at work, wherever they do so; who is only written about is not.</summary>
[StandingClock(YearsLater = true)]
public sealed class NoteActivityTests(LearningApp app)
{
    private const string Items = "/v1/action-items";

    [Theory]
    [InlineData("sets out on a step", true)]
    [InlineData("agrees to a step", true)]
    [InlineData("tells of a step", true)]
    [InlineData("drops a step", true)]
    [InlineData("saves a self-rating", true)]
    [InlineData("locks a self-rating", true)]
    [InlineData("replies to a review", true)]
    [InlineData("replies to notes", true)]
    [InlineData("cannot come to a session", true)]
    [InlineData("writes to the reviewer", true)]
    [InlineData("is proposed a step", false)]
    [InlineData("is seen at a step", false)]
    [InlineData("is rated", false)]
    [InlineData("looks at what is next", false)]
    public async Task Who_acts_is_at_work(string act, bool isAtWork)
    {
        var cohort = await app.Cohort();
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor.Http);
        async Task<string> Step(Guid? ownerId = null) => (await (ownerId is null ? learner.Http : coach).Post(
            Items, CoachingSteps.Step(learner.EnrolmentId, ownerId, dueInDays: 60))).Expect(HttpStatusCode.Created).Headers["Location"];
        var own = await Step();
        var proposed = act == "agrees to a step" ? "" : await Step(learner.Id);
        var mine = act == "saves a self-rating" ? "" : await learner.Http.BeginReview(learner.Id, role: "self");
        var review = await coach.LockReview(learner.Id);
        var session = await coach.Log(CoachingSteps.Part(learner.Id));
        (await coach.WriteNotes(session, null, "We talked about asking.")).Ok();
        var coming = (await coach.Plan(FlowingClock.Now.AddDays(45), learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        await learner.HandIn();
        if (act == "is seen at a step") await Agree(proposed);
        FlowingClock.Advance(TimeSpan.FromDays(30));
        await (act switch
        {
            "sets out on a step" => Step(),
            "agrees to a step" => Agree(await Step(learner.Id)),
            "tells of a step" => Done(learner.Http.Post($"{own}/evidence", new { level = "partly" })),
            "drops a step" => Done(learner.Http.Post($"{own}/close", new { outcome = "dropped" })),
            "saves a self-rating" => learner.Http.BeginReview(learner.Id, role: "self"),
            "locks a self-rating" => Done(learner.Http.Post($"{mine}/submit")),
            "replies to a review" => Done(learner.Http.Post($"{review}/reply", new { text = "I see it so too." })),
            "replies to notes" => Done(learner.Http.Post($"{CoachingSteps.Session(session)}/notes/reply", new { text = "I have tried it." })),
            "cannot come to a session" => Done(learner.Http.Post($"{coming}/cancel", new { reason = "I am ill that day." })),
            "writes to the reviewer" => Done(learner.Http.Post($"{learner.Reflection()}/thread", new { text = "I have tried it since." })),
            "is proposed a step" => Step(learner.Id),
            "is seen at a step" => Done(coach.Post($"{proposed}/evidence", new { level = "applied" })),
            "is rated" => coach.LockReview(learner.Id, 1),
            _ => Done(learner.Http.Read("/v1/me/next")),
        });
        var row = (await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["items"]![0]!;
        Assert.Equal(isAtWork, (DateTime?)row["lastActivityAt"] >= FlowingClock.Now.UtcDateTime.AddMinutes(-1));

        async Task<string> Agree(string path) => await Done(learner.Http.Post($"{path}/agree", new { }));
    }

    private static async Task<string> Done(Task<Answer> asked)
    {
        var answer = await asked;
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Created, $"{answer.Status} {answer.Body}");
        return answer.Body;
    }
}
