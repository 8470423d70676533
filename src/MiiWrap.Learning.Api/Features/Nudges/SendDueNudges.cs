using System.Diagnostics;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Api.Telemetry;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>
/// The sweep: what is due is claimed by lease, sent, and then recorded, message by message; what may not go out now is moved or ended.
/// </summary>
public sealed record SendDueNudges : ICommand<SweepReport>
{
    /// <summary>The one person to sweep for; everybody when null.</summary>
    public Guid? PersonId { get; init; }
}

/// <summary>What one sweep did.</summary>
public sealed record SweepReport(int MessagesSent, int MessagesFailed);

internal sealed class SendDueNudgesHandler(LearningDb db, ClaimDueNudges claims, NudgeMail mails, IMailer mailer,
    CurriculumLibrary library, LearningMetrics metrics, TimeProvider clock, ILogger<SendDueNudges> log)
    : IRequestHandler<SendDueNudges, SweepReport>
{
    // Few enough that an answer given meanwhile is rarely overtaken, many enough that loading costs next to nothing.
    private const int Batch = 100;

    // To write a mail down takes longer than to send what is written.
    private const int MostPrepared = 3;

    /// <summary>
    /// How long the first of what is out may wait for the next ones: its receiver may answer, and what is not counted as sent is taken to
    /// be answered early.
    /// </summary>
    private static readonly TimeSpan LongestUncounted = TimeSpan.FromSeconds(1);

    public async Task<SweepReport> Handle(SendDueNudges request, CancellationToken cancellationToken)
    {
        var (sent, failed) = (0, 0);
        while (!cancellationToken.IsCancellationRequested)
        {
            var (messages, more) = await claims.Next(request.PersonId, cancellationToken);
            foreach (var batch in messages.Chunk(Batch))
            {
                var (gone, kept) = await SendAll(await LoadAll(batch, cancellationToken), cancellationToken);
                sent += gone;
                failed += kept;
            }

            if (!more) break;
        }

        return new(sent, failed);
    }

    /// <summary>A claimed message with all that it takes to write it, read without being tracked: each is recorded by itself.</summary>
    private sealed record NudgeDelivery(NudgeMessage Message, Person Person, List<Ask> Asks);

    /// <summary>What can be written of a batch; a message that cannot be read is held by itself.</summary>
    private Task<List<NudgeDelivery>> LoadAll(Guid[] messageIds, CancellationToken ct) =>
        RowFault.LoadReadableAsync(messageIds, ids => Load(ids, ct), async (id, e) =>
        {
            var until = clock.UtcNow() + RowFault.Pause;
            log.LogError(e, "Message {MessageId} is held: it cannot be read", id);
            metrics.MessageHeld(MailKind.CheckIn);
            await db.NudgeMessages.Where(m => m.Id == id)
                .ExecuteUpdateAsync(s => s.SetProperty(m => m.LeaseUntil, until).SetProperty(m => m.Version, m => m.Version + 1), ct);
        });

    private async Task<List<NudgeDelivery>> Load(Guid[] messageIds, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        var messages = await db.NudgeMessages.AsNoTracking().Where(m => messageIds.Contains(m.Id)).OrderBy(m => m.CreatedAt)
            .ThenBy(m => m.Id).ToListAsync(ct);
        var personIds = messages.Select(m => m.PersonId).Distinct().ToList();
        var people = await db.Users.AsNoTracking().Where(p => personIds.Contains(p.Id)).ToDictionaryAsync(p => p.Id, ct);
        var nudges = await db.Nudges.AsNoTracking()
            .Where(n => n.MessageId != null && messageIds.Contains(n.MessageId.Value) && n.Status == NudgeStatus.Planned)
            .OrderBy(n => n.DueAt).ThenBy(n => n.Id).ToListAsync(ct);
        var asks = await AsksOf(nudges, ct);
        var byMessage = asks.ToLookup(a => a.Nudge.MessageId!.Value);
        return [.. messages.Select(m => new NudgeDelivery(m, people[m.PersonId], [.. byMessage[m.Id]]))];
    }

    private async Task<List<Ask>> AsksOf(List<Nudge> nudges, CancellationToken ct)
    {
        var subjects = nudges.Select(n => n.SubjectId).Distinct().ToList();
        var opportunities = await db.Opportunities.AsNoTracking().Where(o => subjects.Contains(o.Id)).ToDictionaryAsync(o => o.Id, ct);
        var items = nudges.TrueForAll(n => n.ActionItemId is null)
            ? []
            : await db.ActionItems.AsNoTracking().Where(i => subjects.Contains(i.Id)).ToDictionaryAsync(i => i.Id, ct);
        var asks = new List<Ask>(nudges.Count);
        foreach (var nudge in nudges)
        {
            if (nudge.ActionItemId is { } itemId)
            {
                asks.Add(new ItemAsk(nudge, items[itemId].IfThen));
                continue;
            }

            var opportunity = opportunities[nudge.SubjectId];
            var curriculum = await library.Find(db, opportunity.Curriculum, opportunity.CurriculumVersion, ct);
            asks.Add(new UnitAsk(nudge, opportunity, curriculum?.Unit(nudge.Unit)
                ?? throw new InvalidOperationException($"Nudge {nudge.Id} is about {nudge.Unit}, which is not there.")));
        }

        return asks;
    }

    private async Task<(int Sent, int Failed)> SendAll(List<NudgeDelivery> batch, CancellationToken ct)
    {
        var (uncounted, sent, failed) = (new List<NudgeDelivery>(batch.Count), 0, 0);
        // A power cut may take the last records with it, and the last files of the mail folder too: those go again under their old ids.
        await using var hurry = await db.RelaxDurabilityAsync(ct);
        // The next mails are written down while this one is sent; only when it is known to be out does the next go.
        var (prepared, next) = (new Queue<Task<PreparedMail>>(MostPrepared), 0);
        try
        {
            for (var i = 0; i < batch.Count && !ct.IsCancellationRequested; i++)
            {
                while (prepared.Count < MostPrepared && next < batch.Count) prepared.Enqueue(Prepare(batch[next++]));
                using var mail = await prepared.Dequeue();
                if (!await Send(batch[i], mail, ct))
                {
                    failed++;
                    continue;
                }

                sent++;
                if (batch[i].Message.HandedOffAt is not null) uncounted.Add(batch[i]);
                if (uncounted is [var first, ..] && clock.UtcNow() - first.Message.HandedOffAt > LongestUncounted)
                    await Count(uncounted, ct);
            }
        }
        finally
        {
            foreach (var unsent in prepared) (await unsent).Dispose();
        }

        // What is out is counted even when the program stops.
        await Count(uncounted, CancellationToken.None);
        return (sent, failed);
    }

    /// <summary>The mail of a delivery; where none is to go, or none can be written, that shows when it is sent.</summary>
    private Task<PreparedMail> Prepare(NudgeDelivery delivery) => Task.Run(() =>
    {
        var (message, person, asks) = delivery;
        // To other programs a message goes with the save that records it: their event is the message, and is sent by its own rules.
        if (message.HandedOffAt is not null || asks.TrueForAll(a => a.Nudge.Channel == NudgeChannel.Webhook))
            return new(_ => Task.CompletedTask, discard: null);
        try
        {
            return mailer.Prepare(mails.Write(message, person, asks));
        }
        catch (Exception e)
        {
            return new(_ => Task.FromException(e), discard: null);
        }
    });

    /// <summary>True when the message is out of our hands, or has nothing left to say.</summary>
    private async Task<bool> Send(NudgeDelivery delivery, PreparedMail mail, CancellationToken ct)
    {
        var (message, _, asks) = delivery;
        // Whoever sent it died before its asks were counted.
        if (message.HandedOffAt is not null) return true;
        if (!await TryKeepLease(delivery, ct)) return false;
        if (asks.Count == 0)
        {
            // The learner has answered everything in the app meanwhile.
            Track([delivery]);
            message.Discard(clock.UtcNow());
            await db.SaveChangesAsync(ct);
            return true;
        }

        using var activity = LearningTraces.StartCheckIn(message);
        try
        {
            await mail.Send(ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Track([delivery]);
            var isGivenUp = message.ScheduleRetry(clock.UtcNow(), MailException.FaultOf(e));
            if (isGivenUp)
            {
                foreach (var ask in asks) ask.Nudge.Fail("mailNotAccepted");
            }

            log.MailNotTaken(message, MailKind.CheckIn, e);
            await db.SaveChangesAsync(ct);
            Measure(activity, asks, isGivenUp ? SendOutcome.Failed : SendOutcome.Retry);
            return false;
        }

        await HandOff(message, ct);
        Measure(activity, asks, SendOutcome.Sent);
        return true;
    }

    private void Measure(Activity? activity, List<Ask> asks, SendOutcome outcome)
    {
        activity.SetOutcome(outcome);
        // What goes to other programs or shows in the app alone is no mail.
        if (asks.Exists(a => a.Nudge.Channel == NudgeChannel.Email)) metrics.MailTried(MailKind.CheckIn, outcome);
        if (outcome != SendOutcome.Failed) return;
        foreach (var ask in asks) metrics.NudgeFailed(ask.Nudge);
    }

    private void Track(IEnumerable<NudgeDelivery> deliveries)
    {
        db.ChangeTracker.Clear();
        foreach (var (message, _, asks) in deliveries)
        {
            db.Attach(message);
            db.AttachRange(asks.Select(a => a.Nudge));
        }
    }

    /// <summary>Makes sure of the lease before the message goes: a slow server must not let it lapse into another node's hands.</summary>
    private async Task<bool> TryKeepLease(NudgeDelivery delivery, CancellationToken ct)
    {
        var now = clock.UtcNow();
        if (!delivery.Message.IsLeaseShort(now)) return true;
        Track([delivery]);
        delivery.Message.RenewLease(now);
        // Else it lapsed, and another node has it now.
        return await db.TrySaveAsync(ct);
    }

    /// <summary>
    /// One short statement, since a message that is out while nobody knows goes once more after a crash: never more than this one.
    /// </summary>
    private async Task HandOff(NudgeMessage message, CancellationToken ct)
    {
        var now = clock.UtcNow();
        await db.Database.ExecuteSqlAsync($"UPDATE NudgeMessages SET LeftAt = {now}, Version = Version + 1 WHERE Id = {message.Id}", ct);
        message.MarkHandedOff(now);
        message.Version++;
    }

    /// <summary>Counts the asks of all that is out as sent, with the events that tell of it, in one save.</summary>
    private async Task Count(List<NudgeDelivery> uncounted, CancellationToken ct)
    {
        if (uncounted.Count == 0) return;
        Track(uncounted);
        foreach (var (message, person, asks) in uncounted) MarkSent(message, asks.Select(a => a.Nudge), person);
        if (!await db.TrySaveAsync(ct))
        {
            // Someone answered in the moment between: theirs stands, and the rest is counted on fresh rows.
            foreach (var (message, person, _) in uncounted) await CountAfresh(message.Id, person, ct);
        }

        uncounted.Clear();
    }

    private async Task CountAfresh(Guid messageId, Person person, CancellationToken ct)
    {
        // Again, when another answer comes in.
        do
        {
            db.ChangeTracker.Clear();
            MarkSent(await db.NudgeMessages.SingleAsync(m => m.Id == messageId, ct), await db.Nudges.Where(n => n.MessageId == messageId)
                .ToListAsync(ct), person);
        }
        while (!await db.TrySaveAsync(ct));
    }

    private static void MarkSent(NudgeMessage message, IEnumerable<Nudge> nudges, Person person)
    {
        message.CountAsSent();
        foreach (var nudge in nudges.Where(n => n.Status == NudgeStatus.Planned))
            nudge.MarkSent(message.SentAt!.Value, person.NudgesByWebhook);
    }
}
