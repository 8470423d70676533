using MiiWrap.Learning.Domain.Nudges;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Nudges;

/// <summary>The window of an ordinary week and what a learner's quiet hours take from it.</summary>
public sealed class SendingWindowTests
{
    [Theory]
    [InlineData("2027-02-01 14:29", false)]
    [InlineData("2027-02-01 14:30", true)]
    [InlineData("2027-02-01 23:29", true)]
    [InlineData("2027-02-01 23:30", false)]
    [InlineData("2027-02-06 16:00", false)]
    [InlineData("2027-02-07 16:00", false)]
    public void Office_hours_are_open(string at, bool open) => Assert.Equal(open, SendingWindow.Default.IsOpen(Utc(at), Chicago));

    [Theory]
    [InlineData("12:00", "13:00", "2027-02-01 18:30", "2027-02-01 19:00")]
    [InlineData("16:00", "09:30", "2027-02-01 14:30", "2027-02-01 15:30")]
    [InlineData("16:00", "09:30", "2027-02-01 22:00", "2027-02-02 15:30")]
    [InlineData("00:00", "00:00", "2027-02-01 12:00", "2027-02-01 14:30")]
    public void Quiet_hours_make_the_window_smaller(string start, string end, string at, string open)
    {
        var window = SendingWindow.Default.With(new(TimeOnly.Parse(start, null), TimeOnly.Parse(end, null), []));
        Assert.Equal(Utc(open), window.NextOpen(Utc(at), Chicago));
    }

    [Fact]
    public void Quiet_hours_cannot_make_the_window_larger()
    {
        var window = SendingWindow.Default.With(new(new(3, 0), new(3, 1), []));
        Assert.Equal(Utc("2027-02-08 14:30"), window.NextOpen(Utc("2027-02-06 10:00"), Chicago));
    }

    [Fact]
    public void Quiet_and_closed_days_are_passed_over()
    {
        var window = SendingWindow.Default
            .With(QuietHours.Default with { Days = [DayOfWeek.Monday] }) with { ClosedDays = new HashSet<DateOnly> { Day("2027-02-09") } };
        Assert.Equal(Utc("2027-02-10 14:30"), window.NextOpen(Utc("2027-02-08 16:00"), Chicago));
    }

    [Fact]
    public void The_next_open_day_is_never_today()
    {
        Assert.Equal(Utc("2027-02-02 14:30"), SendingWindow.Default.NextOpenDay(Monday, Chicago));
        Assert.Equal(Utc("2027-02-08 14:30"), SendingWindow.Default.NextOpenDay(Utc("2027-02-05 15:00"), Chicago));
    }

    [Theory]
    [InlineData("08:00", "18:00", false)]
    [InlineData("08:30", "17:30", false)]
    [InlineData("17:30", "17:29", true)]
    [InlineData("09:00", "08:45", true)]
    [InlineData("09:00", "08:30", true)]
    [InlineData("08:30", "08:29", false)]
    public void Quiet_hours_may_leave_no_time_at_all(string start, string end, bool opens) =>
        Assert.Equal(opens, SendingWindow.Default.With(new(TimeOnly.Parse(start, null), TimeOnly.Parse(end, null), [])).EverOpens);

    [Fact]
    public void Five_quiet_days_leave_no_time_either() =>
        Assert.False(SendingWindow.Default.With(QuietHours.Default with { Days = Enum.GetValues<DayOfWeek>() }).EverOpens);
}
