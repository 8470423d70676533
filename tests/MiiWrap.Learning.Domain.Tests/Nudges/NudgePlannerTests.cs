using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Nudges;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Nudges;

/// <summary>When the asks of a plan are due: exact examples from Chicago's calendar of 2027.</summary>
public sealed class NudgePlannerTests
{
    [Fact]
    public void A_closing_ask_that_leave_swallows_leaves_its_window_to_the_one_before_it()
    {
        // Two weeks off from the day before the closing ask on: it would come after its own end.
        var leave = Enumerable.Range(13, 14).Select(d => Day("2027-02-01").AddDays(d)).ToHashSet();
        var planned = NudgePlanner.Plan(Light, Monday, Chicago, null, SendingWindow.Default with { ClosedDays = leave });
        Assert.Equal([false, true], planned.Select(p => p.Superseded));
        Assert.Equal(Utc("2027-02-22 15:00"), planned[0].ExpiresAt);
    }

    [Fact]
    public void An_anchor_asks_six_times_at_the_hour_of_the_completion()
    {
        var planned = Plan(Anchor, Monday);

        Assert.Equal(
            [
                Utc("2027-02-03 15:00"), Utc("2027-02-08 15:00"), Utc("2027-02-15 15:00"), Utc("2027-03-03 15:00"),
                // Nine o'clock is an hour earlier in UTC when the clocks have changed; the ninetieth day is a Sunday.
                Utc("2027-04-02 14:00"), Utc("2027-05-03 13:30"),
            ],
            planned.Select(p => p.DueAt));
        Assert.Equal([1, 2, 3, 4, 5, 6], planned.Select(p => p.Step));
        Assert.Equal(
            [NudgeKind.Cue, NudgeKind.Check, NudgeKind.Check, NudgeKind.Closeout, NudgeKind.Booster, NudgeKind.Maintenance],
            planned.Select(p => p.Kind));
        Assert.DoesNotContain(planned, p => p.Superseded);
        Assert.Equal([null, null, null, null, null, "moved to the next open moment: Sunday is closed"], planned.Select(p => p.Reason));
    }

    [Fact]
    public void A_standard_unit_asks_three_times() =>
        Assert.Equal([(1, Utc("2027-02-03 15:00")), (2, Utc("2027-02-11 15:00")), (4, Utc("2027-03-03 15:00"))], Plan(Standard, Monday)
            .Select(p => (p.Step, p.DueAt)));

    [Fact]
    public void A_light_unit_asks_twice() =>
        Assert.Equal([(1, Utc("2027-02-04 15:00")), (2, Utc("2027-02-15 15:00"))], Plan(Light, Monday).Select(p => (p.Step, p.DueAt)));

    [Fact]
    public void An_ask_ends_when_the_next_one_is_due_or_its_window_closes()
    {
        Assert.Equal(
            [
                Utc("2027-02-08 15:00"), Utc("2027-02-15 15:00"), Utc("2027-03-03 15:00"), Utc("2027-03-10 15:00"), Utc("2027-05-03 13:30"),
                Utc("2027-05-09 14:00"),
            ],
            Plan(Anchor, Monday).Select(p => p.ExpiresAt));
        Assert.Equal([Utc("2027-02-11 15:00"), Utc("2027-03-03 15:00"), Utc("2027-03-10 15:00")], Plan(Standard, Monday)
            .Select(p => p.ExpiresAt));
        Assert.Equal([Utc("2027-02-15 15:00"), Utc("2027-02-22 15:00")], Plan(Light, Monday).Select(p => p.ExpiresAt));
    }

    [Theory]
    // Thursday and two days is Saturday: it waits for Monday's first open moment.
    [InlineData("2027-02-04 15:00", 2, "2027-02-08 14:30")]
    [InlineData("2027-02-05 15:00", 2, "2027-02-08 14:30")]
    // Before eight thirty it waits until then; at eight thirty it goes, at half past five it does not.
    [InlineData("2027-02-01 14:29", 2, "2027-02-03 14:30")]
    [InlineData("2027-02-01 14:30", 2, "2027-02-03 14:30")]
    [InlineData("2027-02-01 23:29", 2, "2027-02-03 23:29")]
    [InlineData("2027-02-01 23:30", 2, "2027-02-04 14:30")]
    // Late on Wednesday evening in Chicago it is Thursday in UTC: the local date counts.
    [InlineData("2027-02-04 05:30", 2, "2027-02-08 14:30")]
    // Friday 12 March at ten, and three days over the start of daylight saving: ten again, 71 hours later.
    [InlineData("2027-03-12 16:00", 3, "2027-03-15 15:00")]
    [InlineData("2027-03-11 15:00", 2, "2027-03-15 13:30")]
    // Friday 5 November at ten, and three days over its end: 73 hours later.
    [InlineData("2027-11-05 15:00", 3, "2027-11-08 16:00")]
    [InlineData("2027-11-05 15:00", 2, "2027-11-08 14:30")]
    public void An_ask_is_due_days_later_at_the_same_local_hour_or_at_the_next_open_moment(string completed, int days, string due)
    {
        var plan = Light with { Steps = [new(1, days, null, NudgeKind.Cue, "", null)] };
        Assert.Equal(Utc(due), Assert.Single(Plan(plan, Utc(completed))).DueAt);
    }

