using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Reflections;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Coaching;

/// <summary>How long feedback took, in working days.</summary>
public sealed class TurnaroundTests
{
    [Theory]
    [InlineData("2027-03-12", "2027-03-15", 1, ReviewWait.OnTime)]
    [InlineData("2027-03-06", "2027-03-08", 1, ReviewWait.OnTime)]
    [InlineData("2027-03-08", "2027-03-08", 0, ReviewWait.OnTime)]
    [InlineData("2027-03-08", "2027-03-12", 4, ReviewWait.OnTime)]
    [InlineData("2027-03-08", "2027-03-15", 5, ReviewWait.Late)]
    [InlineData("2027-03-08", "2027-03-19", 9, ReviewWait.Late)]
    [InlineData("2027-03-08", "2027-03-22", 10, ReviewWait.Overdue)]
    public void A_weekend_ages_nothing(string observed, string told, int days, ReviewWait wait)
    {
        Assert.Equal(days, Turnaround.Of(Day(observed), Day(told)));
        Assert.Equal(wait, Turnaround.WaitOf(days));
    }

    [Fact]
    public void Percentiles_are_values_that_occurred()
    {
        int[] days = [6, 0, 1, 12, 0, 3, 2, 1, 5, 4, 3, 2];
        Assert.Equal((2, 12, 0), (Turnaround.Percentile(days, 50), Turnaround.Percentile(days, 95), Turnaround.Percentile(days, 1)));
        Assert.Equal((7, 7), (Turnaround.Percentile([7], 50), Turnaround.Percentile([7], 95)));
        Assert.Null(Turnaround.Percentile([], 50));
        // The definition itself: the least value with at least so many percent at or below it.
        for (var percent = 1; percent <= 100; percent++)
        {
            var least = days.Order().First(d => days.Count(x => x <= d) * 100 >= percent * days.Length);
            Assert.Equal(least, Turnaround.Percentile(days, percent));
        }
    }
}
