using System.Collections.Concurrent;
using System.Text.Json;
using MediatR;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Api.Telemetry;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>Sends the webhooks that are due: each is claimed by lease, sent, and then recorded; what fails is tried again later.</summary>
public sealed record DeliverWebhooks : ICommand<WebhookSweep>;

/// <summary>What one sweep did, and when the next try of any is due.</summary>
public sealed record WebhookSweep(int Delivered, int Failed, DateTime? NextAt);

/// <summary>What is sent to a webhook.</summary>
internal sealed record WebhookMessage(Guid Id, string Type, DateTime Timestamp, JsonElement Data);

internal sealed class DeliverWebhooksHandler(
    LearningDb db, IMediator mediator, WebhookSecrets secrets, WebhookSender sender, IServiceScopeFactory scopes,
    IOptions<JsonOptions> json, TimeProvider clock, ILogger<DeliverWebhooks> log)
    : IRequestHandler<DeliverWebhooks, WebhookSweep>
{
    // Four rounds of ten seconds at worst, well within the lease; and no receiver takes more than a few of them, so that a dead one holds
    // up nobody else.
    private const int Batch = 32;
    private const int MostToOne = 4;
    private const int MostParallel = 8;

    private sealed record Due(WebhookDelivery Delivery, Webhook Webhook, IntegrationEvent Event);

    public async Task<WebhookSweep> Handle(DeliverWebhooks request, CancellationToken cancellationToken)
    {
        await mediator.Send(new SequenceEvents(), cancellationToken);
        var results = new ConcurrentBag<bool>();
        while (await Claim(cancellationToken) is { Count: > 0 } claimed)
        {
            await Parallel.ForEachAsync(await Load(claimed, cancellationToken),
                new ParallelOptions { MaxDegreeOfParallelism = MostParallel, CancellationToken = cancellationToken }, async (due, ct) =>
            {
                var attempt = await TrySend(due, ct);
                results.Add(attempt.IsDelivered);
                // What went out is recorded also when the program is told to end in this moment.
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<IMediator>()
                    .Send(new RecordAttempt(due.Delivery.Id, attempt), CancellationToken.None);
            });
        }

        var next = await db.WebhookDeliveries.Where(d => d.Status == DeliveryStatus.Pending
            && db.Webhooks.Any(w => w.Id == d.WebhookId && w.DeactivatedAt == null))
            .MinAsync(d => (DateTime?)d.LeaseUntil, cancellationToken);
        return new(results.Count(r => r), results.Count(r => !r), next);
    }

    private Task<List<Guid>> Claim(CancellationToken ct) => db.InTransactionAsync(
        async token =>
        {
            var now = clock.UtcNow();
            var due = await db.Webhooks.Where(w => w.DeactivatedAt == null)
                .SelectMany(w => db.WebhookDeliveries.Where(d => d.WebhookId == w.Id && d.Status == DeliveryStatus.Pending
                    && d.LeaseUntil <= now).OrderBy(d => d.LeaseUntil).ThenBy(d => d.Id).Take(MostToOne))
                .OrderBy(d => d.LeaseUntil).ThenBy(d => d.Id).Take(Batch).ToListAsync(token);
            foreach (var delivery in due) delivery.Claim(now);
            await db.SaveChangesAsync(token);
            return due.ConvertAll(d => d.Id);
        },
        commit: null,
        ct);

    private async Task<List<Due>> Load(List<Guid> ids, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        return await (
            from delivery in db.WebhookDeliveries.AsNoTracking()
            where ids.Contains(delivery.Id)
            join webhook in db.Webhooks.AsNoTracking() on delivery.WebhookId equals webhook.Id
            join happened in db.IntegrationEvents.AsNoTracking() on delivery.EventId equals happened.Id
            orderby happened.SequenceNumber
            select new Due(delivery, webhook, happened)).ToListAsync(ct);
    }

    /// <summary>What cannot even be written, as when its secret can't be read any more, is a failed attempt of its webhook alone.</summary>
    private async Task<Attempt> TrySend(Due due, CancellationToken ct)
    {
        try
        {
            return await Send(due, ct);
        }
        catch (Exception e) when (e.IsOfOneRow())
        {
            log.LogError(e, "Delivery {DeliveryId} could not be written", due.Delivery.Id);
            return new(null, "could not be written");
        }
    }

    private Task<Attempt> Send(Due due, CancellationToken ct)
    {
        var (_, webhook, happened) = due;
        if (!TryParse(happened, out var data))
            return Task.FromResult(new Attempt(null, "the event is damaged") { IsOfDamagedEvent = true });
        var message = new WebhookMessage(happened.Id, happened.Type, happened.OccurredAt, data);
        var body = JsonSerializer.SerializeToUtf8Bytes(message, json.Value.SerializerOptions);
        return sender.Send(new Uri(webhook.Url), body, secrets.Sign(webhook, happened.Id, body, clock.UtcNow()), ct);
    }

    private bool TryParse(IntegrationEvent happened, out JsonElement data)
    {
        try
        {
            data = JsonElement.Parse(happened.Data);
            return true;
        }
        catch (JsonException e)
        {
            log.LogError(e, "Event {EventId} is sent to nobody: it cannot be read", happened.Id);
            data = default;
            return false;
        }
    }
}

