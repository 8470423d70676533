using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Maintenance;

/// <summary>
/// Resets leases that lie further ahead than any back-off: the clock that set them has been set back since, and they would block their
/// messages until its time comes again. They end a minute from now, which leaves a sender that is still at work its time.
/// </summary>
public sealed record ResetSkewedLeases : ICommand<Unit>;

internal sealed class ResetSkewedLeasesHandler(LearningDb db, TimeProvider clock) : IRequestHandler<ResetSkewedLeases, Unit>
{
    public async Task<Unit> Handle(ResetSkewedLeases request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        // Check-ins and notices may also wait for their receiver's hours: the sweep then finds that out anew.
        await Shorten(db.NudgeMessages.Where(m => m.SentAt == null && m.FailedAt == null), now, NudgeMessage.RetryAfter, NudgeMessage.Lease,
            cancellationToken);
        await Shorten(db.OutboundMails.Where(m => m.SentAt == null && m.FailedAt == null), now, OutboundMail.RetryAfter, OutboundMail.Lease,
            cancellationToken);
        await Shorten(db.WebhookDeliveries.Where(d => d.Status == DeliveryStatus.Pending), now, WebhookDelivery.RetryAfter,
            WebhookDelivery.Lease, cancellationToken);
        return Unit.Value;
    }

    private static Task<int> Shorten<T>(
        IQueryable<T> waiting, DateTime now, IReadOnlyList<TimeSpan> retryAfter, TimeSpan lease, CancellationToken ct)
        where T : OutboundMessage
    {
        var (far, soon) = (now + retryAfter[^1], now + lease);
        return waiting.Where(m => m.LeaseUntil > far)
            .ExecuteUpdateAsync(s => s.SetProperty(m => m.LeaseUntil, soon).SetProperty(m => m.Version, m => m.Version + 1), ct);
    }
}