    [Fact]
    public void A_completion_in_the_repeated_hour_is_asked_about_within_the_window_and_not_before_its_offset()
    {
        // 01:30 comes twice on 7 November; two weeks later it comes once.
        var nights = new SendingWindow(TimeOnly.MinValue, TimeOnly.MaxValue, Enum.GetValues<DayOfWeek>().ToHashSet(),
            new(new(4, 0), new(4, 0), []), new HashSet<DateOnly>());
        foreach (var completed in new[] { Utc("2027-11-07 06:30"), Utc("2027-11-07 07:30") })
            Assert.Equal(Utc("2027-11-21 07:30"), NudgePlanner.Plan(Light, completed, Chicago, null, nights)[1].DueAt);
        Assert.Equal(Utc("2027-11-07 06:30"), NudgePlanner.Plan(Light, Utc("2027-10-24 06:30"), Chicago, null, nights)[1].DueAt);
        // 02:30 does not come on 14 March.
        Assert.Equal(Utc("2027-03-14 08:30"), NudgePlanner.Plan(Light, Utc("2027-02-28 08:30"), Chicago, null, nights)[1].DueAt);
    }

    [Theory]
    // The check comes the working day after the planned date…
    [InlineData("2027-02-09", "2027-02-10 15:00")]
    // …so Friday's comes on Monday…
    [InlineData("2027-02-05", "2027-02-08 15:00")]
    [InlineData("2027-02-06", "2027-02-08 15:00")]
    // …on day 3 at the earliest…
    [InlineData("2027-02-01", "2027-02-04 15:00")]
    [InlineData("1990-01-01", "2027-02-04 15:00")]
    [InlineData("0001-01-01", "2027-02-04 15:00")]
    // …and on day 14 at the latest.
    [InlineData("2027-02-12", "2027-02-15 15:00")]
    [InlineData("2027-02-15", "2027-02-15 15:00")]
    [InlineData("2027-12-31", "2027-02-15 15:00")]
    [InlineData("9999-12-31", "2027-02-15 15:00")]
    public void A_planned_date_moves_the_check(string plannedFor, string due)
    {
        var check = NudgePlanner.Plan(Standard, Monday, Chicago, Day(plannedFor), SendingWindow.Default)[1];

        Assert.Equal((2, Utc(due), "follows the planned date"), (check.Step, check.DueAt, check.Reason));
    }

    [Fact]
    public void A_planned_date_moves_no_other_ask()
    {
        var planned = NudgePlanner.Plan(Anchor, Monday, Chicago, Day("2027-02-09"), SendingWindow.Default);

        Assert.Equal(Plan(Anchor, Monday).Where(p => p.Step != 2).Select(p => p.DueAt), planned.Where(p => p.Step != 2)
            .Select(p => p.DueAt));
        Assert.Equal(Utc("2027-02-10 15:00"), planned[0].ExpiresAt);
    }

    [Fact]
    public void A_check_that_comes_on_the_day_of_the_next_one_is_superseded()
    {
        var planned = NudgePlanner.Plan(Anchor, Monday, Chicago, Day("2027-03-01"), SendingWindow.Default);

        Assert.Equal([2], planned.Where(p => p.Superseded).Select(p => p.Step));
        // The cue before it lives on until the ask that took its place.
        Assert.Equal(planned[2].DueAt, planned[0].ExpiresAt);
    }

    [Fact]
    public void A_cue_that_closed_days_push_onto_the_check_is_superseded()
    {
        var closed = Enumerable.Range(0, 8).Select(Day("2027-02-02").AddDays).ToHashSet();
        var planned = NudgePlanner.Plan(Anchor, Monday, Chicago, null, SendingWindow.Default with { ClosedDays = closed });

        Assert.Equal([(1, true), (2, false)], planned.Take(2).Select(p => (p.Step, p.Superseded)));
        Assert.Equal(Utc("2027-02-10 14:30"), planned[1].DueAt);
    }

    [Fact]
    public void An_ask_whose_window_is_over_before_an_open_moment_comes_is_superseded()
    {
        var closed = Enumerable.Range(0, 30).Select(Day("2027-02-12").AddDays).ToHashSet();
        var check = NudgePlanner.Plan(Light, Monday, Chicago, null, SendingWindow.Default with { ClosedDays = closed })[1];

        Assert.True(check.Superseded);
        Assert.True(check.ExpiresAt >= check.DueAt);
    }

    [Fact]
    public void In_a_window_that_never_opens_every_ask_gives_way()
    {
        var never = SendingWindow.Default.With(new(new(8, 0), new(18, 0), []));
        Assert.All(NudgePlanner.Plan(Light, Monday, Chicago, null, never), ask => Assert.True(ask.Superseded));
    }

    private static IReadOnlyList<PlannedNudge> Plan(NudgePlan plan, DateTime completedAt) =>
        NudgePlanner.Plan(plan, completedAt, Chicago, null, SendingWindow.Default);
}
