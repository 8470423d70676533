using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Telemetry;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>
/// Takes what is due into messages of at most three asks, one message a day and three in seven days to a person. Each ask is checked again
/// first; what may not go out now is moved to when it may, or ends.
/// </summary>
internal sealed class ClaimDueNudges(LearningDb db, LearningMetrics metrics, TimeProvider clock, ILogger<ClaimDueNudges> log)
{
    private const int Batch = 500;

    /// <summary>The messages claimed, for one person or for everybody, and whether more may be waiting.</summary>
    public async Task<(IReadOnlyList<Guid> Messages, bool More)> Next(Guid? personId, CancellationToken ct)
    {
        try
        {
            return await ClaimBatch(personId, ct);
        }
        catch (Exception e) when (e.IsOfOneRow())
        {
            db.ChangeTracker.Clear();
            return await ClaimOneByOne(personId, ct);
        }
    }

    /// <summary>
    /// Somebody's rows stop the batch: it is taken person by person, and theirs are held for an hour, which the log tells.
    /// </summary>
    private async Task<(IReadOnlyList<Guid> Messages, bool More)> ClaimOneByOne(Guid? personId, CancellationToken ct)
    {
        var (messages, now) = (new List<Guid>(), clock.UtcNow());
        var people = personId is { } only ? [only] : await Waiting(now, ct);
        foreach (var person in people)
        {
            try
            {
                messages.AddRange((await ClaimBatch(person, ct)).Messages);
            }
            catch (Exception e) when (e.IsOfOneRow())
            {
                db.ChangeTracker.Clear();
                log.LogError(e, "The check-ins of person {PersonId} are held: they cannot be planned", person);
                metrics.MessageHeld(MailKind.CheckIn);
                await Hold(person, now + RowFault.Pause, ct);
            }
        }

        return (messages, people.Count == Batch);
    }

    private async Task<List<Guid>> Waiting(DateTime now, CancellationToken ct)
    {
        var lapsed = await db.NudgeMessages.Where(m => m.SentAt == null && m.FailedAt == null && m.LeaseUntil <= now)
            .OrderBy(m => m.LeaseUntil).Select(m => m.PersonId).Take(Batch).ToListAsync(ct);
        var due = await db.Nudges.Where(n => n.Status == NudgeStatus.Planned && n.DueAt <= now && n.MessageId == null)
            .OrderBy(n => n.DueAt).ThenBy(n => n.Id).Select(n => n.PersonId).Take(Batch).ToListAsync(ct);
        return [.. lapsed.Concat(due).Distinct().Take(Batch)];
    }

    private async Task Hold(Guid personId, DateTime until, CancellationToken ct)
    {
        var now = clock.UtcNow();
        await db.Nudges.Where(n => n.PersonId == personId && n.Status == NudgeStatus.Planned && n.DueAt <= now && n.MessageId == null)
            .ExecuteUpdateAsync(s => s.SetProperty(n => n.DueAt, until).SetProperty(n => n.Version, n => n.Version + 1), ct);
        await db.NudgeMessages.Where(m => m.PersonId == personId && m.SentAt == null && m.FailedAt == null && m.LeaseUntil <= now)
            .ExecuteUpdateAsync(s => s.SetProperty(m => m.LeaseUntil, until).SetProperty(m => m.Version, m => m.Version + 1), ct);
    }

    private Task<(IReadOnlyList<Guid> Messages, bool More)> ClaimBatch(Guid? personId, CancellationToken ct) =>
        db.InTransactionAsync<(IReadOnlyList<Guid>, bool)>(
            async token =>
            {
                var now = clock.UtcNow();
                var messages = await Lapsed(personId, now, token);
                // Within the transaction, so that the days which they take are seen below.
                await db.SaveChangesAsync(token);
                var due = await (personId is { } only ? db.Nudges.Where(n => n.PersonId == only) : db.Nudges)
                    .Where(n => n.Status == NudgeStatus.Planned && n.DueAt <= now && n.MessageId == null)
                    .OrderBy(n => n.DueAt).ThenBy(n => n.Id).Take(Batch).ToListAsync(token);
                if (due.Count > 0) messages.AddRange(await Claim(await WithAllOf(due, now, token), now, token));
                await db.SaveChangesAsync(token);
                return (messages, due.Count == Batch);
            },
            commit: null,
            ct);

