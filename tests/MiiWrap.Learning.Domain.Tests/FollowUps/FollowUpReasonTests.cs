using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.FollowUps;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Domain.Tests.FollowUps;

/// <summary>Which answers call the coach.</summary>
public sealed class FollowUpReasonTests
{
    // What was answered on which day after completion, in order, and whether the last answer calls the coach.
    [Theory]
    [InlineData(PlanKind.Anchor, "partly 7, partly 14", false)]
    [InlineData(PlanKind.Anchor, "partly 13, partly 14", false)]
    [InlineData(PlanKind.Anchor, "partly 7, partly 14, partly 30", true)]
    [InlineData(PlanKind.Anchor, "partly 14, partly 30", true)]
    [InlineData(PlanKind.Anchor, "partly 15, notYet 20, partly 30", true)]
    [InlineData(PlanKind.Anchor, "partly 7, partly 9", false)]
    [InlineData(PlanKind.Anchor, "partly 7, partly 9, partly 13", true)]
    [InlineData(PlanKind.Anchor, "partly 14", false)]
    [InlineData(PlanKind.Anchor, "applied 14, partly 30", false)]
    [InlineData(PlanKind.Standard, "partly 14, partly 30", false)]
    public void One_partly_before_day_14_is_on_course_and_not_counted(PlanKind plan, string answers, bool calls) =>
        Assert.Equal(calls ? [FollowUpReason.TwicePartly] : [], ReasonsIn(plan, answers));

    [Theory]
    [InlineData("notYet 7, notYet 9", true)]
    [InlineData("notYet 7, partly 9", false)]
    public void Not_yet_twice_counts_from_the_first_day(string answers, bool calls) =>
        Assert.Equal(calls ? [FollowUpReason.TwiceNotYet] : [], ReasonsIn(PlanKind.Standard, answers));

    [Theory]
    [InlineData("notYet 7, notYet 14")]
    [InlineData("partly 14, partly 30")]
    public void What_somebody_who_has_applied_it_remembers_calls_nobody(string answers) =>
        Assert.Empty(ReasonsIn(PlanKind.Anchor, answers, NudgeKind.Recall));

    [Fact]
    public void Day_14_begins_at_the_learners_midnight()
    {
        // Completed at nine in the morning of 1 February: the 15th begins at six in the morning of UTC.
        var from = FollowUp.PartlyCountsFrom(Given.Monday, Given.Chicago);
        Assert.Equal(Given.Utc("2027-02-15 06:00"), from);
    }

    private static IEnumerable<FollowUpReason> ReasonsIn(PlanKind plan, string answers, NudgeKind kind = NudgeKind.Check)
    {
        var all = answers.Split(", ").Select(Answer).ToList();
        var (outcome, at) = all[^1];
        return FollowUp.ReasonsIn(
            kind, Given.Says(outcome, at), plan, FollowUp.PartlyCountsFrom(Given.Monday, Given.Chicago), all[..^1]);
    }

    private static (NudgeOutcome Outcome, DateTime At) Answer(string text)
    {
        var (outcome, day) = (text.Split(' ')[0], int.Parse(text.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
        return (Enum.Parse<NudgeOutcome>(outcome, ignoreCase: true), Given.Monday.AddDays(day));
    }
}