/// <summary>Writes down what a try came to, and switches a webhook off whose receiver is gone or has taken nothing for days.</summary>
internal sealed record RecordAttempt(Guid DeliveryId, Attempt Attempt) : ICommand<Unit>;

internal sealed class RecordAttemptHandler(LearningDb db, LearningMetrics metrics, TimeProvider clock, ILogger<RecordAttempt> log)
    : IRequestHandler<RecordAttempt, Unit>
{
    public async Task<Unit> Handle(RecordAttempt request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var attempt = request.Attempt;
        // Its webhook may have been deleted meanwhile, and it with that.
        if (await db.WebhookDeliveries.SingleOrDefaultAsync(
            d => d.Id == request.DeliveryId, cancellationToken) is not { Status: DeliveryStatus.Pending } delivery) return Unit.Value;
        if (attempt.IsDelivered)
        {
            delivery.MarkDelivered(attempt.Outcome, now);
        }
        else
        {
            log.LogWarning("Webhook {WebhookId} did not take delivery {DeliveryId} at attempt {Attempt}: {Outcome}", delivery.WebhookId,
                delivery.Id, delivery.Attempts, attempt.Outcome);
            if (await db.Webhooks.SingleOrDefaultAsync(w => w.Id == delivery.WebhookId, cancellationToken) is not { } webhook)
                return Unit.Value;
            if (attempt.IsOfDamagedEvent)
            {
                delivery.GiveUp(attempt.Outcome, now);
            }
            else if (attempt.IsGone)
            {
                delivery.GiveUp(attempt.Outcome, now);
                webhook.Deactivate(Webhook.Gone, now);
            }
            else if (delivery.ScheduleRetry(attempt.Outcome, now) && !await HasTakenSince(delivery, cancellationToken))
            {
                webhook.Deactivate(Webhook.Unreachable, now);
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        metrics.WebhookTried(delivery.Status switch
        {
            DeliveryStatus.Delivered => SendOutcome.Sent,
            DeliveryStatus.Failed => SendOutcome.Failed,
            _ => SendOutcome.Retry,
        });
        if (delivery.Status == DeliveryStatus.Failed) await GiveUpWhatWaits(delivery.WebhookId, cancellationToken);
        return Unit.Value;
    }

    /// <summary>Nothing more goes to a webhook that was switched off; in the database, since days of events may wait.</summary>
    private Task<int> GiveUpWhatWaits(Guid webhookId, CancellationToken ct) =>
        db.WebhookDeliveries.Where(d => d.WebhookId == webhookId && d.Status == DeliveryStatus.Pending
            && db.Webhooks.Any(w => w.Id == webhookId && w.DeactivatedAt != null))
            .ExecuteUpdateAsync(
                s => s.SetProperty(d => d.Status, DeliveryStatus.Failed).SetProperty(d => d.Outcome, "switched off")
                    .SetProperty(d => d.LeasedUntil, (DateTime?)null)
                    .SetProperty(d => d.Version, d => d.Version + 1),
                ct);

    /// <summary>A receiver that chokes on one message and takes the others is alive.</summary>
    private Task<bool> HasTakenSince(WebhookDelivery delivery, CancellationToken ct) =>
        db.WebhookDeliveries.AnyAsync(d => d.WebhookId == delivery.WebhookId && d.DeliveredAt >= delivery.CreatedAt, ct);
}

/// <summary>Whoever registered a webhook hears by mail that it was switched off.</summary>
internal sealed class NotifyWebhookOwner(LearningDb db) : INotificationHandler<DomainEventNotification<WebhookDeactivated>>
{
    public Task Handle(DomainEventNotification<WebhookDeactivated> notification, CancellationToken cancellationToken)
    {
        var (webhook, at) = notification.Event;
        db.Add(OutboundMail.To(webhook.OwnerId, MailKind.WebhookStopped, at));
        return Task.CompletedTask;
    }
}
