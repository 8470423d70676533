using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;

namespace MiiWrap.Learning.Api.Features.ActionItems;

/// <summary>
/// Action items that the caller may read, their own and those of people whom they coach, as they were written down; a programme admin
/// who has opened the notes of a session reads those that come from it.
/// </summary>
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

internal sealed class ListActionItemsHandler(
    LearningDb db, OpenedSessions sessions, ActionItemViews views, ILogger<ListActionItems> log)
    : IRequestHandler<ListActionItems, Page<ActionItemView>>, IRequestHandler<GetActionItem, ActionItemView>
{
    public async Task<Page<ActionItemView>> Handle(ListActionItems request, CancellationToken cancellationToken)
    {
        var items = sessions.Readable(db.ActionItems.AsNoTracking());
        if (request.Owner is { } owner) items = items.Where(i => i.OwnerId == owner);
        if (request.Coach is { } coach) items = items.Where(i => i.CoachId == coach);
        if (request.Session is { } session) items = items.Where(i => i.SessionId == session);
        if (EnumNames.TryParse<ActionState>(request.State, out var state)) items = items.Where(i => i.State == state);
        var rows = await items.LoadReadablePageAsync(
            i => i.Id, some => some.PageBy(request, i => i.CreatedAt, i => i.Id), some => sessions.Load(some, cancellationToken),
            log.LeavesOut("action item"), cancellationToken);
        var page = rows.ToPage(request, r => (Paging.KeyOf(r.Item.CreatedAt), r.Item.Id));
        await sessions.NoteReadings(page.Items, cancellationToken);
        return new(await views.Of([.. page.Items.Select(r => r.Item)], cancellationToken), page.Next);
    }

    public async Task<ActionItemView> Handle(GetActionItem request, CancellationToken cancellationToken)
    {
        var found = await sessions.Load(
            sessions.Readable(db.ActionItems.AsNoTracking()).Where(i => i.Id == request.ItemId), cancellationToken);
        if (found is not [{ Item: var item }]) throw new NotFoundException("action");
        await sessions.NoteReadings(found, cancellationToken);
        return await views.Of(item, cancellationToken);
    }
}
