using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>Gives a webhook a new secret, shown this once; for a day everything is signed with the old one too.</summary>
public sealed record RotateWebhook(Guid WebhookId) : ICommand<NewSecret>;

/// <summary>A new secret, which is never shown again.</summary>
/// <param name="Secret">The new secret, shown this once.</param>
/// <param name="OldUntil">Until then each message carries a signature by the secret before it as well.</param>
public sealed record NewSecret(Guid Id, string? Secret, DateTime OldUntil);

internal sealed class RotateWebhookHandler(LearningDb db, Caller caller, WebhookSecrets secrets, SecurityLog log, TimeProvider clock)
    : IRequestHandler<RotateWebhook, NewSecret>
{
    public async Task<NewSecret> Handle(RotateWebhook request, CancellationToken cancellationToken)
    {
        caller.MustManageWebhooks();
        var webhook = await db.Webhooks.SingleOrDefaultAsync(w => w.Id == request.WebhookId, cancellationToken)
            ?? throw new NotFoundException("webhook");
        var (shown, stored) = secrets.Make();
        webhook.Rotate(stored, clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        log.WebhookSecretRenewed(webhook.Id, caller.PersonId);
        return new(webhook.Id, shown, webhook.OldSecretUntil!.Value);
    }
}