    /// <summary>Messages whose sender died, or whose next try has come: they go out again as they are.</summary>
    private async Task<List<Guid>> Lapsed(Guid? personId, DateTime now, CancellationToken ct)
    {
        var lapsed = await (personId is { } only ? db.NudgeMessages.Where(m => m.PersonId == only) : db.NudgeMessages)
            .Where(m => m.SentAt == null && m.FailedAt == null && m.LeaseUntil <= now)
            .OrderBy(m => m.LeaseUntil).Take(Batch).ToListAsync(ct);
        if (lapsed.Count == 0) return [];
        // What is out already only waits to be counted, at any hour.
        var reclaimed = new List<Guid>();
        foreach (var message in lapsed.Where(m => m.HandedOffAt is not null))
        {
            message.RenewLease(now);
            reclaimed.Add(message.Id);
        }

        lapsed.RemoveAll(m => m.HandedOffAt is not null);
        var ids = lapsed.Select(m => m.Id).ToList();
        var expired = await db.Nudges.Where(n => n.MessageId != null && ids.Contains(n.MessageId.Value) && n.Status == NudgeStatus.Planned
            && n.ExpiresAt <= now)
            .ToListAsync(ct);
        foreach (var nudge in expired) nudge.Expire();

        var personIds = lapsed.Select(m => m.PersonId).Distinct().ToList();
        var people = await db.Users.AsNoTracking().Where(p => personIds.Contains(p.Id)).ToDictionaryAsync(p => p.Id, ct);
        var windows = await db.WindowsOf(people.Values, ct);
        var recent = await RecentMessages(personIds, now, ct);
        foreach (var message in lapsed)
        {
            var person = people[message.PersonId];
            var zone = ZoneOf(person);
            // The days of its siblings, lapsed ones too: no two of them may go out on one day.
            var days = recent[person.Id].Where(m => m.Id != message.Id).Select(m => m.Day)
                .Concat(lapsed.Where(m => m != message && m.PersonId == person.Id).Select(m => m.LocalDay)).ToHashSet();
            var (at, _) = new FrequencyCap(zone, windows[person.Id], days, Fatigue.None, person.NudgeChannel != NudgeChannel.InApp)
                .NextMoment(now);
            if (at != now)
            {
                message.Postpone(at ?? now.AddDays(1));
                continue;
            }

            message.Reclaim(Zones.LocalDate(now, zone), now);
            reclaimed.Add(message.Id);
        }

        return reclaimed;
    }

    /// <summary>All that is due of these people: what a batch's end cuts off would miss the message that it belongs into.</summary>
    private async Task<List<Nudge>> WithAllOf(List<Nudge> due, DateTime now, CancellationToken ct)
    {
        if (due.Count < Batch) return due;
        var people = due.Select(n => n.PersonId).Distinct().ToList();
        return await db.Nudges.Where(n => people.Contains(n.PersonId) && n.Status == NudgeStatus.Planned && n.DueAt <= now
            && n.MessageId == null).ToListAsync(ct);
    }

    /// <summary>The messages that each person had in the last week.</summary>
    private async Task<ILookup<Guid, (Guid Id, DateOnly Day)>> RecentMessages(List<Guid> personIds, DateTime now, CancellationToken ct)
    {
        // A day more than seven, since the days are those of each person's own zone.
        var since = DateOnly.FromDateTime(now).AddDays(-8);
        return (await db.NudgeMessages.Where(m => personIds.Contains(m.PersonId) && m.LocalDay >= since)
            .Select(m => new { m.PersonId, m.Id, m.LocalDay }).ToListAsync(ct))
            .ToLookup(m => m.PersonId, m => (m.Id, m.LocalDay));
    }

    /// <summary>How tired of asks each person seems who has left any unanswered.</summary>
    public async Task<Dictionary<Guid, Fatigue>> FatigueOf(List<Guid> personIds, DateTime now, CancellationToken ct)
    {
        // What was sent was due before; the index ends there, and what is planned for later is not read.
        return (await db.Unanswered(now).Where(n => personIds.Contains(n.PersonId) && n.DueAt <= now)
            .Select(n => new { n.PersonId, n.SentAt }).Distinct().ToListAsync(ct))
            .GroupBy(n => n.PersonId).ToDictionary(g => g.Key, g => Fatigue.Of(g.Select(n => n.SentAt!.Value)));
    }

    /// <summary>Nothing is sent by a guess at somebody's hours.</summary>
    private static TimeZoneInfo ZoneOf(Person person) => Zones.TryFind(person.TimeZone, out var zone)
        ? zone : throw new TimeZoneNotFoundException($"This server knows no time zone {person.TimeZone}.");

    private async Task<IEnumerable<Guid>> Claim(List<Nudge> due, DateTime now, CancellationToken ct)
    {
        var personIds = due.Select(n => n.PersonId).Distinct().ToList();
        var people = await db.Users.AsNoTracking().Where(p => personIds.Contains(p.Id)).ToDictionaryAsync(p => p.Id, ct);
        var enrolmentIds = due.Select(n => n.EnrolmentId).Distinct().ToList();
        var ended = await db.Enrolments.Where(e => enrolmentIds.Contains(e.Id) && e.Status == EnrolmentStatus.Withdrawn).Select(e => e.Id)
            .ToHashSetAsync(ct);
        var windows = await db.WindowsOf(people.Values, ct);
        var recent = await RecentMessages(personIds, now, ct);
        var tired = await FatigueOf(personIds, now, ct);
        var claimed = new List<Guid>();
        foreach (var asks in due.GroupBy(n => n.PersonId))
        {
            var person = people[asks.Key];
            if (person.Status != PersonStatus.Active)
            {
                foreach (var nudge in asks) nudge.Skip(Nudge.Suspended);
                continue;
            }

            var zone = ZoneOf(person);
            foreach (var nudge in asks.Where(n => ended.Contains(n.EnrolmentId))) nudge.Cancel(Nudge.EnrolmentEnded);
            var cap = new FrequencyCap(zone, windows[person.Id], recent[person.Id].Select(m => m.Day).ToHashSet(),
                tired.GetValueOrDefault(person.Id, Fatigue.None), person.NudgeChannel != NudgeChannel.InApp);
            if (cap.Take([.. asks], now) is not { Count: > 0 } taken) continue;
            var message = NudgeMessage.Claim(person.Id, Zones.LocalDate(now, zone), now);
            db.Add(message);
            claimed.Add(message.Id);
            foreach (var nudge in taken) nudge.ClaimFor(message.Id, person.NudgeChannel);
        }

        return claimed;
    }
}
