namespace MiiWrap.Learning.Domain.Nudges;

/// <summary>How tired of asks someone seems: less is sent to who does not answer, but never nothing at all, and not for ever.</summary>
/// <param name="Unanswered">How many messages in a row they have left unanswered; a message of three asks is one.</param>
/// <param name="WeeklyUntil">When the weekly digest ends; null before there were enough of them.</param>
public sealed record Fatigue(int Unanswered, DateTime? WeeklyUntil)
{
    public const int WeeklyFrom = 3;
    public const int ClosingOnlyFrom = 5;

    /// <summary>A message that is still open counts as unanswered after so many days.</summary>
    public const int PatienceDays = 3;

    /// <summary>Longer than the longest plan: what lies further back speaks of no present silence.</summary>
    public const int MemoryDays = 120;

    private const int WeeklyDays = 14;

    public static readonly Fatigue None = new(0, null);

    /// <param name="sentAt">When the messages that were left unanswered since the learner's last act were sent.</param>
    public static Fatigue Of(IEnumerable<DateTime> sentAt)
    {
        // What went out together has one moment.
        var messages = sentAt.Distinct().Order().ToList();
        return new(messages.Count, messages.Count < WeeklyFrom ? null : messages[WeeklyFrom - 1].AddDays(PatienceDays + WeeklyDays));
    }

    /// <summary>One digest a week instead of up to three messages.</summary>
    public bool IsWeekly(DateTime at) => at < WeeklyUntil;

    public int MostMessagesAWeek(DateTime at) => IsWeekly(at) ? 1 : NudgeMessage.MostAWeek;

    /// <summary>From then on only what closes a window is asked, until the learner acts or the coach has been in touch.</summary>
    public bool IsClosingOnly => Unanswered >= ClosingOnlyFrom;

    public bool Silences(Nudge nudge) => IsClosingOnly && !nudge.ClosesWindow;
}
