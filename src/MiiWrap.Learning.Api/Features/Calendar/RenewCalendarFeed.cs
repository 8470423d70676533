using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Calendar;

/// <summary>Makes a secret address with the caller's dates for their calendar program, shown this once; an earlier address ends.</summary>
public sealed record RenewCalendarFeed : ICommand<CalendarAddress>;

/// <summary>The caller's calendar is at no address any more.</summary>
public sealed record RevokeCalendarFeed : ICommand<Unit>;

/// <summary>Where the caller's calendar is; whoever has the address can read it.</summary>
/// <param name="Url">Never shown again: a repeated request under the same Idempotency-Key gives the answer without it.</param>
public sealed record CalendarAddress(string? Url, DateTime CreatedAt);

internal sealed class RenewCalendarFeedHandler(LearningDb db, Caller caller, Settings settings, TimeProvider clock)
    : IRequestHandler<RenewCalendarFeed, CalendarAddress>, IRequestHandler<RevokeCalendarFeed, Unit>
{
    public async Task<CalendarAddress> Handle(RenewCalendarFeed request, CancellationToken cancellationToken)
    {
        var feed = await db.CalendarFeeds.FindAsync([caller.PersonId], cancellationToken);
        if (feed is null)
        {
            feed = CalendarFeed.Of(caller.PersonId);
            db.Add(feed);
        }

        var token = feed.Renew(clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return new(settings.LinkTo($"/calendar/{token}.ics").ToString(), feed.CreatedAt);
    }

    public async Task<Unit> Handle(RevokeCalendarFeed request, CancellationToken cancellationToken)
    {
        await db.CalendarFeeds.Where(f => f.PersonId == caller.PersonId).ExecuteDeleteAsync(cancellationToken);
        return Unit.Value;
    }
}
