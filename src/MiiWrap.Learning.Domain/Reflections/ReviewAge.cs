namespace MiiWrap.Learning.Domain.Reflections;

/// <summary>How long a reflection has waited: within the target, past it, or so long that the cohort's lead must see to it.</summary>
public enum ReviewWait
{
    OnTime,
    Late,
    Overdue,
}

/// <summary>The age of what waits for a review, in working days: a weekend ages nothing.</summary>
public static class ReviewAge
{
    /// <summary>Feedback is meant to come within a working week; two days later the lead is asked to see to it.</summary>
    public const int TargetDays = 5;
    public const int OverdueDays = 7;

    public static int Of(DateOnly submittedOn, DateOnly today)
    {
        // Whole weeks first, so that it costs the same however old something is.
        var days = Math.Max(0, today.DayNumber - submittedOn.DayNumber);
        var age = days / 7 * 5;
        for (var day = today.AddDays(-(days % 7) + 1); day <= today; day = day.AddDays(1))
        {
            if (IsWorkingDay(day)) age++;
        }

        return age;
    }

    /// <summary>The last date on which something must have been handed in to be older than this many working days.</summary>
    public static DateOnly LastOlderThan(int workingDays, DateOnly today)
    {
        var day = today;
        while (Of(day, today) <= workingDays) day = day.AddDays(-1);
        return day;
    }

    public static ReviewWait WaitOf(int ageDays) =>
        ageDays >= OverdueDays ? ReviewWait.Overdue : ageDays >= TargetDays ? ReviewWait.Late : ReviewWait.OnTime;

    private static bool IsWorkingDay(DateOnly day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
}
