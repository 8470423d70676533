using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Nudges;

/// <summary>
/// Applies the sending window and frequency caps to one person's due nudges: one message a day, so many a week over all cohorts, so many
/// nudges in each. What may not go now is rescheduled at once to when it may, or expires; nothing stays overdue.
/// </summary>
/// <param name="RecentDays">The local days of this person's messages of the last week.</param>
/// <param name="ByMessage">By mail or by another program; false for who wants their asks in the app alone.</param>
public sealed record FrequencyCap(
    TimeZoneInfo Zone, SendingWindow Window, IReadOnlySet<DateOnly> RecentDays, Fatigue Fatigue, bool ByMessage)
{
    /// <summary>The asks of the message that goes out now, the most important first; none when there is no message.</summary>
    public IReadOnlyList<Nudge> Take(IReadOnlyCollection<Nudge> due, DateTime now)
    {
        foreach (var nudge in due.Where(n => n is { Status: NudgeStatus.Planned, StatusReason: Nudge.Superseded }))
            nudge.Skip(Nudge.Superseded);
        foreach (var nudge in due.Where(n => n.Status == NudgeStatus.Planned && n.ExpiresAt <= now)) nudge.Expire();
        foreach (var nudge in due.Where(n => n.Status == NudgeStatus.Planned && Fatigue.Silences(n))) nudge.Skip(Nudge.Tired);
        var open = due.Where(n => n.Status == NudgeStatus.Planned).OrderBy(n => NudgePriority.Of(n.RanksAs)).ThenBy(n => n.DueAt)
            .ThenBy(n => n.Id).ToList();
        if (open.Count == 0) return [];
        if (!ByMessage && Window.IsOpen(now, Zone))
        {
            foreach (var nudge in open) nudge.ShowInApp(now);
            return [];
        }

        var (goesAt, why) = NextMoment(now);
        if (goesAt != now)
        {
            foreach (var nudge in open) Delay(nudge, goesAt, why, now);
            return [];
        }

        foreach (var nudge in open.Skip(NudgeMessage.MostAsks))
            Delay(nudge, Window.NextOpenDay(now, Zone), $"at most {NudgeMessage.MostAsks} asks a message", now);
        return open[..Math.Min(open.Count, NudgeMessage.MostAsks)];
    }

    /// <summary>Now, or the first moment at which one more message is neither at a bad hour nor too many.</summary>
    public (DateTime? At, string Why) NextMoment(DateTime now)
    {
        var (at, why) = (Window.NextOpen(now, Zone), "outside sending hours");
        while (at is { } moment)
        {
            var day = Zones.LocalDate(moment, Zone);
            var mostAWeek = Fatigue.MostMessagesAWeek(moment);
            if (RecentDays.Contains(day)) why = "one message a day";
            else if (RecentDays.Count(d => d > day.AddDays(-7) && d < day) >= mostAWeek)
                why = mostAWeek == 1
                    ? "a weekly digest, since earlier ones were left unanswered"
                    : $"at most {mostAWeek} messages in seven days";
            else break;
            at = Window.NextOpenDay(moment, Zone);
        }

        return (at, why);
    }

    private static void Delay(Nudge nudge, DateTime? until, string why, DateTime now)
    {
        if (until is { } moment && moment < nudge.ExpiresAt) nudge.MoveTo(moment, nudge.ExpiresAt, $"held: {why}", now);
        else nudge.Expire();
    }
}
