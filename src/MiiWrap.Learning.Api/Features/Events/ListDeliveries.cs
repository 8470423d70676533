using AutoMapper;
using AutoMapper.QueryableExtensions;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;
using IConfigurationProvider = AutoMapper.IConfigurationProvider;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>What was sent to a webhook and what became of it, newest first.</summary>
/// <param name="Status">pending, delivered or failed; all of them when not given.</param>
public sealed record ListDeliveries(Guid WebhookId, string? Status, string? Limit, string? Cursor) : IQuery<Page<DeliveryItem>>, IPaged;

/// <summary>Sends an event to its webhook once more, under the same webhook-id, so that a receiver that has it already can tell.</summary>
public sealed record Redeliver(Guid WebhookId, Guid DeliveryId) : ICommand<DeliveryItem>;

/// <summary>One event on its way to a webhook.</summary>
/// <param name="EventId">The event; it is the webhook-id of the message.</param>
/// <param name="Type">The event's type.</param>
/// <param name="Attempts">How many tries were made.</param>
/// <param name="TriedAt">When it was last tried; null before the first try.</param>
/// <param name="Outcome">What the last try came to: the status of the answer, or why there was none.</param>
/// <param name="NextTryAt">Null once it is delivered or given up.</param>
public sealed record DeliveryItem(Guid Id, Guid EventId, string Type, DeliveryStatus Status, int Attempts, DateTime CreatedAt,
    DateTime? TriedAt, string? Outcome, DateTime? NextTryAt);

internal sealed class ListDeliveriesValidator : AbstractValidator<ListDeliveries>
{
    public ListDeliveriesValidator()
    {
        this.RuleForPaging(byMoment: true);
        RuleFor(x => x.Status).MustBeOneOf<ListDeliveries, DeliveryStatus>();
    }
}

internal sealed class DeliveryItemMapping : Profile
{
    public DeliveryItemMapping() => CreateProjection<WebhookDelivery, DeliveryItem>()
        .ForCtorParam(
            nameof(DeliveryItem.NextTryAt), o => o.MapFrom(d => d.Status == DeliveryStatus.Pending ? (DateTime?)d.LeaseUntil : null));
}

internal sealed class DeliveriesHandler(
    LearningDb db, Caller caller, EventCommittedSignal signal, IConfigurationProvider maps, TimeProvider clock,
    ILogger<ListDeliveries> log)
    : IRequestHandler<ListDeliveries, Page<DeliveryItem>>, IRequestHandler<Redeliver, DeliveryItem>
{
    public async Task<Page<DeliveryItem>> Handle(ListDeliveries request, CancellationToken cancellationToken)
    {
        caller.MustManageWebhooks();
        if (!await db.Webhooks.AnyAsync(w => w.Id == request.WebhookId, cancellationToken)) throw new NotFoundException("webhook");
        var deliveries = db.WebhookDeliveries.Where(d => d.WebhookId == request.WebhookId);
        if (EnumNames.TryParse<DeliveryStatus>(request.Status, out var status)) deliveries = deliveries.Where(d => d.Status == status);
        var rows = await deliveries.LoadReadablePageAsync(
            d => d.Id, some => some.PageBy(request, d => d.CreatedAt, d => d.Id, newestFirst: true),
            some => some.ProjectTo<DeliveryItem>(maps).ToListAsync(cancellationToken), log.LeavesOut("delivery"), cancellationToken);
        return rows.ToPage(request, d => (Paging.KeyOf(d.CreatedAt), d.Id));
    }

    public async Task<DeliveryItem> Handle(Redeliver request, CancellationToken cancellationToken)
    {
        caller.MustManageWebhooks();
        var delivery = await db.WebhookDeliveries
            .SingleOrDefaultAsync(d => d.Id == request.DeliveryId && d.WebhookId == request.WebhookId, cancellationToken)
            ?? throw new NotFoundException("delivery");
        if (await db.Webhooks.AnyAsync(w => w.Id == request.WebhookId && w.DeactivatedAt != null, cancellationToken))
            throw new RuleException(
                "webhook.inactive", "This webhook was switched off; register it anew, and read what it missed from /v1/events.");
        delivery.SendAgain(clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        signal.Raise();
        return await db.WebhookDeliveries.Where(d => d.Id == delivery.Id).ProjectTo<DeliveryItem>(maps)
            .SingleOrDefaultAsync(cancellationToken) ?? throw new NotFoundException("delivery");
    }
}
