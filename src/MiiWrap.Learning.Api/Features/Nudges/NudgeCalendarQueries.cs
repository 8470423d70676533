using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>What a person has been sent and will be, as a new plan must know it.</summary>
internal static class NudgeCalendarQueries
{
    /// <summary>
    /// The person's asks of all cohorts but those of one opportunity or action item; null for who wants no mail: what shows in the app
    /// alone has no caps.
    /// </summary>
    public static async Task<NudgeCalendar?> CalendarOf(
        this LearningDb db, Person person, SendingWindow window, Guid? but, DateTime now, CancellationToken ct)
    {
        if (!person.NudgesByMail) return null;
        var since = now.AddDays(-7);
        var booked = await db.Nudges.AsNoTracking()
            .Where(n => n.PersonId == person.Id && (but == null || (n.OpportunityId != but && n.ActionItemId != but))
                && ((n.Status == NudgeStatus.Planned && n.StatusReason == null)
                    || (n.Status == NudgeStatus.Sent && n.Channel == NudgeChannel.Email && n.SentAt > since)))
            .Select(n => new { n.Id, n.Kind, n.ActionItemId, n.DueAt, n.ExpiresAt, n.SentAt, IsOnItsWay = n.MessageId != null })
            .ToListAsync(ct);
        var calendar = new NudgeCalendar(Zones.Find(person.TimeZone), window);
        foreach (var ask in booked)
        {
            if (ask.SentAt is { } sentAt) calendar.AddMessage(sentAt);
            else if (ask.IsOnItsWay) calendar.AddMessage(now);
            else calendar.Add(ask.Id, ask.ActionItemId is null ? ask.Kind : Nudge.ItemsRankAs, ask.DueAt, ask.ExpiresAt);
        }

        return calendar;
    }

    /// <summary>Moves the asks that gave way, in the same save.</summary>
    public static async Task Displace(this LearningDb db, NudgeCalendar? calendar, DateTime now, CancellationToken ct)
    {
        if (calendar is null || calendar.Displaced.Count == 0) return;
        var moves = calendar.Displaced.ToDictionary(y => y.Id);
        // What was ended in the database and waits again in this very save gives way like any other.
        var stored = await db.Nudges.Where(n => moves.Keys.Contains(n.Id)).ToListAsync(ct);
        foreach (var nudge in stored.Where(n => n.IsWaiting))
            nudge.MoveTo(moves[nudge.Id].DueAt, nudge.ExpiresAt, moves[nudge.Id].Reason, now);
    }
}
