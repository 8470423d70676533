using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Enrolments;

/// <summary>What the calendar expects, and who is behind it.</summary>
public sealed class PaceTests
{
    [Theory]
    [InlineData("2027-01-01", 0)]
    [InlineData("2027-02-07", 0)]
    [InlineData("2027-02-08", 0)]
    // Two of three weeks of a module with two units: one.
    [InlineData("2027-02-15", 1)]
    [InlineData("2027-02-22", 2)]
    [InlineData("2027-03-08", 3)]
    [InlineData("2027-03-15", 4)]
    [InlineData("2027-03-21", 4)]
    [InlineData("2027-03-22", 5)]
    [InlineData("2040-01-01", 5)]
    public void Whole_weeks_are_expected(string today, int expected) =>
        Assert.Equal(expected, Pace.Expected(Course, Day("2027-02-01"), Day(today)));

    [Fact]
    public void A_share_of_a_module_is_counted_in_whole_units()
    {
        // Fifteen of twenty-two weeks of twenty-two units: as a fraction of binary digits this was fourteen.
        for (var week = 0; week <= 23; week++)
        {
            var course = new Curriculum("c", 1, "", "", "", null,
                [new("m", "M", 1, 22, [.. Enumerable.Range(0, 22).Select(i => LightUnit with { Slug = $"{i}" })])]);
            Assert.Equal(Math.Min(week, 22), Pace.Expected(course, Day("2027-02-01"), Day("2027-02-01").AddDays(7 * week)));
        }
    }

    [Theory]
    [InlineData(10, 0, PaceStatus.OnTrack)]
    [InlineData(12, 100, PaceStatus.OnTrack)]
    [InlineData(9, 20, PaceStatus.OnTrack)]
    [InlineData(9, 21, PaceStatus.AtRisk)]
    [InlineData(8, 0, PaceStatus.Behind)]
    [InlineData(7, 20, PaceStatus.Behind)]
    [InlineData(7, 21, PaceStatus.AtRisk)]
    [InlineData(6, 0, PaceStatus.AtRisk)]
    [InlineData(0, 0, PaceStatus.AtRisk)]
    public void Pace_is_what_is_missing_and_how_long_it_has_been_silent(int completed, int silentDays, PaceStatus status)
    {
        var pace = Pace.Of(EnrolmentStatus.Active, completed, 30, expected: 10, silentDays);

        Assert.Equal(status, pace.Status);
        Assert.StartsWith($"{completed} of 10 units expected by now", pace.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_enrolment_that_has_ended_has_no_pace()
    {
        Assert.Equal(PaceStatus.Withdrawn, Pace.Of(EnrolmentStatus.Withdrawn, 0, 30, 30, 99).Status);
        Assert.Equal(PaceStatus.Completed, Pace.Of(EnrolmentStatus.Completed, 30, 30, 30, 99).Status);
    }
}
