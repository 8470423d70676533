namespace MiiWrap.Learning.Domain.Coaching;

/// <summary>Whether somebody gets the coaching that they were promised.</summary>
public enum DosageState
{
    OnTrack,

    /// <summary>A milestone has been unmet for more than fourteen days.</summary>
    Behind,
    Met,

    /// <summary>The window is over without enough contacts.</summary>
    Missed,
}

/// <summary>How much coaching is enough: three or four sessions in half a year keep a skill (Schwalbe, Oh and Zweben 2014).</summary>
/// <param name="ContactsNeeded">Contacts within the window, 1 to 24.</param>
/// <param name="WindowDays">Days from the start of learning, 28 to 728.</param>
/// <param name="LeastMinutes">Minutes that a session has at least to be a contact, 5 to 120.</param>
public sealed record DosageRule(int ContactsNeeded, int WindowDays, int LeastMinutes)
{
    public static readonly DosageRule Default = new(ContactsNeeded: 4, WindowDays: 168, LeastMinutes: 15);
}

/// <summary>One person's part in a session that was recorded.</summary>
/// <param name="Day">The session's date in the cohort's zone.</param>
/// <param name="Debriefs">The earlier session whose observation the feedback is about.</param>
public sealed record AttendedSession(
    Guid SessionId, DateOnly Day, int Minutes, Attendance Attendance, bool IsObserved, bool Feedback, Guid? Debriefs);

/// <summary>By which week how many contacts are due.</summary>
/// <param name="Before">The first day that is too late.</param>
/// <param name="Met">So many contacts had taken place before that day.</param>
public sealed record Milestone(int Week, int Need, DateOnly Before, bool Met);

/// <summary>
/// How much coaching one learner has had: contacts in which somebody saw them at work and told them what was seen, within a window that
/// begins with their learning. A pure function of sessions and days.
/// </summary>
public sealed record Dosage
{
    private const int GraceDays = 14;
    private const int BunchDays = 28;

    /// <summary>The first day of the window.</summary>
    public required DateOnly From { get; init; }

    /// <summary>The first day after the window.</summary>
    public required DateOnly Until { get; init; }

    public required int Need { get; init; }

    /// <summary>The days of the contacts, oldest first.</summary>
    public required IReadOnlyList<DateOnly> Days { get; init; }

    public required DosageState State { get; init; }

    public required IReadOnlyList<Milestone> Milestones { get; init; }

    /// <summary>Minutes of the window's sessions that they attended, contacts or not.</summary>
    public required int Minutes { get; init; }

    public required int NoShows { get; init; }

    public int Contacts => Days.Count;

    /// <summary>Enough contacts, and all of them within four weeks: it is shown and takes nothing away.</summary>
    public bool IsBunched => Contacts >= Need && Days[^1].DayNumber - Days[0].DayNumber < BunchDays;

    /// <param name="from">The later of the cohort's start and the enrolment.</param>
    /// <param name="sessions">One person's, in any order, those outside the window among them.</param>
    public static Dosage Of(DosageRule rule, DateOnly from, IReadOnlyCollection<AttendedSession> sessions, DateOnly today)
    {
        var until = from.AddDays(rule.WindowDays);
        bool IsWithin(DateOnly day) => from <= day && day < until;
        var within = sessions.Where(s => IsWithin(s.Day)).ToList();
        // Two on one day are one.
        var days = ContactDays(sessions, rule.LeastMinutes).Where(IsWithin).Distinct().Order().ToList();
        var milestones = Enumerable.Range(1, rule.ContactsNeeded).Select(need =>
        {
            // By default a contact every six weeks.
            var offset = rule.WindowDays * need / rule.ContactsNeeded;
            var before = from.AddDays(offset);
            return new Milestone(offset / 7, need, before, days.Count(d => d < before) >= need);
        }).ToList();
        return new()
        {
            From = from,
            Until = until,
            Need = rule.ContactsNeeded,
            Days = days,
            Milestones = milestones,
            State = days.Count >= rule.ContactsNeeded ? DosageState.Met
                : today >= until ? DosageState.Missed
                : milestones.Exists(m => days.Count < m.Need && today > m.Before.AddDays(GraceDays)) ? DosageState.Behind
                : DosageState.OnTrack,
            Minutes = within.Where(s => s.Attendance == Attendance.Attended).Sum(s => s.Minutes),
            NoShows = within.Count(s => s.Attendance == Attendance.NoShow),
        };
    }

    /// <summary>
    /// The days of feedback on an observation, each observation once: in its own session, or in the first later one that names it.
    /// </summary>
    private static IEnumerable<DateOnly> ContactDays(IReadOnlyCollection<AttendedSession> sessions, int leastMinutes) =>
        FeedbackOn(sessions, leastMinutes).Where(f => f.Feedback is not null).Select(f => f.Feedback!.Day);

    /// <summary>Each observation with the session in which it was first told; null where that is still owed.</summary>
    /// <param name="leastMinutes">Feedback in a shorter session does not count.</param>
    public static IEnumerable<(AttendedSession Observed, AttendedSession? Feedback)> FeedbackOn(
        IReadOnlyCollection<AttendedSession> sessions, int leastMinutes = 0)
    {
        var attended = sessions.Where(s => s.Attendance == Attendance.Attended).ToList();
        var told = attended.Where(s => s.Feedback && s.Minutes >= leastMinutes).OrderBy(s => s.Day).ThenBy(s => s.SessionId).ToList();
        return attended.Where(s => s.IsObserved).Select(s =>
            (s, told.Find(t => t.SessionId == s.SessionId || (t.Debriefs == s.SessionId && t.Day >= s.Day))));
    }
}
