namespace MiiWrap.Learning.Domain.Nudges;

/// <summary>How tired of asks someone seems: less is sent to who does not answer, but never nothing at all.</summary>
public sealed record Fatigue(int Unanswered)
{
    public const int WeeklyFrom = 3;
    public const int ClosingOnlyFrom = 5;

    /// <summary>An ask that is still open counts as unanswered after so many days.</summary>
    public const int PatienceDays = 3;

    public static readonly Fatigue None = new(0);

    /// <summary>One digest a week instead of up to three messages.</summary>
    public int MostMessagesAWeek => Unanswered >= WeeklyFrom ? 1 : NudgeMessage.MostAWeek;

    /// <summary>From then on only what closes a window is asked, until the learner answers or the coach has been in touch.</summary>
    public bool Silences(Nudge nudge) => Unanswered >= ClosingOnlyFrom && !nudge.ClosesWindow;
}
