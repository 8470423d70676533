using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Progress;

/// <summary>The summary above a cohort's learners is kept between changes, and no change is ever missed.</summary>
[StandingClock]
public sealed class CohortPageTests(LearningApp app)
{
    [Fact]
    public async Task A_change_shows_at_once_in_a_summary_that_was_just_read()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        Assert.Equal((1, 0), await Summary(cohort));

        await app.Learner(cohort);
        Assert.Equal((2, 0), await Summary(cohort));

        await Complete(learner, "1.1-why-good-training-fades");
        await Complete(learner, "1.2-coach-supervisor-trainer");
        Assert.Equal((2, 2), await Summary(cohort));
    }

    [Fact]
    public async Task A_change_under_an_idempotency_key_shows_at_once_too()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        await Complete(learner, "1.1-why-good-training-fades");
        Assert.Equal((1, 2), await Summary(cohort));

        await Complete(learner, "1.2-coach-supervisor-trainer", ("Idempotency-Key", $"{Guid.NewGuid()}"));
        Assert.Equal((1, 5), await Summary(cohort));
    }

    private static async Task Complete(TestLearner learner, string unit, params (string, string)[] headers) =>
        (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen(), headers)).Ok();

    private static async Task<(int Learners, int Percent)> Summary(TestCohort cohort)
    {
        var summary = (await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!;
        return ((int)summary["learners"]!, (int)summary["completionPercent"]!);
    }
}
