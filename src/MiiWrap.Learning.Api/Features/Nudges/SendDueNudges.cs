using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>The sweep: what is due is claimed by lease, sent, and then recorded, message by message; what may not go out now is moved or ended.</summary>
public sealed record SendDueNudges : ICommand<SweepReport>
{
    /// <summary>The one person to sweep for; everybody when null.</summary>
    public Guid? PersonId { get; init; }
}

/// <summary>What one sweep did.</summary>
public sealed record SweepReport(int MessagesSent, int MessagesFailed);

internal sealed class SendDueNudgesHandler(LearningDb db, ClaimDueNudges claims, NudgeMail letters, IMailer mailer, CurriculumLibrary library, TimeProvider clock, ILogger<SendDueNudges> log)
    : IRequestHandler<SendDueNudges, SweepReport>
{
    public async Task<SweepReport> Handle(SendDueNudges request, CancellationToken cancellationToken)
    {
        var (sent, failed) = (0, 0);
        while (!cancellationToken.IsCancellationRequested)
        {
            var (messages, more) = await claims.Next(request.PersonId, cancellationToken);
            foreach (var id in messages)
            {
                if (await Send(id, cancellationToken)) sent++;
                else failed++;
            }

            if (!more) break;
        }

        return new(sent, failed);
    }

    private async Task<bool> Send(Guid messageId, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        var message = await db.NudgeMessages.SingleAsync(m => m.Id == messageId, ct);
        var person = await db.Users.SingleAsync(p => p.Id == message.PersonId, ct);
        var nudges = await db.Nudges.Where(n => n.MessageId == messageId && n.Status == NudgeStatus.Planned).OrderBy(n => n.DueAt).ThenBy(n => n.Id).ToListAsync(ct);
        if (nudges.Count == 0)
        {
            // The learner has answered everything in the app meanwhile.
            message.Abandon(clock.UtcNow());
            await db.SaveChangesAsync(ct);
            return true;
        }

        try
        {
            var ids = nudges.Select(n => n.OpportunityId).ToList();
            var opportunities = await db.Opportunities.AsNoTracking().Where(o => ids.Contains(o.Id)).ToDictionaryAsync(o => o.Id, ct);
            var asks = new List<Ask>();
            foreach (var nudge in nudges)
            {
                var opportunity = opportunities[nudge.OpportunityId];
                var curriculum = await library.Find(db, opportunity.Curriculum, opportunity.CurriculumVersion, ct);
                asks.Add(new(nudge, opportunity, curriculum!.Unit(nudge.Unit)!));
            }

            await mailer.Send(letters.Write(message, person, asks), ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning(e, "Message {MessageId} could not be sent at attempt {Attempt}", message.Id, message.Attempts);
            if (message.TryLater(clock.UtcNow()))
            {
                foreach (var nudge in nudges) nudge.Fail("mailNotAccepted");
            }

            await db.SaveChangesAsync(ct);
            return false;
        }

        await Record(message, nudges, ct);
        return true;
    }

    private async Task Record(NudgeMessage message, List<Nudge> nudges, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                var now = clock.UtcNow();
                message.MarkSent(now);
                foreach (var nudge in nudges.Where(n => n.Status == NudgeStatus.Planned)) nudge.MarkSent(now);
                await db.SaveChangesAsync(ct);
                return;
            }
            catch (DbUpdateConcurrencyException)
            {
                // Someone answered in the moment between: theirs stands, and the rest is recorded on fresh rows.
                db.ChangeTracker.Clear();
                message = await db.NudgeMessages.SingleAsync(m => m.Id == message.Id, ct);
                nudges = await db.Nudges.Where(n => n.MessageId == message.Id).ToListAsync(ct);
            }
        }
    }
}
