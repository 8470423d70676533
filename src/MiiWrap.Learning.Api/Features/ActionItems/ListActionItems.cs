using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;

namespace MiiWrap.Learning.Api.Features.ActionItems;

/// <summary>Action items that the caller may read, their own and those of people whom they coach, as they were written down.</summary>
/// <param name="Owner" example="01a5ba5a-f180-7000-8000-000000000001">Only this person's.</param>
/// <param name="Coach" example="01a5ba5a-f180-7000-8000-000000000002">Only those that were agreed with this person.</param>
/// <param name="State" example="agreed">Only those that stand so.</param>
/// <param name="Session" example="01a5ba5a-f180-7000-8000-000000000003">Only those that come from this session.</param>
public sealed record ListActionItems(Guid? Owner, Guid? Coach, string? State, Guid? Session, string? Limit, string? Cursor)
    : IQuery<Page<ActionItemView>>, IPaged;

/// <summary>One action item that the caller may read.</summary>
/// <param name="ItemId">The action item.</param>
public sealed record GetActionItem(Guid ItemId) : IQuery<ActionItemView>;

internal sealed class ListActionItemsValidator : AbstractValidator<ListActionItems>
{
    public ListActionItemsValidator()
    {
        this.RuleForPaging(byMoment: true);
        RuleFor(x => x.State).MustBeOneOf<ListActionItems, ActionState>();
    }
}

internal sealed class ListActionItemsHandler(LearningDb db, Caller caller, ActionItemViews views, ILogger<ListActionItems> log)
    : IRequestHandler<ListActionItems, Page<ActionItemView>>, IRequestHandler<GetActionItem, ActionItemView>
{
    public async Task<Page<ActionItemView>> Handle(ListActionItems request, CancellationToken cancellationToken)
    {
        var items = db.ActionItems.AsNoTracking().SeenBy(caller, db);
        if (request.Owner is { } owner) items = items.Where(i => i.OwnerId == owner);
        if (request.Coach is { } coach) items = items.Where(i => i.CoachId == coach);
        if (request.Session is { } session) items = items.Where(i => i.SessionId == session);
        if (EnumNames.TryParse<ActionState>(request.State, out var state)) items = items.Where(i => i.State == state);
        var rows = await items.LoadReadablePageAsync(
            i => i.Id, some => some.PageBy(request, i => i.CreatedAt, i => i.Id),
            some => some.Include(i => i.Evidence).AsSingleQuery().ToListAsync(cancellationToken),
            log.LeavesOut("action item"), cancellationToken);
        var page = rows.ToPage(request, i => (Paging.KeyOf(i.CreatedAt), i.Id));
        return new(await views.Of(page.Items, cancellationToken), page.Next);
    }

    public async Task<ActionItemView> Handle(GetActionItem request, CancellationToken cancellationToken) => await views.Of(
        await db.ActionItems.AsNoTracking().LoadSeen(request.ItemId, caller, db, cancellationToken), cancellationToken);
}
