using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>Ends a webhook; what still waits for it is not sent any more.</summary>
public sealed record DeleteWebhook(Guid WebhookId) : ICommand<Unit>;

internal sealed class DeleteWebhookHandler(LearningDb db, Caller caller, SecurityLog log) : IRequestHandler<DeleteWebhook, Unit>
{
    public async Task<Unit> Handle(DeleteWebhook request, CancellationToken cancellationToken)
    {
        caller.MustManageWebhooks();
        // Its deliveries go with it, in the database: there may be very many.
        if (await db.Webhooks.Where(w => w.Id == request.WebhookId).ExecuteDeleteAsync(cancellationToken) == 0)
            throw new NotFoundException("webhook");
        log.WebhookEnded(request.WebhookId, caller.PersonId);
        return Unit.Value;
    }
}
