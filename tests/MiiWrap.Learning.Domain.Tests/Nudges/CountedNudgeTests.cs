using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Domain.Tests.Nudges;

/// <summary>Waits and answers, counted.</summary>
public sealed class CountedNudgeTests
{
    [Fact]
    public void Nine_of_ten_waits_are_no_longer_than_the_ninetieth_percent()
    {
        Assert.Equal(new(0, null, null, null), Waits.Of([]));
        Assert.Equal(new(1, 4, 4, 4), Waits.Of([TimeSpan.FromHours(4)]));
        Assert.Equal(new(10, 5.5, 9, 10), Waits.Of(Enumerable.Range(1, 10).Reverse().Select(h => TimeSpan.FromHours(h))));
        Assert.Equal(new(11, 6, 10, 11), Waits.Of(Enumerable.Range(1, 11).Select(h => TimeSpan.FromHours(h))));
    }

    [Fact]
    public void An_answer_before_sending_is_counted_and_is_in_no_rate()
    {
        var at = Given.Monday;
        CountedNudge Ask(NudgeStatus status, NudgeOutcome? outcome, int expiresInDays) =>
            new(PlanKind.Anchor, 2, status, null, NudgeChannel.Email, at, at.AddDays(expiresInDays), status == NudgeStatus.Sent
                ? at
                : null, outcome, outcome is null ? null : at.AddHours(5), WasHeld: false);
        var figures = AnswerFigures.Of(
            [Ask(NudgeStatus.Sent, NudgeOutcome.Partly, 7), Ask(NudgeStatus.Sent, null, 7), Ask(NudgeStatus.Sent, null, 1),
                Ask(NudgeStatus.Skipped, NudgeOutcome.Applied, 7)], at.AddDays(2));
        Assert.Equal(new(1, 3), figures.Answered);
        Assert.Equal((1, 1, 1, 1, 0), (figures.Open, figures.Early, figures.Applied, figures.Partly, figures.NotYet));
        Assert.Equal(5, figures.ToAnswer.MedianHours);
    }
}
