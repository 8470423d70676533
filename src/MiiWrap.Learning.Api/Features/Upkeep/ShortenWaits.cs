using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Upkeep;

/// <summary>
/// What waits longer than its longest wait was leased by a clock that has been set back since, and would lie there until that clock's time has
/// come again. It is looked at again a minute from now, which leaves a sender that is still at work on it its time.
/// </summary>
public sealed record ShortenWaits : ICommand<Unit>;

internal sealed class ShortenWaitsHandler(LearningDb db, TimeProvider clock) : IRequestHandler<ShortenWaits, Unit>
{
    public async Task<Unit> Handle(ShortenWaits request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        // Check-ins and notices may also wait for their receiver's hours: the sweep then finds that out anew.
        var (farCheckIn, checkInAt) = (now + NudgeMessage.RetryAfter[^1], now + NudgeMessage.Lease);
        await db.InTurnAsync(
            token => db.NudgeMessages.Where(m => m.SentAt == null && m.FailedAt == null && m.LeaseUntil > farCheckIn)
                .ExecuteUpdateAsync(s => s.SetProperty(m => m.LeaseUntil, checkInAt).SetProperty(m => m.Version, m => m.Version + 1), token), cancellationToken);
        var (farNotice, noticeAt) = (now + FeedbackNotice.RetryAfter[^1], now + FeedbackNotice.Lease);
        await db.InTurnAsync(
            token => db.FeedbackNotices.Where(n => n.SentAt == null && n.FailedAt == null && n.LeaseUntil > farNotice)
                .ExecuteUpdateAsync(s => s.SetProperty(n => n.LeaseUntil, noticeAt).SetProperty(n => n.Version, n => n.Version + 1), token), cancellationToken);
        var (farMail, mailAt) = (now + AccountMail.RetryAfter[^1], now + AccountMail.Lease);
        await db.InTurnAsync(
            token => db.AccountMails.Where(m => m.SentAt == null && m.FailedAt == null && m.LeaseUntil > farMail)
                .ExecuteUpdateAsync(s => s.SetProperty(m => m.LeaseUntil, mailAt).SetProperty(m => m.Version, m => m.Version + 1), token), cancellationToken);
        var (farDelivery, deliveryAt) = (now + WebhookDelivery.RetryAfter[^1], now + WebhookDelivery.Lease);
        await db.InTurnAsync(
            token => db.WebhookDeliveries.Where(d => d.Status == DeliveryStatus.Pending && d.DueAt > farDelivery)
                .ExecuteUpdateAsync(s => s.SetProperty(d => d.DueAt, deliveryAt).SetProperty(d => d.Version, d => d.Version + 1), token), cancellationToken);
        return Unit.Value;
    }
}
