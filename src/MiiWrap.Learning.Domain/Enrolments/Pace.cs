using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Domain.Enrolments;

/// <summary>How a learner's progress compares with the cohort's calendar.</summary>
public enum PaceStatus
{
    OnTrack,
    Behind,
    AtRisk,
    Completed,
    Withdrawn,
}

/// <summary>A learner's pace with the reason for it, in words that can be shown to them.</summary>
public sealed record Pace(PaceStatus Status, string Reason)
{
    /// <summary>Two units short is an ordinary busy fortnight; from there on it is worth a word, and from four on a conversation.</summary>
    public const int BehindBy = 2;
    public const int AtRiskBy = 4;

    /// <summary>Three weeks without any activity is a risk, whatever is done.</summary>
    public const int SilentDays = 21;

    /// <summary>The first day of a learner's pace: the cohort's, or their own when they joined later.</summary>
    public static DateOnly FirstDay(DateOnly startsOn, DateOnly enrolledOn) => enrolledOn > startsOn ? enrolledOn : startsOn;

    /// <summary>
    /// Units that the calendar expects by a date: whole modules that are over, and the elapsed share of the current ones.
    /// </summary>
    public static int Expected(Curriculum curriculum, DateOnly startsOn, DateOnly today)
    {
        var weeks = Math.Max(0, today.DayNumber - startsOn.DayNumber) / 7;
        return curriculum.Modules.Sum(m =>
        {
            var length = m.LastWeek - m.FirstWeek + 1;
            return m.Units.Count * Math.Clamp(weeks - (m.FirstWeek - 1), 0, length) / length;
        });
    }

    public static Pace Of(EnrolmentStatus status, int unitsCompleted, int unitsTotal, int expected, int silentDays)
    {
        if (status == EnrolmentStatus.Withdrawn)
            return new(PaceStatus.Withdrawn, $"The enrolment was withdrawn; {unitsCompleted} of {unitsTotal} units were completed.");
        if (status == EnrolmentStatus.Completed) return new(PaceStatus.Completed, $"All {unitsTotal} units are completed.");
        var done = $"{unitsCompleted} of {expected} units expected by now";
        var short_ = expected - unitsCompleted;
        if (short_ >= AtRiskBy) return new(PaceStatus.AtRisk, $"{done}.");
        if (short_ > 0 && silentDays >= SilentDays) return new(PaceStatus.AtRisk, $"{done}, and no activity for {silentDays} days.");
        return short_ >= BehindBy ? new(PaceStatus.Behind, $"{done}.") : new(PaceStatus.OnTrack, $"{done}.");
    }
}
