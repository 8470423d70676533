using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>The webhooks of the programme, oldest first, without their secrets.</summary>
public sealed record ListWebhooks(string? Limit, string? Cursor) : IQuery<Page<WebhookItem>>, IPaged;

/// <summary>One webhook, without its secret.</summary>
public sealed record GetWebhook(Guid WebhookId) : IQuery<WebhookItem>;

/// <summary>An address to which events are sent.</summary>
/// <param name="OwnerId">Who registered it.</param>
/// <param name="OldSecretUntil">While a rotation is under way: until then the old secret signs as well.</param>
/// <param name="IsActive">False once it was switched off after days of failures.</param>
/// <param name="DeactivatedAt">When it was switched off; null while it is on.</param>
/// <param name="DeactivatedBecause">gone: the receiver answered 410; unreachable: it took nothing for more than three days.</param>
public sealed record WebhookItem(
    Guid Id, string Url, IReadOnlyList<string> Events, Guid OwnerId, DateTime CreatedAt, DateTime? OldSecretUntil, bool IsActive,
    DateTime? DeactivatedAt, string? DeactivatedBecause)
{
    internal static WebhookItem Of(Webhook w, DateTime now) =>
        new(w.Id, w.Url, w.Events, w.OwnerId, w.CreatedAt, w.OldSecretUntil > now
            ? w.OldSecretUntil
            : null, w.IsActive, w.DeactivatedAt, w.DeactivatedBecause);

    internal string ETag => ETags.Of(Id, Url, string.Join(',', Events), OldSecretUntil?.Ticks, DeactivatedAt?.Ticks);
}

internal sealed class ListWebhooksValidator : AbstractValidator<ListWebhooks>
{
    public ListWebhooksValidator() => this.RuleForPaging(byMoment: true);
}

internal sealed class ListWebhooksHandler(LearningDb db, Caller caller, TimeProvider clock, ILogger<ListWebhooks> log)
    : IRequestHandler<ListWebhooks, Page<WebhookItem>>, IRequestHandler<GetWebhook, WebhookItem>
{
    public async Task<Page<WebhookItem>> Handle(ListWebhooks request, CancellationToken cancellationToken)
    {
        caller.MustManageWebhooks();
        var webhooks = db.Webhooks.AsNoTracking();
        var rows = await webhooks.LoadReadablePageAsync(
            w => w.Id, some => some.PageBy(request, w => w.CreatedAt, w => w.Id), some => some.ToListAsync(cancellationToken),
            log.LeavesOut("webhook"), cancellationToken);
        return rows.ConvertAll(w => WebhookItem.Of(w, clock.UtcNow())).ToPage(request, w => (Paging.KeyOf(w.CreatedAt), w.Id));
    }

    public async Task<WebhookItem> Handle(GetWebhook request, CancellationToken cancellationToken)
    {
        caller.MustManageWebhooks();
        var webhook = await db.Webhooks.AsNoTracking().SingleOrDefaultAsync(w => w.Id == request.WebhookId, cancellationToken)
            ?? throw new NotFoundException("webhook");
        return WebhookItem.Of(webhook, clock.UtcNow());
    }
}
