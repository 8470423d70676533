using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Domain.Coaching;

/// <summary>How long feedback on what was observed took, in working days.</summary>
public static class Turnaround
{
    public const int LateDays = 5;
    public const int OverdueDays = 10;

    public static int Of(DateOnly observedOn, DateOnly toldOn) => ReviewAge.Of(observedOn, toldOn);

    public static ReviewWait WaitOf(int workingDays) =>
        workingDays >= OverdueDays ? ReviewWait.Overdue : workingDays >= LateDays ? ReviewWait.Late : ReviewWait.OnTime;

    /// <summary>The smallest value that so many percent of the values do not exceed (nearest rank); null of none.</summary>
    /// <param name="percent">1 to 100.</param>
    public static int? Percentile(IReadOnlyCollection<int> values, int percent) =>
        values.Count == 0 ? null : values.Order().ElementAt(((values.Count * percent) + 99) / 100 - 1);
}
