using System.Globalization;
using System.Text.Json;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>What has happened, oldest first; with Accept: text/event-stream the same, and then what happens from now on.</summary>
/// <param name="After">The cursor of the last event that you have; the oldest that is kept comes first when not given.</param>
/// <param name="Limit">How many events to return, 1 to 200; 50 when not given.</param>
public sealed record ListEvents(string? After, string? Limit) : IQuery<Page<EventItem>>;

/// <summary>One event. It carries ids, codes and dates, never what somebody wrote.</summary>
/// <param name="Cursor">Its place: ask for what comes after this one. It is the id of the event in a stream.</param>
/// <param name="Id">The event itself; a webhook sends it as webhook-id.</param>
/// <param name="Type">Such as unit.completed.</param>
/// <param name="Timestamp">When it happened.</param>
/// <param name="Data">What it is about; each type has fields of its own.</param>
public sealed record EventItem(string Cursor, Guid Id, string Type, DateTime Timestamp, JsonElement Data);

internal sealed class ListEventsValidator : AbstractValidator<ListEvents>
{
    public ListEventsValidator()
    {
        RuleFor(x => x.After).Must(a => a is null || EventLog.TryPosition(a, out _)).WithMessage("This is no cursor of an event.");
        RuleFor(x => x.Limit)
            .Must(l => l is null || (int.TryParse(l, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is >= 1
                and <= Paging.MostLimit))
            .WithMessage($"The limit must be a whole number from 1 to {Paging.MostLimit}.");
    }
}

internal sealed class ListEventsHandler(LearningDb db, Caller caller, IMediator mediator, EventLog log)
    : IRequestHandler<ListEvents, Page<EventItem>>
{
    public async Task<Page<EventItem>> Handle(ListEvents request, CancellationToken cancellationToken)
    {
        caller.MustFollowEvents();
        // So that whoever has just been answered finds what they did.
        var sequenced = await mediator.Send(new SequenceEvents(), cancellationToken);
        var after = request.After is null ? 0 : EventLog.PositionOf(request.After);
        if (request.After is not null) await MustBeKept(after, cancellationToken);
        var take = request.Limit is null ? Paging.DefaultLimit : int.Parse(request.Limit, CultureInfo.InvariantCulture);
        var items = await log.After(after, take + 1, cancellationToken);
        // What has no place yet comes after all that has one: who asks again from there misses nothing.
        if (items.Count <= take)
            return new(items, sequenced.IsComplete ? null : items.Count > 0 ? items[^1].Cursor : EventLog.CursorOf(after));
        items.RemoveAt(take);
        return new(items, items[^1].Cursor);
    }

    /// <summary>A reader whose place is gone has missed something, and must be told instead of going on as if nothing were.</summary>
    private async Task MustBeKept(long after, CancellationToken ct)
    {
        var oldest = await db.IntegrationEvents.MinAsync(e => e.SequenceNumber, ct) ?? 1;
        var newest = await db.IntegrationEvents.MaxAsync(e => e.SequenceNumber, ct) ?? 0;
        if (after < oldest - 1)
        {
            throw new RuleException("events.cursor.expired",
                "Events after this one are not kept any more: read the present state, and go on from the oldest event.")
                .With("oldest", EventLog.CursorOf(oldest));
        }

        if (after > newest) throw new RuleException("events.cursor.unknown", "No event has had this cursor.", RuleKind.Invalid);
    }
}

/// <summary>Who may follow what happens in the whole programme; the one place that says so.</summary>
internal static class EventAccess
{
    /// <summary>A client of one agency would see what happens to the learners of others.</summary>
    public static bool MayFollowEvents(this Caller caller) => caller.Client is { AgencyId: null } || caller.IsProgramAdmin;

    public static void MustFollowEvents(this Caller caller)
    {
        if (!caller.MayFollowEvents()) caller.MustBeProgramAdmin("follow the programme's events");
    }

    public static void MustManageWebhooks(this Caller caller) => caller.MustBeProgramAdmin("manage webhooks");
}

/// <summary>The placed events, read by position.</summary>
internal sealed class EventLog(LearningDb db, ILogger<EventLog> log)
{
    /// <summary>What can be read of them: nobody would get past a damaged one.</summary>
    public Task<List<EventItem>> After(long position, int most, CancellationToken ct) =>
        db.IntegrationEvents.AsNoTracking().Where(e => e.SequenceNumber > position).LoadReadablePageAsync(
            e => e.Id,
            rows => rows.OrderBy(e => e.SequenceNumber).Take(most),
            async rows => (await rows.ToListAsync(ct)).ConvertAll(Item),
            log.LeavesOut("event"),
            ct);

    private static EventItem Item(IntegrationEvent e) =>
        new(CursorOf(e.SequenceNumber!.Value), e.Id, e.Type, e.OccurredAt, JsonElement.Parse(e.Data));

    public static string CursorOf(long position) => position.ToString(CultureInfo.InvariantCulture);

    public static long PositionOf(string cursor) =>
        TryPosition(cursor, out var position) ? position : throw new InvalidOperationException("A cursor is validated before it is read.");

    public static bool TryPosition(string cursor, out long position) =>
        long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out position);
}
