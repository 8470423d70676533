using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Hosting;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Upkeep;

/// <summary>Drops receipts, sign-ins, mailed tokens, done mails and events whose time is over, and copies of what was overwritten.</summary>
public sealed record ForgetExpired : ICommand<Unit>;

internal sealed class ForgetExpiredHandler(LearningDb db, Settings settings, TimeProvider clock) : IRequestHandler<ForgetExpired, Unit>
{
    private static readonly TimeSpan MailsKept = TimeSpan.FromDays(30);

    public async Task<Unit> Handle(ForgetExpired request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var keptSince = now - Idempotency.Kept;
        await db.Receipts.Where(r => r.CreatedAt < keptSince).ExecuteDeleteAsync(cancellationToken);
        await db.Sessions.Where(s => s.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
        var mailsKeptSince = now - MailsKept;
        await db.AccountTokens.Where(t => t.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
        await db.OutboundMails.Where(m => m.CreatedAt < mailsKeptSince && (m.SentAt != null || m.FailedAt != null)).ExecuteDeleteAsync(cancellationToken);
        var eventsKeptSince = now - settings.EventsKept;
        // The newest stays, however old: the next one's position is counted from it.
        var newest = await db.LearningEvents.MaxAsync(e => e.Position, cancellationToken);
        await db.LearningEvents.Where(e => e.Position < newest && e.OccurredAt < eventsKeptSince).ExecuteDeleteAsync(cancellationToken);
        await db.ForgetOverwrittenAsync(cancellationToken);
        return Unit.Value;
    }
}
