using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using Constants = OpenIddict.Abstractions.OpenIddictConstants;

namespace MiiWrap.Learning.Api.Features.Maintenance;

/// <summary>
/// Deletes expired idempotency records, sign-in sessions, tokens of front ends, failed sign-ins, account tokens, sent mails and events, and
/// truncates the write-ahead log.
/// </summary>
public sealed record DeleteExpired : ICommand<Unit>;

internal sealed class DeleteExpiredHandler(LearningDb db, Settings settings, TimeProvider clock) : IRequestHandler<DeleteExpired, Unit>
{
    private static readonly TimeSpan MailsKept = TimeSpan.FromDays(30);

    public async Task<Unit> Handle(DeleteExpired request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var keptSince = now - Idempotency.Kept;
        await db.IdempotencyRecords.Where(r => r.CreatedAt < keptSince).ExecuteDeleteAsync(cancellationToken);
        await db.Sessions.Where(s => s.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
        await db.IssuedTokens.Where(t => t.ExpirationDate < now).ExecuteDeleteAsync(cancellationToken);
        var aDayAgo = now - TimeSpan.FromDays(1);
        // A consent holds until it is taken back; a chain of tokens as long as one of them is kept.
        await db.Consents.Where(c => (c.Type == Constants.AuthorizationTypes.AdHoc || c.Status != Constants.Statuses.Valid)
            && c.CreationDate < aDayAgo && !c.Tokens.Any()).ExecuteDeleteAsync(cancellationToken);
        var milliseconds = new DateTimeOffset(now).ToUnixTimeMilliseconds();
        await db.SignInFailures.Where(f => f.ForgottenAt < milliseconds).ExecuteDeleteAsync(cancellationToken);
        var mailsKeptSince = now - MailsKept;
        await db.AccountTokens.Where(t => t.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
        await db.OutboundMails.Where(m => m.CreatedAt < mailsKeptSince && (m.SentAt != null || m.FailedAt != null))
            .ExecuteDeleteAsync(cancellationToken);
        var eventsKeptSince = now - settings.EventsKept;
        // The newest stays, however old: the next one's position is counted from it.
        var newest = await db.IntegrationEvents.MaxAsync(e => e.SequenceNumber, cancellationToken);
        await db.IntegrationEvents.Where(e => e.SequenceNumber < newest && e.OccurredAt < eventsKeptSince)
            .ExecuteDeleteAsync(cancellationToken);
        await db.TruncateWalAsync(cancellationToken);
        return Unit.Value;
    }
}
