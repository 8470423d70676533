using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// Sessions of which nobody has said within 14 days whether they were held count nowhere, and stay on their coach's desk.
/// </summary>
public sealed record GiveUpUnrecorded : ICommand<UnrecordedReport>;

/// <summary>How many sessions were given up.</summary>
public sealed record UnrecordedReport(int Sessions);

internal sealed class GiveUpUnrecordedHandler(LearningDb db, TimeProvider clock, ILogger<GiveUpUnrecorded> log)
    : IRequestHandler<GiveUpUnrecorded, UnrecordedReport>
{
    private const int Most = 1000;

    public async Task<UnrecordedReport> Handle(GiveUpUnrecorded request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var since = now.AddDays(-CoachingSession.DaysToRecord);
        var late = await db.CoachingSessions.Where(s => s.Status == SessionStatus.Planned && s.StartsAt < since).OrderBy(s => s.StartsAt)
            .Select(s => s.Id).Take(Most).ToListAsync(cancellationToken);
        var given = 0;
        foreach (var id in late)
        {
            // Each by itself: one that is recorded at this moment, or a bad row, holds up no other.
            db.ChangeTracker.Clear();
            try
            {
                var session = await db.CoachingSessions.Include(s => s.Participants).SingleAsync(s => s.Id == id, cancellationToken);
                session.GiveUp(now);
                if (await db.TrySaveAsync(cancellationToken)) given++;
            }
            catch (Exception e) when (e.IsOfOneRow())
            {
                log.LogError(e, "Session {SessionId} could not be given up", id);
            }
        }

        return new(given);
    }
}
