using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>
/// Takes what is due into messages of at most three asks, one message a day and three in seven days to a person. Each ask is checked again
/// first; what may not go out now is moved to when it may, or ends.
/// </summary>
internal sealed class ClaimDueNudges(LearningDb db, TimeProvider clock)
{
    private const int Batch = 500;

    /// <summary>The messages claimed, for one person or for everybody, and whether more may be waiting.</summary>
    public Task<(IReadOnlyList<Guid> Messages, bool More)> Next(Guid? personId, CancellationToken ct) => db.InTransactionAsync<(IReadOnlyList<Guid>, bool)>(
        async token =>
        {
            var now = clock.UtcNow();
            var messages = await Lapsed(personId, now, token);
            var due = await (personId is { } only ? db.Nudges.Where(n => n.PersonId == only) : db.Nudges).Where(n => n.Status == NudgeStatus.Planned && n.DueAt <= now && n.MessageId == null)
                .OrderBy(n => n.DueAt).ThenBy(n => n.Id).Take(Batch).ToListAsync(token);
            if (due.Count > 0) messages.AddRange(await Claim(due, now, token));
            await db.SaveChangesAsync(token);
            return (messages, due.Count == Batch);
        },
        commit: null,
        ct);

    /// <summary>Messages whose sender died, or whose next try has come: they go out again as they are.</summary>
    private async Task<List<Guid>> Lapsed(Guid? personId, DateTime now, CancellationToken ct)
    {
        var lapsed = await (personId is { } only ? db.NudgeMessages.Where(m => m.PersonId == only) : db.NudgeMessages).Where(m => m.SentAt == null && m.FailedAt == null && m.LeaseUntil <= now)
            .OrderBy(m => m.LeaseUntil).Take(Batch).ToListAsync(ct);
        if (lapsed.Count == 0) return [];
        var ids = lapsed.Select(m => m.Id).ToList();
        var expired = await db.Nudges.Where(n => n.MessageId != null && ids.Contains(n.MessageId.Value) && n.Status == NudgeStatus.Planned && n.ExpiresAt <= now)
            .ToListAsync(ct);
        foreach (var nudge in expired) nudge.Expire();

        var personIds = lapsed.Select(m => m.PersonId).Distinct().ToList();
        var people = await db.Users.AsNoTracking().Where(p => personIds.Contains(p.Id)).ToDictionaryAsync(p => p.Id, ct);
        var others = await RecentDays(personIds, ids, now, ct);
        var reclaimed = new List<Guid>();
        foreach (var message in lapsed)
        {
            var person = people[message.PersonId];
            var zone = Zones.Find(person.TimeZone);
            var (at, _) = NextMoment(now, zone, SendingWindow.Default.With(person.Quiet), [.. others[person.Id]]);
            if (at is { } later && later != now)
            {
                message.Postpone(later);
                continue;
            }

            message.Reclaim(Zones.LocalDate(now, zone), now);
            reclaimed.Add(message.Id);
        }

        return reclaimed;
    }

    /// <summary>The days on which each person had a message in the last week, apart from the given ones.</summary>
    private async Task<ILookup<Guid, DateOnly>> RecentDays(List<Guid> personIds, List<Guid> apart, DateTime now, CancellationToken ct)
    {
        // A day more than seven, since the days are those of each person's own zone.
        var since = DateOnly.FromDateTime(now).AddDays(-8);
        return (await db.NudgeMessages.Where(m => personIds.Contains(m.PersonId) && m.LocalDay >= since && !apart.Contains(m.Id))
            .Select(m => new { m.PersonId, m.LocalDay }).ToListAsync(ct)).ToLookup(m => m.PersonId, m => m.LocalDay);
    }

    private async Task<IEnumerable<Guid>> Claim(List<Nudge> due, DateTime now, CancellationToken ct)
    {
        var personIds = due.Select(n => n.PersonId).Distinct().ToList();
        var people = await db.Users.AsNoTracking().Where(p => personIds.Contains(p.Id)).ToDictionaryAsync(p => p.Id, ct);
        var enrolmentIds = due.Select(n => n.EnrolmentId).Distinct().ToList();
        var ended = await db.Enrolments.Where(e => enrolmentIds.Contains(e.Id) && e.Status == EnrolmentStatus.Withdrawn).Select(e => e.Id).ToHashSetAsync(ct);
        var recent = await RecentDays(personIds, [], now, ct);
        var claimed = new List<Guid>();
        foreach (var asks in due.GroupBy(n => n.PersonId))
        {
            var person = people[asks.Key];
            var zone = Zones.Find(person.TimeZone);
            var window = SendingWindow.Default.With(person.Quiet);
            foreach (var nudge in asks.Where(n => ended.Contains(n.EnrolmentId))) nudge.Cancel(Nudge.EnrolmentEnded);
            foreach (var nudge in asks.Where(n => n.Status == NudgeStatus.Planned && n.ExpiresAt <= now)) nudge.Expire();
            var open = asks.Where(n => n.Status == NudgeStatus.Planned).OrderBy(Priority).ThenBy(n => n.DueAt).ThenBy(n => n.Id).ToList();
            if (open.Count == 0) continue;

            if (!person.NudgesByMail && window.IsOpen(now, zone))
            {
                foreach (var nudge in open) nudge.ShowInApp(now);
                continue;
            }

            var (goesAt, why) = NextMoment(now, zone, window, [.. recent[person.Id]]);
            if (goesAt != now)
            {
                foreach (var nudge in open) Hold(nudge, goesAt, why);
                continue;
            }

            var message = NudgeMessage.Claim(person.Id, Zones.LocalDate(now, zone), now);
            db.Add(message);
            claimed.Add(message.Id);
            foreach (var nudge in open.Take(NudgeMessage.MostAsks)) nudge.ClaimFor(message.Id, NudgeChannel.Email);
            foreach (var nudge in open.Skip(NudgeMessage.MostAsks)) Hold(nudge, window.NextOpenDay(now, zone), $"at most {NudgeMessage.MostAsks} asks a message");
        }

        return claimed;
    }

    /// <summary>Now, or the first moment at which one more message is neither at a bad hour nor too many.</summary>
    private static (DateTime? At, string Why) NextMoment(DateTime now, TimeZoneInfo zone, SendingWindow window, HashSet<DateOnly> days)
    {
        var (at, why) = (window.NextOpen(now, zone), "outside sending hours");
        while (at is { } moment)
        {
            var day = Zones.LocalDate(moment, zone);
            if (days.Contains(day)) why = "one message a day";
            else if (days.Count(d => d > day.AddDays(-7) && d < day) >= NudgeMessage.MostAWeek) why = $"at most {NudgeMessage.MostAWeek} messages in seven days";
            else break;
            at = window.NextOpenDay(moment, zone);
        }

        return (at, why);
    }

    private static void Hold(Nudge nudge, DateTime? until, string why)
    {
        if (until is { } moment && moment < nudge.ExpiresAt) nudge.MoveTo(moment, nudge.ExpiresAt, $"held: {why}");
        else nudge.Expire();
    }

    /// <summary>What ends a window of the transfer rate goes first.</summary>
    private static int Priority(Nudge nudge) => nudge.Kind switch
    {
        NudgeKind.Closeout or NudgeKind.Maintenance => 0,
        NudgeKind.Check => 1,
        NudgeKind.Cue => 2,
        NudgeKind.Recall => 3,
        _ => 4,
    };
}
